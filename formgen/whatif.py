"""What would be if the law were another: a period reckoned twice from the same papers, and nothing kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from formgen.alterations import Affected, Change, Outcome, affected, change_of
from formgen.cohorts import Past
from formgen.dossiers import Dossiers, Known
from formgen.errors import UsageError
from formgen.lawbooks import Lawbook
from formgen.model import Form, Standing, Subject
from formgen.periods import in_chinese
from formgen.reckoning import Reckoner, Sheet, forms_of, groups_of, refuse_early
from formgen.scoring import ALL_STEPS, Step
from formgen.scoring.sequences import span
from formgen.store import Mark, Store

Place = tuple[str, Subject]


@dataclass(frozen=True, slots=True)
class Trial:
    """A period under one law and under another."""

    period: str
    outcomes: tuple[Outcome, ...]  #: Under the law that is tried.
    changes: tuple[Change, ...]  #: What would read differently.
    affected: tuple[Affected, ...]  #: Papers that were sent and would read differently.
    notes: tuple[str, ...] = ()  #: Chinese.

    @property
    def standings(self) -> tuple[Standing, ...]:
        """The standings under the law that is tried."""
        return tuple(one.standing for one in self.outcomes if one.standing)


def what_if(
    store: Store,
    now: Lawbook,
    tried: Lawbook,
    period: str,
    *,
    form: str | None = None,
    steps: Sequence[Step] = ALL_STEPS,
    as_kept: bool = True,
) -> Trial:
    """A period under the law that is tried, against the law that is. Nothing is written.

    ``as_kept``: a closed period is taken with the papers and the law by which its results were made. Raises UsageError
    for a wrong period or a law without the same forms, DecisionNeededError where a law needs a decision.
    """
    forms = forms_of(now.scheme, period, form)
    refuse_early(now.scheme, period)
    theirs = {one.id: one for one in tried.scheme.form}
    common = [one for one in forms if one.id in theirs and theirs[one.id].period == one.period]
    if not common:
        raise UsageError(
            f"{tried.name}（{tried.scheme.id}）没有{in_chinese(period)}所用的表："
            f"{'、'.join(one.id for one in forms)}。不能试算；修订稿里表格的编号应保持不变。"
        )
    notes = [*tried.notes, *(f"{tried.name} 没有表 {one.id}，这张表没有试算。" for one in forms if one not in common)]
    closing = store.closed(now.scheme.id, period)
    mark = mark_of(store, now.scheme.id, period) if closing and as_kept else None
    if mark is not None and (law := store.law(mark.law)) is not None:
        now = Lawbook(law.scheme, law.decisions, now.name)
        notes.append(f"{in_chinese(period)}已关账：按关账时的材料和办法比较。")
    view: AbstractContextManager[Store] = store.past(mark) if mark is not None else nullcontext(store)
    with view as seen:
        known = Known(seen)
        before = _reckoned(known, now, now, period, [one.id for one in common], steps)
        after = _reckoned(known, tried, now, period, [one.id for one in common], steps)
        if not before:
            raise UsageError(f"{in_chinese(period)}没有收到《{now.scheme.title}》的表，没有可以试算的。")
        before, stale = _with_hashes(seen, now, period, before)
    if stale:
        notes.append(f"{stale} 个现存结果不是按现行办法和现有材料得出的；比较的是按现行办法重新计算的结果。")
    changes = tuple(
        change
        for place in {**before, **after}
        if (change := change_of(before.get(place), after.get(place))) is not None
    )
    return Trial(
        period, tuple(after.values()), changes, affected(changes, store.issuances()) if changes else (), tuple(notes)
    )


def mark_of(store: Store, scheme: str, period: str) -> Mark | None:
    """The run of assess that made the newest results of a period; None if there is none."""
    assessed = max((one.id for one in store.each_assessment(scheme, None, period)), default=0)
    settled = max((one.id for one in store.standings(scheme, None, period)), default=0)
    for mark in store.marks(scheme):
        if assessed and mark.last["assessment"] >= assessed and mark.last["standing"] >= settled:
            return mark
    return None


def _reckoned(
    known: Known, law: Lawbook, now: Lawbook, period: str, forms: Sequence[str], steps: Sequence[Step]
) -> dict[Place, Outcome]:
    """What comes out for a period under a law, by form and subject; former periods as they stand."""
    scheme = law.scheme
    past = Past.of(known, scheme, now.scheme.id)
    trial = law is not now
    end = span(period)[1]  # what is only tried counts whenever it is dated
    given = [one for one in law.decisions if one.date <= end or (trial and one not in now.decisions)]
    reckoner = Reckoner(known, scheme, given if trial else law.decisions, steps, past, whenever=trial)
    dossiers = Dossiers(known.store, scheme, period, known)
    sheets: dict[str, Sheet] = {}
    wanted: list[Form] = [scheme.form_of(name) for name in forms]
    groups = groups_of(scheme, wanted) if "grade" in steps else [(form,) for form in wanted]
    standings: dict[Place, Standing] = {}
    for group in groups:
        for form in group:
            sheets[form.id] = reckoner.sheet(form, known.store.records(form.id, period=period), dossiers, {})
        if "grade" in steps:
            done = reckoner.settle(period, [sheets[form.id] for form in group], {})
            standings |= {(one.form, one.subject): one for one in done.standings}
    return {
        (name, subject): Outcome(assessment, standings.get((name, subject)))
        for name in forms
        for subject, assessment in sheets[name].assessments.items()
    }


def _with_hashes(
    store: Store, now: Lawbook, period: str, outcomes: Mapping[Place, Outcome]
) -> tuple[dict[Place, Outcome], int]:
    """The outcomes with the hashes under which they are kept; how many differ from what is kept."""
    scheme = now.scheme.id
    assessed = {
        (one.assessment.form, one.assessment.subject): one for one in store.each_assessment(scheme, None, period)
    }
    settled = {(one.standing.form, one.standing.subject): one for one in store.standings(scheme, None, period)}
    found: dict[Place, Outcome] = {}
    stale = 0
    for place, one in outcomes.items():
        kept, standing = assessed.get(place), settled.get(place)
        if kept is None:
            found[place] = one
            continue
        hashes = [f"assessment:{kept.sha256}"] + ([f"standing:{standing.sha256}"] if standing else [])
        found[place] = Outcome(one.assessment, one.standing, tuple(hashes), kept.made_from)
        stale += kept.assessment != one.assessment or (standing is not None and standing.standing != one.standing)
    return found, stale
