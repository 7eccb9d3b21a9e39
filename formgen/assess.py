"""Grade: gather what is known of each subject of a period, have it assessed, keep the results, and say why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from formgen.dossiers import Dossiers, made_from
from formgen.errors import UsageError
from formgen.model import Assessment, Decision, Form, Subject
from formgen.periods import in_chinese, kind_of
from formgen.scheme.types import Scheme
from formgen.scoring import ALL_STEPS, Assessor, Step, explain
from formgen.store import MadeFrom, Store
from formgen.store.values import digest
from formgen.subjects import RosterIndex, cleaned, complete, find, near, same

Progress = Callable[[int, int, str], None]  #: Subjects done, subjects in all, name of the one that is next.

_KINDS = {"month": "月（如 2023-03）", "quarter": "季度（如 2023-Q1）", "year": "年度（如 2023）"}


@dataclass(frozen=True, slots=True)
class AssessResult:
    """The assessments of a period, and what stands in their way."""

    assessments: tuple[Assessment, ...]
    missing: tuple[Subject, ...] = ()  #: In the roster, but nothing came back.
    notes: tuple[str, ...] = ()  #: Chinese: papers and facts that belong to nobody, and why.
    added: int = 0  #: How many were not kept before.

    @property
    def final(self) -> bool:
        """Whether nothing is doubtful and nobody is missing."""
        return not self.missing and not self.notes and all(assessment.final for assessment in self.assessments)


@dataclass(frozen=True, slots=True)
class Returned:
    """A return that counts, in an overview."""

    form: str
    subject: Subject
    file: str
    received: datetime
    doubts: int  #: Issues that a person must still look at.


@dataclass(frozen=True, slots=True)
class Overview:
    """Who has returned in a period, and who has not."""

    returned: tuple[Returned, ...]
    missing: tuple[Subject, ...]  #: In the roster, but nothing came back.
    unknown: tuple[Subject, ...]  #: Came back, but the roster does not know them; empty without a roster.
    notes: tuple[str, ...] = ()


def forms_of(scheme: Scheme, period: str, form: str | None = None) -> tuple[Form, ...]:
    """The score sheets of a scheme that are due for a period, or the one named. Raises UsageError."""
    try:
        kind = kind_of(period)
    except ValueError as fault:
        raise UsageError(str(fault)) from fault
    sheets = [one for one in scheme.form if one.is_score_sheet]
    if form is not None:
        sheets = [one for one in sheets if one.id == form]
        if not sheets:
            known = "、".join(one.id for one in scheme.form if one.is_score_sheet)
            raise UsageError(f"《{scheme.title}》没有可以评定的表“{form}”；有：{known}")
    due = tuple(one for one in sheets if one.period == kind)
    if not due:
        wanted = "、".join(dict.fromkeys(_KINDS[one.period] for one in sheets))
        raise UsageError(f"《{scheme.title}》按{wanted}考核，“{period}”不合适。")
    return due


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
) -> AssessResult:
    """Assess everybody who returned a score sheet of the scheme for the period, and keep the results.

    The same evidence again is not kept twice; an assessment of somebody whose paper turned out to be another's is
    withdrawn. Raises UsageError for a wrong period or form, DecisionNeededError where the office must decide first.
    """
    forms = forms_of(scheme, period, form)
    dossiers = Dossiers(store, scheme, period)
    law = (
        f"scheme:{digest(repr(scheme))}",
        f"decisions:{digest(*sorted(map(repr, decisions)))}",
        f"steps:{','.join(steps)}",
    )
    everything: list[Assessment] = []
    notes: list[str] = []
    added = 0
    sheets = {one.id: store.records(one.id, period=period) for one in forms}
    total = sum(map(len, sheets.values()))
    for one in forms:
        named = [stored for stored in sheets[one.id] if complete(stored.subject, one.subject == "person")]
        notes += [
            f"《{stored.file}》第{stored.index + 1}份没有写明是谁，没有评定。"
            for stored in sheets[one.id]
            if stored not in named
        ]
        notes += undated(store, one)
        sources: dict[Subject, tuple[str, ...]] = {}
        assessor = Assessor(scheme, one, decisions, steps=steps)
        results: list[Assessment] = []
        for stored in named:
            if progress:
                progress(len(everything) + len(results), total, str(stored.subject))
            evidence = dossiers.evidence(stored, named)
            sources[evidence.subject] = (*made_from(evidence, stored), *law)
            results.append(assessor.assess(evidence))
        added += store.add_assessments(results, at=at, made_from=_looked_up(sources))
        gone = [
            old.id for old in store.each_assessment(scheme.id, one.id, period) if old.assessment.subject not in sources
        ]
        if gone:
            store.withdraw_assessments(gone, "该时段已没有此对象的有效回收表", at)
        everything += results
    if progress and total:
        progress(total, total, "")
    subjects = [stored.subject for sheet in sheets.values() for stored in sheet]
    notes += dossiers.left_over(forms)
    return AssessResult(tuple(everything), missing(dossiers.roster, forms, subjects), tuple(notes), added)


def _looked_up(sources: Mapping[Subject, tuple[str, ...]]) -> MadeFrom:
    return lambda assessment: sources[assessment.subject]


def why(store: Store, scheme: Scheme, words: str, period: str, field: str | None = None) -> str:
    """Why a number is so: the chain from the printed number to the cell of the file, in Chinese.

    ``words`` is a name, or village/name. Raises UsageError for nobody, for several (who are listed), and for a field
    that there is not.
    """
    try:
        kind_of(period)
    except ValueError as fault:
        raise UsageError(str(fault)) from fault
    kept = store.assessments(scheme.id, period=period)
    if not kept:
        raise UsageError(f"{in_chinese(period)}还没有评定。请先运行 formgen assess --period {period}。")
    subject = chosen(words, [one.assessment.subject for one in kept])
    mine = [one for one in kept if one.assessment.subject == subject]
    if field is not None:
        having = [one for one in mine if any(field in (line.id, line.label) for line in one.assessment.lines)]
        mine = having or mine[:1]  # explain then says which fields there are
    names = {one.submission.sha256: one.submission.name for one in store.submissions()}
    told = [explain(one.assessment, field, names, scheme) for one in mine]
    dossiers = Dossiers(store, scheme, period)
    for one in mine:
        records = store.records(one.assessment.form, period=period)
        now = [made_from(dossiers.evidence(r, records), r) for r in records if r.subject == subject]
        if not now or not set(now[0]) <= set(one.made_from):
            told.append(f"注意：评定以后材料又有变动，以上可能已经过时。请再运行 formgen assess --period {period}。")
            break
    return "\n\n".join(told)


def chosen(words: str, subjects: Iterable[Subject]) -> Subject:
    """The one subject that a person's words mean. Raises UsageError, naming the candidates or those most like it."""
    known = list(dict.fromkeys(subjects))
    found = find(words, known)
    if len(found) == 1:
        return found[0]
    if found:
        several = "、".join(str(one) + (f"（{one.group}）" if one.group else "") for one in found)
        raise UsageError(f"“{words}”有{len(found)}个：{several}。请写明村名（如 {found[0]}），还分不开的再写组名。")
    likely = "、".join(map(str, near(words, known)))
    raise UsageError(f"没有“{words}”。" + (f"相近的有：{likely}。" if likely else "请核对村名和姓名。"))


def overview(store: Store, scheme: Scheme, period: str) -> Overview:
    """Who has returned a form of the scheme in the period, and who has not. Raises UsageError for a wrong period."""
    try:
        kind = kind_of(period)
    except ValueError as fault:
        raise UsageError(str(fault)) from fault
    dossiers = Dossiers(store, scheme, period)
    forms = [one for one in scheme.form if one.period == kind]
    returned = []
    notes = []
    for one in forms:
        for stored in store.records(one.id, period=period):
            returned.append(
                Returned(one.id, stored.subject, stored.file, stored.received, len(dossiers.open_issues(stored)))
            )
        notes += undated(store, one)
    subjects = [one.subject for one in returned]
    roster = dossiers.roster
    unknown = tuple(one for one in dict.fromkeys(subjects) if roster.entries and not roster.knows(one))
    due = [one for one in forms if one.is_score_sheet] or forms
    return Overview(tuple(returned), missing(roster, due, subjects), unknown, tuple(notes))


def undated(store: Store, form: Form) -> list[str]:
    """What there is to say of the returns of a form that name no period."""
    return [
        f"《{stored.file}》“{stored.subject}”没有写明时段，没有评定。"
        for stored in store.records(form.id)
        if stored.period is None
    ]


def missing(roster: RosterIndex, forms: Iterable[Form], subjects: Iterable[Subject]) -> tuple[Subject, ...]:
    """Those of the roster from whom none of the forms came back, each once, in the roster's order."""
    wanted: dict[Subject, Subject] = {}
    kinds = {one.subject for one in forms}
    for entry in roster.entries:
        subject = entry.subject
        if "person" in kinds and subject.name:
            wanted.setdefault(cleaned(subject), subject)
        if "village" in kinds and subject.village:
            wanted.setdefault(cleaned(Subject(subject.village)), Subject(subject.village))
        if "team" in kinds and subject.team:
            team = Subject(village=subject.village, team=subject.team)
            wanted.setdefault(cleaned(team), team)
    come: dict[tuple[str, str], list[Subject]] = {}
    for subject in subjects:
        plain = cleaned(subject)
        come.setdefault((plain.village, plain.name), []).append(subject)
    return tuple(
        subject
        for plain, subject in wanted.items()
        if not any(same(subject, other) for other in come.get((plain.village, plain.name), ()))
    )
