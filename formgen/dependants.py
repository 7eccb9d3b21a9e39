"""Follow a change of somebody's past through the later periods that hang on it; nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from formgen.cohorts import Cohort, earlier_in_year, later_than
from formgen.dossiers import Dossiers, made_from
from formgen.keeping import FEW, Keeper, Kept, Place
from formgen.model import Form, Subject
from formgen.reckoning import Sheet, forms_of, groups_of
from formgen.scheme.laws import kinds_ahead
from formgen.store import StoredAssessment, StoredRecord, StoredStanding
from formgen.subjects import clean, complete

#: Whether a period whose result would change may be altered.
OpenTo = Callable[[str], bool]


@dataclass(slots=True)
class _Fetched:
    """What is kept of some subjects by one form of a period."""

    form: Form
    records: dict[Subject, StoredRecord] = field(default_factory=dict)
    assessed: dict[Subject, StoredAssessment] = field(default_factory=dict)
    settled: dict[Subject, StoredStanding] = field(default_factory=dict)
    stale: set[Subject] = field(default_factory=set)


def dependants(keeper: Keeper, period: str, moved: Iterable[Subject], open_to: OpenTo) -> list[Kept]:
    """Recompute what later periods owe to these subjects, period by period, until nothing moves any more.

    Earlier periods of the year too, where a fact of one of them reaches back.

    A period that may not be altered is left, and said so. Raises DecisionNeededError where the office must decide.
    """
    scheme = keeper.reckoner.scheme
    subjects = set(moved)
    found: list[Kept] = []
    assessed = keeper.store.assessed_periods(scheme.id) if subjects else ()
    reaching = _reaching_back(keeper, subjects)
    for earlier in earlier_in_year(period, assessed) if reaching else ():
        kept = Kept(earlier)
        for group in groups_of(scheme, forms_of(scheme, earlier)):
            _follow(keeper, kept, group, reaching, open_to)
        if kept.changes or kept.remarks or kept.added or kept.settled:
            found.append(kept)
    for later in later_than(period, assessed):
        kept = Kept(later)
        for group in groups_of(scheme, forms_of(scheme, later)):
            _follow(keeper, kept, group, subjects, open_to)
        if kept.changes or kept.remarks or kept.added or kept.settled:
            found.append(kept)
        subjects |= kept.moved
    return found


def _reaching_back(keeper: Keeper, subjects: set[Subject]) -> set[Subject]:
    """Those of the subjects on whom there is or was a fact that reaches back to the earlier periods of its year."""
    scheme = keeper.reckoner.scheme
    ahead = kinds_ahead(scheme.laws)
    words = {clean(word) for kind in scheme.fact if kind.id in ahead for word in (kind.id, kind.label, *kind.aliases)}
    names: set[str] = set()
    for row in keeper.known.fact_rows(scheme, None) if ahead else ():
        written = row.stored.record.readings.get("kind")
        if (row.fact is not None and row.fact.kind in ahead) or (written is not None and clean(written.text) in words):
            names |= {clean(row.stored.record.subject.name), clean(row.fact.subject.name if row.fact else "")}
    return {subject for subject in subjects if clean(subject.name) in names}


def _follow(keeper: Keeper, kept: Kept, group: Sequence[Form], subjects: set[Subject], open_to: OpenTo) -> None:
    """Recompute what hangs on the subjects in the forms of one period that are settled together."""
    fetched = [_fetch(keeper, form, kept.period, subjects) for form in group]
    law = keeper.reckoner.law
    made = [one.made_from for some in fetched for one in some.assessed.values()]
    if any(not set(law) <= set(sources) for sources in made):
        kept.remarks.append(
            "该时段是按另一版办法、决定或程序评定的，没有随之改动；"
            f"请核对后另行运行 formgen assess --period {kept.period}。"
        )
        return
    _find_stale(keeper, kept.period, fetched)
    stale = {subject for some in fetched for subject in some.stale}
    if not stale:
        return
    closed = keeper.store.closed(keeper.reckoner.scheme.id, kept.period) is not None
    if closed and not _would_differ(keeper, kept.period, fetched):
        return
    if not open_to(kept.period):
        names = "、".join(sorted(map(str, stale)))
        kept.remarks.append(
            f"{names}的结果要随之变动，而该时段已关账，没有改动；要改请运行 formgen assess --period {kept.period} "
            "--reopen --by 姓名 --why 理由。"
        )
        return
    _redo(keeper, kept, fetched)


def _fetch(keeper: Keeper, form: Form, period: str, subjects: set[Subject]) -> _Fetched:
    store, scheme = keeper.store, keeper.reckoner.scheme.id
    named = form.subject == "person"
    fetched = _Fetched(form)
    if len(subjects) <= FEW:
        records = [one for who in subjects for one in store.records(form.id, period=period, subject=who)]
        assessed = [one for who in subjects for one in store.each_assessment(scheme, form.id, period, who)]
        settled = [one for who in subjects for one in store.standings(scheme, form.id, period, who)]
    else:
        records = list(store.records(form.id, period=period))
        assessed = list(store.each_assessment(scheme, form.id, period))
        settled = list(store.standings(scheme, form.id, period))
    fetched.assessed = {one.assessment.subject: one for one in assessed}
    fetched.settled = {one.standing.subject: one for one in settled}
    fetched.records = {  # a return that was never assessed waits for the period's own assessment
        one.subject: one for one in records if complete(one.subject, named) and one.subject in fetched.assessed
    }
    return fetched


def _find_stale(keeper: Keeper, period: str, fetched: Sequence[_Fetched]) -> None:
    """Mark those whose evidence, facts or former grades are no longer what their result rests on."""
    reckoner = keeper.reckoner
    dossiers = Dossiers(keeper.store, reckoner.scheme, period, keeper.known)
    cohort = Cohort(keeper.known, reckoner.scheme, period, reckoner.past)
    namesakes = _namesakes(keeper, period, [some.form for some in fetched])
    for some in fetched:
        for subject, stored in some.records.items():
            assessed, settled = some.assessed[subject], some.settled.get(subject)
            others = namesakes[clean(subject.name)]
            evidence = dossiers.evidence(stored, [some.records[one] for one in others if one in some.records])
            if assessed.made_from != (*made_from(evidence, stored), *reckoner.law):
                some.stale.add(subject)
            elif settled is not None:
                candidate = cohort.candidate(assessed.assessment, others)
                history = cohort.history([candidate])
                now = cohort.made_from(candidate, assessed.sha256, history, reckoner.law)
                if now != settled.made_from:
                    some.stale.add(subject)


def _namesakes(keeper: Keeper, period: str, forms: Sequence[Form]) -> Mapping[str, list[Subject]]:
    """Cleaned name → who was assessed under it."""
    found: dict[str, list[Subject]] = {}
    for form in forms:
        for subject in keeper.store.assessed_subjects(keeper.reckoner.scheme.id, form.id, period):
            found.setdefault(clean(subject.name), []).append(subject)
    return found


def _would_differ(keeper: Keeper, period: str, fetched: Sequence[_Fetched]) -> bool:
    """Whether the results of a period would read differently, and not only rest on something else. Nothing is kept."""
    reckoner = keeper.reckoner
    dossiers = Dossiers(keeper.store, reckoner.scheme, period, keeper.known)
    sheets = []
    for some in fetched:
        mine = [one for subject, one in some.records.items() if subject in some.stale]
        fresh = reckoner.sheet(some.form, mine, dossiers, some.assessed)
        if any(one != some.assessed[subject].assessment for subject, one in fresh.assessments.items()):
            return True
        sheets.append(keeper.as_kept(some.form, period)[0])
    done = reckoner.settle(period, sheets, {})
    before = {
        (one.standing.form, one.standing.subject): one.standing
        for some in fetched
        for one in keeper.store.standings(reckoner.scheme.id, some.form.id, period)
    }
    return any(before.get((one.form, one.subject)) != one for one in done.standings)


def _redo(keeper: Keeper, kept: Kept, fetched: Sequence[_Fetched]) -> None:
    """Assess the stale ones anew and settle: alone where nobody hangs on them, else with their whole cohort."""
    scheme, period = keeper.reckoner.scheme, kept.period
    dossiers = Dossiers(keeper.store, scheme, period, keeper.known)
    before: dict[Place, StoredAssessment] = {}
    sheets: list[Sheet] = []
    moved = False
    for some in fetched:
        mine = [one for subject, one in some.records.items() if subject in some.stale]
        before |= {(some.form.id, one.subject): some.assessed[one.subject] for one in mine}
        sheet = keeper.reckoner.sheet(some.form, mine, dossiers, some.assessed)
        kept.added += keeper.keep_sheet(sheet, {subject: some.assessed[subject] for subject in sheet.assessments})
        moved |= any(
            sheet.assessments[who].value(line) != some.assessed[who].assessment.value(line)
            or sheet.assessments[who].final != some.assessed[who].assessment.final
            for who in sheet.recomputed
            for line in ("total", "grade")
        )
        kept.moved |= some.stale
        sheets.append(sheet)
    ids = {some.form.id for some in fetched}
    limited = any(set(quota.form or (scheme.main_form,)) & ids for quota in scheme.quota)
    if limited or moved:
        sheets = []
        for some in fetched:
            sheet, stored = keeper.as_kept(some.form, period)
            sheets.append(sheet)
            before = {(some.form.id, subject): one for subject, one in stored.items()} | before
        keeper.settle(period, sheets, kept)
    else:
        everybody = [one for some in _namesakes(keeper, period, [x.form for x in fetched]).values() for one in some]
        keeper.settle(period, [sheet for sheet in sheets if sheet.assessments], kept, everybody)
    kept.changes += keeper.changes(before, sheets, kept)
