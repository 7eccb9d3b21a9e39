"""The grades of former periods: how often one was given in a year, and whether it stands several times in a row. Pure.

A period without a return is never taken for a good one or a bad one: the office's Decision says what it means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from formgen.model import Fact, RosterEntry, Source, Standing, Subject
from formgen.periods import contains, in_chinese, kind_of
from formgen.scheme.types import FactKind
from formgen.scoring.accuracy import sub_periods
from formgen.subjects import cleaned

#: What may stand in ``History.absences``: why nothing came back, or the Decision's own word for what it means.
NO_RETURN, NEWCOMER, TRANSFERRED = "no-return", "newcomer", "transferred"
BREAK, SKIP, ASK, COUNT = "break", "skip", "ask", "count"
Ruling = Literal["", "break", "skip", "count"]


def history_key(subject: Subject) -> str:
    """The key of a subject in a history: village, team and name, with the group where it tells namesakes apart."""
    plain = cleaned(subject)
    return plain.key + (f"#{plain.group}" if plain.group else "")


@dataclass(frozen=True, slots=True)
class History:
    """What was settled before, by all forms of the scheme. Keys are those of ``history_key``."""

    standings: Mapping[str, Mapping[str, Standing]] = field(default_factory=dict)  #: Key → period → standing.
    absences: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: Key → period → why (see above).
    elsewhere: Mapping[str, Mapping[str, tuple[Standing, ...]]] = field(default_factory=dict)  #: Key → period → what
    #: was settled under the same name in another village.
    first: str = ""  #: The first period of the kind in hand of which anything is kept; empty: not known.
    paid: Mapping[str, Mapping[str, Decimal | None]] = field(default_factory=dict)  #: Key → earlier period of the
    #: year → what was due before any cancellation; None: not settled.

    @staticmethod
    def of(standings: Iterable[Standing], absences: Mapping[str, Mapping[str, str]] | None = None) -> History:
        """A history of these standings, in whatever order they come."""
        found: dict[str, dict[str, Standing]] = {}
        for standing in standings:
            found.setdefault(history_key(standing.subject), {})[standing.period] = standing
        return History(found, absences or {})


@dataclass(frozen=True, slots=True)
class Former:
    """One former period of a subject."""

    period: str
    state: Literal["given", "open", "absent"]  #: ``open``: there is something, but it is not settled.
    grade: str = ""  #: Where it is given.
    word: str = ""  #: Why it is absent, or not settled.
    source: Source | None = None
    ruling: Ruling = ""  #: Where it is absent: what a person said of it, by a fact.
    elsewhere: Former | None = None  #: Where it is absent: what was settled under the same name in another village.

    @property
    def words(self) -> str:
        """The period and its grade in Chinese."""
        said = f"{self.word}“{self.grade}”" if self.grade else self.word
        return f"{in_chinese(self.period)}{said}"


class FormerGrades:
    """Looks up the grades of former periods of one subject after the other."""

    def __init__(
        self, history: History, names: Mapping[str, str], begins: date, rulings: Iterable[FactKind] = ()
    ) -> None:
        """``names``: any word for a grade → its name; ``begins``: the day from which the scheme is in force.

        ``rulings``: the kinds of fact by which a person says what a hole means.
        """
        self._history = history
        self._names = names
        self._begins = begins
        self._rulings = {kind.id: kind for kind in rulings}
        self._grouped: dict[str, list[str]] = {}
        for key in {*history.standings, *history.absences}:
            plain, mark, _ = key.partition("#")
            if mark:
                self._grouped.setdefault(plain, []).append(key)

    def keys(self, subject: Subject) -> tuple[str, ...]:
        """The keys under which a subject may stand: a group that only one side gives does not part them."""
        key = history_key(subject)
        plain, mark, _ = key.partition("#")
        if mark:
            return (key, plain)
        grouped = self._grouped.get(plain, [])
        return (plain, *grouped) if len(grouped) == 1 else (plain,)

    def at(
        self, subject: Subject, period: str, facts: Iterable[Fact], roster: RosterEntry | None, fact: str | None
    ) -> Former:
        """The grade of a former period: as settled, or by a fact of that period; else why there is none."""
        keys = self.keys(subject)
        _, last = span(period)
        if last < self._begins:  # what was given before there was a regulation is no grade by it
            return Former(period, "absent", word=BREAK)
        found = [s for key in keys if (s := self._history.standings.get(key, {}).get(period)) is not None]
        named = [one for one in facts if one.kind == fact] if fact else []
        said = [one for one in named if _of(one, period)]
        vague = [one for one in named if _may_be_of(one, period)]
        grades = {self._names.get("".join(one.level.split()).replace("(", "（").replace(")", "）"), "") for one in said}
        settled = [s for s in found if s.grade is not None or not s.grade_final]
        if any(not s.grade_final for s in settled):
            return Former(period, "open", word="的等次尚未定稿")
        grades |= {s.grade for s in settled if s.grade is not None}
        if len(grades) > 1 or "" in grades:
            return Former(period, "open", word="的等次记录不一致或不清")
        if grades:
            grade = next(iter(grades))
            where = said[0].where if said else None
            source = Source("fact", str(fact), f"{in_chinese(period)}“{grade}”", where) if where is not None else None
            return Former(period, "given", grade, source=source)
        if vague:
            unit = _UNITS[kind_of(period)]
            return Former(period, "open", word=f"没有记录，而有一条“{vague[0].period}”的等次没有写明是哪个{unit}")
        word = next((w for key in keys if (w := self._history.absences.get(key, {}).get(period))), "")
        if not word and roster is not None and roster.since and last < roster.since:
            word = NEWCOMER
        if word in ("", NEWCOMER) and self._history.first and last < span(self._history.first)[0]:
            word = BREAK  # before anything is kept of anybody there is nothing to go by
        return self._absent(period, word or NO_RETURN, facts, keys)

    def _absent(self, period: str, word: str, facts: Iterable[Fact], keys: Sequence[str]) -> Former:
        """A period without a grade, with what a person said of it and what stands in another village."""
        said = [one for one in facts if one.kind in self._rulings and one.count and _of(one, period)]
        given = {_meaning(self._rulings[one.kind], one.level) for one in said}
        if None in given or len(given) > 1:
            return Former(period, "open", word=f"的“{self._rulings[said[0].kind].label}”级别不清或不一致")
        ruling: Ruling = next((meaning for meaning in given if meaning), "")
        source = None
        if said:
            kind = self._rulings[said[0].kind]
            source = Source("fact", kind.id, f"{in_chinese(period)}{kind.label}“{said[0].level}”", said[0].where)
        others = [one for key in keys for one in self._history.elsewhere.get(key, {}).get(period, ())]
        return Former(period, "absent", "", word, source, ruling, _elsewhere(period, others) if others else None)


def _meaning(kind: FactKind, level: str) -> Ruling | None:
    plain = "".join(level.split())
    return kind.meanings.get(kind.level_aliases.get(plain, plain))


def _elsewhere(period: str, others: Sequence[Standing]) -> Former:
    """What was settled under the name in other villages, if it is one grade."""
    where = "、".join(sorted({one.subject.village for one in others}))
    grades = {one.grade if one.grade_final else None for one in others}
    grade = next(iter(grades)) if len(grades) == 1 else None
    if grade is None:
        return Former(period, "open", word=f"在{where}的等次尚未定稿或不一致")
    return Former(period, "given", grade, word=f"（在{where}）")


_UNITS = {"month": "月", "quarter": "季度", "year": "年度"}


def _of(fact: Fact, period: str) -> bool:
    """Whether a fact tells of the period: it names it, a part of it, or a day in it."""
    try:
        return contains(period, fact.period) or (
            fact.on is not None and contains(fact.period, period) and contains(period, f"{fact.on:%Y-%m}")
        )
    except ValueError:
        return False


def _may_be_of(fact: Fact, period: str) -> bool:
    """Whether a fact names only a longer period, without a day that says which part is meant."""
    try:
        return fact.on is None and fact.period != period and contains(fact.period, period)
    except ValueError:
        return False


def span(period: str) -> tuple[date, date]:
    """The first and the last day of a period. Raises ValueError."""
    months = sub_periods(period, "month")
    first = date(int(period[:4]), int(months[0][5:]), 1)
    year, month = first.year, int(months[-1][5:])
    after = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return first, after - timedelta(days=1)


def preceding(period: str) -> str:
    """The period before this one, of the same kind. Raises ValueError."""
    year = int(period[:4])
    match kind_of(period):
        case "month":
            month = int(period[5:])
            return f"{year}-{month - 1:02}" if month > 1 else f"{year - 1}-12"
        case "quarter":
            quarter = int(period[6])
            return f"{year}-Q{quarter - 1}" if quarter > 1 else f"{year - 1}-Q4"
        case _:
            return str(year - 1)


def ended_by(period: str, other: str) -> bool:
    """Whether ``other`` is over when ``period`` is. False if it is not a period."""
    try:
        return contains(period, other) or span(other)[1] <= span(period)[1]
    except ValueError:
        return False


def months_served(since: date, until: date) -> int:
    """Full months in a post from its first day to the end of ``until``."""
    after = until + timedelta(days=1)
    return (after.year - since.year) * 12 + after.month - since.month - (after.day < since.day)


ABSENT_WORDS = {
    NO_RETURN: "没有考核结果",
    NEWCOMER: "尚未到任或办法尚未施行",
    TRANSFERRED: "在别的村",
    BREAK: "没有考核结果",
    SKIP: "没有考核结果",
    ASK: "没有考核结果",
}
