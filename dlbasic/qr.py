"""QR codes: a link as a picture that a phone's camera reads.

After ISO/IEC 18004:2015; the sections, tables and annexes named below are that standard's.  A text
stands in byte mode at error correction level M, which mends some 15 % of the codewords, in the
smallest of the versions 1 to 40 that holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Modules = NDArray[np.bool_]  # (size, size), True is dark
Codewords = NDArray[np.uint8]

QUIET = 4  # light modules on each side, without which it is not found

# At level M, by version from 1 on (table 9).
_CHECKS_IN_BLOCK = (
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
)  # fmt: skip
_BLOCKS = (
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
)  # fmt: skip
VERSIONS = range(1, len(_BLOCKS) + 1)

_BYTES, _ECI_UTF8 = 0b0100, 0b0111_00011010  # mode indicators (table 2), the latter with its number
_PADDING = (0b11101100, 0b00010001)  # in turn (7.4.10)
_LEVEL_M = 0b00  # (table 12)
_LIKE_A_FINDER = np.array([[1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1]])


def qr_code(text: str) -> Modules:
    """The modules of the QR code of a text, ``(size, size)``, True where dark, no quiet zone.

    Its size is 17 + 4·version.  Raises ``ValueError`` for a text that is longer than version 40
    holds: 2,331 bytes in UTF-8.

    >>> "".join("#" if dark else "." for dark in qr_code("https://a.example/")[0])
    '#######..###.#....#######'

    Source: ISO/IEC 18004:2015, "QR Code bar code symbology specification".
    """
    version, data = _data(text)
    modules, free = _patterns(version)
    bits = np.unpackbits(_with_checks(version, data))
    rows, columns = _way(free)
    modules[rows[: bits.size], columns[: bits.size]] = bits  # what is left over stays light
    masked = [modules ^ (mask & free) for mask in _masks(len(modules))]
    for number, candidate in enumerate(masked):
        _write_format(candidate, number)
    return min(masked, key=_penalty)


@lru_cache(maxsize=16)  # a page that looks at its answers each second draws it again and again
def svg(text: str, label: str) -> str:
    """The QR code of a text as an SVG picture, one unit a module, with its quiet zone.

    ``label`` is what it says to who cannot see it.  It is dark on white in every theme, as not
    every phone reads it the other way round.  Raises ``ValueError`` as :func:`qr_code` does.

    >>> svg("https://a.example", "A & B")[:94]
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 33 33" role="img" aria-label="A &amp; B" '
    """
    modules = np.pad(qr_code(text), QUIET)
    runs = []
    for row, line in enumerate(modules):
        ends = np.flatnonzero(line[1:] != line[:-1]) + 1
        for start, end in ends.reshape(-1, 2):
            runs.append(f"M{start} {row}h{end - start}v1H{start}z")
    size = len(modules)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" '
        f'aria-label="{escape(label)}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="#000" d="{"".join(runs)}"/></svg>'
    )


# --- What is written: data, then what mends them ---


def _data(text: str) -> tuple[int, Codewords]:
    """The smallest version that holds a text, and its data codewords (7.4)."""
    said = text.encode()
    # What is not said to be UTF-8 is Latin-1.
    head = f"{_BYTES:04b}" if text.isascii() else f"{_ECI_UTF8:012b}{_BYTES:04b}"
    for version in VERSIONS:
        counted = 8 if version < 10 else 16  # bits of the count (table 3)
        room = 8 * (_codewords(version) - _CHECKS_IN_BLOCK[version - 1] * _BLOCKS[version - 1])
        if len(head) + counted + 8 * len(said) <= room:
            break
    else:
        raise ValueError(f"a QR code holds 2,331 bytes at level M, not {len(said):,}")
    bits = head + f"{len(said):0{counted}b}" + "".join(f"{byte:08b}" for byte in said)
    bits += "0" * min(4, room - len(bits))  # the terminator
    bits += "0" * (-len(bits) % 8)
    data = [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]
    data += [_PADDING[place % 2] for place in range(room // 8 - len(data))]
    return version, np.array(data, np.uint8)


def _codewords(version: int) -> int:
    """How many codewords a version holds (table 1): eight modules each, but for the patterns."""
    across = len(_alignment(version))
    patterns = 3 * 64 + 2 * (4 * version + 1) + 31  # finders, timing, format and the dark module
    if across:
        patterns += 25 * (across**2 - 3) - 10 * (across - 2)  # less where they lie on the timing
    if version >= 7:
        patterns += 36  # where the version is told
    return ((17 + 4 * version) ** 2 - patterns) // 8


def _with_checks(version: int, data: Codewords) -> Codewords:
    """Data codewords in blocks, each with its error correction codewords, interleaved (7.6)."""
    blocks, checks = _BLOCKS[version - 1], _CHECKS_IN_BLOCK[version - 1]
    short = len(data) // blocks
    longer = len(data) % blocks  # blocks at the end that have one more
    cuts = [short * block + max(0, block - (blocks - longer)) for block in range(1, blocks)]
    parts = np.split(data, cuts)
    inside = [part[at] for at in range(short + 1) for part in parts if at < len(part)]
    mending = np.array([_checks(part, checks) for part in parts], np.uint8)
    return np.concatenate([np.array(inside, np.uint8), mending.T.ravel()])


def _times() -> Codewords:
    """a·b at ``[a, b]`` in GF(256), whose polynomial is x⁸ + x⁴ + x³ + x² + 1 (7.5.2)."""
    powers = [1]  # of α = 2
    while len(powers) < 255:
        powers.append(powers[-1] << 1 ^ (0x11D if powers[-1] & 0x80 else 0))
    logs = np.zeros(256, int)
    logs[powers] = np.arange(255)
    times: Codewords = np.array(powers, np.uint8)[(logs[:, None] + logs) % 255]
    times[0, :] = times[:, 0] = 0
    return times


_TIMES = _times()


def _checks(data: Codewords, count: int) -> Codewords:
    """The Reed-Solomon remainder of a block, by ``(x - α⁰)·(x - α¹)·…·(x - αᶜᵒᵘⁿᵗ⁻¹)`` (7.5.2)."""
    generator = np.array([1], np.uint8)  # the highest power first
    zero, power = np.zeros(1, np.uint8), 1
    for _ in range(count):
        generator = np.append(generator, zero) ^ np.append(zero, _TIMES[generator, power])
        power = int(_TIMES[power, 2])
    rest = np.zeros(count, np.uint8)
    for byte in data:
        rest = np.append(rest[1:], zero) ^ _TIMES[generator[1:], byte ^ rest[0]]
    return rest


# --- Where it is written ---


def _alignment(version: int) -> Sequence[int]:
    """Rows, and columns, of the centres of alignment patterns (annex E)."""
    if version == 1:
        return ()
    count, last = version // 7 + 2, 10 + 4 * version
    step = 2 * ((8 * version + 3 * count + 5) // (4 * count - 4))  # the first gap is what is left
    return (6, *range(last - step * (count - 2), last + 1, step))


def _patterns(version: int) -> tuple[Modules, Modules]:
    """The modules with all that is the same in each code, and those that are free for codewords."""
    size = 17 + 4 * version
    modules, free = np.zeros((size, size), bool), np.ones((size, size), bool)
    for line in (np.s_[6, :], np.s_[:, 6]):  # timing
        modules[line], free[line] = np.arange(size) % 2 == 0, False
    rows, columns = np.indices((size, size))

    def squares(row: int, column: int, dark: tuple[bool, ...]) -> None:
        ring = np.maximum(abs(rows - row), abs(columns - column))
        inside = ring < len(dark)
        modules[inside], free[inside] = np.array(dark)[ring[inside]], False

    centres = _alignment(version)
    for row in centres:
        for column in centres:
            if (row, column) not in {(6, 6), (6, size - 7), (size - 7, 6)}:  # there are finders
                squares(row, column, (True, False, True))
    for row, column in ((3, 3), (3, size - 4), (size - 4, 3)):  # finders with their light border
        squares(row, column, (True, True, False, True, False))
    for part in (np.s_[:9, 8], np.s_[8, :9], np.s_[8, -8:], np.s_[-8:, 8]):  # the format's
        free[part] = False
    if version >= 7:
        told = _bits(_with_bch(version, 12, 0x1F25), 18).reshape(6, 3)  # (7.10)
        modules[:6, -11:-8], modules[-11:-8, :6] = told, told.T
        free[:6, -11:-8] = free[-11:-8, :6] = False
    return modules, free


def _write_format(modules: Modules, mask: int) -> None:
    """Write level and mask, twice, and the module that is always dark (7.9)."""
    told = _bits(_with_bch(_LEVEL_M << 3 | mask, 10, 0x537) ^ 0x5412, 15)
    modules[[0, 1, 2, 3, 4, 5, 7, 8], 8] = modules[8, :-9:-1] = told[:8]
    modules[8, [7, 5, 4, 3, 2, 1, 0]] = modules[-7:, 8] = told[8:]
    modules[-8, 8] = True


def _with_bch(value: int, checks: int, generator: int) -> int:
    """A value, then the remainder of its bits by a generator of that degree (annexes C and D)."""
    rest = value << checks
    while rest.bit_length() > checks:
        rest ^= generator << (rest.bit_length() - checks - 1)
    return value << checks | rest


def _bits(value: int, count: int) -> Modules:
    """The lowest bit first."""
    return np.array([value >> place & 1 for place in range(count)], bool)


def _way(free: Modules) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the free modules in the order of their bits (7.7.3).

    Up and down in columns two wide, from the right, around the column of the timing pattern.
    """
    size = len(free)
    rights = [right if right > 6 else right - 1 for right in range(size - 1, 0, -2)]
    up_and_down = [np.arange(size)[::-1], np.arange(size)]
    rows = np.concatenate([np.repeat(up_and_down[at % 2], 2) for at in range(len(rights))])
    columns = np.concatenate([np.tile([right, right - 1], size) for right in rights])
    taken = free[rows, columns]
    return rows[taken], columns[taken]


def _masks(size: int) -> list[Modules]:
    """The eight patterns of modules to be turned over (table 10)."""
    i, j = np.indices((size, size))
    return [
        (i + j) % 2 == 0,
        i % 2 == 0,
        j % 3 == 0,
        (i + j) % 3 == 0,
        (i // 2 + j // 3) % 2 == 0,
        i * j % 2 + i * j % 3 == 0,
        (i * j % 2 + i * j % 3) % 2 == 0,
        ((i + j) % 2 + i * j % 3) % 2 == 0,
    ]


def _penalty(modules: Modules) -> int:
    """How badly a camera would read these modules (7.8.3 and table 11).

    Long runs of one colour, squares of it, what looks like a finder, and more of one colour.
    """
    penalty = 10 * int(abs(20 * modules.mean() - 10))
    squares = sliding_window_view(modules, (2, 2)).sum((2, 3))
    penalty += 3 * np.isin(squares, (0, 4)).sum()
    for lines in (modules, modules.T):
        fives = np.isin(sliding_window_view(lines, 5, axis=1).sum(2), (0, 5))
        begun = fives & ~np.pad(fives, ((0, 0), (1, 0)))[:, :-1]
        penalty += fives.sum() + 2 * begun.sum()  # a run of n ≥ 5 has n - 4 fives and counts n - 2
        around = sliding_window_view(np.pad(lines, ((0, 0), (QUIET, QUIET))), 11, axis=1)
        penalty += 40 * sum((around == like).all(2).sum() for like in _LIKE_A_FINDER)
    return int(penalty)
