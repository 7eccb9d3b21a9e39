"""The same form as a file and as a signed scan: compared field by field, and the office's word decides which counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from returns import clock, reader, record, scanned

from formgen import workspace
from formgen.copies import differences
from formgen.intake import IntakeResult, intake
from formgen.model import IssueCode, Severity
from formgen.parsing import FileReading, Hints
from formgen.store import Store

LINE = "dayang-monthly 2023-03 张庄村/李四 2.1={} 2.2=20 2.2.remark={}"
Take = Callable[..., IntakeResult]


def scan_reader(path: Path, hints: Hints) -> FileReading:
    """As ``returns.reader``; a name that ends with .pdf is a scan."""
    reading = reader(path, hints)
    if path.suffix != ".pdf":
        return reading
    return replace(reading, kind="scan", records=tuple(scanned(one) for one in reading.records))


class Desk:
    def __init__(self, root: Path, authority: str) -> None:
        self.place = workspace.create(root, scheme="dayang-2023")
        settings = self.place.settings.read_text(encoding="utf-8")
        self.place.settings.write_text(
            settings.replace('authority = "ask"', f'authority = "{authority}"'), encoding="utf-8"
        )
        self.place = workspace.open(root)
        self.store = Store(self.place.database)
        self.moments = clock()

    def take(self, name: str, score: object, remark: str = "?") -> IntakeResult:
        (self.place.inbox / name).write_text(LINE.format(score, remark), encoding="utf-8")
        return intake(self.place, self.store, scan_reader, now=lambda: next(self.moments))

    @property
    def counted(self) -> list[str]:
        return [f"{one.file} {one.record.readings['2.1'].value}" for one in self.store.records("dayang-monthly")]

    @property
    def said(self) -> list[tuple[str | None, Severity, str]]:
        return [
            (one.issue.field, one.issue.severity, one.issue.message)
            for one in self.store.issues()
            if one.issue.code is IssueCode.COPIES_DIFFER
        ]


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    made = Desk(tmp_path / "办公", getattr(request, "param", "ask"))
    yield made
    made.store.close()


def test_equal_copies_are_said_to_be_equal(desk: Desk) -> None:
    desk.take("李四.docx", 8)

    result = desk.take("李四.pdf", 8, "本人手写的说明")

    assert any("逐项一致" in message for message in result.files[0].messages)
    assert desk.said == []


@pytest.mark.parametrize("first", ["docx", "pdf"])
def test_copies_that_differ_wait_for_a_person_with_both_places(desk: Desk, first: str) -> None:
    second = "pdf" if first == "docx" else "docx"
    desk.take(f"李四.{first}", 8)

    desk.take(f"李四签.{second}", 9)

    ((field, severity, message),) = desk.said
    assert (field, severity) == ("2.1", Severity.WARNING)
    assert "“9”" in message and "“8”" in message and f"《李四.{first}》第1个表第1行第3列" in message
    assert desk.counted == [f"李四签.{second} 9"]


@pytest.mark.parametrize(
    ("desk", "first", "counted"),
    [
        ("scan", "docx", "李四签.pdf 9"),
        ("scan", "pdf", "李四.pdf 8"),
        ("file", "docx", "李四.docx 8"),
        ("file", "pdf", "李四签.docx 9"),
    ],
    indirect=["desk"],
)
def test_the_declared_order_decides_whichever_came_first(desk: Desk, first: str, counted: str) -> None:
    desk.take(f"李四.{first}", 8)

    desk.take(f"李四签.{'pdf' if first == 'docx' else 'docx'}", 9)

    assert desk.counted == [counted]
    assert [severity for _, severity, _ in desk.said] == [Severity.INFO]


@pytest.mark.parametrize("desk", ["file"], indirect=True)
def test_a_third_copy_counts_again(desk: Desk) -> None:
    desk.take("李四.docx", 8)
    desk.take("李四.pdf", 9)

    desk.take("李四改.docx", 10)

    assert desk.counted == ["李四改.docx 10"]


def test_two_files_of_one_sort_are_no_copies(desk: Desk) -> None:
    desk.take("李四.docx", 8)

    desk.take("李四改.docx", 9)

    assert desk.said == []


def test_what_only_the_signed_copy_can_have_is_no_difference() -> None:
    one, other = (record(LINE.format(8, remark)) for remark in ("?", "同意"))

    assert list(differences(one, other)) == []
    assert [field for field, _, _ in differences(one, record(LINE.format(9, "?")))] == ["2.1"]
