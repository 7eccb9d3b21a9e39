"""Dates on scanned paper held against what is possible: a figure that was lost or misread makes another year. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from formgen.model import Form, Issue, IssueCode, Record, Severity

_MONTH = re.compile(r"([12][0-9]{3})[年.\-/,、·]([0-9]{1,2})(?:月份?|[.\-/,、·]([0-9]{1,2})日?|月([0-9]{1,2})[日号]?)?")
_YOUNGEST, _OLDEST = 16, 100  #: Years of age of whoever is assessed.
_BEFORE, _AFTER = 1, 2  #: Years by which a signature may be dated before and after the period.


def implausible(form: Form, read: Iterable[Record], base: int) -> Iterator[Issue]:
    """The dates of records of a form that no paper can mean, for a person to look at.

    ``base``: the number of the first record.
    """
    births = {box.id: box.label for box in form.fields if "出生" in box.label}
    for number, record in enumerate(read, base):
        year = int(record.period[:4]) if record.period and record.period[:4].isdigit() else None
        for field, reading in record.readings.items():
            fault = ""
            if field in births and isinstance(reading.value, str | date):
                fault = _birth(str(reading.value), year)
            elif isinstance(reading.value, date) and year is not None:
                near = -_BEFORE <= reading.value.year - year <= _AFTER
                fault = "" if near else f"离考核的{year}年太远"
            if fault:
                message = f"{births.get(field, '日期')}读作“{reading.text or reading.value}”，{fault}，请对照图像核对"
                yield Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, reading.where, field, number)


def _birth(text: str, year: int | None) -> str:
    """What is wrong with a month or day of birth; empty where it is possible."""
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    match = _MONTH.fullmatch(bare)
    if match is None:
        return "不像一个年月"
    born, month, day = int(match[1]), int(match[2]), int(match[3] or match[4] or 1)
    try:
        date(born, month, day)
    except ValueError:
        return "没有这样的年月"
    if year is not None and not _YOUNGEST <= year - born <= _OLDEST:
        return f"到{year}年是{year - born}岁"
    return ""
