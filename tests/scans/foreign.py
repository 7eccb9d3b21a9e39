"""Forms as others type them: the same content in another layout, without marks or code, made through LibreOffice."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paper import PERIODS, all_forms

from formgen.libreoffice import convert_many
from formgen.model import Form, Subject, Value
from formgen.periods import in_chinese
from scans.blanks import DPI, drawn_page, subjects_of
from scans.measuring import Box, PrintedPage, printed_pages
from scans.strokes import Page
from scans.values import Entries, Odds, entries
from scans.writing import Writer, put, writer

FONTS = ("Noto Serif CJK SC", "Noto Sans CJK SC", "AR PL UKai CN")
_DOTS = DPI / 25.4
_WEIGHTS = {
    "序号": 1.0,
    "得分": 1.5,
    "评价": 1.6,
    "分值": 1.4,
    "赋分": 1.4,
    "备注": 2.6,
    "扣分情况": 2.6,
    "考核指标": 2.2,
    "考核项目": 2.2,
    "考评内容": 2.2,
}


@dataclass(frozen=True, slots=True)
class ForeignSheet:
    """A form of another layout, filled in."""

    form: Form
    subject: Subject
    period: str
    pdf: Path
    printed: tuple[PrintedPage, ...]
    by: Writer
    seed: int
    entries: Entries
    places: dict[str, tuple[int, Box]]  #: Field → page from 1 and cell: what is written by hand.

    def page(self, number: int) -> Page:
        """One page (from 1) at 300 dots an inch."""
        page = drawn_page(self.pdf, number)
        for field, (where, box) in self.places.items():
            entry = self.entries.fields.get(field)
            if where == number and entry is not None and entry.text:
                chance = random.Random(f"{self.seed} {field}")
                put(page, entry.text, box, self.by, chance, _DOTS, struck=entry.struck)
        return page

    def value(self, field: str) -> Value:
        """What was written in a field."""
        entry = self.entries.fields.get(field)
        return entry.value if entry is not None else None


def foreign_sheets(folder: Path, seed: int, count: int, odds: Odds | None = None) -> tuple[ForeignSheet, ...]:
    """Score sheets of the forms in turn, each typed in its own way, and filled in by hand."""
    folder.mkdir(parents=True, exist_ok=True)
    forms = [form for _, form in all_forms().values() if form.items]
    drafts = []
    for number in range(count):
        chance = random.Random(f"foreign {seed} {number}")
        form = forms[(seed + number) % len(forms)]
        subject = chance.choice(subjects_of(form, 4))
        path = folder / f"foreign-{seed}-{number}.docx"
        columns = _typed(path, form, subject, chance)
        drafts.append((path, form, subject, columns, seed * 1000 + number))
    pdfs = convert_many([draft[0] for draft in drafts], "pdf", folder)
    sheets = []
    for (_, form, subject, columns, own), pdf in zip(drafts, pdfs, strict=True):
        printed = printed_pages(pdf)
        places = _places(form, printed, columns)
        scheme = all_forms()[form.id][0]
        made = entries(form, scheme, places.keys(), (), own, odds or Odds())
        sheets.append(ForeignSheet(form, subject, PERIODS[form.period], pdf, printed, writer(own), own, made, places))
    return tuple(sheets)


def typed_sheet(
    folder: Path, form: Form, subject: Subject, made: Entries, seed: int, columns: tuple[str, ...]
) -> ForeignSheet:
    """One form with these column heads, typed in a way of its own and filled in with these entries."""
    path = folder / f"typed-{seed}.docx"
    heads = _typed(path, form, subject, random.Random(f"typed {seed}"), columns)
    (pdf,) = convert_many([path], "pdf", folder)
    printed = printed_pages(pdf)
    places = _places(form, printed, heads)
    return ForeignSheet(form, subject, PERIODS[form.period], pdf, printed, writer(seed), seed, made, places)


def _typed(
    path: Path, form: Form, subject: Subject, chance: random.Random, wanted: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Type the form; back come its column heads from left to right: those that are wanted, or some."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    document = docx.Document()
    section = document.sections[0]
    wide, high = Cm(21.0), Cm(29.7)
    if chance.random() < 0.3:
        section.orientation, wide, high = WD_ORIENT.LANDSCAPE, high, wide
    section.page_width, section.page_height = wide, high
    section.left_margin = section.right_margin = Cm(chance.uniform(1.6, 2.8))
    section.top_margin = section.bottom_margin = Cm(chance.uniform(1.6, 2.4))
    font = chance.choice(FONTS)
    size = Pt(chance.choice((9, 10, 10.5, 11)))
    title = document.add_paragraph()
    title.alignment = 1
    _run(title, form.title, font, Pt(chance.choice((15, 16, 18))), bold=chance.random() < 0.5)
    _run(document.add_paragraph(), _heading(form, subject), font, Pt(12))
    columns = wanted or _columns(form, chance)
    rows = len(form.items) + 1 + (form.base_points is not None)
    table = document.add_table(rows, len(columns), style="Table Grid")
    table.autofit = False
    room = wide - section.left_margin - section.right_margin
    weights = [_WEIGHTS.get(head, 4.0) * chance.uniform(0.9, 1.15) for head in columns]
    for column, weight in zip(table.columns, weights, strict=True):
        column.width = int(room * weight / sum(weights))
        for cell in column.cells:
            cell.width = column.width
    for column, head in enumerate(columns):
        _cell(table, 0, column, head, font, size)
    for number, item in enumerate(form.items, 1):
        for column, head in enumerate(columns):
            _cell(table, number, column, _content(form, item, head), font, size)
        table.rows[number].height = Cm(chance.uniform(0.9, 1.3))
    _merge_categories(table, form, columns, font, size)
    if form.base_points is not None:
        _cell(table, rows - 1, 0, "合计", font, size)
        table.rows[rows - 1].height = Cm(1.0)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    document.save(str(path))
    return columns


def _columns(form: Form, chance: random.Random) -> tuple[str, ...]:
    columns = [head for head in form.columns if head != "序号" or chance.random() < 0.5]
    notes = [head for head in columns if head in ("备注", "扣分情况")]
    if notes and chance.random() < 0.3:
        columns.remove(notes[0])
    return tuple(columns)


def _heading(form: Form, subject: Subject) -> str:
    said = {"village": subject.village, "name": subject.name, "group": subject.group, "team": subject.team}
    parts = [f"{blank.label}：{said.get(blank.id) or '　　　　'}" for blank in form.blanks if blank.id != "grade"]
    return "　".join((*parts, in_chinese(PERIODS[form.period])))


def _content(form: Form, item: Any, head: str) -> str:
    match head:
        case "序号":
            return str([one.id for one in form.items].index(item.id) + 1)
        case "分值" | "赋分":
            return item.points_text or (f"{item.points}分" if item.points is not None else "")
        case "评分标准":
            return str(item.standard)[:60]
        case "得分" | "评价" | "备注" | "扣分情况":
            return ""
        case _ if head == _category_head(form):
            return str(item.category)
        case _:
            return str(item.text)


def _category_head(form: Form) -> str:
    return next(head for head in form.columns if head != "序号")


def _merge_categories(table: Any, form: Form, columns: tuple[str, ...], font: str, size: Any) -> None:
    column = columns.index(_category_head(form))
    start = 1
    for number in range(2, len(form.items) + 2):
        ended = number > len(form.items) or form.items[number - 1].category != form.items[start - 1].category
        if ended:
            if number - 1 > start:
                for row in range(start + 1, number):
                    table.cell(row, column).text = ""
                table.cell(start, column).merge(table.cell(number - 1, column))
                _cell(table, start, column, form.items[start - 1].category, font, size)
            start = number


def _cell(table: Any, row: int, column: int, text: str, font: str, size: Any) -> None:
    cell = table.cell(row, column)
    cell.text = ""
    for extra in cell.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    _run(cell.paragraphs[0], text, font, size)
    cell.vertical_alignment = 1


def _run(paragraph: Any, text: str, font: str, size: Any, bold: bool = False) -> None:
    from docx.oxml.ns import qn

    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.name = size, bold, font
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    paragraph.paragraph_format.space_after = 0


def _places(form: Form, pages: tuple[PrintedPage, ...], columns: tuple[str, ...]) -> dict[str, tuple[int, Box]]:
    """The cells to be filled in by hand: in the score column, one below the other, and the total's."""
    score = next((head for head in columns if head in ("得分", "评价")), "")
    note = next((head for head in columns if head in ("备注", "扣分情况")), "")
    found: dict[str, tuple[int, Box]] = {}
    fields = [item.id for item in form.items] + (["total"] if form.base_points is not None else [])
    for head, suffix in ((score, ""), (note, ".remark")):
        cells = [(number, cell) for number, page in enumerate(pages, 1) for cell in _column(pages, page, head)]
        for field, place in zip(fields, cells, strict=False):
            if suffix == "" or field != "total":
                found[field + suffix] = place
    return found


def _column(pages: tuple[PrintedPage, ...], page: PrintedPage, head: str) -> list[Box]:
    """The empty cells of the column with this head, from top to bottom."""
    heads = [cell for other in pages for cell in other.cells if head and cell.text == head]
    if not heads:
        return []
    x = heads[0].x
    return [cell for cell in page.cells if abs(cell.x - x) < 1.5 and cell.text == "" and cell.width < 80]
