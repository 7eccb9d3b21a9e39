"""What a value of a spreadsheet looks like as plain text: numbers, truth values, dates, times and durations."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isfinite

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_EPOCH = datetime(1899, 12, 30)
_DAYS_TO_1904 = 1462  #: Between the first days of the two calendars that Excel counts in.
_FALSE_LEAP_DAY = 60  #: Excel counts 29 February 1900, which there was not; days before it are one off.


@lru_cache(maxsize=1024)
def plain_number(value: float) -> str:
    """A number in plain decimal form, to the 15 significant digits that Excel keeps: ``8``, ``8.5``, ``0.3``."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}"
    return format(Decimal(text), "f") if "e" in text else text


@lru_cache(maxsize=4096)
def written_number(written: str) -> tuple[str, bool]:
    """A number as it stands in a file, in plain decimal form, and True; what is no number as it is, and False."""
    if not _NUMBER.fullmatch(written) or not isfinite(value := float(written)):
        return written, False
    return plain_number(value), True


def shown(value: object) -> str:
    """A value as plain text."""
    if type(value) is float:
        return plain_number(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    return str(value)


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def duration(days: float) -> timedelta | None:
    """The duration of so many days; None if there is none so long."""
    try:
        return timedelta(milliseconds=round(days * 86_400_000))
    except (OverflowError, ValueError):
        return None


def moment(days: float, *, from_1904: bool) -> date | time | datetime | None:
    """The date, time of day or both that a count of days is, to a thousandth of a second; None if it is none.

    Days are counted from 1 January 1900 (or 1904); a count below 1 is a time of day.
    """
    if not 0 <= days < 3_000_000:
        return None
    counted = days + (_DAYS_TO_1904 if from_1904 else 0)
    counted += counted < _FALSE_LEAP_DAY
    try:
        found = _EPOCH + timedelta(milliseconds=round(counted * 86_400_000))
    except OverflowError:
        return None
    if days < 1:
        return found.time()
    return found.date() if days.is_integer() else found


def written_moment(written: str) -> date | time | datetime | None:
    """The date, time of day or both that stand in ISO 8601 in a file; None if they are not such."""
    try:
        if "T" in written:
            found = datetime.fromisoformat(written)
            return found if found.tzinfo is None else None
        return time.fromisoformat(written) if ":" in written else date.fromisoformat(written)
    except ValueError:
        return None
