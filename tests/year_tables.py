"""The hand-worked years as tables: tests/years/SCHEME/*.csv read and written. Knows nothing of formgen."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "years"
SCHEMES = ("dayang-2023", "village-cadre-2020", "tongshi-2023", "damao-2022", "ningxia-2015")


@dataclass(frozen=True)
class Person:
    """A row of the roster, and the periods in which it stands there."""

    village: str
    name: str
    group: str = ""
    team: str = ""
    post: str = ""
    series: str = ""
    level: str = ""
    since: str = ""
    pay: str = ""
    first: str = ""  # period from which the row is on the roster; blank: always
    last: str = ""  # the last such period


@dataclass(frozen=True)
class Sheet:
    """A returned form: what was written, by item."""

    form: str
    village: str
    name: str
    team: str
    period: str
    written: dict[str, str]

    @property
    def whom(self) -> tuple[str, str]:
        return (self.village, self.name or self.team)


@dataclass(frozen=True)
class Event:
    """A row of the facts table, in the clerk's words."""

    date: str
    period: str
    village: str
    name: str
    team: str
    kind: str
    level: str
    count: Decimal
    mended: bool
    text: str

    @property
    def whom(self) -> tuple[str, str]:
        return (self.village, self.name or self.team)

    @property
    def when(self) -> str:
        return self.period or self.date[:7]


@dataclass
class Row:
    """One row of expected.csv; blank: there is none."""

    form: str
    period: str
    village: str
    name: str  # the team's, of a team; blank of a village
    total: str = ""
    computed: str = ""  # grade by points or as judged
    grade: str = ""  # after gates and quotas
    rank: str = ""
    money: str = ""
    pay: str = ""
    consequences: str = ""  # Chinese, with ； between; ？ behind one that a person must look at
    advice: str = ""
    doubt: str = ""  # words of each doubt, with ； between
    working: list[str] = field(default_factory=list)

    @property
    def whom(self) -> tuple[str, str]:
        return (self.village, self.name)


@dataclass(frozen=True)
class Year:
    """All tables of one regulation's year."""

    scheme: str
    people: tuple[Person, ...]
    sheets: tuple[Sheet, ...]
    events: tuple[Event, ...]
    decisions: dict[str, Any]

    @property
    def periods(self) -> tuple[str, ...]:
        """Every period of a returned form, the shorter before the longer that they are in."""
        return tuple(sorted({sheet.period for sheet in self.sheets}, key=end_of))

    def roster(self, period: str) -> list[Person]:
        """Who stands on the roster in a period."""
        return [
            one
            for one in self.people
            if (not one.first or months_of(one.first)[0] <= months_of(period)[-1])
            and (not one.last or months_of(one.last)[-1] >= months_of(period)[-1])
        ]


COLUMNS = tuple(one.name for one in fields(Row) if one.name != "working")


def end_of(period: str) -> tuple[str, int, str]:
    """For sorting: 2016-Q4 before 2016, 2016 before 2017-Q1."""
    if "Q" in period:
        return (period[:4], int(period[-1]) * 3, "1")
    return (period[:4], int(period[5:] or 12), "0" if len(period) > 4 else "2")


def months_of(period: str) -> list[str]:
    """The months of a period."""
    if "Q" in period:
        return [f"{period[:4]}-{month:02}" for month in range(int(period[-1]) * 3 - 2, int(period[-1]) * 3 + 1)]
    return [period] if len(period) > 4 else [f"{period}-{month:02}" for month in range(1, 13)]


def within(period: str, other: str) -> bool:
    """Whether one period lies in another, or is it."""
    return set(months_of(other)) <= set(months_of(period))


def over_by(period: str, other: str) -> bool:
    """Whether ``other`` is over when ``period`` is."""
    return months_of(other)[-1] <= months_of(period)[-1]


def number(written: str) -> Decimal | None:
    """``１８.5分`` is 18.5; blank is none."""
    plain = re.sub(r"[分元\s]", "", unicodedata.normalize("NFKC", written))
    return Decimal(plain) if plain else None


def plain(value: Decimal | int | None) -> str:
    """A number without needless zeros; none is blank."""
    if value is None:
        return ""
    text = f"{Decimal(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a table by its heads."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(file)]


def load(scheme: str) -> Year:
    """The tables of a year."""
    folder = FOLDER / scheme
    people = tuple(Person(**row) for row in rows_of(folder / "subjects.csv"))
    sheets = []
    for row in rows_of(folder / "scores.csv"):
        head = {key: row.pop(key, "") for key in ("form", "village", "name", "team", "period")}
        sheets.append(Sheet(**head, written={key: value for key, value in row.items() if value}))
    events = tuple(
        Event(
            row["date"], row["period"], row["village"], row["name"], row["team"], row["kind"], row["level"],
            Decimal(row["count"] or 1), row["mended"] == "是", row["text"],
        )
        for row in rows_of(folder / "facts.csv")
    )  # fmt: skip
    decided = tomllib.loads((folder / "decisions.toml").read_text(encoding="utf-8"), parse_float=Decimal)["decision"]
    return Year(scheme, people, tuple(sheets), events, {one["gap"]: one["value"] for one in decided})


def expected(scheme: str) -> list[Row]:
    """The rows of expected.csv."""
    return [Row(**row) for row in rows_of(FOLDER / scheme / "expected.csv")]


def write_expected(scheme: str, rows: list[Row]) -> None:
    """Write expected.csv anew."""
    with (FOLDER / scheme / "expected.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows([getattr(row, column) for column in COLUMNS] for row in rows)
