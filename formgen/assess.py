"""Grade: assess a period, settle its cohort, keep the results, and follow what hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import formgen
from formgen.alterations import Affected, Change, affected, incomplete
from formgen.dependants import dependants
from formgen.dossiers import Known
from formgen.errors import UsageError
from formgen.explaining import chosen, history, why
from formgen.freshness import Waiting, waiting
from formgen.keeping import Keeper, Kept, undated
from formgen.model import Assessment, Decision, Standing, Subject
from formgen.overview import Overview, Returned, overview
from formgen.periods import in_chinese
from formgen.public_tables import outdated
from formgen.reckoning import Progress, Reckoner, forms_of, missing, refuse_early
from formgen.scheme.types import Scheme
from formgen.scoring import ALL_STEPS, QuotaResult, Step
from formgen.store import Closing, Store

__all__ = [
    "AssessResult",
    "ClosedPeriodError",
    "Overview",
    "Progress",
    "Reopening",
    "Returned",
    "assess_period",
    "chosen",
    "forms_of",
    "history",
    "missing",
    "overview",
    "undated",
    "why",
]


class ClosedPeriodError(UsageError):
    """The period is closed; it is altered only by somebody who says who they are and why."""


@dataclass(frozen=True, slots=True)
class Reopening:
    """Who opens closed periods again, and why."""

    by: str
    why: str


@dataclass(frozen=True, slots=True)
class AssessResult:
    """The results of a period, what stands in their way, and what else they moved."""

    assessments: tuple[Assessment, ...]
    missing: tuple[Subject, ...] = ()  #: In the roster, but nothing came back.
    notes: tuple[str, ...] = ()  #: Chinese: papers and facts that belong to nobody, and why.
    added: int = 0  #: How many assessments were not kept before.
    standings: tuple[Standing, ...] = ()
    quotas: tuple[QuotaResult, ...] = ()
    remarks: tuple[str, ...] = ()  #: Chinese: what concerns the cohort: warnings of 原则上, ranks that may move.
    changes: tuple[Change, ...] = ()  #: What reads differently from what stood before, in this and later periods.
    affected: tuple[Affected, ...] = ()  #: Papers that were sent and now are wrong.
    later: tuple[Kept, ...] = field(default=())  #: What became of later periods that hang on this one.
    reopened: tuple[str, ...] = ()  #: Closed periods that were opened again.
    touched: int = 0  #: Results that were made anew, assessments and standings.
    of: int = 0  #: Results that stand for the scheme.

    @property
    def final(self) -> bool:
        """Whether nothing is doubtful and nobody is missing."""
        return (
            not self.missing
            and not self.notes
            and all(assessment.final for assessment in self.assessments)
            and all(standing.final for standing in self.standings)
        )


def assess_period(
    store: Store,
    scheme: Scheme,
    decisions: Sequence[Decision],
    period: str,
    *,
    at: datetime,
    form: str | None = None,
    steps: Sequence[Step] = ALL_STEPS,
    progress: Progress | None = None,
    reopening: Reopening | None = None,
    roster_now: bool = False,
) -> AssessResult:
    """Assess everybody who returned a form of the scheme for the period, settle the cohort, and keep the results.

    Later periods that hang on somebody whose result moved are recomputed too, for these people alone. The same
    evidence again is not kept twice; ``roster_now``: with the newest roster, not the one that the period was assessed
    with before. A result of somebody whose paper turned out to be another's is withdrawn. All is
    kept or nothing. Raises UsageError for a wrong period or form, ClosedPeriodError, DecisionNeededError where the
    office must decide first.
    """
    forms = forms_of(scheme, period, form)
    refuse_early(scheme, period)
    with store.together():
        first, evidence = store.result_heights(), store.evidence_heights()
        height = None if roster_now else store.roster_height(period, scheme.id)
        evidence["roster"] = evidence["submission"] if height is None else height
        known = Known(store, anew=period if roster_now else None)
        gate = _Gate(store, scheme, reopening, at)
        gate.enter(period, known)
        total = sum(len(store.records(one.id, period=period)) for one in forms) if progress else 0
        keeper = Keeper(store, Reckoner(known, scheme, decisions, steps), at, _counted(progress, total))
        kept = keeper.period(period, forms)
        later = dependants(keeper, period, kept.moved, gate.open_to) if "grade" in steps else []
        if store.result_heights() != first or _seen_less(store, scheme, kept):
            store.add_mark(
                scheme,
                decisions,
                period,
                steps=steps,
                program=formgen.__version__,
                evidence=evidence,
                first=first,
                at=at,
            )
        unused = _unused(store, scheme, period) if not roster_now else []
        changes = tuple(change for one in (kept, *later) for change in one.changes)
        if progress and total:
            progress(total, total, "")
        roster, excused = known.roster(scheme.id, period), keeper.reckoner.excused(period)
        return AssessResult(
            tuple(sorted(kept.assessments, key=lambda one: roster.place(one.subject))),
            missing(roster, forms, [one.subject for one in kept.assessments], excused.subjects),
            tuple(kept.notes),
            kept.added,
            tuple(kept.standings),
            tuple(kept.quotas),
            (*kept.remarks, *excused.remarks, *unused),
            changes,
            (
                *_papers(store, kept, changes),
                *outdated(store, scheme, decisions, period[:4]),
            ),
            tuple(later),
            tuple(gate.reopened),
            keeper.touched,
            store.count_results(scheme.id),
        )


def _papers(store: Store, kept: Kept, changes: Sequence[Change]) -> list[Affected]:
    """The papers that show what has changed, and the lists in which somebody is missing who has a result now."""
    if not changes and not kept.joined:
        return []
    issuances = store.issuances()
    found = list(affected(changes, issuances)) if changes else []
    named = [one.issuance for one in found]
    for stood, joined in kept.joined:
        found += [one for one in incomplete(stood, joined, issuances) if one.issuance not in named]
    return found


def _seen_less(store: Store, scheme: Scheme, kept: Kept) -> bool:
    """Whether no run of the period has seen a fact that went to nobody: it moved nothing, but was looked at."""
    seen = [mark.evidence.get("record", 0) for mark in store.marks(scheme.id) if mark.period == kept.period]
    return bool(seen) and max(seen) < kept.left_over


def _unused(store: Store, scheme: Scheme, period: str) -> list[str]:
    """What to say of rosters that came after the period was assessed and do not count for it."""
    return [
        f"《{name}》是评定以后收到的花名册，没有写明从哪个月起用；"
        f"{in_chinese(period)}仍按原来的花名册，要改用请加 --roster-now。"
        for name in store.unused_rosters(period, scheme.id)
    ]


class _Gate:
    """Lets only those into a closed period who say who they are and why."""

    def __init__(self, store: Store, scheme: Scheme, reopening: Reopening | None, at: datetime) -> None:
        if reopening is not None and not (reopening.by.strip() and reopening.why.strip()):
            raise UsageError("重新打开已关账的时段，要用 --by 写明是谁、用 --why 写明理由。")
        self._store = store
        self._scheme = scheme
        self._reopening = reopening
        self._at = at
        self.reopened: list[str] = []

    def enter(self, period: str, known: Known) -> None:
        """Open the period that was asked for. Raises ClosedPeriodError, and UsageError where it is not closed."""
        closing = self._store.closed(self._scheme.id, period)
        if closing is None:
            return
        if self._reopening is None:
            raise ClosedPeriodError(closed_words(closing, waiting(known, self._scheme, period)))
        self.open_to(period)

    def open_to(self, period: str) -> bool:
        """Whether the period may be altered; a closed one is opened again, with who and why."""
        if self._store.closed(self._scheme.id, period) is None:
            return True
        if self._reopening is None:
            return False
        by, why = self._reopening.by.strip(), self._reopening.why.strip()
        self._store.add_closing(Closing(self._scheme.id, period, False, by, why, self._at))
        self.reopened.append(period)
        return True


def closed_words(closing: Closing, late: Sequence[Waiting]) -> str:
    """What to say to somebody who would alter a closed period."""
    told = (
        f"{in_chinese(closing.period)}已由{closing.by}于 {closing.at:%Y-%m-%d %H:%M} 关账（{closing.why}），没有改动。"
    )
    if late:
        told += f"\n关账以后有 {len(late)} 处等待处理：" + "".join(f"\n  {one.words}" for one in late)
    return told + "\n要重新评定，请加 --reopen --by 姓名 --why 理由；只想试算，用 --as-if。"


def _counted(progress: Progress | None, total: int) -> Callable[[str], None] | None:
    """A callback that counts by itself."""
    if progress is None:
        return None
    done = -1

    def advance(name: str) -> None:
        nonlocal done
        done += 1
        progress(done, total, name)

    return advance
