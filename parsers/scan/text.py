"""Words on paper: dates among the days that are possible, names among those that are known, the lines of a box."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from parsers.scan.allowed import Candidate, Ranking, Spelling, Weighing
from parsers.scan.recogniser import Text

NAMES = Weighing(trust=1000.0, junk=1e-7)
"""Names are weighed so: a name of which one character is unclear is still found in the list, and one that clearly has
another character (a brother's) is not."""

_LETTERS = str.maketrans("OoQDlI|iZzSsBbqg〇○", "000011112255869900")
_DATE = re.compile(r"((?:19|20)\d\d)\s*[年.\-/、,·]\s*(\d{1,2})\s*[月.\-/、,·]\s*(\d{1,2})\s*[日号]?")
_SPACED = re.compile(r"((?:19|20)\d\d)\s+(\d{1,2})\s+(\d{1,2})")
_MOST_DAYS = 800


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands in a box of several lines."""

    text: str  #: Lines divided by line breaks.
    confidence: float  #: The least of its lines', by the recogniser's own figures; 0 where there is none.


def passage(lines: Sequence[Text]) -> Passage:
    """The lines of a box put together; empty ones are left out."""
    kept = [line for line in lines if line.text.strip()]
    return Passage("\n".join(line.text.strip() for line in kept), min((line.confidence for line in kept), default=0.0))


def date_in(text: str) -> date | None:
    """The one date in recognised words, letters taken for the figures they look like; None if none or several."""
    plain = unicodedata.normalize("NFKC", text).translate(_LETTERS)
    found = set()
    for pattern in (_DATE, _SPACED):
        for match in pattern.finditer(plain):
            try:
                found.add(date(int(match[1]), int(match[2]), int(match[3])))
            except ValueError:
                return None
    return found.pop() if len(found) == 1 else None


def days(first: date, last: date) -> tuple[Candidate, ...]:
    """The days from one to another as allowed answers (ISO), in the ways in which they are written.

    Raises ValueError for more days than can be told apart (about two years), or none.
    """
    count = (last - first).days + 1
    if not 1 <= count <= _MOST_DAYS:
        raise ValueError(f"{count} days")
    return tuple(_day(first + timedelta(days=number)) for number in range(count))


def _day(day: date) -> Candidate:
    year, month, number = day.year, day.month, day.day
    ways = {
        f"{year}年{month}月{number}日": 1.0,
        f"{year}年{month:02}月{number:02}日": 0.3,
        f"{year}.{month}.{number}": 0.7,
        f"{year}.{month:02}.{number:02}": 0.2,
        f"{year}-{month}-{number}": 0.2,
        f"{year}-{month:02}-{number:02}": 0.2,
        f"{year}/{month}/{number}": 0.1,
        f"{month}月{number}日": 0.1,
        f"{month}.{number}": 0.05,
    }
    return Candidate(day.isoformat(), tuple(Spelling(text, weight) for text, weight in ways.items()))


def numbers(first: int, last: int) -> tuple[Candidate, ...]:
    """Whole numbers as allowed answers: a day, a month or a year in a box of its own, with leading zeros or not."""
    return tuple(
        Candidate(
            str(number),
            tuple(
                Spelling(text, weight, len(text))
                for text, weight in {str(number): 1.0, f"{number:02}": 0.5, f"{number % 100:02}": 0.2}.items()
            ),
        )
        for number in range(first, last + 1)
    )


def date_of_boxes(year: Ranking, month: Ranking, day: Ranking) -> tuple[date | None, float]:
    """The most probable date in three boxes, and its probability; impossible days (2月30日) are left out."""
    best: tuple[date | None, float] = (None, 0.0)
    possible = 0.0
    for y, y_share in zip(year.values[:5], year.shares, strict=False):
        for m, m_share in zip(month.values[:12], month.shares, strict=False):
            for d, d_share in zip(day.values[:31], day.shares, strict=False):
                try:
                    found = date(int(y), int(m), int(d))
                except ValueError:
                    continue
                share = y_share * m_share * d_share
                possible += share
                if share > best[1]:
                    best = (found, share)
    legible = (1 - year.other - year.blank) * (1 - month.other - month.blank) * (1 - day.other - day.blank)
    return (best[0], best[1] / possible * legible) if possible > 0 else (None, 0.0)


def names(known: Iterable[str]) -> tuple[Candidate, ...]:
    """Known names as allowed answers; blanks within a name (``李  四``) do not matter, the crop has no wide ones."""
    return tuple(
        Candidate(name, tuple(Spelling(text) for text in dict.fromkeys((name, "".join(name.split()))) if text))
        for name in dict.fromkeys(name.strip() for name in known)
        if name
    )
