"""Gather the cohort of a period for settling: assessments with the facts of the year, the roster and former grades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from formgen.dossiers import Dossiers, Known
from formgen.model import Assessment, Fact, Form, Record, Standing, Subject
from formgen.periods import PeriodKind, contains, kind_of
from formgen.scheme.laws import ConsecutiveCondition, DatesCheck, GradesInYearCondition, Law, kinds_ahead
from formgen.scheme.types import Scheme
from formgen.scoring.cancelling import due_before
from formgen.scoring.candidates import Candidate
from formgen.scoring.sequences import TRANSFERRED, History, ended_by, history_key
from formgen.store.values import digest
from formgen.subjects import clean

_NOTHING = digest()


@dataclass(frozen=True, slots=True)
class Need:
    """How far back the laws of a form look."""

    before: int = 0  #: So many former grades of the same kind of period.
    kinds: frozenset[str] = frozenset()  #: And the grades of these kinds of period within the year.

    @property
    def nothing(self) -> bool:
        """Whether former periods do not matter."""
        return not self.before and not self.kinds


def need_of(scheme: Scheme, form: Form) -> Need:
    """How far back the laws of a form look."""
    laws: Iterable[Law] = (*scheme.gate, *scheme.consequence)
    conditions = [
        condition
        for law in laws
        if form.id in (law.form or (scheme.main_form,))
        for condition in getattr(law, "when", ())
    ]
    counts = [one.count - 1 for one in conditions if isinstance(one, ConsecutiveCondition)]
    kinds = frozenset(one.of for one in conditions if isinstance(one, GradesInYearCondition))
    return Need(max(counts, default=0), kinds)


def looks_at_dates(scheme: Scheme, form: Form) -> bool:
    """Whether the laws of a form look at the record itself."""
    return any(isinstance(one, DatesCheck) and form.id in (one.form or (scheme.main_form,)) for one in scheme.check)


@dataclass(slots=True)
class Past:
    """The grades of all periods of a scheme, by subject; what is settled in this run is put in."""

    scheme: str  #: The id under which the results are kept.
    _by_key: dict[str, dict[str, Standing]] = field(default_factory=lambda: defaultdict(dict))
    _by_name: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    _first: dict[PeriodKind, str] = field(default_factory=dict)

    @classmethod
    def of(cls, known: Known, scheme: Scheme, edition: str | None = None) -> Past:
        """The past as the store has it; empty, and quick, where no law of the scheme looks back.

        ``edition``: the id under which the results are kept, where the scheme is another edition.
        """
        past = cls(edition or scheme.id)
        if any(not need_of(scheme, form).nothing for form in scheme.form):
            for _, standing in known.store.grades(past.scheme):
                past.put(standing)
        return past

    def put(self, standing: Standing) -> bool:
        """Put a standing in, in the place of the former one of its subject and period; whether its grade is another."""
        key = history_key(standing.subject)
        before = self._by_key[key].get(standing.period)
        if before is not None and before.form != standing.form and standing.grade is None:
            return False  # two forms of one period: the one with a grade counts
        self._by_key[key][standing.period] = standing
        if standing.subject.name:
            self._by_name[clean(standing.subject.name)][standing.period].add(key)
        kind = kind_of(standing.period)
        self._first[kind] = min(self._first.get(kind, standing.period), standing.period)
        return before is None or (before.grade, before.grade_final) != (standing.grade, standing.grade_final)

    def drop(self, standing: Standing) -> None:
        """Take a standing out that no longer stands."""
        key = history_key(standing.subject)
        self._by_key[key].pop(standing.period, None)
        self._by_name[clean(standing.subject.name)][standing.period].discard(key)

    def first(self, period: str) -> str:
        """The first period of this one's kind of which anything is kept, or this one itself."""
        return min(period, self._first.get(kind_of(period), period))

    def former(self, subject: Subject, period: str, need: Need) -> dict[str, Standing]:
        """The former standings of a subject that the laws of a form look at, by period."""
        if need.nothing:
            return {}
        kind = kind_of(period)
        found: dict[str, Standing] = {}
        same_kind = 0
        mine = self._by_key.get(history_key(subject), {})
        for when in sorted(mine, reverse=True):
            if when == period or not ended_by(period, when):
                continue
            own: PeriodKind = kind_of(when)
            if own == kind and same_kind < need.before:
                same_kind += 1
                found[when] = mine[when]
            elif own in need.kinds and when[:4] == period[:4]:
                found[when] = mine[when]
        return found

    def transfers(
        self, subject: Subject, period: str, need: Need, present: frozenset[str]
    ) -> dict[str, tuple[Standing, ...]]:
        """The earlier periods in which nobody of this village, but somebody of the same name elsewhere, stood.

        ``present``: keys of those who are in the roster or the cohort now: they are other people.
        """
        named = self._by_name.get(clean(subject.name)) if subject.name and need.before else None
        if not named:
            return {}
        own = history_key(subject)
        mine = self._by_key.get(own, {})
        kind = kind_of(period)
        found = {}
        for when, keys in named.items():
            if when >= period or kind_of(when) != kind or when in mine:
                continue
            if others := sorted(keys - present - {own}):
                found[when] = tuple(self._by_key[key][when] for key in others)
        return found


class Cohort:
    """Makes candidates of the assessments of one period, and says what each was made from."""

    def __init__(self, known: Known, scheme: Scheme, period: str, past: Past) -> None:
        self._scheme = scheme
        self._period = period
        self._past = past
        self.roster = known.roster(scheme.id, period)
        self._facts = Dossiers(known.store, scheme, None, known, self.roster)
        self._store = known.store
        self._ahead = kinds_ahead(scheme.laws)
        self._reclaiming = any(one.reclaims for one in scheme.consequence)
        self._needs = {form.id: need_of(scheme, form) for form in scheme.form}

    def facts(self, subject: Subject, others: Iterable[Subject]) -> tuple[Fact, ...]:
        """All facts of a subject up to the end of the period, and those of the rest of the year that reach back.

        ``others``: who else is in the period.
        """
        return tuple(
            replace(row.fact, subject=subject)
            for row in self._facts.rows_of(subject, others)
            if row.fact is not None
            and (
                contains(self._period, row.fact.period)
                or ended_by(self._period, row.fact.period)
                or (row.fact.kind in self._ahead and row.fact.period[:4] == self._period[:4])
            )
        )

    def candidate(
        self,
        assessment: Assessment,
        others: Iterable[Subject],
        record: Record | None = None,
        *,
        returned: bool = True,
    ) -> Candidate:
        """An assessment with what else the laws look at."""
        subject = assessment.subject
        return Candidate(assessment, self.facts(subject, others), self.roster.entry(subject), record, returned)

    def history(self, candidates: Sequence[Candidate]) -> History:
        """The former standings of the candidates, and who was transferred when."""
        keys = [history_key(one.assessment.subject) for one in candidates]
        present = frozenset((*keys, *(history_key(entry.subject) for entry in self.roster.entries)))
        standings: dict[str, Mapping[str, Standing]] = {}
        absences: dict[str, Mapping[str, str]] = {}
        elsewhere: dict[str, Mapping[str, tuple[Standing, ...]]] = {}
        paid: dict[str, Mapping[str, Decimal | None]] = {}
        for key, one in zip(keys, candidates, strict=True):
            subject, need = one.assessment.subject, self._needs[one.assessment.form]
            if former := self._past.former(subject, self._period, need):
                standings[key] = {**standings.get(key, {}), **former}
            if moved := self._past.transfers(subject, self._period, need, present):
                absences[key] = dict.fromkeys(moved, TRANSFERRED)
                elsewhere[key] = moved
            if self._reclaiming and one.facts and (due := self._paid(one)):
                paid[key] = due
        return History(standings, absences, elsewhere, self._past.first(self._period), paid)

    def _paid(self, candidate: Candidate) -> dict[str, Decimal | None]:
        """What was due in the earlier periods of the year, where a fact of this period reaches back to them."""
        if not any(one.kind in self._ahead and contains(self._period, one.period) for one in candidate.facts):
            return {}
        own = candidate.assessment
        found = {}
        for one in self._store.standings(self._past.scheme, own.form, None, own.subject):
            standing = one.standing
            if standing.period[:4] == self._period[:4] and standing.period < self._period and standing.money:
                found[standing.period] = due_before(standing)
        return found

    def made_from(self, candidate: Candidate, sha256: str, history: History, law: Iterable[str]) -> tuple[str, ...]:
        """The hashes of what a standing rests on; the rest of the cohort is told by its rank and its quotas."""
        subject = candidate.assessment.subject
        key = history_key(subject)
        need = self._needs[candidate.assessment.form]
        former = self._past.former(subject, self._period, need)
        parts = [f"{when} {one.form} {one.grade} {one.grade_final}" for when, one in sorted(former.items())] + [
            f"{when} {word}" for when, word in sorted(history.absences.get(key, {}).items())
        ]
        parts += [
            f"{when} {one.subject} {one.grade} {one.grade_final}"
            for when, some in sorted(history.elsewhere.get(key, {}).items())
            for one in some
        ]
        parts += [f"{when} {due}" for when, due in sorted(history.paid.get(key, {}).items())]
        if need.before and len(former) < need.before:
            parts.append(f"first {history.first}")
        return (
            f"assessment:{sha256}",
            facts_mark(candidate.facts),
            f"roster:{digest(repr(candidate.roster))}",
            f"former:{digest(*parts) if parts else _NOTHING}",
            *law,
        )


def facts_mark(facts: Sequence[Fact]) -> str:
    """The hash of the facts that a standing rests on, as its ``made_from`` has it."""
    return f"facts:{digest(*sorted(map(repr, facts))) if facts else _NOTHING}"


def earlier_in_year(period: str, periods: Iterable[str]) -> tuple[str, ...]:
    """The periods of the year that are over before this one is, in their order."""
    return tuple(
        sorted(
            one for one in set(periods) if one[:4] == period[:4] and one != period and ended_by(period, one)
            and not contains(period, one)
        )
    )  # fmt: skip


def later_than(period: str, periods: Iterable[str]) -> Iterator[str]:
    """The periods that end no earlier than this one, itself left out; those that end first come first."""
    order = {"month": 0, "quarter": 1, "year": 2}
    found = [one for one in set(periods) if one != period and (contains(one, period) or _after(one, period))]
    return iter(sorted(found, key=lambda one: (_end(one), order[kind_of(one)])))


def _after(one: str, period: str) -> bool:
    return _end(one) > _end(period) or (_end(one) == _end(period) and contains(one, period))


def _end(period: str) -> tuple[int, int]:
    match kind_of(period):
        case "month":
            return int(period[:4]), int(period[5:])
        case "quarter":
            return int(period[:4]), int(period[6]) * 3
        case _:
            return int(period), 12
