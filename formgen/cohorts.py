"""Gather the cohort of a period for settling: assessments with the facts of the year, the roster and former grades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from formgen.dossiers import Dossiers, Known
from formgen.model import Assessment, Fact, Form, Record, Standing, Subject
from formgen.periods import PeriodKind, contains, kind_of
from formgen.scheme.laws import ConsecutiveCondition, DatesCheck, GradesInYearCondition, Law
from formgen.scheme.types import Scheme
from formgen.scoring.candidates import Candidate
from formgen.scoring.sequences import TRANSFERRED, History, ended_by, history_key, preceding
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

    scheme: str
    _by_key: dict[str, dict[str, Standing]] = field(default_factory=lambda: defaultdict(dict))
    _by_name: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, known: Known, scheme: Scheme, edition: str | None = None) -> Past:
        """The past as the store has it; empty, and quick, where no law of the scheme looks back.

        ``edition``: the id under which the results are kept, where the scheme is another edition.
        """
        past = cls(scheme.id)
        if any(not need_of(scheme, form).nothing for form in scheme.form):
            for _, standing in known.store.grades(edition or scheme.id):
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
            self._by_name[clean(standing.subject.name), standing.period].add(key)
        return before is None or (before.grade, before.grade_final) != (standing.grade, standing.grade_final)

    def drop(self, standing: Standing) -> None:
        """Take a standing out that no longer stands."""
        key = history_key(standing.subject)
        self._by_key[key].pop(standing.period, None)
        self._by_name[clean(standing.subject.name), standing.period].discard(key)

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

    def transfers(self, subject: Subject, period: str, need: Need, present: frozenset[str]) -> dict[str, str]:
        """The periods right before in which nobody of this village, but somebody of the same name elsewhere, stood.

        ``present``: keys of those who are in the roster or the cohort now: they are other people.
        """
        found = {}
        mine = self._by_key.get(history_key(subject), {})
        when = period
        for _ in range(need.before if subject.name else 0):
            when = preceding(when)
            others = self._by_name.get((clean(subject.name), when), set())
            if when not in mine and others - present - {history_key(subject)}:
                found[when] = TRANSFERRED
        return found


class Cohort:
    """Makes candidates of the assessments of one period, and says what each was made from."""

    def __init__(self, known: Known, scheme: Scheme, period: str, past: Past) -> None:
        self._scheme = scheme
        self._period = period
        self._past = past
        self.roster = known.roster(scheme.id, period)
        self._facts = Dossiers(known.store, scheme, None, known, self.roster)
        self._needs = {form.id: need_of(scheme, form) for form in scheme.form}

    def facts(self, subject: Subject, others: Iterable[Subject]) -> tuple[Fact, ...]:
        """All facts of a subject up to the end of the period; ``others``: who else is in it."""
        return tuple(
            replace(row.fact, subject=subject)
            for row in self._facts.rows_of(subject, others)
            if row.fact is not None
            and (contains(self._period, row.fact.period) or ended_by(self._period, row.fact.period))
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
        for key, one in zip(keys, candidates, strict=True):
            subject, need = one.assessment.subject, self._needs[one.assessment.form]
            if former := self._past.former(subject, self._period, need):
                standings[key] = {**standings.get(key, {}), **former}
            if moved := self._past.transfers(subject, self._period, need, present):
                absences[key] = moved
        return History(standings, absences)

    def made_from(self, candidate: Candidate, sha256: str, history: History, law: Iterable[str]) -> tuple[str, ...]:
        """The hashes of what a standing rests on; the rest of the cohort is told by its rank and its quotas."""
        subject = candidate.assessment.subject
        key = history_key(subject)
        former = self._past.former(subject, self._period, self._needs[candidate.assessment.form])
        parts = [f"{when} {one.form} {one.grade} {one.grade_final}" for when, one in sorted(former.items())] + [
            f"{when} {word}" for when, word in sorted(history.absences.get(key, {}).items())
        ]
        return (
            f"assessment:{sha256}",
            f"facts:{digest(*sorted(map(repr, candidate.facts))) if candidate.facts else _NOTHING}",
            f"roster:{digest(repr(candidate.roster))}",
            f"former:{digest(*parts) if parts else _NOTHING}",
            *law,
        )


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
