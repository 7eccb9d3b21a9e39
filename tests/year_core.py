"""A hand-worked year through the pure core: Assessor, then settle with the history of the periods before."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from year_tables import FOLDER, Event, Person, Row, Sheet, Year, number, over_by, plain, within

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
from formgen.resources import scheme_folders
from formgen.scheme.laws import kinds_ahead
from formgen.scheme.loading import load_decisions, load_scheme
from formgen.scheme.types import Scheme
from formgen.scoring import Assessor, Candidate, Evidence, History, QuotaResult, history_key, settle, settled_together

#: The words of expected.csv for what scheme.toml calls by an id.
LAWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "dayang-2023": {
        "批评教育或调整": ("criticism",),
        "撤换（连续3个月）": ("replaced-in-a-row",),
        "撤换（不及时整改）": ("replaced-unmended",),
        "取消当年工资待遇": ("pay-cancelled",),
        "取消此前工资待遇": ("pay-cancelled-back",),
        "不再享受待遇": ("benefits-ended",),
        "撤换（一律撤换的情形）": ("replaced-grave",),
        "追究法律责任": ("law",),
        "第7项满分": ("full-marks",),
    },
    "village-cadre-2020": {
        "优先推荐": ("preferred",),
        "诫勉谈话（不合格）": ("admonition",),
        "诫勉谈话（进展缓慢）": ("admonition-slow",),
        "免职": ("dismissed",),
    },
    "tongshi-2023": {"取消评先评优": ("no-honours",)},
    "damao-2022": {
        "物质奖励": ("reward",),
        "优先培养": ("promotion",),
        "通报批评": ("notice",),
        "罢免": ("removed",),
        "十佳": ("top-ten",),
    },
    "ningxia-2015": {
        "撤换": ("replaced-absent",),
        "通报": ("notice-absent",),
        "退换": ("returned",),
        "基层工作经历": ("experience",),
        "每月20天": ("days-a-month", "captain-days", "member-days"),
        "全年240天": ("team-days",),
    },
}


@dataclass
class Worked:
    """What became of a year: a result for each row of expected.csv, by form, period, village and name."""

    results: dict[tuple[str, str, str, str], tuple[Assessment, Standing]] = field(default_factory=dict)
    quotas: list[QuotaResult] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def scheme_of(scheme_id: str) -> Scheme:
    """A scheme of the package."""
    return load_scheme(next(folder for folder in scheme_folders() if folder.name == scheme_id))


def decisions_of(scheme: Scheme) -> tuple[Decision, ...]:
    """The decisions of the year."""
    path = FOLDER / scheme.id / "decisions.toml"
    return load_decisions(decision_tables(path), (scheme,), path)


def decision_tables(path: Path) -> list[dict[str, Any]]:
    """The raw ``[[decision]]`` tables of a file."""
    tables: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["decision"]
    return tables


# --- the tables as the core takes them ---------------------------------------------------------------------------


def entry_of(person: Person) -> RosterEntry:
    """A row of the roster."""
    return RosterEntry(
        Subject(person.village, person.name, person.group, person.team), person.post,
        Decimal(person.pay) if person.pay else None, person.series,
        level=person.level, since=date.fromisoformat(person.since) if person.since else None,
    )  # fmt: skip


def fact_of(event: Event, scheme: Scheme, subject: Subject) -> Fact:
    """A row of the facts table."""
    kind = next(kind.id for kind in scheme.fact if event.kind in (kind.label, *kind.aliases))
    on = date.fromisoformat(event.date) if event.date else None
    return Fact(kind, subject, event.when, event.count, event.level, on, event.mended, event.text)


def record_of(sheet: Sheet, form: Form, subject: Subject) -> Record:
    """A returned form as it would be read."""
    readings = {}
    for row, (name, text) in enumerate(sheet.written.items(), 2):
        value: Any = text
        if name.endswith(".date"):
            value = date.fromisoformat(text)
        elif form.base_points is not None and name != "grade":
            value = number(text)
        readings[name] = Reading(text, value, Locator("table 1", f"row {row}, column 5"))
    return Record(form.id, form.scheme, subject, sheet.period, readings)


def work(year: Year, scheme: Scheme, decisions: Sequence[Decision]) -> Worked:
    """The year, period by period."""
    worked = Worked()
    former: list[Standing] = []
    assessors = {form.id: Assessor(scheme, form, decisions) for form in scheme.form}
    for period in year.periods:
        sheets = [sheet for sheet in year.sheets if sheet.period == period]
        entries = [entry_of(person) for person in year.roster(period)]
        for forms in _groups(scheme, [sheet.form for sheet in sheets]):
            candidates = list(_candidates(year, scheme, assessors, period, forms, entries))
            history = History.of(former, _transfers(year, candidates))
            settled = settle(
                scheme, scheme.form_of(forms[0]), candidates, decisions, history,
                roster=[one for one in entries if one.subject.name or scheme.form_of(forms[0]).subject != "person"],
            )  # fmt: skip
            worked.quotas += settled.quotas
            worked.notes += settled.notes
            back = {(one.assessment.form, one.assessment.subject): one for one in candidates if one.returned}
            for standing in settled.standings:
                if (one := back.get((standing.form, standing.subject))) is not None:
                    worked.results[place_of(standing)] = (one.assessment, standing)
                    former.append(standing)
    return worked


def place_of(standing: Standing) -> tuple[str, str, str, str]:
    """The place of a standing in expected.csv."""
    subject = standing.subject
    return (standing.form, standing.period, subject.village, subject.name or subject.team)


def _groups(scheme: Scheme, forms: Sequence[str]) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(settled_together(scheme, scheme.form_of(form)) for form in forms))


def _candidates(
    year: Year, scheme: Scheme, assessors: Mapping[str, Assessor], period: str, forms: Sequence[str],
    entries: Sequence[RosterEntry],
) -> Iterator[Candidate]:  # fmt: skip
    came: set[tuple[str, str]] = set()
    for sheet in year.sheets:
        if sheet.form not in forms or sheet.period != period:
            continue
        entry = _entry(entries, sheet.whom)
        form = scheme.form_of(sheet.form)
        subject = Subject(sheet.village, sheet.name, team=sheet.team)
        facts = tuple(
            fact_of(event, scheme, subject)
            for event in year.events
            if event.whom == sheet.whom and (within(period, event.when) or over_by(period, event.when))
        ) + tuple(
            fact
            for event in year.events
            if event.whom == sheet.whom and event.when > period and event.when[:4] == period[:4]
            if (fact := fact_of(event, scheme, subject)).kind in kinds_ahead(scheme.laws)
        )
        own = tuple(fact for fact in facts if within(period, fact.period))
        record = record_of(sheet, form, subject)
        evidence = Evidence(subject, period, record, "ab" * 32, facts=own, roster=entry)
        came.add(sheet.whom)
        yield Candidate(assessors[form.id].assess(evidence), facts, entry, record)
    of_people = scheme.form_of(forms[0]).subject == "person"
    for entry in entries:
        whom = (entry.subject.village, entry.subject.name)
        if of_people and entry.subject.name and whom not in came:
            evidence = Evidence(entry.subject, period, None, "")
            yield Candidate(assessors[forms[0]].assess(evidence), (), entry, returned=False)


def _entry(entries: Sequence[RosterEntry], whom: tuple[str, str]) -> RosterEntry | None:
    return next((one for one in entries if (one.subject.village, one.subject.name) == whom), None)


def _transfers(year: Year, candidates: Sequence[Candidate]) -> dict[str, dict[str, str]]:
    """The periods in which somebody was in another village, by the roster."""
    found: dict[str, dict[str, str]] = {}
    for candidate in candidates:
        subject = candidate.assessment.subject
        for other in year.people:
            if other.name == subject.name and other.village != subject.village and other.last:
                found[history_key(subject)] = {
                    sheet.period: "transferred"
                    for sheet in year.sheets
                    if sheet.whom == (other.village, other.name) and sheet.period <= other.last
                }
    return found


# --- comparing ---------------------------------------------------------------------------------------------------


def differences(row: Row, worked: Worked, scheme: Scheme) -> list[str]:
    """In what the result differs from a row of expected.csv."""
    found = worked.results.get((row.form, row.period, row.village, row.name))
    if found is None:
        return ["没有结果"]
    assessment, standing = found
    money = {line.id: line.value for line in standing.money}
    got = {
        "total": _shown(assessment.value("total")),
        "computed": standing.computed_grade or "",
        "grade": standing.grade or "",
        "rank": str(standing.rank or ""),
        "money": _shown(money.get("money")),
        "pay": _shown(money.get("pay")),
        "consequences": "；".join(
            _word(scheme.id, one.id) + ("？" if one.doubt else "") for one in standing.consequences
        ),
        "advice": "；".join(sorted(set(_advice(standing, scheme)))),
    }
    said = [
        f"{name}应为{getattr(row, name)!r}，得{value!r}" for name, value in got.items() if value != _sorted(row, name)
    ]
    doubts = dict.fromkeys((*assessment.doubts, *standing.doubts))
    said += [f"应存疑“{word}”，实有{list(doubts)}" for word in row.doubt.split("；") if not _told(word, doubts)]
    if not row.doubt and doubts:
        said.append(f"不应存疑：{list(doubts)}")
    if bool(row.doubt) == (assessment.final and standing.final):
        said.append(f"定稿不对：{assessment.final} {standing.final}")
    return said


def _sorted(row: Row, name: str) -> str:
    value: str = getattr(row, name)
    return "；".join(sorted(value.split("；"))) if name == "advice" else value


def _told(word: str, doubts: Mapping[str, None]) -> bool:
    return not word or any(word in doubt for doubt in doubts)


def _shown(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else ""


def _word(scheme_id: str, law: str) -> str:
    return next((word for word, ids in LAWS[scheme_id].items() if law in ids), law)


def _advice(standing: Standing, scheme: Scheme) -> Iterator[str]:
    for reason in standing.reasons:
        if reason.effect == "advice":
            cited = {(part.article, part.quote) for part in reason.basis if isinstance(part, Citation)}
            laws = [law.id for law in scheme.laws if (law.article, law.quote) in cited]
            yield from (_word(scheme.id, law) for law in laws)
