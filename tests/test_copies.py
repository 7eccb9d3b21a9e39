"""The same form as a file and as a signed scan: compared field by field, and the office's word decides which counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from returns import clock, reader, record, scanned

from formgen import workspace
from formgen.copies import differences
from formgen.intake import IntakeResult, intake, reread
from formgen.model import IssueCode, Locator, Reading, Record, Severity
from formgen.outcomes import Outcome
from formgen.parsing import FileReading, Hints, Reader
from formgen.store import Store

LINE = "dayang-monthly 2023-03 张庄村/李四 2.1={} 2.2=20 2.2.remark={}"
Take = Callable[..., IntakeResult]


def scan_reader(path: Path, hints: Hints) -> FileReading:
    """As ``returns.reader``; a name that ends with .pdf is a scan, one with 混合 has a page of text and a picture."""
    reading = reader(path, hints)
    if path.suffix != ".pdf":
        return reading
    read = mixed if "混合" in path.name else scanned
    return replace(reading, kind="scan", records=tuple(read(one) for one in reading.records))


def mixed(one: Record) -> Record:
    """The record as of a PDF of which page 1 is text and page 2, with the fields 2.*, a picture."""
    readings = {
        field: replace(
            reading,
            where=replace(reading.where, part=f"page {2 if field[0] == '2' else 1}, table 1"),
        )
        for field, reading in one.readings.items()
    }
    boxed = scanned(replace(one, readings=readings)).readings
    return replace(one, readings={field: (boxed if field[0] == "2" else readings)[field] for field in readings})


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
        return self.put({name: LINE.format(score, remark)})

    def put(self, files: dict[str, str]) -> IntakeResult:
        for name, text in files.items():
            (self.place.inbox / name).write_text(text, encoding="utf-8")
        return intake(self.place, self.store, scan_reader, now=lambda: next(self.moments))

    def again(self, read: Reader = scan_reader) -> None:
        reread(self.place, self.store, read, now=lambda: next(self.moments))

    @property
    def files(self) -> list[str]:
        return [f"{one.file}{one.subject.name}" for one in self.store.records("dayang-monthly")]

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


# --- a PDF of which some pages are text and some are pictures --------------------------------------------------

LI, WANG = "dayang-monthly 2023-03 张庄村/李四 1.1={} 2.1={}", "dayang-monthly 2023-03 张庄村/王五 1.1={} 2.1={}"
EACH = pytest.mark.parametrize("desk", ["ask", "scan", "file"], indirect=True)
ORDER = pytest.mark.parametrize(
    "names", [("李.docx", "李混合.pdf"), ("李混合.pdf", "李.docx")], ids=["after", "before"]
)


@EACH
@ORDER
def test_a_text_page_of_a_mixed_pdf_is_a_version_of_the_file_and_the_later_counts(
    desk: Desk, names: tuple[str, str]
) -> None:
    desk.put({names[0]: LI.format(1, 8)})

    result = desk.put({names[1]: LI.format(2, 8)})

    assert desk.said == []
    assert desk.files == [f"{names[1]}李四"]
    assert not any("一致" in message for message in result.files[0].messages)


@ORDER
def test_a_picture_page_of_a_mixed_pdf_that_differs_from_the_file_waits_for_a_person(
    desk: Desk, names: tuple[str, str]
) -> None:
    desk.put({names[0]: LI.format(1, 8)})

    result = desk.put({names[1]: LI.format(1, 9)})

    ((field, severity, message),) = desk.said
    places = {
        "李.docx": "电子版《李.docx》第1个表第1行第4列",
        "李混合.pdf": "扫描件《李混合.pdf》第2页第1个表第1行第4列",
    }
    assert (field, severity) == ("2.1", Severity.WARNING)
    assert f"写“9”，{places[names[0]]}写“8”" in message
    assert desk.files == [f"{names[1]}李四"]
    assert [file.outcome for file in result.files] == [Outcome.DOUBTFUL]


@pytest.mark.parametrize(("desk", "counted"), [("scan", "李混合.pdf李四"), ("file", "李.docx李四")], indirect=["desk"])
@ORDER
def test_the_declared_order_decides_on_a_picture_page_of_a_mixed_pdf(
    desk: Desk, counted: str, names: tuple[str, str]
) -> None:
    desk.put({names[0]: LI.format(1, 8)})

    desk.put({names[1]: LI.format(1, 9)})

    assert desk.files == [counted]
    assert [(field, severity) for field, severity, _ in desk.said] == [("2.1", Severity.INFO)]


@pytest.mark.parametrize("desk", ["file"], indirect=True)
def test_where_the_later_text_page_and_the_declared_order_name_two_files_a_person_puts_it_right(desk: Desk) -> None:
    desk.put({"李.docx": LI.format(1, 8)})

    desk.put({"李混合.pdf": LI.format(2, 9)})

    ((field, severity, message),) = desk.said
    assert desk.files == ["李混合.pdf李四"]
    assert (field, severity) == ("2.1", Severity.WARNING)
    assert "这一项以电子版为准" in message and "“8”" in message and "请更正" in message


@pytest.mark.parametrize("desk", ["file"], indirect=True)
def test_what_is_ruled_on_one_persons_picture_does_not_bring_back_anothers_older_text(desk: Desk) -> None:
    desk.put({"两人.docx": f"{LI.format(1, 8)}\n{WANG.format(1, 8)}"})

    desk.put({"两人混合.pdf": f"{LI.format(2, 8)}\n{WANG.format(1, 9)}"})

    assert desk.files == ["两人混合.pdf李四", "两人混合.pdf王五"]
    assert [(field, severity) for field, severity, _ in desk.said] == [("2.1", Severity.WARNING)]


def test_a_field_that_stands_nowhere_on_a_mixed_pdf_is_for_a_person_whatever_is_declared(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "办公", "scan")
    desk.put({"李.docx": f"{LI.format(1, 8)} 3.1=20"})

    desk.put({"李混合.pdf": LI.format(1, 8)})

    assert [(field, severity) for field, severity, _ in desk.said] == [("3.1", Severity.WARNING)]
    desk.store.close()


@pytest.mark.parametrize(
    ("desk", "wanted"),
    [("ask", Severity.WARNING), ("scan", Severity.INFO), ("file", Severity.WARNING)],
    indirect=["desk"],
)
def test_a_sheet_and_its_signed_scan_in_one_pdf_are_compared_and_only_the_later_can_be_ruled_right(
    desk: Desk, wanted: Severity
) -> None:
    def both(path: Path, hints: Hints) -> FileReading:
        reading = reader(path, hints)
        one, other = (
            replace(
                each,
                readings={
                    field: replace(found, where=replace(found.where, part=f"page {page}, table 1"))
                    for field, found in each.readings.items()
                },
            )
            for page, each in enumerate(reading.records, 1)
        )
        return replace(reading, kind="scan", records=(one, scanned(other)))

    (desk.place.inbox / "李.pdf").write_text(f"{LI.format(1, 8)}\n{LI.format(1, 9)}", encoding="utf-8")
    intake(desk.place, desk.store, both, now=lambda: next(desk.moments))

    ((field, severity, message),) = desk.said
    assert (field, severity) == ("2.1", wanted)
    assert "扫描件写“9”，电子版《李.pdf》第1页第1个表" in message
    assert any(one.issue.code is IssueCode.DUPLICATE and one.issue.needs_person for one in desk.store.issues())


# --- two scans -------------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("together", [False, True], ids=["one-after-the-other", "together"])
def test_two_scans_that_differ_are_a_doubt_with_both_places(desk: Desk, together: bool) -> None:
    files = {"甲.pdf": LINE.format(8, "?"), "乙.pdf": LINE.format(9, "?")}
    for batch in [files] if together else [{name: text} for name, text in files.items()]:
        result = desk.put(batch)

    ((field, severity, message),) = desk.said
    assert (field, severity) == ("2.1", Severity.WARNING)
    assert "“8”" in message and "“9”" in message and "另一份扫描件《" in message and "第1个表第1行第3列" in message
    (doubt,) = [one for one in desk.store.issues() if one.issue.code is IssueCode.COPIES_DIFFER]
    assert (doubt.issue.where.part, doubt.issue.where.spot) == ("table 1", "row 1, column 3")
    assert [doubt.submission] == [one.submission for one in desk.store.records("dayang-monthly")]
    assert result.files[-1].outcome is Outcome.DOUBTFUL


def test_two_scans_that_say_the_same_are_no_doubt(desk: Desk) -> None:
    desk.take("甲.pdf", 8)

    result = desk.take("乙.pdf", 8, "另一只手写的")

    assert desk.said == []
    assert result.files[0].outcome is Outcome.TAKEN


# --- read again ------------------------------------------------------------------------------------------------


def test_reading_again_does_not_lose_what_differs(desk: Desk) -> None:
    desk.take("李四.docx", 8)
    desk.take("李四.pdf", 9)
    before = desk.said

    desk.again()

    assert desk.said == before and len(before) == 1


@pytest.mark.parametrize("desk", ["ask", "file"], indirect=True)
@pytest.mark.parametrize("names", [("李.docx", "李.pdf"), ("李.pdf", "李.docx")], ids=["after", "before"])
def test_a_scan_that_can_only_be_read_later_is_laid_beside_the_file_then(desk: Desk, names: tuple[str, str]) -> None:
    def without(path: Path, hints: Hints) -> FileReading:
        reading = scan_reader(path, hints)
        return replace(reading, records=()) if reading.kind == "scan" else reading

    for name in names:
        (desk.place.inbox / name).write_text(LINE.format(9 if name.endswith("pdf") else 8, "?"), encoding="utf-8")
        intake(desk.place, desk.store, without, now=lambda: next(desk.moments))

    desk.again()

    asked = 'authority = "ask"' in desk.place.settings.read_text(encoding="utf-8")
    ((_, severity, _),) = desk.said
    assert severity is (Severity.WARNING if asked else Severity.INFO)
    assert desk.counted == ["李.pdf 9" if asked and names[1] == "李.pdf" else "李.docx 8"]


def test_what_stands_on_a_page_that_did_not_come_is_no_blank() -> None:
    whole = record(LINE.format(9, "?"))
    gone = Reading("", None, Locator("page 1, table 1"), 0.0)
    half = replace(whole, readings={**whole.readings, "2.2": gone})
    blank = replace(whole, readings={**whole.readings, "2.2": replace(gone, where=whole.readings["2.2"].where)})

    assert list(differences(whole, half)) == list(differences(half, whole)) == []
    assert [field for field, *_ in differences(whole, blank)] == ["2.2"]
