"""Rooms hold what was answered, refuse what they must, and forget."""

from __future__ import annotations

import contextlib
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dlbasic.ui import rooms as module
from dlbasic.ui.rooms import ANSWERS, LETTERS, ROOMS, SECONDS, Counts, RoomError, Rooms, as_code

QUESTIONS = {"dead": ("none", "some", "all"), "zigzag": ("yes", "no")}


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rooms(clock):
    return Rooms(QUESTIONS, clock=clock)


@pytest.fixture
def room(rooms):
    """A room's code and secret."""
    return rooms.open()


def refused(call, *args):
    """The reason why a call is refused."""
    with pytest.raises(RoomError) as error:
        call(*args)
    return error.value.reason


def test_answers_are_counted_once_for_each_student_and_shown_when_uncovered(rooms, room):
    code, secret = room
    for student, option in [("a", "some"), ("b", "all"), ("c", "some"), ("b", "none")]:
        rooms.answer(code, student, "dead", option)
    assert rooms.counts(code, "dead") == Counts(3, None)
    rooms.uncover(code, secret, "dead")
    assert rooms.counts(code, "dead") == Counts(3, {"none": 1, "some": 2, "all": 0})
    assert [*rooms.counts(code, "dead").each] == ["none", "some", "all"]  # as declared


def test_once_uncovered_nobody_answers_but_other_questions_stay_covered(rooms, room):
    code, secret = room
    rooms.answer(code, "a", "dead", "some")
    rooms.uncover(code, secret, "dead")
    rooms.uncover(code, secret, "dead")  # a second press
    for student in "ab":
        assert refused(rooms.answer, code, student, "dead", "all") == module.UNCOVERED
    assert rooms.counts(code, "dead").each == {"none": 0, "some": 1, "all": 0}
    rooms.answer(code, "a", "zigzag", "no")
    assert rooms.counts(code, "zigzag") == Counts(1, None)


def test_rooms_do_not_share_answers(rooms, room):
    other, _ = rooms.open()
    rooms.answer(room[0], "a", "dead", "some")
    assert rooms.counts(other, "dead").total == 0


@pytest.mark.parametrize("secret", ["", "guess", "방", "\ud800"])
def test_only_who_opened_it_uncovers_and_closes(rooms, room, secret):
    code, own = room
    another = rooms.open()[1]
    for wrong in (secret, another, own[:-1], own.swapcase()):
        assert refused(rooms.uncover, code, wrong, "dead") == module.NOT_YOURS
        assert refused(rooms.close, code, wrong) == module.NOT_YOURS
    assert rooms.counts(code, "dead") == Counts(0, None)


def test_what_is_not_asked_is_refused_and_not_kept(rooms, room):
    code, secret = room
    for question, option in [("other", "some"), ("dead", "yes"), ("dead", ""), ("", "")]:
        assert refused(rooms.answer, code, "a", question, option) == module.UNKNOWN
    assert refused(rooms.counts, code, "other") == module.UNKNOWN
    assert refused(rooms.uncover, code, secret, "other") == module.UNKNOWN
    assert rooms.counts(code, "dead").total == 0


def test_a_full_question_takes_no_more_students_but_changes_of_mind(rooms, room):
    code, secret = room
    for student in range(ANSWERS):
        rooms.answer(code, str(student), "dead", "some")
    assert refused(rooms.answer, code, "one more", "dead", "some") == module.FULL
    rooms.answer(code, "7", "dead", "all")
    rooms.answer(code, "one more", "zigzag", "yes")
    rooms.uncover(code, secret, "dead")
    assert rooms.counts(code, "dead").each == {"none": 0, "some": ANSWERS - 1, "all": 1}


def calls(rooms, code, secret):
    return [
        (rooms.answer, code, "a", "dead", "some"),
        (rooms.counts, code, "dead"),
        (rooms.uncover, code, secret, "dead"),
        (rooms.close, code, secret),
    ]


def test_a_room_ends_after_three_hours(rooms, room, clock):
    rooms.answer(room[0], "a", "dead", "some")
    clock.now += SECONDS - 0.5
    later, _ = rooms.open()
    assert rooms.counts(room[0], "dead").total == 1
    clock.now += 0.5
    assert [refused(*call) for call in calls(rooms, *room)] == 4 * [module.ENDED]
    assert rooms.counts(later, "dead").total == 0


def test_a_closed_room_has_ended(rooms, room):
    rooms.close(*room)
    assert [refused(*call) for call in calls(rooms, *room)] == 4 * [module.ENDED]


@pytest.mark.parametrize("code", ["", "1", "1BCDFG" * 1000, "방", "2BCDFG", "\ud800"])
def test_a_wrong_code_is_no_room(rooms, room, code):
    assert [refused(*call) for call in calls(rooms, code, room[1])] == 4 * [module.WRONG]


def test_the_house_is_full_until_a_room_is_closed_or_has_ended(rooms, clock):
    def used():
        room = rooms.open()
        rooms.answer(room[0], "a", "dead", "some")
        return room

    first, *_, last = [used() for _ in range(ROOMS)]
    assert refused(rooms.open) == module.NO_ROOM_LEFT
    rooms.close(*last)
    clock.now += 60
    used()
    assert refused(rooms.open) == module.NO_ROOM_LEFT
    clock.now += SECONDS - 60
    assert len({used()[0] for _ in range(ROOMS - 1)}) == ROOMS - 1
    assert refused(rooms.open) == module.NO_ROOM_LEFT
    assert refused(rooms.counts, first[0], "dead") == module.ENDED


def test_where_all_are_open_the_oldest_that_nobody_uses_makes_way(rooms):
    first, second, *_ = [rooms.open() for _ in range(ROOMS)]
    rooms.answer(first[0], "a", "dead", "some")
    rooms.open()
    assert rooms.holds(first[0]) and not rooms.holds(second[0])
    assert refused(rooms.counts, second[0], "dead") == module.ENDED


def test_a_room_knows_its_key_and_what_each_has_answered(rooms, room):
    rooms.answer(room[0], "a", "dead", "some")
    assert rooms.opens(*room) and not rooms.opens(room[0], "") and not rooms.opens(room[0], "방")
    assert rooms.chosen(room[0], "a", "dead") == "some"
    assert rooms.chosen(room[0], "b", "dead") is rooms.chosen(room[0], "a", "zigzag") is None


def test_what_is_remembered_of_ended_rooms_is_bounded(rooms):
    codes = []
    for _ in range(ROOMS + 1):
        code, secret = rooms.open()
        rooms.close(code, secret)
        codes.append(code)
    reasons = [refused(rooms.counts, code, "dead") for code in codes]
    assert reasons == [module.WRONG, *ROOMS * [module.ENDED]]


@pytest.mark.parametrize(("port", "digit"), [(8501, "1"), (8509, "9"), (8510, "0"), (40213, "3")])
def test_a_code_names_its_process_and_has_no_sign_that_is_taken_for_another(port, digit):
    codes = [Rooms(QUESTIONS, port).open()[0] for _ in range(200)]
    assert [code for code in codes if not re.fullmatch(f"{digit}[{LETTERS}]{{5}}", code)] == []
    assert not {*"AEIOUL"} & {*LETTERS} and len(LETTERS) == 20


def test_a_code_is_read_as_it_is_typed(room, rooms):
    code, _ = room
    typed = [
        code.lower(),
        f"  {code[:3]} {code[3:]}\n",
        "\u3000".join(code),
        "I" + code[1:],
        "l" + code[1:],
    ]
    for text in typed:
        assert rooms.counts(text, "dead").total == 0
        assert as_code(text) == code
    assert as_code("oBCDFG") == "0BCDFG"


def test_a_secret_cannot_be_guessed_from_another(rooms):
    found = {rooms.open()[1] for _ in range(ROOMS)}
    assert len(found) == ROOMS and min(map(len, found)) >= 20


def test_a_crowd_loses_no_answer_and_gets_no_more_than_there_may_be(rooms, room):
    code, secret = room
    start = threading.Barrier(8)
    crowd = ANSWERS + 40

    def answer(worker):
        start.wait()
        reasons = []
        for student in range(worker, crowd, 8):
            try:
                rooms.answer(code, f"{student}", "dead", "all")
                rooms.answer(code, f"{student}", "dead", ("none", "some")[student % 2])
            except RoomError as error:
                reasons.append(error.reason)
            rooms.answer(code, f"{student % ANSWERS}", "zigzag", "yes")
        return reasons

    with ThreadPoolExecutor(8) as pool:
        reasons = [reason for found in pool.map(answer, range(8)) for reason in found]
    assert reasons == 40 * [module.FULL]
    rooms.uncover(code, secret, "dead")
    rooms.uncover(code, secret, "zigzag")
    counts = rooms.counts(code, "dead")
    assert counts.total == sum(counts.each.values()) == ANSWERS and counts.each["all"] == 0
    assert rooms.counts(code, "zigzag").each == {"yes": ANSWERS, "no": 0}


def test_of_eight_at_once_one_gets_the_last_place(rooms, room):
    code, secret = room
    for student in range(ANSWERS - 1):
        rooms.answer(code, f"{student}", "dead", "some")
    at_once = threading.Barrier(8)

    class Hesitant(str):
        """A student's id that is kept only when all have been let in, or one alone can be."""

        __slots__ = ("asked",)
        __eq__ = str.__eq__

        def __hash__(self):
            self.asked = getattr(self, "asked", 0) + 1
            if self.asked == 2:
                with contextlib.suppress(threading.BrokenBarrierError):
                    at_once.wait(0.2)
            return super().__hash__()

    def answer(worker):
        try:
            rooms.answer(code, Hesitant(f"new {worker}"), "dead", "all")
        except RoomError as error:
            return error.reason

    with ThreadPoolExecutor(8) as pool:
        reasons = [*pool.map(answer, range(8))]
    rooms.uncover(code, secret, "dead")
    assert reasons.count(module.FULL) == 7
    assert rooms.counts(code, "dead").each == {"none": 0, "some": ANSWERS - 1, "all": 1}
