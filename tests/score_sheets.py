"""Filled score sheets for the tests, and what is read from them."""

from __future__ import annotations

from grids import DAYANG, DAYANG_HEADER, NO_HINTS, Entry, document, form, forms, item_rows, values

from formgen.model import Form, Locator
from formgen.parsing import Extraction
from parsers.forms.score_sheet import ScoreSheetParser
from parsers.grid import Cell, Document

PARSER = ScoreSheetParser()
SHEETS = [one for one in forms() if one.is_score_sheet]
SHEET = form("dayang-monthly")
TRUTH = {**DAYANG, "1.5": None, "village": "张庄村", "name": "李四", "group": "东庄", "grade": "优秀"}
PERIODS = {"month": "2023年3月", "quarter": "2023年第一季度", "year": "2023年度"}


def read(paper: Document) -> Extraction:
    return PARSER.extract(paper, forms(), NO_HINTS)


def one(paper: Document, **but: str | None) -> Extraction:
    """Read a sheet of 李四 and check that all of it but the named fields is right."""
    extraction = read(paper)
    assert len(extraction.records) == 1
    found = values(extraction.records[0])
    expected = {
        field: value for field, value in TRUTH.items() if field.replace(".", "_") not in {k.lstrip("f") for k in but}
    }
    assert {field: found[field] for field in expected} == expected
    for field, value in but.items():
        assert found[field.lstrip("f").replace("_", ".")] == value
    return extraction


def rows(changes: dict[str, str] | None = None, **options: object) -> list[list[Entry]]:
    return item_rows(SHEET, {**DAYANG, **(changes or {})}, **options)  # type: ignore[arg-type]


def paper(
    *blocks: object, title: str = SHEET.title, period: str = "（2023年3月）", header: str = DAYANG_HEADER
) -> Document:
    return document(title, period, header, *blocks)  # type: ignore[arg-type]


def full(sheet: Form) -> dict[str, str]:
    """The highest score of each item."""
    if sheet.judgements:
        return {item.id: "好" for item in sheet.items}
    return {
        item.id: "" if item.money_only else str(item.tiers[0] if item.tiers else item.points or 3)
        for item in sheet.items
    }


def filled(
    sheet: Form, *, title: bool = True, merged: bool = True, name: str = "李四", scores: dict[str, str] | None = None
) -> list[object]:
    answers = {
        "village": "张庄村",
        "name": name,
        "group": "东庄",
        "grade": "优秀",
        "post": "村主任",
        "team": "县扶贫办",
    }
    header = "  ".join(f"{blank.label}：{answers[blank.id]}" for blank in sheet.blanks)
    blocks: list[object] = [sheet.title] if title else []
    return [*blocks, f"（{PERIODS[sheet.period]}）", header, item_rows(sheet, scores or full(sheet), merged=merged)]


def cell(text: str, **options: object) -> Cell:
    """A cell with more than words: tags, a formula."""
    return Cell(0, 0, text, Locator(), **options)  # type: ignore[arg-type]
