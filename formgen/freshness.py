"""Whether the results of a period still rest on what is known; what came later and waits for somebody to say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formgen.cohorts import Cohort, Past, facts_mark
from formgen.dossiers import Dossiers, Known, made_from
from formgen.errors import DecisionNeededError
from formgen.model import Decision, Subject
from formgen.reckoning import Reckoner, Sheet, forms_of, groups_of
from formgen.scheme.types import Scheme
from formgen.scoring import ALL_STEPS
from formgen.subjects import complete

#: What an assessment is made from → the words for it where it is no longer the same.
_PARTS = {
    "return": "后来又收到的回收表",
    "issues": "疑点有变动",
    "corrections": "后来作出的更正",
    "facts": "后来登记或更正的事项",
    "roster": "花名册有变动",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A result that no longer rests on what is known."""

    form: str
    subject: Subject
    why: tuple[str, ...]  #: Chinese.

    @property
    def words(self) -> str:
        """Chinese: whose result, and what came later."""
        return f"{self.subject}：{'、'.join(self.why)}"


def waiting(known: Known, scheme: Scheme, period: str) -> tuple[Waiting, ...]:
    """What came after the results of a period: new returns, corrections, facts. Raises UsageError for a wrong period.

    The law is not looked at: a new edition or Decision does not reach back by itself.
    """
    store = known.store
    dossiers = Dossiers(store, scheme, period, known)
    found: list[Waiting] = []
    for form in forms_of(scheme, period):
        records = [
            one for one in store.records(form.id, period=period) if complete(one.subject, form.subject == "person")
        ]
        kept = {one.assessment.subject: one for one in store.each_assessment(scheme.id, form.id, period)}
        for stored in records:
            before = kept.pop(stored.subject, None)
            if before is None:
                found.append(Waiting(form.id, stored.subject, ("还没有评定的回收表",)))
                continue
            now = set(made_from(dossiers.evidence(stored, records), stored))
            fresh = [
                _PARTS[part]
                for part in _PARTS
                if any(one.startswith(f"{part}:") for one in now - set(before.made_from))
            ]
            if fresh:
                found.append(Waiting(form.id, stored.subject, tuple(fresh)))
        found += [Waiting(form.id, subject, ("回收表已改为另一对象或时段",)) for subject in kept]
    seen = max((mark.evidence.get("record", 0) for mark in store.marks(scheme.id) if mark.period == period), default=0)
    late = {row.fact.subject for row in dossiers.unplaced_rows() if row.fact and row.stored.id > seen}
    found += [Waiting("", subject, ("后来登记的事项，本时段没有其回收表",)) for subject in sorted(late, key=str)]
    return tuple(found)


def reached(known: Known, scheme: Scheme, period: str) -> tuple[Waiting, ...]:
    """The standings of a period that rest on other facts than are known now: of earlier periods, or of later ones.

    Such a fact, like one by which the pay of the whole year is cancelled, may never be of a period that is assessed
    itself. Raises UsageError for a wrong period.
    """
    cohort = Cohort(known, scheme, period, Past(scheme.id))
    found: list[Waiting] = []
    for group in groups_of(scheme, forms_of(scheme, period)):
        kept = [one for form in group for one in known.store.standings(scheme.id, form.id, period)]
        everybody = [one.standing.subject for one in kept]
        for one in kept:
            subject = one.standing.subject
            if facts_mark(cohort.facts(subject, everybody)) not in one.made_from:
                found.append(Waiting(one.standing.form, subject, ("定等以后登记、更正或撤销的事项（其他时段的）",)))
    return tuple(found)


def overtaken(known: Known, scheme: Scheme, decisions: Sequence[Decision], period: str) -> tuple[Waiting, ...]:
    """Those of ``reached`` whose standing would read differently by the decisions; nothing is kept.

    All of them where the office would have to decide first. Raises UsageError for a wrong period.
    """
    found = reached(known, scheme, period)
    if not found:
        return ()
    reckoner = Reckoner(known, scheme, decisions, ALL_STEPS)
    moved: set[tuple[str, Subject]] = set()
    for group in groups_of(scheme, forms_of(scheme, period)):
        sheets = []
        for form in group:
            kept = known.store.assessments(scheme.id, form.id, period)
            sheets.append(Sheet(form, {one.assessment.subject: one.assessment for one in kept}))
            reckoner.add_records(sheets[-1], period)
        before = [one.standing for form in group for one in known.store.standings(scheme.id, form.id, period)]
        try:
            done = reckoner.settle(period, sheets, {})
        except DecisionNeededError:
            return found
        moved |= {(one.form, one.subject) for one in done.standings if one not in before}
    return tuple(one for one in found if (one.form, one.subject) in moved)
