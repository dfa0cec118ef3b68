"""A class's room: a teacher's page and students' pages in one server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from dlbasic.claims import CLAIMS
from dlbasic.ui.room import rooms
from tests.claims.runs import outcome
from tests.pages.visits import Alone, Visit

KEY = "mish"
CLAIM = CLAIMS[KEY]


class Student(Alone):
    predicts = True


@pytest.fixture
def room():
    """An open room: its code and its secret."""
    code, secret = rooms().open()
    yield code, secret
    if rooms().holds(code):
        rooms().close(code, secret)


def student(code, **link):
    return Student(KEY).follow(lang="en", room=code, **link)


def teacher(room, **link):
    return Student(KEY).follow(lang="en", room=room[0], host=room[1], **link)


def question(reader):
    return [g for g in reader.at.button_group if g.key == f"predict-{KEY}"]


def choose(reader, name):
    question(reader)[0].set_value(name)
    return reader.run()


def texts(reader):
    return [part.value for part in (*reader.at.main.markdown, *reader.at.main.get("caption"))]


def bars(reader):
    found = [html.proto.body for html in reader.at.main.get("html")]
    return next((body for body in found if "dl-bars" in body), None)


def right():
    return CLAIM.right(outcome(KEY, CLAIM.defaults).measured)


def test_a_class_predicts_sees_nothing_and_then_sees_it_all(room):
    students = [student(room[0]) for _ in range(3)]
    host = teacher(room)
    assert not question(host) and "0 have answered so far." in texts(host)
    wrong = next(name for name in CLAIM.answers if name != right())
    for reader, name in zip(students, (wrong, right(), right()), strict=True):
        choose(reader, name)
        assert "badge" not in reader.chip(KEY), "covered: no verdict yet"
        assert any(text.startswith("Sent.") for text in texts(reader))
    choose(students[0], right())  # thinks again
    host.run()
    assert "3 have answered so far." in texts(host) and bars(host) is None
    assert "badge" not in students[0].run().chip(KEY)
    host.click(f"uncover-{KEY}")
    assert "badge" in host.chip(KEY) and "(3)" in bars(host)
    assert f"✓ {CLAIM.answers[right()]['en']}" in bars(host) and "3 (100%)" in bars(host)
    students[0].run()
    assert "badge" in students[0].chip(KEY) and bars(students[0]) == bars(host)
    assert any("✓ As you predicted" in text for text in texts(students[0]))


def test_a_students_link_asks_even_who_came_to_a_result(room):
    assert question(student(room[0], predict="0", **{f"claim.{KEY}.open": "1"}))


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_room_that_ended_is_said_to_have_and_left(lang):
    code, secret = rooms().open()
    reader = Student(KEY).follow(lang=lang, room=code)
    rooms().close(code, secret)
    reader.run()
    (warning,) = reader.at.warning
    assert ("끝났습니다" if lang == "ko" else "has ended") in warning.value
    reader.click("leave-room")
    assert not reader.at.warning and "room" not in reader.address
    assert question(reader), "from now on it is asked for itself"


@pytest.mark.parametrize("code", ["9ZZZZZ", "nonsense", "1"])
def test_a_wrong_code_gets_a_sentence(code):
    reader = student(code)
    (warning,) = reader.at.warning
    assert "There is no such room" in warning.value


def test_a_wrong_key_makes_a_student_and_opens_nothing(room):
    thief = Student(KEY).follow(lang="en", room=room[0], host=room[1][:-1])
    assert "Only the person who opened this room" in thief.at.warning[0].value
    assert question(thief) and "host" not in thief.address
    thief.click("leave-room")
    assert rooms().holds(room[0]) and "room" not in thief.address


def test_a_mended_key_is_not_told(room):
    reader = Visit().follow("losses", lang="en", fig="line", room=room[0], host=room[1] + " ")
    assert not any(room[1] in text for text in texts(reader))
    assert any("host=…" in text for text in reader.notices)


def test_the_way_in_for_others_is_made_when_it_is_asked_for_and_has_no_key(room):
    link = {"fix": "line.delta", "hide": "line.point", "line.delta": "2"}
    reader = Student("losses/line").follow(lang="en", room=room[0], host=room[1], **link)
    assert not reader.at.code
    reader.at.session_state["join"] = True
    reader.run()
    (code,) = reader.at.code
    place = urlsplit(code.value)
    assert dict(parse_qsl(place.query)) == {"lang": "en", "fig": "line", "room": room[0], **link}
    reader.click("close-room")
    assert not rooms().holds(room[0]) and "host" not in reader.address


def test_the_answer_that_is_right_is_that_of_the_question_whatever_the_card_is_set_to(room):
    """Over other settings the numbers bear out another answer than the one that was asked for."""
    link = {f"claim.{KEY}.rival": "elu"}
    changed = replace(CLAIM.defaults, rival="elu")
    assert CLAIM.right(CLAIM.run(changed).measured) != right()
    reader, host = student(room[0], **link), teacher(room, **link)
    choose(reader, right())
    host.click(f"uncover-{KEY}")
    assert f"✓ {CLAIM.answers[right()]['en']}" in bars(host)
    reader.run()
    assert any("✓ As you predicted" in text for text in texts(reader))


def test_a_refused_answer_is_told_and_not_taken(room):
    reader = student(room[0])
    rooms().uncover(*room, KEY)
    choose(reader, right())
    assert ["can no longer change" in warning.value for warning in reader.at.warning] == [True]
    assert "badge" in reader.chip(KEY) and not reader.run().at.warning, (
        "told once, where it was given"
    )
    assert rooms().counts(room[0], KEY).total == 0
    assert not any("As you predicted" in text for text in texts(reader))


def test_the_tally_gives_away_nothing_that_is_still_covered(room):
    other = next(key for key in CLAIMS if key != KEY and not CLAIMS[key].takes_long)
    reader = student(room[0])
    reader.at.session_state["visit"].predicted[other] = ("any", False)
    choose(reader, right())
    rooms().uncover(*room, KEY)
    assert "So far 1 of your 1 predictions came out right." in texts(reader.run())


def test_an_answer_that_is_deselected_is_none(room):
    for reader in (student(room[0]), Student(KEY).follow(lang="en")):
        choose(reader, None)
        assert question(reader) and reader.at.exception == []


def test_an_answer_given_in_one_room_is_not_sent_in_another(room):
    other, _ = rooms().open()
    reader = choose(student(room[0]), right())
    reader.follow(lang="en", room=other)
    assert question(reader)[0].value in (None, [])
    assert not any(text.startswith("Sent.") for text in texts(reader))


def test_threads_find_one_house():
    with ThreadPoolExecutor(8) as pool:
        assert len({id(house) for house in pool.map(lambda _: rooms(), range(64))}) == 1


def test_a_room_goes_along_to_the_next_page(room):
    reader = Visit().follow("activations", lang="en", fig="explorer", room=room[0])
    reader.follow("losses", fig="line")
    assert reader.address["room"] == room[0]
