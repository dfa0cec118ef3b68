"""Rooms: what a class predicts, answer by answer, before the measurement is shown.

A room is in the memory of one process and is gone when that ends, when it is closed, or after three
hours.  Of a person it holds nothing but a random id of the reader's session, which tells a second
answer from another reader's, and what was chosen.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from dlbasic.text import Text

ROOMS = 50  # that may be open in one process
ANSWERS = 200  # to one question of a room
SECONDS = 3 * 3600.0  # that a room is open
LETTERS = "BCDFGHJKMNPQRSTVWXYZ"  # no I, L or O, which look like digits; no vowels: no words
_READ = str.maketrans("ILO", "110")

WRONG = Text(
    ko="이 링크의 방이 없습니다. 링크를 확인하고 페이지를 새로 고쳐 주십시오. "
    "이미 끝난 방일 수도 있습니다.",
    en="There is no such room. Please check the link and reload the page; it may also have ended.",
)
ENDED = Text(
    ko="이 방은 끝났습니다. 새 방의 링크를 받아 주십시오.",
    en="This room has ended. Please ask for the link to a new one.",
)
FULL = Text(
    ko="이 질문에는 답이 다 차서 더 받을 수 없습니다.",
    en="This question has all the answers that a room can take.",
)
NO_ROOM_LEFT = Text(
    ko="지금은 방을 더 열 수 없습니다. 다른 방이 끝난 뒤에 다시 열어 주십시오.",
    en="No more rooms can be opened now. Please try again when another has ended.",
)
NOT_YOURS = Text(
    ko="방을 연 사람만 답을 공개하거나 방을 닫을 수 있습니다.",
    en="Only the person who opened this room can uncover its answers or close it.",
)
UNCOVERED = Text(
    ko="이 질문의 답은 이미 공개되어 더 답하거나 바꿀 수 없습니다.",
    en="The answers to this question have been uncovered: they can no longer change.",
)
UNKNOWN = Text(
    ko="이 방에는 그런 질문이나 선택지가 없습니다.",
    en="This room has no such question or option.",
)


class RoomError(Exception):
    """What a room refuses, with the ``reason`` for the reader."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True)
class Counts:
    """How many have answered a question; how many chose ``each`` option, once it is uncovered."""

    total: int
    each: Mapping[str, int] | None


@dataclass
class _Room:
    secret: str
    ends: float
    answers: dict[str, dict[str, str]] = field(default_factory=dict)  # question: student: option
    uncovered: set[str] = field(default_factory=set)


class Rooms:
    """The rooms of one process; every method may be called by many threads at a time.

    ``questions`` are all that may be asked, with their options, so that what is held is bounded.  A
    room's code begins with the last digit of the process's ``port``: by it ``deploy/nginx.conf``
    finds the process that has the room.  Each method raises :class:`RoomError` for a room that is
    not there, and for what else it refuses.

    >>> rooms = Rooms({"dead": ("none", "some", "all")})
    >>> code, secret = rooms.open()
    >>> rooms.answer(code, "a student", "dead", "some")
    >>> rooms.counts(code, "dead")
    Counts(total=1, each=None)
    >>> rooms.uncover(code, secret, "dead")
    >>> rooms.counts(code, "dead")
    Counts(total=1, each={'none': 0, 'some': 1, 'all': 0})
    """

    def __init__(
        self, questions: Mapping[str, Collection[str]], port: int = 8501,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._questions, self._digit, self._clock = questions, str(port % 10), clock
        self._rooms: dict[str, _Room] = {}  # by their codes, the oldest first
        self._ended: deque[str] = deque(maxlen=ROOMS)  # codes of the last that have ended
        self._lock = threading.Lock()

    def open(self) -> tuple[str, str]:
        """Open a room: its code, and the secret that uncovers answers and closes it."""
        with self._lock:
            self._end_old()
            if len(self._rooms) >= ROOMS:
                self._end_an_empty_one()
            code = self._fresh_code()
            room = _Room(secrets.token_urlsafe(16), self._clock() + SECONDS)
            self._rooms[code] = room
            return code, room.secret

    def opens(self, code: str, secret: str) -> bool:
        """Whether this is the room's key."""
        with self._lock:
            return _same(self._room(code).secret, secret)

    def chosen(self, code: str, student: str, question: str) -> str | None:
        """What a student has answered."""
        with self._lock:
            return self._room(code).answers.get(question, {}).get(student)

    def holds(self, code: str) -> bool:
        """Whether the room is there."""
        with self._lock:
            self._end_old()
            return as_code(code) in self._rooms

    def answer(self, code: str, student: str, question: str, option: str) -> None:
        """Take a student's answer, in the place of an earlier one; none once it is uncovered."""
        with self._lock:
            room = self._room(code)
            if option not in self._options(question):
                raise RoomError(UNKNOWN)
            if question in room.uncovered:
                raise RoomError(UNCOVERED)
            answers = room.answers.setdefault(question, {})
            if student not in answers and len(answers) >= ANSWERS:
                raise RoomError(FULL)
            answers[student] = option

    def counts(self, code: str, question: str) -> Counts:
        """What has been answered.  While it is covered nobody sees more than how many have.

        Not even who opened the room, whose screen the class sees.
        """
        with self._lock:
            room = self._room(code)
            options = self._options(question)
            answers = room.answers.get(question, {})
            if question not in room.uncovered:
                return Counts(len(answers), None)
            chosen = Counter(answers.values())
            return Counts(len(answers), {option: chosen[option] for option in options})

    def uncover(self, code: str, secret: str, question: str) -> None:
        """Show the answers to a question to all, and take no more; again, it does nothing."""
        with self._lock:
            room = self._own(code, secret)
            self._options(question)
            room.uncovered.add(question)

    def close(self, code: str, secret: str) -> None:
        """End a room."""
        with self._lock:
            self._own(code, secret)
            self._end(as_code(code))

    def _options(self, question: str) -> Collection[str]:
        if question not in self._questions:
            raise RoomError(UNKNOWN)
        return self._questions[question]

    def _room(self, code: str) -> _Room:
        self._end_old()
        code = as_code(code)
        if code not in self._rooms:
            raise RoomError(ENDED if code in self._ended else WRONG)
        return self._rooms[code]

    def _own(self, code: str, secret: str) -> _Room:
        room = self._room(code)
        if not _same(room.secret, secret):
            raise RoomError(NOT_YOURS)
        return room

    def _end_old(self) -> None:
        now = self._clock()
        while self._rooms:
            oldest = next(iter(self._rooms))
            if now < self._rooms[oldest].ends:
                return
            self._end(oldest)

    def _end(self, code: str) -> None:
        del self._rooms[code]
        self._ended.append(code)

    def _end_an_empty_one(self) -> None:
        """The oldest in which nobody has answered makes way for another."""
        empty = next((code for code, room in self._rooms.items() if not room.answers), None)
        if empty is None:
            raise RoomError(NO_ROOM_LEFT)
        self._end(empty)

    def _fresh_code(self) -> str:
        while True:
            code = self._digit + "".join(secrets.choice(LETTERS) for _ in range(5))
            if code not in self._rooms and code not in self._ended:
                return code


def _same(secret: str, said: str) -> bool:
    return hmac.compare_digest(secret.encode(), said.encode(errors="replace"))


def as_code(text: str) -> str:
    """A code as rooms have it, from what a reader has typed; links have it so, for nginx.

    >>> as_code(" lbc dfg ")
    '1BCDFG'
    """
    return "".join(text.split()).upper().translate(_READ)
