"""A store at work with returns, roster and facts of one scheme: for the tests of results that are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from returns import record

from formgen.archive import Archive
from formgen.assess import AssessResult, Reopening, assess_period
from formgen.model import Correction, Decision, Submission, Value
from formgen.parsing import FileReading
from formgen.scheme.gaps import example
from formgen.scheme.loading import load_decisions, load_schemes
from formgen.scheme.types import Scheme
from formgen.store import Store

BEGIN = datetime(2023, 4, 1, 9, 0)
FULL = {
    "dayang-monthly": "1.1=2 1.2=2 1.3=2 1.4=4 2.1=10 2.2=20 3.1=30 4.1={}",  # 70 and 4.1
    "village-cadre-quarterly": "1.1=30 2.1={} 3.1=10 4.1=10 5.1=10",  # 60 and 2.1
    "ningxia-member-annual": "1.1={} 2.1=10 3.1=5 3.2=5 4.1=10",  # 30 and 1.1
}


@cache
def schemes() -> tuple[Scheme, ...]:
    return load_schemes()


def scheme(name: str) -> Scheme:
    return next(one for one in schemes() if one.id == name)


@cache
def _examples(name: str) -> tuple[Decision, ...]:
    import tomllib

    one = scheme(name)
    text = "\n\n".join(example(one, gap) for gap in one.gap).replace("（请填写：", "示例：")
    return load_decisions(tomllib.loads(text, parse_float=Decimal)["decision"], [one], Path("样例.toml"))


def decided(name: str, **answers: object) -> tuple[Decision, ...]:
    """The example decisions of a scheme, some of them with another value."""
    named = {gap.replace("_", "-"): value for gap, value in answers.items()}
    found = [replace(one, value=named.pop(one.gap)) if one.gap in named else one for one in _examples(name)]
    return (*found, *(Decision(name, gap, value, "测试", date(2020, 1, 1), True) for gap, value in named.items()))


class Office:
    """A store at work: returns come in, people correct, periods are assessed; each step a minute after the last."""

    def __init__(self, folder: Path, name: str, **answers: object) -> None:
        self.folder = folder
        self.archive = Archive(folder)
        self.path = folder / "formgen.sqlite"
        self.store = Store(self.path)
        self.scheme = scheme(name)
        self.decisions: Sequence[Decision] = decided(name, **answers)
        self._clock = _minutes()

    def now(self) -> datetime:
        """The next minute."""
        return next(self._clock)

    def take(self, *lines: str, name: str = "") -> str:
        """Take in one file with these records; its sha256."""
        at = self.now()
        paper = self.folder / "来件.docx"
        paper.write_bytes(repr((lines, at)).encode())
        sha256, _ = self.archive.add(paper)
        paper.unlink()
        records = tuple(record(line, row) for row, line in enumerate(lines, 1))
        name = name or f"{sha256[:6]}.docx"
        self.store.add_reading(Submission(sha256, name, at), FileReading(name, sha256, "docx", records))
        return sha256

    def take_period(self, form: str, period: str, marks: Mapping[str, object]) -> str:
        """Take in one file with a return for each person: name → the mark that is left open in ``FULL``."""
        return self.take(*(f"{form} {period} 张庄村/{who} {FULL[form].format(mark)}" for who, mark in marks.items()))

    def roster(self, *names: str, **fields: object) -> str:
        """Take in a roster of people of one village."""
        more = "".join(f" {field}={value}" for field, value in fields.items())
        return self.take(*(f"roster - 张庄村/{name}{more}" for name in names))

    def correct(self, sha256: str, index: int, field: str, value: Value) -> None:
        """Lay a value over a reading."""
        self.store.add_correction(Correction(sha256, index, field, value, "王会计", self.now(), "与本人核实"))

    def assess(self, period: str, by: str = "", why: str = "", **more: Any) -> AssessResult:
        """Assess a period; with ``by`` and ``why`` a closed one too."""
        opening = Reopening(by, why) if by or why else None
        return assess_period(self.store, self.scheme, self.decisions, period, at=self.now(), reopening=opening, **more)

    def grades(self, period: str) -> dict[str, str | None]:
        """Name → settled grade."""
        return {
            one.standing.subject.name: one.standing.grade for one in self.store.standings(self.scheme.id, None, period)
        }

    def due(self, period: str, who: str) -> list[str]:
        """Ids of the consequences that are due for a person."""
        return [
            due.id
            for one in self.store.standings(self.scheme.id, None, period)
            if one.standing.subject.name == who
            for due in one.standing.consequences
        ]

    def dump(self) -> str:
        """The whole database as SQL."""
        raw = sqlite3.connect(self.path)
        try:
            return "\n".join(raw.iterdump())
        finally:
            raw.close()


def _minutes() -> Iterator[datetime]:
    at = BEGIN
    while True:
        yield at
        at += timedelta(minutes=1)
