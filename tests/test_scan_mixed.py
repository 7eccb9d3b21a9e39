"""A PDF of which some pages are typed and some are pictures: one form of both is one record, and nobody is mixed up."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.shared import Cm, Pt
from lxml import etree
from paper import W, all_forms, part
from scans.blanks import DPI, Blank, drawn_page
from scans.damage import damaged
from scans.degrading import scanned
from scans.files import pdf
from scans.filling import fill
from scans.foreign import _cell, _typed
from scans.strokes import Page
from scans.values import Entries, Entry
from test_round_trip_word import filled, replaced

from formgen.generate.forms import blank as make_blank
from formgen.libreoffice import convert_many
from formgen.model import IssueCode, RosterEntry, Subject
from formgen.parsing import FileReading, Scanning
from formgen.rendering.layout import layouts, page_layouts
from formgen.rendering.press import Output
from parsers.reading import read_file

pytestmark = pytest.mark.libreoffice

MONTHLY = "dayang-monthly"
SCHEME, FORM = all_forms()[MONTHLY]
FORMS = [form for _, form in all_forms().values()]
SCANNING = Scanning(layouts(None, FORMS))
LI, WANG = Subject("张庄村", "李守田", "东张庄"), Subject("王集村", "王有粮", "北组")
MARKS = {"1.1": "2", "1.2": "1", "1.3": "2", "1.4": "4", "2.1": "9", "2.2": "17", "3.1": "28", "4.1": "30"}
SCORES = {**MARKS, "total": "93"}
HEADS = ("序号", "考核指标", "具体内容", "评分标准", "得分", "备注")


class Papers:
    """Blanks of 李 and 王 (``四月``: of 李 for April), filled in as text or by hand, and a form of another layout."""

    def __init__(self, folder: Path) -> None:
        wanted = {"李": (LI, "2023-03"), "王": (WANG, "2023-03"), "四月": (LI, "2023-04")}
        blanks, typed = [], []
        for name, (subject, period) in wanted.items():
            (folder / name).mkdir()
            (made,) = make_blank(SCHEME, FORM, [RosterEntry(subject)], period, Output(folder / name))
            blanks.append(made.path.rename(folder / f"{name}.docx"))
            typed.append(folder / f"{name}-typed.docx")
            typed[-1].write_bytes(filled(blanks[-1].read_bytes(), SCORES))
        bare = folder / "bare-typed.docx"  # the header with the number of the paper is taken away
        root = part(typed[0].read_bytes())
        for one in list(root.iter(W + "headerReference")):
            one.getparent().remove(one)
        document = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        bare.write_bytes(replaced(typed[0].read_bytes(), document))
        typed += [
            bare,
            *(self._foreign(folder / f"{name}-typed.docx", who) for name, who in (("别李", LI), ("别王", WANG))),
        ]
        made_pdfs = convert_many([*blanks, *typed], "pdf", folder)
        self._typed = {path.stem.removesuffix("-typed"): path for path in made_pdfs if path.stem.endswith("-typed")}
        self._blanks = {
            name: Blank(FORM, SCHEME, subject, period, source, printed, page_layouts(source.read_bytes(), MONTHLY, ""))
            for (name, (subject, period)), source, printed in zip(wanted.items(), blanks, made_pdfs, strict=False)
        }

    @staticmethod
    def _foreign(path: Path, subject: Subject) -> Path:
        """The same form typed by others, on two pages."""
        _typed(path, FORM, subject, random.Random("two pages"), HEADS)
        document = docx.Document(str(path))
        (table,) = document.tables
        for row, item in enumerate(FORM.items, 1):
            if item.id in SCORES:
                _cell(table, row, HEADS.index("得分"), SCORES[item.id], "Noto Serif CJK SC", Pt(10.5))
            table.rows[row].height = Cm(2.6)
        _cell(table, len(FORM.items) + 1, HEADS.index("得分"), SCORES["total"], "Noto Serif CJK SC", Pt(10.5))
        document.save(str(path))
        return path

    def picture(self, name: str, number: int, marks: Mapping[str, str], how: str) -> bytes:
        """A page on paper, as a scanner gives it."""
        if name in self._blanks:
            entries = Entries({key: Entry(text, Decimal(text)) for key, text in marks.items()})
            page: Page = fill(self._blanks[name], 5, family=0, kind="drawn", made=entries).page(number)
        else:
            page = drawn_page(self._typed[name], number)
        return pdf([damaged(scanned(page, DPI), how, 3)], 80)

    def read(self, path: Path, *pages: str, marks: Mapping[str, str] = SCORES, how: str = "clean-150") -> FileReading:
        """A PDF of these pages, read: ``text 李 1``, ``scan 王 2``."""
        document = pypdfium2.PdfDocument.new()
        for page in pages:
            sort, name, number = page.split()
            if sort == "empty":
                document.new_page(595, 842)
            elif sort == "text":
                document.import_pages(pypdfium2.PdfDocument(self._typed[name]), [int(number) - 1])
            else:
                data = io.BytesIO(self.picture(name, int(number), marks, how))
                document.import_pages(pypdfium2.PdfDocument(data))
        document.save(path / "混合.pdf")
        return read_file(path / "混合.pdf", FORMS, scanning=lambda: SCANNING)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return Papers(tmp_path_factory.mktemp("papers"))


def scores(reading: FileReading) -> list[tuple[str, dict[str, str]]]:
    """By record whom it is about, and its scores."""
    found = []
    for record in reading.records:
        values = {key: record.readings[key].value for key in SCORES if key in record.readings}
        found.append((record.subject.name, {key: str(value) for key, value in values.items() if value is not None}))
    return found


def places(reading: FileReading, field: str) -> list[tuple[str, bool]]:
    """By record the page of a field, and whether it is on a picture."""
    return [
        (one.readings[field].where.part.split(",")[0], bool(one.readings[field].where.box)) for one in reading.records
    ]


@pytest.mark.parametrize(
    ("pages", "of_text"),
    [
        (("text 李 1", "scan 李 2"), True),
        (("scan 李 1", "text 李 2"), False),
        (("scan 李 2", "text 李 1"), True),
        (("text bare 1", "scan 李 2"), True),
        (("scan 李 1", "text bare 2"), False),
    ],
    ids=["text-first", "scan-first", "the-wrong-way-round", "text-without-number", "then-text-without-number"],
)
def test_a_form_half_typed_and_half_scanned_is_one_record_without_a_doubt(
    pages: tuple[str, ...], of_text: bool, papers: Papers, tmp_path: Path
) -> None:
    reading = papers.read(tmp_path, *pages)

    assert scores(reading) == [("李守田", SCORES)]
    assert (reading.records[0].subject, reading.records[0].period) == (LI, "2023-03")
    assert not [issue for issue in reading.issues if issue.needs_person]
    first = pages.index(next(page for page in pages if page.endswith("1"))) + 1
    assert (places(reading, "1.1"), places(reading, "3.1")) == (
        [(f"page {first}", not of_text)],
        [(f"page {3 - first}", of_text)],
    )


def test_several_peoples_forms_are_each_joined_with_their_own(papers: Papers, tmp_path: Path) -> None:
    reading = papers.read(tmp_path, "text 李 1", "text 王 1", "scan 王 2", "scan 李 2")

    assert sorted(scores(reading)) == [("李守田", SCORES), ("王有粮", SCORES)]
    found = {record.subject.name: record.readings["3.1"].where.part[:6] for record in reading.records}
    assert found == {"王有粮": "page 3", "李守田": "page 4"}
    assert not [issue for issue in reading.issues if issue.needs_person]


@pytest.mark.parametrize(
    "pages",
    [
        ("text 李 1", "scan 王 2"),
        ("text bare 1", "scan 王 2"),
        ("text 李 1", "scan 四月 2"),
        ("text bare 1", "scan 四月 2"),
    ],
    ids=["another-person", "another-person-without-number", "another-month", "another-month-without-number"],
)
def test_pages_of_different_people_and_months_are_never_joined(
    pages: tuple[str, ...], papers: Papers, tmp_path: Path
) -> None:
    reading = papers.read(tmp_path, *pages)

    assert len(reading.records) == 2
    assert all(len(found) < len(SCORES) for _, found in scores(reading))
    assert {issue.record for issue in reading.issues if issue.needs_person} >= {0, 1}


def test_a_total_that_does_not_agree_over_both_halves_is_doubted(papers: Papers, tmp_path: Path) -> None:
    reading = papers.read(tmp_path, "text 李 1", "scan 李 2", marks=SCORES | {"total": "96"})

    doubted = {issue.field for issue in reading.issues if issue.needs_person}
    assert doubted >= {"3.1", "4.1", "total"}
    assert IssueCode.TOTAL_MISMATCH in {issue.code for issue in reading.issues}


def test_a_scanned_half_whose_code_is_gone_is_joined_and_doubted_for_that(papers: Papers, tmp_path: Path) -> None:
    reading = papers.read(tmp_path, "text 李 1", "scan 李 2", how="code-gone")

    assert [name for name, _ in scores(reading)] == ["李守田"]
    assert any("编码看不清" in issue.message for issue in reading.issues)
    assert IssueCode.MISSING_PAGE not in {issue.code for issue in reading.issues}


def test_a_typed_copy_of_a_page_that_came_scanned_is_said(papers: Papers, tmp_path: Path) -> None:
    reading = papers.read(tmp_path, "text 李 1", "scan 李 1", "scan 李 2")

    assert scores(reading) == [("李守田", SCORES)]
    assert [issue.where.part for issue in reading.issues if issue.code is IssueCode.EXTRA_PAGE] == ["page 1"]


def test_a_missing_page_is_said_and_its_rows_for_what_they_are(papers: Papers, tmp_path: Path) -> None:
    reading = papers.read(tmp_path, "scan 李 2")

    rows = [issue for issue in reading.issues if issue.code is IssueCode.MISSING_ROW]
    assert rows and all("缺第1页" in issue.message for issue in rows)
    assert not [issue for issue in reading.issues if "合计不符" in issue.message]


@pytest.mark.parametrize("order", [("text", "scan"), ("scan", "text")], ids=["text-first", "scan-first"])
def test_a_form_of_another_layout_half_typed_and_half_scanned_is_one_record(
    order: tuple[str, str], papers: Papers, tmp_path: Path
) -> None:
    pages = [f"{sort} {name} {number}" for name in ("别李", "别王") for number, sort in enumerate(order, 1)]

    reading = papers.read(tmp_path, *pages, how="clean-200")

    assert scores(reading) == [("李守田", SCORES), ("王有粮", SCORES)]
    assert places(reading, "1.1") == [("page 1", order[0] == "scan"), ("page 3", order[0] == "scan")]
    assert places(reading, "4.1") == [("page 2", order[1] == "scan"), ("page 4", order[1] == "scan")]
    doubted = {issue.code for issue in reading.issues if issue.needs_person}
    assert doubted <= {IssueCode.TAMPERED_WORDING, IssueCode.LOW_CONFIDENCE}  # a standard is cut short; no roster


def test_an_empty_page_beside_pictures_is_no_fault(papers: Papers, tmp_path: Path) -> None:
    reading = papers.read(tmp_path, "scan 李 1", "empty - 0", "scan 李 2")

    assert scores(reading) == [("李守田", SCORES)]
    assert not [issue for issue in reading.issues if issue.needs_person]


def test_whole_forms_of_both_sorts_stay_apart(papers: Papers, tmp_path: Path) -> None:
    reading = papers.read(tmp_path, "text 别李 1", "text 别李 2", "scan 王 1", "scan 王 2")

    assert sorted(scores(reading)) == [("李守田", SCORES), ("王有粮", SCORES)]
    sorts = {record.subject.name: any(one.where.box for one in record.readings.values()) for record in reading.records}
    assert sorts == {"李守田": False, "王有粮": True}
