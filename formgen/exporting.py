"""Export what the store holds as plain tables: CSV, JSON lines or one Excel book; with or without names.

What a sender wrote is never a formula: in Excel it is a text, in CSV it begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from formgen.corrections import latest
from formgen.model import Correction, Subject
from formgen.redaction import Redaction
from formgen.store import Store

KINDS = {"records": "读数", "facts": "事项", "assessments": "评定", "standings": "等次", "corrections": "更正"}
FORMATS = ("csv", "json", "xlsx")
_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@\t\r|%＝＋－＠]")
_PLAIN = re.compile(r"^[+-]?\d+(\.\d+)?$")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Cell = str | Decimal | int | date | None
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of an export."""

    id: str  #: A key of ``KINDS``.
    head: tuple[tuple[str, str], ...]  #: (English key, Chinese title) of each column.
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """Its name in Chinese."""
        return KINDS[self.id]


_WHO = (("village", "村"), ("name", "姓名"), ("group", "组"), ("team", "工作队"), ("period", "时段"))
_READINGS = (
    ("file", "文件"), ("sha256", "文件摘要"), ("record", "第几条"), ("form", "表"), *_WHO, ("field", "字段"),
    ("text", "纸上的字"), ("value", "读数"), ("corrected", "更正为"), ("by", "核实人"), ("why", "理由"),
    ("where", "位置"), ("superseded", "已被取代"),
)  # fmt: skip


def people(store: Store) -> tuple[Subject, ...]:
    """Everybody whom the store names."""
    named = [subject for one in store.records(current=False) for subject in (one.subject, one.record.subject)]
    return tuple(dict.fromkeys(one for one in named if one.name))


def redaction(store: Store, key: bytes) -> Redaction:
    """What takes the people of a store out of a table."""
    return Redaction(key, people(store), {one.by for one in store.corrections()})


def tables(
    store: Store, kinds: Iterable[str], schemes: Iterable[str], period: str | None = None, hide: Redaction | None = None
) -> Iterator[Table]:
    """The tables that are wanted, of one period or of all; with ``hide`` without names."""
    for kind in kinds:
        match kind:
            case "records":
                yield Table(kind, _READINGS, tuple(_readings(store, period, hide, facts=False)))
            case "facts":
                yield Table(kind, _READINGS, tuple(_readings(store, period, hide, facts=True)))
            case "assessments":
                yield _assessments(store, schemes, period, hide)
            case "standings":
                yield _standings(store, schemes, period, hide)
            case "corrections":
                yield _corrections(store, hide)


def _readings(store: Store, period: str | None, hide: Redaction | None, *, facts: bool) -> Iterator[Row]:
    given: dict[str, list[Correction]] = {}
    for one in store.corrections():
        given.setdefault(one.submission, []).append(one)
    for stored in store.records(period=period, current=False):
        if (stored.record.form == "facts") != facts:
            continue
        told = latest([one for one in given.get(stored.submission, ()) if one.record == stored.index])
        file, who = _file(stored.submission, stored.file, hide), _who(stored.subject, stored.period, hide)
        sha256 = "" if hide else stored.submission
        gone = "是" if stored.superseded_by is not None else ""
        for field, reading in stored.record.readings.items():
            fixed = told.get(field)
            value, text = _value(reading.value), reading.text
            new = "" if fixed is None else "空白" if fixed.value is None else _value(fixed.value)
            by, why = (fixed.by, fixed.why) if fixed else ("", "")
            where = reading.where.chinese
            if hide:
                if field == "name":
                    text = value = who[1] or ""
                else:
                    shown = hide.reading(field, reading.value, text)
                    value = value if _figure(value) else shown
                    text = shown
                if fixed is not None and fixed.value is not None and not _figure(new):
                    new = (who[1] or "") if field == "name" else hide.reading(field, fixed.value, str(fixed.value))
                by, why, where = hide.person(by), "（理由略）" if why else "", hide.text(where)
            yield (
                file,
                sha256,
                stored.index + 1,
                stored.record.form,
                *who,
                field,
                text,
                value,
                new,
                by,
                why,
                where,
                gone,
            )


def _assessments(store: Store, schemes: Iterable[str], period: str | None, hide: Redaction | None) -> Table:
    head = (
        ("scheme", "办法"), ("form", "表"), *_WHO, ("line", "计分行"), ("label", "名目"), ("value", "数值"),
        ("unit", "单位"), ("steps", "算式"), ("final", "已定"), ("doubt", "未定的原因"),
    )  # fmt: skip
    rows: list[Row] = []
    for scheme in schemes:
        for stored in store.each_assessment(scheme, period=period):
            one = stored.assessment
            who = _who(one.subject, one.period, hide)
            for line in one.lines:
                steps, doubt = (hide.text(line.steps), hide.text(line.doubt)) if hide else (line.steps, line.doubt)
                final = "是" if one.final else "否"
                rows.append((scheme, one.form, *who, line.id, line.label, line.value, line.unit, steps, final, doubt))
    return Table("assessments", head, tuple(rows))


def _standings(store: Store, schemes: Iterable[str], period: str | None, hide: Redaction | None) -> Table:
    head = (
        ("scheme", "办法"), ("form", "表"), *_WHO, ("grade", "等次"), ("final", "已定"), ("rank", "名次"),
        ("of", "共几名"), ("due", "应办的事"), ("reasons", "理由"), ("doubts", "未定的原因"),
    )  # fmt: skip
    rows: list[Row] = []
    for scheme in schemes:
        for stored in store.standings(scheme, None, period):
            one = stored.standing
            words = ["；".join(each.label for each in one.consequences), "；".join(each.text for each in one.reasons)]
            words.append("；".join(one.doubts))
            if hide:
                words = [hide.text(each) for each in words]
            final = "是" if one.grade_final else "否"
            who = _who(one.subject, one.period, hide)
            rows.append((scheme, one.form, *who, one.grade, final, one.rank, one.of, *words))
    return Table("standings", head, tuple(rows))


def _corrections(store: Store, hide: Redaction | None) -> Table:
    head = (
        ("at", "时间"), ("by", "核实人"), ("file", "文件"), ("record", "第几条"), ("field", "字段"), ("value", "值"),
        ("why", "理由"),
    )  # fmt: skip
    names = {one.submission.sha256: one.submission.name for one in store.submissions()}
    rows: list[Row] = []
    for one in store.corrections():
        value: Cell = "空白" if one.value is None else _value(one.value)
        by, why = one.by, one.why
        if hide:
            by, why = hide.person(by), "（理由略）"
            value = value if _figure(value) else hide.reading(one.field, one.value, str(one.value))
        file = _file(one.submission, names[one.submission], hide)
        rows.append((one.at.isoformat(), by, file, one.record + 1, one.field, value, why))
    return Table("corrections", head, tuple(rows))


def _who(subject: Subject, period: str | None, hide: Redaction | None) -> tuple[str | None, ...]:
    one = hide.subject(subject) if hide else subject
    return one.village, one.name, one.group, one.team, period


def _file(sha256: str, name: str, hide: Redaction | None) -> str:
    return hide.file(sha256, name) if hide else name


def _figure(value: object) -> bool:
    """Whether a value is a figure that is no telephone or identity number."""
    return isinstance(value, Decimal) and len(value.as_tuple().digits) < 7


def _value(value: object) -> Cell:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, Decimal | date | str) else None


# --- writing ---------------------------------------------------------------------------------------------------


def as_csv(table: Table) -> bytes:
    """The table as Excel and WPS open it by a double click: UTF-8 with a mark, no cell that could be a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([title for _, title in table.head])
    writer.writerows([harmless(_text(cell)) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; a plain number stays one."""
    return "'" + text if _FORMULA.match(text) and not _PLAIN.match(text) else text


def as_json(table: Table) -> bytes:
    """An object a line; figures as decimal strings, blanks as null."""
    keys = [key for key, _ in table.head]
    lines = (
        json.dumps({key: _json(cell) for key, cell in zip(keys, row, strict=True)}, ensure_ascii=False)
        for row in table.rows
    )
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def as_book(found: Iterable[Table]) -> bytes:
    """One Excel book, a sheet for each table; every text is a text, whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for table in found:
        sheet = book.create_sheet(table.title)
        sheet.freeze_panes = "A2"
        sheet.append([title for _, title in table.head])
        for row in table.rows:
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, value=None if isinstance(value, str) else cast("float | None", value))
                if isinstance(value, str):
                    cell.value = _ILLEGAL.sub("�", value)[:32767]
                    cell.data_type = "s"
                    if _FORMULA.match(value):
                        cell.quotePrefix = True
                cells.append(cell)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)


def _json(cell: Cell) -> str | int | None:
    return cell if cell is None or isinstance(cell, int) else _text(cell)
