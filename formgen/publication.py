"""Gather what is made public of the villages month by month: running totals from the facts of the year so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from formgen.dossiers import Dossiers, Known
from formgen.errors import UsageError
from formgen.excusals import excusals
from formgen.model import Decision, Fact, Form, Subject
from formgen.scheme.decisions import in_force
from formgen.scheme.laws import facts_of
from formgen.scheme.types import Scheme
from formgen.scoring.running import Running, month_of, months_through, running
from formgen.scoring.sequences import span
from formgen.store import Store
from formgen.subjects import cleaned


@dataclass(frozen=True, slots=True)
class Publication:
    """The running totals, what is said of a village besides, and what could not be counted."""

    runnings: tuple[Running, ...]
    notes: Mapping[Subject, str]  #: Such as ``一票否决``: facts that have consequences and change no points.
    loose: tuple[str, ...]  #: Chinese: rows of facts tables that belong to no village or are unclear.
    made_from: tuple[str, ...]
    remarks: tuple[str, ...] = ()  #: Chinese: which villages take no part in the year, and are left out.


def publication(store: Store, scheme: Scheme, form: Form, decisions: Sequence[Decision], last: str) -> Publication:
    """What is made public at the end of the month ``last``: the villages of the roster, else those that facts name.

    A row of a facts table that cannot be counted makes its village doubtful. A village that takes no part in the year
    is neither ranked nor listed. Raises UsageError for a wrong month or a
    form that is not a yearly one of villages, DecisionNeededError where the regulation leaves the result open.
    """
    if form.subject != "village" or form.period != "year":
        raise UsageError(f"“{form.title}”不是按村考核的年度表，没有逐月公开表")
    try:
        months_through(last)
    except ValueError as fault:
        raise UsageError(str(fault)) from fault
    known = Known(store)
    dossiers = Dossiers(store, scheme, last[:4], known)
    out = excusals(known, scheme, last[:4])
    villages = {
        cleaned(Subject(entry.subject.village)): Subject(entry.subject.village)
        for entry in dossiers.roster.entries
        if entry.subject.village
    }
    rows = [row for row in store.fact_rows(scheme, last[:4]) if not row.withdrawn]
    if not villages:
        named = (row.fact.subject.village for row in rows if row.fact is not None)
        villages = {cleaned(Subject(name)): Subject(name) for name in named if name}
    villages = {key: village for key, village in villages.items() if not out.hold(village)}
    facts: list[Fact] = []
    doubts: dict[Subject, list[str]] = {}
    loose: list[str] = []
    for row in rows:
        whose = row.fact.subject if row.fact is not None else row.stored.subject
        village = villages.get(cleaned(Subject(whose.village)))
        if row.fact is not None and (month_of(row.fact) > last or out.hold(row.fact.subject)):
            continue
        if village is None or whose.name:
            loose += row.doubts or [f"《{row.stored.file}》“{whose}”不是花名册里的村，没有计入"]
            continue
        if row.doubts:
            doubts.setdefault(village, []).extend(row.doubts)
        if row.fact is not None:
            facts.append(replace(row.fact, subject=village))
    runnings = [
        replace(one, total=None, doubts=(*doubts[one.subject], *one.doubts)) if one.subject in doubts else one
        for one in running(scheme, form, in_force(decisions, span(last)[1]), villages.values(), facts, last)
    ]
    hashes = dict.fromkeys(f"facts:{row.stored.submission}" for row in rows)
    notes, left = _notes(scheme, facts), tuple(dict.fromkeys(loose))
    return Publication(tuple(runnings), notes, left, tuple(hashes), out.remarks)


def _notes(scheme: Scheme, facts: Sequence[Fact]) -> dict[Subject, str]:
    """What the facts that bring a consequence about say of each village."""
    grave = {kind for law in scheme.consequence for kind in facts_of(law)}
    labels = {kind.id: kind.label for kind in scheme.fact}
    found: dict[Subject, dict[str, None]] = {}
    for fact in facts:
        if fact.kind in grave:
            found.setdefault(fact.subject, {})[labels.get(fact.kind, fact.kind)] = None
    return {subject: "、".join(words) for subject, words in found.items()}
