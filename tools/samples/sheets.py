"""Layouts of filled forms: score sheets and registers the way villages lay them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from tools.samples.paper import Box, Line, Paper, table
from tools.samples.truth import Entry, Fill

CHINESE = "一二三四五六七八九十"


def _answer(entry: Entry) -> Box:
    return Box(entry.text, number=entry.number, formula=entry.formula, xml=entry.xml)


def heading(fill: Fill, *, title: str | None = None, subtitle: str = "") -> Paper:
    """The title line, and the line under it if there is one."""
    lines: Paper = [Line(fill.printed["title"] if title is None else title, title=True)]
    return [*lines, Line(subtitle)] if subtitle else lines


def header_line(fill: Fill, gap: str = "    ", colon: str = "：", labels: Mapping[str, str] | None = None) -> Line:
    """All blanks in one line: ``行政村：张庄村    …``."""
    parts = []
    for key, label in fill.printed["header"]:
        text = fill.said(fill.header, key).text
        parts.append(f"{(labels or {}).get(key, label)}{colon}{text}")
    return Line(gap.join(parts))


def header_lines(fill: Fill, colon: str = "：") -> Paper:
    """A line for each blank."""
    return [Line(f"{label}{colon}{fill.said(fill.header, key).text}") for key, label in fill.printed["header"]]


def header_pairs(fill: Fill, columns: int) -> list[list[Box | str]]:
    """The blanks as one or more rows of label and value cells, as wide as the table below."""
    row: list[Box | str] = []
    rows = [row]
    for key, label in fill.printed["header"]:
        if len(row) + 2 > columns:
            row = []
            rows.append(row)
        row += [Box(label), _answer(fill.said(fill.header, key))]
    for row in rows:
        if (spare := columns - len(row)) > 0:
            last = row[-1]
            assert isinstance(last, Box)
            last.cols += spare
    return rows


def score_rows(
    fill: Fill,
    columns: Sequence[str] | None = None,
    *,
    merged: bool = True,
    repeat: bool = False,
    drop: Sequence[str] = (),
    order: Sequence[str] | None = None,
    numbers: Mapping[str, str] | None = None,
    wording: Mapping[str, str] | None = None,
    categories: Mapping[str, str] | None = None,
    standards: Mapping[str, str] | None = None,
    points: Mapping[str, str] | None = None,
    heads: Mapping[str, str] | None = None,
    extra: Mapping[str, list[Box | str]] | None = None,
    short: bool = False,
) -> list[list[Box | str | None]]:
    """The head row and a row for each item.

    ``columns``: printed heads in another order or fewer. ``merged``: number and category reach over their rows; if not
    they stand in the first row, or in each with ``repeat``. ``extra``: a row after the one of an item. ``short``: empty
    cells at the end of a row are left out.
    """
    kinds = dict(fill.printed["columns"])
    chosen = list(columns or kinds)
    items = {item["id"]: item for item in fill.printed["items"] if item["id"] not in drop}
    ordered = [items[key] for key in (order or items) if key in items]
    spread = "序号" in chosen and fill.form == "dayang-monthly"
    rows: list[list[Box | str | None]] = [[Box((heads or {}).get(head, head), bold=True) for head in chosen]]
    count = 0
    for category, group_of in groupby(ordered, key=lambda item: item["category"]):
        group = list(group_of)
        added = sum(1 for item in group[:-1] if item["id"] in (extra or {}))
        for place, item in enumerate(group):
            count += 1
            key = item["id"]
            first = place == 0
            number = CHINESE[int(key.split(".")[0]) - 1] if spread else str(count)
            number = (numbers or {}).get(key, number)
            category_text = (categories or {}).get(category, category)
            maximum = item.get("points_text") or (f"{item['points']}分" if "points" in item else "")
            if "分值" in chosen:
                maximum = maximum.removesuffix("分")
            row: list[Box | str | None] = []
            for head in chosen:
                match kinds[head]:
                    case ("no" | "category") as kind if kind == "category" or spread:
                        text = category_text if kind == "category" else number
                        if merged:
                            if first:
                                row.append(Box(text, rows=len(group) + added))
                        else:
                            row.append(text if first or repeat else "")
                    case "no":
                        row.append(number)
                    case "item":
                        row.append((wording or {}).get(key, item["text"] + item.get("note", "")))
                    case "standard":
                        row.append((standards or {}).get(key, item.get("standard", "")))
                    case "points":
                        row.append((points or {}).get(key, maximum))
                    case "score":
                        row.append(_answer(fill.scores.get(key, Entry())))
                    case "remark":
                        written = fill.said(fill.remarks, key)
                        words = "\n".join(filter(None, (item.get("remark", ""), written.text)))
                        row.append(Box(words, xml=written.xml))
            if short:
                while row and (row[-1] == "" or (isinstance(row[-1], Box) and not (row[-1].text or row[-1].xml))):
                    row.pop()
            rows.append(row)
            if key in (extra or {}):
                rows.append(list((extra or {})[key]))
    return rows


def total_row(
    fill: Fill,
    text: str,
    columns: Sequence[str] | None = None,
    *,
    formula: str = "",
    label: str = "合计",
    number: bool = False,
) -> list[Box | str | None]:
    """A row 合计 with its figure under 得分."""
    kinds = dict(fill.printed["columns"])
    chosen = list(columns or kinds)
    at = next(i for i, head in enumerate(chosen) if kinds[head] == "score")
    row: list[Box | str | None] = [Box(label, cols=at)] if at else []
    row.append(Box(text, formula=formula, number=number))
    return [*row, *("" for _ in chosen[at + 1 :])]


def score_sheet(
    fill: Fill,
    *,
    title: str | None = None,
    subtitle: str = "",
    header: str = "line",
    gap: str = "    ",
    colon: str = "：",
    labels: Mapping[str, str] | None = None,
    columns: Sequence[str] | None = None,
    total: str | None = None,
    total_formula: str = "",
    total_number: bool = False,
    total_label: str = "合计",
    footer: Sequence[str] = (),
    widths: tuple[int, ...] = (),
    **options: object,
) -> Paper:
    """A whole score sheet. ``header``: ``line``, ``lines``, ``cells`` (in the table) or ``none``."""
    rows = score_rows(fill, columns, **options)  # type: ignore[arg-type]
    if total is not None:
        fill.total = Entry(total, total or None)
        rows.append(total_row(fill, total, columns, formula=total_formula, label=total_label, number=total_number))
    paper = heading(fill, title=title, subtitle=subtitle)
    count = len(columns or fill.printed["columns"])
    if header == "line":
        paper.append(header_line(fill, gap, colon, labels))
    elif header == "lines":
        paper += header_lines(fill, colon)
    elif header == "cells":
        rows = [list(row) for row in header_pairs(fill, count)] + rows
    paper.append(table(rows, widths))
    return [*paper, *(Line(text) for text in footer)]


def register(
    fill: Fill,
    period_words: str,
    *,
    signatures: Mapping[str, str] | None = None,
    downwards: bool = True,
    labels: Mapping[str, str] | None = None,
) -> Paper:
    """附件4 or 附件5 as printed: labelled boxes over six columns.

    ``signatures``: field → what stands after the written words in its box, in place of the empty signature line.
    """
    empty = {
        "summary": "签名：              年  月  日",
        "self_opinion": "被考核人签字：                     年  月  日",
    }
    names = dict(fill.printed["fields"])

    def label(key: str, cols: int = 1) -> Box:
        text = (labels or {}).get(key, names[key])
        return Box("\n".join(text) if downwards and key == "summary" else text, cols=cols)

    def value(key: str, cols: int) -> Box:
        entry = fill.said(fill.fields, key)
        return Box(entry.text, cols=cols, xml=entry.xml)

    def signed(key: str) -> Box:
        entry = fill.said(fill.fields, key)
        line = (signatures or {}).get(key, empty.get(key, "盖章\n负责人签字：                       年  月  日"))
        return Box("\n".join(filter(None, (entry.text, line))), cols=5, xml=entry.xml)

    def reviewed(key: str, cols: int) -> Box:
        entry = fill.said(fill.fields, key)
        words = names[key].split(" / ")[1] + "："
        line = (signatures or {}).get(key, "盖章\n年  月  日")
        return Box("\n".join(filter(None, (words, entry.text, line))), cols=cols)

    rows: list[list[Box | str | None]] = [
        [label("name"), value("name", 1), label("sex"), value("sex", 1), label("birth"), value("birth", 1)],
        [label("political_status"), value("political_status", 1), label("employer_post", 2), value("employer_post", 2)],
        [label("village"), value("village", 1), label("resident_post", 2), value("resident_post", 2)],
    ]
    long = ["summary", "branch_opinion", "township_opinion", "sender_opinion", "self_opinion"]
    rows += [[label(key), signed(key)] for key in long if key in names]
    rows.append(
        [
            Box("审核\n部门\n意见" if downwards else "审核部门意见"),
            reviewed("organization_review", 2),
            reviewed("poverty_office_review", 3),
        ]
    )
    return [*heading(fill, subtitle=f"（{period_words}）"), table(rows)]


def list_table(heads: Sequence[str], rows: Sequence[Sequence[Box | str]]) -> list[list[Box | str | None]]:
    """A plain list: a head row, then the rows."""
    return [[Box(head, bold=True) for head in heads], *(list(row) for row in rows)]
