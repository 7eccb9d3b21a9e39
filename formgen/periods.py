"""Periods as they are written: ``2023-03``, ``2023-Q1`` and ``2023``, and the same in Chinese."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

PeriodKind = Literal["month", "quarter", "year"]

_PERIOD = re.compile(r"^(?P<year>(?:19|20)\d\d)(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])))?$")
_CHINESE_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("零○OО", 0)
_YEAR = r"(?P<year>(?:19|20)\d\d|[一二][〇零○OО一二三四五六七八九]{3})"
_COUNT = r"(?P<{}>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})"
_MONTHS = r"(?:\d{1,2}\s*月?\s*[-—–~至]\s*\d{1,2}\s*月\s*[，,（(]?\s*)?"  # 2020年4-6月，第二季度
_QUARTER = re.compile(rf"{_YEAR}\s*年?度?\s*{_MONTHS}第?\s*{_COUNT.format('quarter')}\s*季\s*度?")
_MONTH = re.compile(rf"{_YEAR}\s*年\s*{_COUNT.format('month')}\s*月(?:份|度)?(?!\s*\d{{1,2}}\s*[日号])")
_YEAR_ONLY = re.compile(rf"{_YEAR}\s*年?\s*度|{_YEAR.replace('year', 'year2')}\s*年(?!\s*\d)")
_PLAIN = re.compile(r"(?<![\d.])((?:19|20)\d\d)[-./](0?[1-9]|1[0-2]|Q[1-4])(?![\d.\-/])")


def kind_of(period: str) -> PeriodKind:
    """Whether it is a month, a quarter or a year. Raises ValueError if it is not a period."""
    match = _PERIOD.match(period)
    if not match:
        raise ValueError(f"“{period}”不是考核时段；应写作 2023-03（月）、2023-Q1（季度）或 2023（年度）")
    return "month" if match["month"] else "quarter" if match["quarter"] else "year"


def in_chinese(period: str) -> str:
    """``2023年3月``, ``2023年第一季度``, ``2023年度``. Raises ValueError."""
    match kind_of(period):
        case "month":
            return f"{period[:4]}年{int(period[5:])}月"
        case "quarter":
            return f"{period[:4]}年第{'一二三四'[int(period[6]) - 1]}季度"
        case _:
            return f"{period}年度"


def following(period: str) -> str:
    """The period after this one, of the same kind. Raises ValueError."""
    year = int(period[:4])
    match kind_of(period):
        case "month":
            month = int(period[5:])
            return f"{year}-{month + 1:02}" if month < 12 else f"{year + 1}-01"
        case "quarter":
            quarter = int(period[6])
            return f"{year}-Q{quarter + 1}" if quarter < 4 else f"{year + 1}-Q1"
        case _:
            return str(year + 1)


def contains(outer: str, inner: str) -> bool:
    """Whether ``inner`` lies within ``outer``: ``2023`` holds ``2023-Q1``, which holds ``2023-02``."""
    if outer == inner:
        return True
    if outer[:4] != inner[:4]:
        return False
    match kind_of(outer), kind_of(inner):
        case "year", _:
            return True
        case "quarter", "month":
            return (int(inner[5:]) - 1) // 3 + 1 == int(outer[6])
        case _:
            return False


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        if "十" in ones:
            return 0  # no month, no quarter
        return (_CHINESE_DIGITS[tens] if tens else 1) * 10 + (_CHINESE_DIGITS[ones] if ones else 0)
    if len(text) == 2 and _CHINESE_DIGITS[text[0]]:
        return 0  # 一二月 is January and February, not December
    value = 0
    for character in text:
        value = value * 10 + _CHINESE_DIGITS[character]
    return value


def find(text: str, kind: PeriodKind | None = None) -> str | None:
    """The first period of the kind that a text names, None if it names none.

    Understands ``2023年3月``, ``２０２３年三月份``, ``2023年第一季度``, ``2023年度``, ``2023-03``, ``2023.3``;
    a full date (``2023年3月5日``) is not a period.
    """
    plain = unicodedata.normalize("NFKC", text)
    if kind in (None, "quarter"):
        for match in _QUARTER.finditer(plain):
            if 1 <= (quarter := _number(match["quarter"])) <= 4:
                return f"{_number(match['year'])}-Q{quarter}"
    if kind in (None, "month"):
        for match in _MONTH.finditer(plain):
            if 1 <= (month := _number(match["month"])) <= 12:
                return f"{_number(match['year'])}-{month:02}"
    if kind != "year":
        for match in _PLAIN.finditer(plain):
            quarter_given = match[2].startswith("Q")
            if kind in (None, "quarter" if quarter_given else "month"):
                return f"{match[1]}-{match[2] if quarter_given else format(int(match[2]), '02')}"
    if kind in (None, "year"):
        for match in _YEAR_ONLY.finditer(plain):
            return str(_number(match["year"] or match["year2"]))
    return None
