"""Say why a result is so, now or as it stood on an earlier day, and which results stood before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from formgen.dossiers import Dossiers, made_from
from formgen.errors import UsageError
from formgen.model import Assessment, Decision, Locator, Standing, Subject
from formgen.months import printed_by_month, why_month
from formgen.periods import in_chinese, kind_of
from formgen.reckoning import forms_of
from formgen.scheme.types import Scheme
from formgen.scoring import explain, explain_standing, settled_line
from formgen.scoring.figures import words as number_words
from formgen.store import Mark, Store, StoredAssessment, StoredStanding
from formgen.subjects import find, near, same

_PAID = ("pay", "应发", "实发")
_OF_STANDING = (None, "grade", "等次", "rank", "名次")


def why(
    store: Store,
    scheme: Scheme,
    words: str,
    period: str,
    field: str | None = None,
    *,
    as_of: datetime | None = None,
    decisions: Sequence[Decision] = (),
) -> str:
    """Why a number is so: the chain from the printed number to the cell of the file, in Chinese.

    ``words`` is a name, or village/name. ``as_of``: as it stood at that moment, by the scheme and decisions of then.
    ``decisions``: those in force now, for the papers of a month of a longer period, which rest on no result. Raises
    UsageError for nobody, for several (who are listed), for a field that there is not, and for a moment before the
    first result.
    """
    _check(period)
    if as_of is None:
        if printed_by_month(scheme, period):
            return why_month(store, scheme, decisions, words, period, field)
        return _why(store, scheme, words, period, field, now=True)
    mark = last_mark(store, scheme.id, as_of)
    law = store.law(mark.law)
    with store.past(mark) as past:
        if printed_by_month(scheme, period):
            by, given = (law.scheme, law.decisions) if law else (scheme, decisions)
            told = why_month(past, by, given, words, period, field)
        else:
            told = _why(past, law.scheme if law else scheme, words, period, field, now=False)
    return f"（{mark.at:%Y-%m-%d %H:%M} 评定时的结果，formgen {mark.program}）\n{told}"


def results(
    store: Store, scheme: Scheme, words: str, period: str, *, as_of: datetime | None = None
) -> list[tuple[Assessment, tuple[Standing, ...]]]:
    """The results that ``why`` tells of, each with where it stands; none for the papers of a month. Raises as it."""
    _check(period)
    if as_of is not None:
        with store.past(last_mark(store, scheme.id, as_of)) as past:
            return results(past, scheme, words, period)
    if printed_by_month(scheme, period):
        return []
    kept = [one.assessment for one in store.assessments(scheme.id, period=period)]
    subject = chosen(words, [one.subject for one in kept])
    return [
        (one, tuple(found.standing for found in store.standings(scheme.id, one.form, period, subject)))
        for one in kept
        if one.subject == subject
    ]


def last_mark(store: Store, scheme: str, as_of: datetime) -> Mark:
    """The last run of assess up to a moment. Raises UsageError if there is none."""
    found = [one for one in store.marks(scheme) if _naive(one.at) <= _naive(as_of)]
    if not found:
        raise UsageError(f"{as_of:%Y-%m-%d %H:%M} 以前还没有评定结果。")
    return found[-1]


def _naive(at: datetime) -> datetime:
    return at.astimezone().replace(tzinfo=None) if at.tzinfo else at


def nothing(scheme: Scheme, period: str) -> UsageError:
    """What to say where there is no result: the period is not of the measure's kind, or was not assessed yet."""
    try:
        forms_of(scheme, period)
    except UsageError as fault:
        return fault
    return UsageError(f"{in_chinese(period)}还没有评定。请先运行 formgen assess --period {period}。")


def _check(period: str) -> None:
    try:
        kind_of(period)
    except ValueError as fault:
        raise UsageError(str(fault)) from fault


def _why(store: Store, scheme: Scheme, words: str, period: str, field: str | None, *, now: bool) -> str:
    kept = store.assessments(scheme.id, period=period)
    if not kept:
        raise nothing(scheme, period)
    subject = chosen(words, [one.assessment.subject for one in kept])
    mine = [one for one in kept if one.assessment.subject == subject]
    names = {one.submission.sha256: one.submission.name for one in store.submissions()}
    settled = {
        one.assessment.form: [
            kept_standing.standing for kept_standing in store.standings(scheme.id, one.assessment.form, period, subject)
        ]
        for one in mine
    }
    if field in _PAID and not any(_has(one.assessment, settled[one.assessment.form], field) for one in mine):
        field = "money"  # what is paid for each day is no pay less something: the sum alone is printed
    if field is not None and field not in ("rank", "名次"):
        having = [one for one in mine if _has(one.assessment, settled[one.assessment.form], field)]
        mine = having or mine[:1]  # explain then says which fields there are
    told = []
    for one in mine:
        places = numbers(store, one.assessment, settled[one.assessment.form])
        told += _told(one.assessment, settled[one.assessment.form], field, names, scheme, places)
    if now:
        told += _outdated(store, scheme, period, mine)
    return "\n\n".join(told)


def numbers(store: Store, assessment: Assessment, standings: Iterable[Standing]) -> dict[Locator, int]:
    """Place of a reading → number of its record, for all files that a result rests on."""
    lines = [*assessment.lines, *(line for one in standings for line in one.money)]
    reasons = [reason for one in standings for reason in one.reasons]
    reasons += [reason for one in standings for due in one.consequences for reason in due.reasons]
    sources = [source for line in lines for source in line.sources]
    sources += [source for reason in reasons for source in reason.sources]
    files = {source.where.submission for source in sources}
    found: dict[Locator, int] = {}
    for sha256 in sorted(files - {""}):
        records = sorted(store.records_of(sha256), key=lambda one: not same(one.subject, assessment.subject))
        for stored in records:  # where two share a merged cell: the own one first
            for reading in stored.record.readings.values():
                if reading.where.part:
                    found.setdefault(reading.where, stored.id)
    return found


def _has(assessment: Assessment, standings: Iterable[Standing], field: str) -> bool:
    return any(field in (line.id, line.label) for line in assessment.lines) or any(
        settled_line(standing, field) is not None for standing in standings
    )


def _told(
    assessment: Assessment,
    standings: Iterable[Standing],
    field: str | None,
    names: dict[str, str],
    scheme: Scheme,
    places: Mapping[Locator, int],
) -> list[str]:
    """What was settled first, where the field is one of it; then how the assessment stood before it."""
    told, below = [], assessment
    for standing in standings:
        if field not in _OF_STANDING and settled_line(standing, field) is None:
            continue
        told.append("【定等】" + explain_standing(standing, names, scheme, assessment, field, places))
        before = [(line.id, line.value) for line in assessment.lines if line.kind == "money"]
        if before == [(line.id, line.value) for line in standing.money]:  # the same money is told once
            below = replace(below, lines=tuple(line for line in below.lines if line.kind != "money"))
    if field in ("rank", "名次") or (told and field is not None and not _has(below, (), field)):
        return told
    if field in ("grade", "等次") and told and _same_grade(assessment, standings):
        return told  # the band stands among its reasons
    if field is None and told and below is not assessment and _same_grade(assessment, standings):
        items = [line for line in assessment.lines if line.kind == "item"]
        if all(f" {line.id} {line.label} = " in told[-1] for line in items):
            return told  # nothing moved between, and every item stands there
    heading = "【按得分（定等以前）】" if told else ""
    return [*told, heading + explain(below, field, names, scheme, places)]


def _same_grade(assessment: Assessment, standings: Iterable[Standing]) -> bool:
    return all(standing.grade is not None and standing.grade == assessment.value("grade") for standing in standings)


def _outdated(store: Store, scheme: Scheme, period: str, mine: Iterable[StoredAssessment]) -> list[str]:
    """A warning where the evidence has changed since, and who closed the period."""
    dossiers = Dossiers(store, scheme, period)
    closing = store.closed(scheme.id, period)
    again = " --reopen --by 姓名 --why 理由" if closing is not None else ""
    told = []
    for one in mine:
        subject = one.assessment.subject
        records = store.records(one.assessment.form, period=period)
        now = [made_from(dossiers.evidence(r, records), r) for r in records if r.subject == subject]
        if not now or not set(now[0]) <= set(one.made_from):
            told.append(
                "注意：评定以后材料又有变动，以上可能已经过时。"
                f"要按新材料计算，请运行 formgen assess --period {period}{again}。"
            )
            break
    if closing is not None:
        told.append(f"{in_chinese(period)}已由{closing.by}于 {closing.at:%Y-%m-%d} 关账（{closing.why}）。")
    return told


def history(store: Store, scheme: Scheme, words: str, period: str) -> str:
    """All results that ever stood for a subject in a period, oldest first, in Chinese. Raises UsageError as ``why``."""
    _check(period)
    kept = list(store.former_assessments(scheme.id, period=period))
    if not kept:
        raise nothing(scheme, period)
    subject = chosen(words, [one.assessment.subject for one in kept])
    rows: list[tuple[datetime, str]] = []
    for one in kept:
        if one.assessment.subject == subject:
            rows.append((one.at, f"得分：{_points(one.assessment)}"))
    settled: list[StoredStanding] = list(store.former_standings(scheme.id, period=period, subject=subject))
    rows += [(one.at, f"定等：{_settled(one.standing)}") for one in settled if one.standing.subject == subject]
    rows.sort(key=lambda row: _naive(row[0]))
    lines = [f"{subject}，{in_chinese(period)}，先后有过的结果（看当时的详情：formgen why … --as-of 时间）："]
    lines += [f"  {at:%Y-%m-%d %H:%M:%S}　{said}" for at, said in rows]
    return "\n".join(lines)


def _points(assessment: Assessment) -> str:
    parts = []
    for name, label in (("total", "总分"), ("grade", "按分等次"), ("pay", "应发")):
        if assessment.line(name) is not None:
            value = assessment.value(name)
            parts.append(f"{label} {'未定' if value is None else number_words(value)}")
    return "，".join(parts) + ("" if assessment.final else "（未定）")


def _settled(standing: Standing) -> str:
    rank = f"，第{standing.rank}名" if standing.rank is not None else ""
    due = "、".join(one.label for one in standing.consequences)
    state = "" if standing.final else "（未定）"
    return f"{standing.grade or '无等次'}{rank}" + (f"；{due}" if due else "") + state


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
