"""The cases of a scheme tried: computed by the core and compared with what was worked by hand. Pure but for reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from formgen.casebook import Case, Casebook, CaseSubject, Party, checked, load_casebook
from formgen.errors import DecisionNeededError, FormgenError
from formgen.model import (
    Assessment,
    Citation,
    Decision,
    Fact,
    Form,
    Locator,
    Reading,
    Record,
    RosterEntry,
    Standing,
    Subject,
)
from formgen.periods import contains, kind_of
from formgen.scheme.coverage import Coverage, Trial, articles_named, coverage
from formgen.scheme.loading import load_regulation, load_scheme
from formgen.scheme.types import Scheme
from formgen.scoring import Assessor, Candidate, Evidence, History, Settlement, history_key, settle
from formgen.scoring.sequences import TRANSFERRED

_PERIODS = {"month": "2023-03", "quarter": "2023-Q1", "year": "2023"}
_SUBJECTS = {
    "person": Subject("张庄村", "李四", "一组"),
    "village": Subject("张庄村"),
    "team": Subject("张庄村", team="县供销社"),
}
_SHA = "00" * 32
_SUMS = ("money", "pay")  # they cite what their terms cite
_MAY_MOVE = "名次可能变动"  # said of every cohort with an open total


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case."""

    case: Case
    differences: tuple[str, ...]  #: In words; none: it came out as it was worked by hand.
    trial: Trial


@dataclass(slots=True)
class _Result:
    """What the core made of a case."""

    assessments: list[tuple[Party, Assessment]] = field(default_factory=list)
    settlement: Settlement | None = None
    fault: FormgenError | None = None


def try_cases(book: Casebook) -> Iterator[Outcome]:
    """The outcome of every case, in the order of the file."""
    return (try_case(book, case) for case in book.cases)


def try_case(book: Casebook, case: Case) -> Outcome:
    """Compute one case and compare it with what was worked by hand."""
    form = book.scheme.form_of(case.form)
    gaps = {gap.id: gap for gap in book.scheme.gap}
    answers = {**book.decisions, **checked(case.decisions, gaps, book.scheme)}
    decisions = tuple(
        Decision(book.scheme.id, gap, value, "为试算而设，非正式决定", book.scheme.in_force, True)
        for gap, value in answers.items()
        if gap not in case.undecided
    )
    result = _compute(book.scheme, form, case, decisions)
    trial = Trial(case.why, articles_named(case.why, book.anchors), frozenset(_cited(result)))
    return Outcome(case, tuple(_differences(case, result)), trial)


def outcomes(folder: Path) -> tuple[Scheme, tuple[Outcome, ...]]:
    """The scheme in a folder and the outcome of each of its cases. Raises SchemeError, FileAccessError."""
    scheme = load_scheme(folder)
    return scheme, tuple(try_cases(load_casebook(folder, scheme, load_regulation(folder))))


def covered(folder: Path) -> tuple[Scheme, Coverage]:
    """The scheme in a folder and how far rules and cases cover its text. A case that does not come out tries nothing.

    Raises SchemeError, FileAccessError.
    """
    scheme, tried = outcomes(folder)
    trials = [outcome.trial for outcome in tried if not outcome.differences]
    return scheme, coverage(scheme, load_regulation(folder), trials)


# --- computing -------------------------------------------------------------------------------------------------


def _compute(scheme: Scheme, form: Form, case: Case, decisions: Sequence[Decision]) -> _Result:
    result = _Result()
    period = case.period or _PERIODS[form.period]
    assessors: dict[str, Assessor] = {}
    former: list[Standing] = []
    absent: dict[str, Mapping[str, str]] = {}
    elsewhere: dict[str, Mapping[str, tuple[Standing, ...]]] = {}
    paid: dict[str, Mapping[str, Decimal | None]] = {}
    candidates: list[Candidate] = []
    roster: list[RosterEntry] = []
    try:
        for party, subject in _subjects(form, case):
            own = scheme.form_of(party.form) if isinstance(party, CaseSubject) and party.form else form
            assessor = assessors.setdefault(own.id, Assessor(scheme, own, decisions))
            evidence, facts = _evidence(own, period, party, subject, alone=not case.settled)
            roster += [evidence.roster] if evidence.roster is not None else []
            if party.roster_only:
                continue
            assessment = assessor.assess(evidence)
            result.assessments.append((party, assessment))
            candidates.append(Candidate(assessment, facts, evidence.roster, evidence.record, not party.no_form))
            former += [_former(scheme, own, subject, when, grade) for when, grade in party.history.items()]
            key, away = history_key(subject), replace(subject, village="别的村")
            absent[key] = {**dict.fromkeys(party.elsewhere, TRANSFERRED), **party.absences}
            elsewhere[key] = {
                when: (_former(scheme, own, away, when, grade),) for when, grade in party.elsewhere.items()
            }
            paid[key] = dict(party.due_before)
        if case.settled:
            history = replace(History.of(former, absent), elsewhere=elsewhere, paid=paid)
            result.settlement = settle(scheme, form, candidates, decisions, history, roster=roster)
    except FormgenError as fault:
        result.fault = fault
    return result


def _subjects(form: Form, case: Case) -> Iterator[tuple[Party, Subject]]:
    """Each subject of the case; one that is given no name gets one of its own."""
    usual = _SUBJECTS[form.subject]
    number = 0
    for party in case.parties:
        for copy in range(party.times):
            number += 1
            ending = f"{copy + 1}" if party.times > 1 else ""
            lone = not case.subject
            name = (party.name or (usual.name if lone else f"某{number}")) + (ending if party.name else "")
            village = party.village or usual.village
            if form.subject == "village":
                yield party, Subject((party.village or (village if lone else f"某村{number}")) + ending)
            elif form.subject == "team":
                yield (
                    party,
                    Subject(village, team=(party.team or usual.team) + (ending or ("" if lone else str(number)))),
                )
            else:
                yield party, Subject(village, name, party.group or usual.group)


def _evidence(
    form: Form, period: str, party: Party, subject: Subject, *, alone: bool
) -> tuple[Evidence, tuple[Fact, ...]]:
    """What is known of a subject, and all its facts.

    An assessment alone is handed every fact, so that a stranger among them becomes a doubt; before a settlement it
    is handed those of its period, as ``assess`` does it, and the candidate has them all.
    """
    facts = tuple(
        Fact(
            given.kind, subject, given.period or period, given.count, given.level, given.on, given.mended, given.text,
            Locator("sheet 考核事项", f"row {row}"),
        )
        for row, given in enumerate(party.facts, 2)
    )  # fmt: skip
    own = facts if alone else tuple(fact for fact in facts if contains(period, fact.period))
    entry = RosterEntry(
        subject, party.post, party.base_pay, party.series, Locator("sheet 花名册", "row 2"), party.level, party.since
    )
    record = None if party.no_form else _record(form, period, party, subject)
    return Evidence(subject, period, record, _SHA, facts=own, roster=entry if party.on_roster else None), facts


def _record(form: Form, period: str, party: Party, subject: Subject) -> Record:
    values: dict[str, Any] = {item.id: item.points for item in form.items if item.required and item.points is not None}
    if form.judgements:
        values = {item.id: form.judgements[0] for item in form.items}
    readings = {}
    for row, (name, value) in enumerate({**values, **party.scores}.items(), 2):
        readings[name] = Reading(str(value), None if value == "" else value, Locator("table 1", f"row {row}, column 5"))
    return Record(form.id, form.scheme, subject, period, readings)


def _former(scheme: Scheme, form: Form, subject: Subject, period: str, grade: str) -> Standing:
    """A former final standing: by the form in hand, or by the scheme's form of that kind of period."""
    kind = kind_of(period)
    of = form if form.period == kind else next((one for one in scheme.form if one.period == kind), form)
    return Standing(scheme.id, of.id, subject, period, grade, grade, None, None, (), (), True, ())


# --- comparing -------------------------------------------------------------------------------------------------


def _differences(case: Case, result: _Result) -> Iterator[str]:
    if case.needs is not None or case.stops is not None:
        yield from _stopped(case, result.fault)
        return
    if result.fault is not None:
        yield f"计算中断：{str(result.fault).splitlines()[0]}"
        return
    standings = result.settlement.standings if result.settlement is not None else ()
    by_key = {standing.subject.key: standing for standing in standings}
    for party, assessment in result.assessments:
        who = f"{assessment.subject.name or assessment.subject}：" if case.subject else ""
        for words in _subject_differences(party, assessment, by_key.get(assessment.subject.key)):
            yield who + words
    if result.settlement is not None:
        notes = result.settlement.notes
        yield from (f"应有提示“{words}”，实有：{_listed(notes)}" for words in case.notes if not _said(words, notes))
        strange = [note for note in notes if not _expected(note, case)]
        if strange:
            yield f"不应有提示：{_listed(strange)}"


def _stopped(case: Case, fault: FormgenError | None) -> Iterator[str]:
    if fault is None:
        yield "应当中断，却算出了结果"
    elif case.needs is not None and not (isinstance(fault, DecisionNeededError) and f"“{case.needs}”" in str(fault)):
        yield f"应当请求决定“{case.needs}”，实际：{str(fault).splitlines()[0]}"
    elif case.stops is not None and case.stops not in str(fault):
        yield f"中断时应说“{case.stops}”，实际：{str(fault).splitlines()[0]}"


def _subject_differences(party: Party, assessment: Assessment, standing: Standing | None) -> Iterator[str]:
    for line, wanted in party.lines.items():
        found = assessment.value(line)
        if found != (None if wanted == "" else wanted):
            yield f"{line} 应为 {_word(wanted)}，算得 {_word(found)}"
    doubts = (*assessment.doubts, *(standing.doubts if standing is not None else ()))
    yield from (f"应存疑“{words}”，实有：{_listed(doubts)}" for words in party.doubts if not _said(words, doubts))
    final = assessment.final and (standing is None or standing.final)
    if not party.doubts and not final:
        yield f"应可定稿，却存疑：{_listed(doubts)}"
    if party.doubts and final:
        yield "不应定稿，却定了稿"
    if standing is None:
        return
    settled: tuple[tuple[str, str | int | None, str | int | None], ...] = (
        ("等次", party.grade, standing.grade),
        ("定等次前的等次", party.computed, standing.computed_grade),
        ("名次", party.rank, standing.rank),
        ("人数", party.of, standing.of),
    )
    for name, hoped, got in settled:
        if hoped is not None and (hoped or None) != got:
            yield f"{name}应为 {_word(hoped)}，算得 {_word(got)}"
    money = {line.id: line.value for line in standing.money}
    for line, wanted in party.paid.items():
        if money.get(line) != (None if wanted == "" else wanted):
            yield f"定等次后的 {line} 应为 {_word(wanted)}，算得 {_word(money.get(line))}"
    if party.consequences is not None:
        due = tuple(one.id for one in standing.consequences)
        if sorted(due) != sorted(party.consequences):
            yield f"后果应为 {_listed(party.consequences)}，算得 {_listed(due)}"


def _said(words: str, found: Sequence[str]) -> bool:
    return any(words in one for one in found)


def _expected(note: str, case: Case) -> bool:
    """Whether a note is one that the case names, or only repeats that a total is open."""
    return note.endswith(_MAY_MOVE) or any(words in note for words in case.notes)


def _listed(words: Sequence[str]) -> str:
    return "；".join(words) or "（无）"


def _word(value: object) -> str:
    return "（无）" if value is None or value == "" else str(value)


# --- what a case tries -----------------------------------------------------------------------------------------


def _cited(result: _Result) -> Iterator[tuple[str, str]]:
    """Article and quotation of everything that had a part in the outcome."""
    for _, assessment in result.assessments:
        for line in assessment.lines:
            if line.sources and line.id not in _SUMS:
                yield from _citations(line.basis)
    if result.settlement is None:
        return
    for standing in result.settlement.standings:
        for reason in standing.reasons:
            yield from _citations(reason.basis)
        for due in standing.consequences:
            yield from _citations((due.basis,))
    for quota in result.settlement.quotas:
        for reason in quota.reasons:
            yield from _citations(reason.basis)


def _citations(basis: Sequence[Citation | Decision]) -> Iterator[tuple[str, str]]:
    return ((part.article, part.quote) for part in basis if isinstance(part, Citation))
