"""Whether the results of a period still rest on what is known; what came later and waits for somebody to say so."""

from __future__ import annotations

from dataclasses import dataclass

from formgen.dossiers import Dossiers, Known, made_from
from formgen.model import Subject
from formgen.reckoning import forms_of
from formgen.scheme.types import Scheme
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
