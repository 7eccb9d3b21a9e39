"""A reading as a page that a clerk could check against the paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from formgen.model import Issue, Record, Value
from formgen.parsing import FileReading

SEVERITIES = {"error": "错误", "warning": "请核", "info": "说明"}
WIDEST = 30  #: A longer text pushes the rest of its own row to the right.
HEADS = ("栏目", "纸上所写", "读作", "出处", "把握")


def width(text: str) -> int:
    """Columns that a text takes on a screen: a Chinese character takes two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def visible(text: str) -> str:
    """The text in one line, with what cannot be seen written out."""
    text = text.replace("\\", "\\\\").replace("\n", "⏎").replace("\t", "⇥")
    return re.sub(r"[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]", lambda m: f"<{ord(m[0]):04X}>", text)


def said(value: Value) -> str:
    """A value as a clerk writes it; a blank is a dash."""
    match value:
        case None:
            return "—"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case _:
            return visible(str(value))


def _rows(rows: Sequence[Sequence[str]]) -> list[str]:
    limits = [min(WIDEST, max(width(row[column]) for row in rows)) for column in range(len(rows[0]))]
    return [
        "  " + "  ".join(text + " " * (limit - width(text)) for text, limit in zip(row, limits, strict=True)).rstrip()
        for row in rows
    ]


def _order(key: str) -> tuple[int, list[tuple[int, str]]]:
    parts = [(int(part), "") if part.isdecimal() else (999, part) for part in key.split(".")]
    return (1, parts) if key[:1].isdecimal() else (0, [])


def _issue(issue: Issue) -> str:
    place = f"［{issue.where.chinese}］" if str(issue.where) else ""
    field = f"{issue.field} " if issue.field else ""
    return f"  {SEVERITIES[issue.severity.value]} {issue.code.value} {field}{place}{visible(issue.message)}"


def _record(index: int, record: Record, issues: Sequence[Issue]) -> list[str]:
    subject = record.subject
    whom = " ".join(
        filter(None, (subject.village, subject.team, subject.name, subject.group and f"（{subject.group}）"))
    )
    lines = ["", f"第{index + 1}份 {record.form}", f"  对象：{whom or '—'}", f"  时段：{record.period or '—'}"]
    rows: list[Sequence[str]] = [HEADS]
    for key in sorted(record.readings, key=_order):
        reading = record.readings[key]
        sure = "" if reading.confidence == 1 else f"{reading.confidence:.2f}"
        rows.append((key, visible(reading.text), said(reading.value), reading.where.chinese, sure))
    return [*lines, *_rows(rows), *(_issue(issue) for issue in issues)]


def transcript(reading: FileReading) -> str:
    """The whole reading of a file."""
    lines = [f"文件：{reading.name}", f"内容：{reading.kind or '不明'}"]
    lines += [_issue(issue) for issue in reading.issues if issue.record is None]
    for index, record in enumerate(reading.records):
        lines += _record(index, record, [issue for issue in reading.issues if issue.record == index])
    if not reading.records:
        lines.append("没有读到表格")
    return "\n".join(lines) + "\n"
