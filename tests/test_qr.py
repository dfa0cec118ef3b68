"""QR codes: the standard's own numbers, and what an independent reader makes of them."""

from __future__ import annotations

import random
import re
import string
from xml.etree import ElementTree

import numpy as np
import pytest

from dlbasic import qr

FINDER = """
#######
#.....#
#.###.#
#.###.#
#.###.#
#.....#
#######
"""
# The standard's first example (annex I): "01234567" in version 1 at level M.
EXAMPLE = [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80] + 5 * [0xEC, 0x11]
ITS_CHECKS = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55]
# Bytes that a version holds at level M (table 7).
HOLDS = {1: 14, 2: 26, 6: 106, 7: 122, 9: 180, 10: 213, 20: 666, 25: 997, 27: 1125, 40: 2331}
# Masked format information of level M, masks 0 to 7 (table C.1).
FORMATS = [0x5412, 0x5125, 0x5E7C, 0x5B4B, 0x45F9, 0x40CE, 0x4F97, 0x4AA0]
# Version information (table D.1).
VERSIONS_TOLD = {7: 0x07C94, 8: 0x085BC, 21: 0x15683, 40: 0x28C69}
# Rows of the centres of alignment patterns (table E.1).
ALIGNMENT = {
    1: [], 2: [6, 18], 6: [6, 34], 7: [6, 22, 38], 14: [6, 26, 46, 66], 15: [6, 26, 48, 70],
    22: [6, 26, 50, 74, 98], 24: [6, 28, 54, 80, 106], 32: [6, 34, 60, 86, 112, 138],
    36: [6, 24, 50, 76, 102, 128, 154], 39: [6, 26, 54, 82, 110, 138, 166],
    40: [6, 30, 58, 86, 114, 142, 170],
}  # fmt: skip
each_version = pytest.mark.parametrize("version", qr.VERSIONS)


def link(length: int, seed: int = 0) -> str:
    """What a link may have in it."""
    signs = string.ascii_letters + string.digits + "/?&=%.-_:"
    return "".join(random.Random(seed).choices(signs, k=length))


def version_of(modules) -> int:
    return (len(modules) - 17) // 4


def holds(version: int) -> int:
    """Bytes that fit beside the mode and their count."""
    data = qr._codewords(version) - qr._CHECKS_IN_BLOCK[version - 1] * qr._BLOCKS[version - 1]
    return data - (2 if version < 10 else 3)


def times(a: int, b: int) -> int:
    """In GF(256), by adding up shifted multiples."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a, b = a << 1 ^ (0x11D if a & 0x80 else 0), b >> 1
    return product


def syndromes(block: list[int], count: int) -> list[int]:
    """The block's polynomial at α⁰ … αᶜᵒᵘⁿᵗ⁻¹: all 0 if nothing is amiss."""
    values, at = [], 1
    for _ in range(count):
        value = 0
        for codeword in block:
            value = times(value, at) ^ codeword
        values.append(value)
        at = times(at, 2)
    return values


def test_the_standards_example_has_its_error_correction_codewords():
    assert [*qr._checks(np.array(EXAMPLE, np.uint8), 10)] == ITS_CHECKS


@pytest.mark.parametrize(("version", "most"), HOLDS.items())
def test_a_version_holds_what_the_standard_says(version, most):
    assert holds(version) == most
    assert qr._data("a" * most)[0] == version
    if version < 40:
        assert qr._data("a" * (most + 1))[0] == version + 1


def test_what_a_text_leaves_is_padded():
    assert [*qr._data("a")[1]] == [0x40, 0x16, 0x10] + 6 * [0xEC, 0x11] + [0xEC]


def test_a_text_that_is_not_ascii_says_that_it_is_utf_8():
    _, data = qr._data("é")
    assert [*data[:6]] == [0x71, 0xA4, 0x02, 0xC3, 0xA9, 0x00]  # ECI 26; bytes, 2 of them


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="2,331 bytes at level M, not 2,332"):
        qr.qr_code("a" * 2332)
    with pytest.raises(ValueError, match="not 2,400"):
        qr.qr_code("방" * 800)


@each_version
def test_codewords_fill_what_the_patterns_leave(version):
    _, free = qr._patterns(version)
    assert 0 <= free.sum() - 8 * qr._codewords(version) < 8


@pytest.mark.parametrize(("version", "rows"), ALIGNMENT.items())
def test_alignment_patterns_are_where_the_standard_has_them(version, rows):
    assert [*qr._alignment(version)] == rows


@pytest.mark.parametrize("version", [1, 2, 5, 8, 14, 25, 40])
def test_every_block_is_a_codeword_of_the_reed_solomon_code(version):
    blocks, checks = qr._BLOCKS[version - 1], qr._CHECKS_IN_BLOCK[version - 1]
    _, data = qr._data(link(holds(version)))
    codewords = [*map(int, qr._with_checks(version, data))]
    assert len(codewords) == qr._codewords(version)
    inside, mending = codewords[: len(data)], codewords[len(data) :]
    short = len(data) // blocks
    apart = []
    for block in range(blocks):
        part = inside[block : short * blocks : blocks]
        last = block - (blocks - len(data) % blocks)
        part += inside[short * blocks + last :][:1] if last >= 0 else []
        apart += part
        assert syndromes(part + mending[block::blocks], checks) == [0] * checks
    assert apart == [*data]  # each block is a stretch of the data


def test_one_wrong_codeword_shows():
    block = EXAMPLE + ITS_CHECKS
    block[3] ^= 1
    assert 0 not in syndromes(block, 10)


@pytest.mark.parametrize("mask", range(8))
def test_format_information_is_told_twice(mask):
    modules = np.zeros((21, 21), bool)
    qr._write_format(modules, mask)
    wanted = [bit == "1" for bit in f"{FORMATS[mask]:015b}"]  # the highest bit first
    # As the standard's figure has them: along the upper left finder, and beside the two others.
    assert [*modules[8, [0, 1, 2, 3, 4, 5, 7, 8]], *modules[[7, 5, 4, 3, 2, 1, 0], 8]] == wanted
    assert [*modules[20:13:-1, 8], *modules[8, 13:]] == wanted
    assert modules[13, 8]


@pytest.mark.parametrize(("version", "told"), VERSIONS_TOLD.items())
def test_version_information_is_told_twice(version, told):
    modules, _ = qr._patterns(version)
    wanted = [bit == "1" for bit in f"{told:018b}"]
    assert [*modules[5::-1, -9:-12:-1].ravel()] == wanted
    assert [*modules[-9:-12:-1, 5::-1].T.ravel()] == wanted


@pytest.mark.parametrize("length", [10, 300])
def test_finders_and_timing_are_in_place(length):
    modules = qr.qr_code(link(length))
    finder = np.array([[sign == "#" for sign in line] for line in FINDER.split()])
    alone = np.pad(finder, 1)  # with its light border
    for corner in (modules, modules[::-1], modules[:, ::-1]):
        np.testing.assert_array_equal(corner[:8, :8], alone[1:, 1:])
    dark = np.arange(8, len(modules) - 8) % 2 == 0
    np.testing.assert_array_equal(modules[6, 8:-8], dark)
    np.testing.assert_array_equal(modules[8:-8, 6], dark)


def test_the_penalty_counts_as_the_standard_does():
    assert qr._penalty(np.ones((5, 5), bool)) == 10 * (3 + 5 - 5) + 16 * 3 + 10 * 10
    board = np.indices((20, 20)).sum(0) % 2 == 0
    assert qr._penalty(board) == 0
    board[0, :7] = [1, 0, 1, 1, 1, 0, 1]  # like a finder, which the quiet zone and…
    board[0, 7:11] = 0  # …four light modules surround
    board[1, :11] = ~board[0, :11]  # no square of one colour
    board[2, :11] = board[0, :11]
    found = qr._penalty(board)
    board[0, 9] = 1
    assert found - qr._penalty(board) >= 40


def test_the_mask_with_the_least_penalty_is_taken(monkeypatch):
    asked = []
    penalty = qr._penalty
    monkeypatch.setattr(qr, "_penalty", lambda modules: asked.append(modules) or penalty(modules))
    taken = qr.qr_code(link(100))
    assert len({modules.tobytes() for modules in asked}) == 8
    assert penalty(taken) == min(map(penalty, asked)) < max(map(penalty, asked))


def drawn(picture: str) -> np.ndarray:
    """The SVG's modules with their quiet zone, True where dark."""
    root = ElementTree.fromstring(picture)
    size = int(root.attrib["viewBox"].split()[-1])
    modules = np.zeros((size, size), bool)
    _, dark = root
    for start, row, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1H\d+z", dark.attrib["d"]):
        modules[int(row), int(start) : int(start) + int(wide)] = True
    return modules


def test_the_picture_is_the_code_dark_on_white_with_a_quiet_zone_and_a_name():
    text, label = link(60), 'QR "방" <1> & more'
    root = ElementTree.fromstring(qr.svg(text, label))
    assert root.attrib["role"] == "img" and root.attrib["aria-label"] == label
    assert root.attrib["shape-rendering"] == "crispEdges"
    ground, dark = root
    size = len(qr.qr_code(text)) + 8
    assert (ground.attrib["fill"], dark.attrib["fill"]) == ("#fff", "#000")
    assert ground.attrib["d"] == f"M0 0h{size}v{size}H0z"
    np.testing.assert_array_equal(drawn(qr.svg(text, label)), np.pad(qr.qr_code(text), 4))


def read(modules):
    """What an independent reader finds: its text, level and format."""
    zxing = pytest.importorskip("zxingcpp", reason="reading QR codes needs zxing-cpp")
    image = np.where(np.kron(modules, np.ones((3, 3), bool)), 0, 255).astype(np.uint8)
    (found,) = zxing.read_barcodes(image, formats=zxing.BarcodeFormat.QRCode)
    assert found.valid and found.ec_level == "M"
    return found.text


@each_version
def test_a_full_code_of_each_version_is_read(version):
    text = link(holds(version), seed=version)
    assert version_of(qr.qr_code(text)) == version
    assert read(drawn(qr.svg(text, "a link"))) == text


@pytest.mark.parametrize("text", ["a", "https://school.example/dlbasic/?room=1BCDFG", "방 1 é"])
def test_any_text_is_read(text):
    assert read(np.pad(qr.qr_code(text), 4)) == text


@pytest.mark.parametrize("mask", range(8))
def test_each_mask_is_read(mask, monkeypatch):
    masked = []
    monkeypatch.setattr(qr, "_penalty", lambda modules: masked.append(modules) or 0)
    text = link(200)
    qr.qr_code(text)
    assert read(np.pad(masked[mask], 4)) == text


def test_damage_is_mended():
    modules = np.pad(qr.qr_code(text := link(200)), 4)
    middle = len(modules) // 2
    modules[middle - 5 : middle + 5, middle - 5 : middle + 5] ^= True
    assert read(modules) == text
