"""Close a period: from then on its results are altered only by somebody who says who they are and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from formgen.dossiers import Known
from formgen.errors import UsageError
from formgen.excusals import excusals
from formgen.freshness import Waiting, overtaken, reached, waiting
from formgen.model import Decision
from formgen.periods import in_chinese
from formgen.reckoning import forms_of, missing
from formgen.scheme.types import Scheme
from formgen.store import Closing, Store

_NAMED = 20  #: Obstacles that a message names.


@dataclass(frozen=True, slots=True)
class CloseResult:
    """Whether a period was closed, and what stood in the way."""

    closing: Closing | None  #: None: it was not closed.
    obstacles: tuple[str, ...] = ()  #: Chinese: what is not settled yet.


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A closed period with what came for it since."""

    closing: Closing
    waiting: tuple[Waiting, ...]


def close_period(
    store: Store, scheme: Scheme, period: str, *, by: str, why: str, at: datetime, with_doubts: bool = False
) -> CloseResult:
    """Close a period whose results are final and rest on all that is known.

    ``with_doubts``: close it although somebody is missing or a result is not final; never where something came that
    was not assessed. Raises UsageError where there is nothing to close, it is closed, or nobody says who and why.
    """
    if not by.strip() or not why.strip():
        raise UsageError("关账要用 --by 写明是谁、用 --why 写明依据，例如 --by 王敏 --why 3月考核已公示无异议")
    forms = forms_of(scheme, period)
    with store.together():
        before = store.closed(scheme.id, period)
        if before is not None:
            raise UsageError(f"{in_chinese(period)}已由{before.by}于 {before.at:%Y-%m-%d %H:%M} 关账（{before.why}）。")
        assessed = [one for form in forms for one in store.each_assessment(scheme.id, form.id, period)]
        if not assessed:
            raise UsageError(f"{in_chinese(period)}还没有评定，不能关账。请先运行 formgen assess --period {period}。")
        known = Known(store)
        late = [one.words for one in waiting(known, scheme, period)]
        late += [one.words for one in reached(known, scheme, period)] if not late else []
        standings = [one.standing for form in forms for one in store.standings(scheme.id, form.id, period)]
        settled = {(one.form, one.subject) for one in standings}
        late += [
            f"{one.assessment.subject}：还没有定等"
            for one in assessed
            if (one.assessment.form, one.assessment.subject) not in settled
        ]
        excused = excusals(known, scheme, period).subjects
        gone = missing(known.roster(scheme.id, period), forms, [one.assessment.subject for one in assessed], excused)
        open_ones = [f"{subject}还没有交表" for subject in gone]
        open_ones += [f"{one.subject}：{'；'.join(one.doubts) or '未定'}" for one in standings if not one.final]
        settled_doubts = {(one.form, one.subject) for one in standings if not one.final}
        open_ones += [
            f"{one.assessment.subject}：{'；'.join(one.assessment.doubts) or '未定'}"
            for one in assessed
            if not one.assessment.final and (one.assessment.form, one.assessment.subject) not in settled_doubts
        ]
        if late:
            return CloseResult(None, (*_some(late), f"以上还没有评定，请先运行 formgen assess --period {period}。"))
        if open_ones and not with_doubts:
            return CloseResult(None, _some(open_ones))
        closing = Closing(scheme.id, period, True, by.strip(), why.strip(), at)
        store.add_closing(closing)
        return CloseResult(closing, _some(open_ones))


def closed_periods(
    store: Store, schemes: Iterable[Scheme], decisions: Mapping[str, Sequence[Decision]] | None = None
) -> tuple[ClosedPeriod, ...]:
    """The periods that are closed now, with the returns, corrections and facts that came for them since.

    ``decisions``: those of each scheme, by its id, to tell where a fact of another period would move a result. None:
    that is not looked at.
    """
    known = Known(store)
    found = []
    for scheme in schemes:
        for period in dict.fromkeys(one.period for one in store.closings(scheme.id)):
            closing = store.closed(scheme.id, period)
            if closing is not None:
                late = waiting(known, scheme, period)
                told = {one.subject for one in late}
                far = () if decisions is None else overtaken(known, scheme, decisions.get(scheme.id, ()), period)
                found.append(ClosedPeriod(closing, (*late, *(one for one in far if one.subject not in told))))
    return tuple(found)


def _some(words: list[str]) -> tuple[str, ...]:
    if len(words) <= _NAMED:
        return tuple(words)
    return (*words[:_NAMED], f"……共 {len(words)} 处")
