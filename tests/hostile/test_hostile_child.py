"""Readers that die, hang, leak, shout and lie in their process: one file goes with them, and the next one is read."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dropping import FORMS, SCORES, honest
from misbehaving import Misbehaving
from packages import book

from formgen.errors import UnreadableInputError
from formgen.model import Issue, IssueCode, Locator, Reading, Record, Severity, Subject
from formgen.parsing import FileReading, Hints, Limits
from parsers import bounds, confinement, messages
from parsers.isolated import IsolatedReader

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

DIED, LATE = "读取程序异常退出", "已中止"
HINTS = Hints()


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("kind", "code", "words", "tries"),
    [
        ("killed", "unreadable", DIED, 2),
        ("aborts", "unreadable", DIED, 2),
        ("crashes", "unreadable", DIED, 2),
        ("exhausts_the_stack", "", "", 0),
        ("prints_without_end", "not-a-form", "没有认出", 1),
        ("leaks", "too-large", "内存不够", 1),
        ("leaks_in_c", "unreadable", DIED, 2),
        ("hangs", "too-slow", LATE, 1),
        ("hangs_in_c", "too-slow", LATE, 1),
        ("stops", "too-slow", LATE, 1),
        ("says_too_much", "unreadable", DIED, 2),
        ("says_how_much_and_dies", "unreadable", DIED, 2),
        ("says_half_of_it_and_dies", "unreadable", DIED, 2),
        ("says_a_program", "unreadable", DIED, 2),
        ("says_rubbish", "unreadable", DIED, 2),
        ("says_something_else", "unreadable", DIED, 2),
        ("returns_more_than_it_may", "too-large", "读出的内容过多", 1),
        ("writes_without_end", "unreadable", "读不下去", 1),
    ],
)
def test_a_reader_that_goes_wrong_takes_one_file_with_it_and_is_tried_once_more(
    kind: str, code: str, words: str, tries: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bad = written(tmp_path, "坏.xlsx", book('<row r="1"><c r="A1"><v>1</v></c></row>'))
    good = written(tmp_path, "李四.docx", honest("李四"))
    marks = tmp_path / "tries"
    forms: tuple[Any, ...] = (*FORMS, Misbehaving(kind, marks))

    seconds = 3 if code == "too-slow" else 60

    with IsolatedReader(forms, Limits(seconds=seconds), memory=700_000_000) as reader:
        reading = reader(bad, HINTS)
        reader._limits = Limits()
        following = reader(good, HINTS)

    if tries:
        assert [str(issue.code) for issue in reading.issues] == [code]
        assert words in reading.issues[0].message
        assert marks.read_text() == "x" * tries
    assert reading.records == ()
    assert {field: str(following.records[0].readings[field].value) for field in SCORES} == SCORES
    assert not (tmp_path / "geschehen").exists()
    assert capfd.readouterr() == ("", "")
    assert not [child for child in multiprocessing.active_children() if child.name == "formgen-reader"]


def test_an_answer_with_thousands_of_people_is_far_within_its_bound() -> None:
    people = tuple(
        Record("roster", "", Subject("张庄村", f"李{number}"), None, {
            name: Reading(f"值{number}", Decimal(number), Locator("sheet 花名册", f"B{number}"))
            for name in ("village", "name", "group", "post", "series", "base_pay")
        })
        for number in range(4_000)
    )  # fmt: skip

    data = messages.packed(("reading", FileReading("花名册.xlsx", "a" * 64, "xlsx", people)))

    assert len(data) < messages.MOST_BYTES / 15
    assert messages.unpacked(data)[1].records == people


def test_an_answer_is_what_was_said_and_nothing_else_is_made_of_it() -> None:
    said = (
        FileReading("a", "b", "c", issues=(Issue(IssueCode.MACRO, Severity.INFO, "宏"),)),
        UnreadableInputError("读不了", "too-large"),
        Path("a"),
        date(2023, 1, 2),
        datetime(2023, 1, 2, 3),
        frozenset({1}),
    )

    again = messages.unpacked(messages.packed(("x", said)))[1]

    assert repr(again) == repr(said)


class _Calls:
    def __init__(self, function: Any, *given: Any) -> None:
        self.call = function, given

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize(
    "attack", [_Calls(os.system, "true"), _Calls(eval, "1"), _Calls(getattr, 1, "real"), _Calls(bounds.check_texts, [])]
)
def test_a_message_that_calls_a_function_is_no_answer(attack: object) -> None:
    with pytest.raises(pickle.UnpicklingError):
        messages.unpacked(pickle.dumps(("reading", attack)))


@pytest.mark.parametrize(
    "name", ["cformgen.parsing\nPath\n(tR.", "cformgen.parsing\nPath.home\n(tR.", "cos\nsystem\n."]
)
def test_what_our_modules_have_from_others_cannot_be_had_through_them(name: str) -> None:
    with pytest.raises(pickle.UnpicklingError):
        messages.unpacked(name.encode())


# --- bounds where the platform has no limit on address space --------------------------------------------------------


class Kernel:
    """Stands in for kernel32: it notes what it is asked for."""

    def __init__(self, refuse: str = "") -> None:
        self.asked: list[str] = []
        self.limits = confinement.JobLimits()
        for name in ("CreateJobObjectW", "GetCurrentProcess", "SetInformationJobObject", "AssignProcessToJobObject"):
            setattr(self, name, self._function(name, refuse))

    def _function(self, name: str, refuse: str) -> Any:
        def call(*given: Any) -> int:
            self.asked.append(name)
            if name == "SetInformationJobObject":
                assert given[1] == 9
                assert given[3] == ctypes.sizeof(confinement.JobLimits)
                ctypes.memmove(ctypes.byref(self.limits), given[2], given[3])
            return 0 if name == refuse else 7

        function: Any = lambda *given: call(*given)  # noqa: E731 - it must take argtypes
        function.__dict__.update(restype=None, argtypes=None)
        return function


@pytest.mark.skipif(sys.maxsize < 2**32, reason="the layout of 64 bits")
def test_the_limits_of_a_job_of_windows_are_laid_out_as_documented() -> None:
    assert ctypes.sizeof(confinement.JobLimits) == 144
    assert (confinement.JobLimits.process_memory.offset, confinement.JobLimits.counters.offset) == (112, 64)
    assert confinement.JobLimits().basic.__class__.flags.offset == 16
    assert confinement.JobLimits().basic.__class__.active_processes.offset == 40


def test_a_process_of_windows_is_put_into_a_job_that_bounds_it() -> None:
    kernel = Kernel()

    held = confinement.confine_in_job(3 << 30, kernel)

    assert held
    assert kernel.asked == [
        "CreateJobObjectW", "SetInformationJobObject", "GetCurrentProcess", "AssignProcessToJobObject"
    ]  # fmt: skip
    assert kernel.limits.process_memory == 3 << 30
    assert (kernel.limits.basic.flags, kernel.limits.basic.active_processes) == (0x508, 1)


@pytest.mark.parametrize("refused", ["CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject"])
def test_a_job_that_windows_refuses_is_known(refused: str) -> None:
    assert not confinement.confine_in_job(1, Kernel(refused))


def test_a_process_that_uses_too_much_is_ended_where_nothing_else_bounds_it() -> None:
    used = iter((5, 50, 500, 5000))
    ends: list[int] = []

    confinement.watch_memory(100, used.__next__, ends.append)

    assert ends == [3]
    assert next(used) == 5000


def test_what_a_process_has_used_is_told_in_bytes() -> None:
    held = bytearray(b"x") * 30_000_000

    assert len(held) < confinement._most_used() < 10**12


def test_a_platform_that_refuses_a_bound_gets_the_watcher(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []
    monkeypatch.setattr(confinement, "_mute", lambda: None)
    monkeypatch.setattr(confinement, "_bound", lambda memory: False)
    monkeypatch.setattr(
        confinement.threading,
        "Thread",
        lambda **named: SimpleNamespace(start=lambda: begun.append((named["target"], named["args"]))),
    )

    confinement.confine(7)

    assert begun == [(confinement.watch_memory, (7,))]
