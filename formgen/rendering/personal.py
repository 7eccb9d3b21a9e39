"""What the template of the personal record (个人档案) may print. Pure.

``archive_context``: ``title``, ``organ``, ``scheme_title``, ``village`` ``name`` ``group`` ``team`` ``post`` ``series``
``level`` ``base_pay`` ``since`` (texts, ``""`` where the roster does not say), ``rows`` of ``{no, period, form, score,
grade, money, consequences, facts, corrections, files, note}`` (texts; several entries of a cell are lines), oldest
first, ``years`` of ``{year, grades, money}``, ``summary`` (a sentence), ``date``, ``draft``, ``scheme_id``,
``properties``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from formgen.model import Correction, Fact, Form, Record, RosterEntry
from formgen.periods import in_chinese
from formgen.rendering.accounts import Accountant, article_of_due
from formgen.rendering.context import chinese_date, text_of
from formgen.rendering.lists import UNVERIFIED, signed
from formgen.rendering.outcome import Outcome
from formgen.scheme.types import Scheme

_NAMES = {
    "village": "村",
    "name": "姓名",
    "group": "组",
    "team": "派出单位",
    "period": "时段",
    "grade": "等次",
    "total": "合计",
    "kind": "事项",
    "count": "事项数量",
    "level": "事项级别",
    "mended": "是否整改",
    "date": "日期",
    "text": "说明",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One period of a personal record: what it came to, and all that it was made from."""

    form: Form
    outcome: Outcome
    facts: tuple[Fact, ...] = ()
    corrections: tuple[Correction, ...] = ()  #: Of this period's return and of its facts.
    read: Mapping[tuple[str, int], Record] = field(default_factory=dict)  #: Submission and index → what was read there.
    files: tuple[str, ...] = ()  #: Names of the files that it was taken from.
    entry: RosterEntry | None = None  #: The subject's row in the roster of that period.

    def end(self) -> str:
        """A key that sorts periods by their end: a year stands after its last quarter and month."""
        period = self.outcome.assessment.period
        if len(period) == 4:
            return f"{period}-13"
        return f"{period[:4]}-{int(period[6]) * 3:02}~" if period[5] == "Q" else period


def archive_context(
    scheme: Scheme,
    entry: RosterEntry,
    chapters: Sequence[Chapter],
    accountants: Callable[[Chapter], Accountant],
    *,
    organ: str,
    on: date | None = None,
) -> dict[str, Any]:
    """The context of the record of one subject, with the keys that the module names.

    ``accountants`` gives for each chapter who knows its pay.
    """
    ordered = sorted(chapters, key=lambda chapter: (chapter.end(), chapter.form.id))
    rows = []
    years: dict[str, list[tuple[Chapter, Decimal | None]]] = {}
    for number, chapter in enumerate(ordered, start=1):
        outcome = chapter.outcome
        accountant = accountants(chapter)
        change = accountant.account(outcome).change if accountant.pays else None
        years.setdefault(outcome.assessment.period[:4], []).append((chapter, change))
        rows.append(
            {
                "no": number,
                "period": in_chinese(outcome.assessment.period),
                "form": chapter.form.title,
                "score": text_of(outcome.total),
                "grade": outcome.grade or "",
                "money": signed(change),
                "consequences": _lines(
                    f"{due.label}（{article_of_due(due)}）" + (f"　{UNVERIFIED}" if due.doubt else "")
                    for due in outcome.consequences
                ),
                "facts": _lines(_fact(fact, scheme) for fact in sorted(chapter.facts, key=_fact_order)),
                "corrections": _lines(_correction(one, chapter) for one in chapter.corrections),
                "files": _lines(dict.fromkeys(chapter.files)),
                "note": "" if outcome.final else UNVERIFIED,
            }
        )
    subject = entry.subject
    return {
        "title": f"{scheme.subject_noun}个人档案" if subject.name else f"{scheme.subject_noun}考核档案",
        "organ": organ,
        "scheme_title": scheme.title,
        "village": subject.village,
        "name": subject.name,
        "group": subject.group,
        "team": subject.team,
        "post": entry.post,
        "series": entry.series,
        "level": entry.level,
        "base_pay": text_of(entry.base_pay),
        "since": chinese_date(entry.since) if entry.since else "",
        "rows": rows,
        "years": [{"year": year, **_year(of_year)} for year, of_year in years.items()],
        "summary": _summary(years),
        "date": chinese_date(on) if on else "",
        "draft": "",
        "scheme_id": scheme.id,
        "properties": {"scheme": scheme.id, "village": subject.village, "name": subject.name},
    }


def _lines(parts: Any) -> str:
    return "\n".join(part for part in parts if part)


def _fact_order(fact: Fact) -> tuple[str, str]:
    return (f"{fact.on:%Y-%m-%d}" if fact.on else fact.period, fact.kind)


def _fact(fact: Fact, scheme: Scheme) -> str:
    kind = next((kind for kind in scheme.fact if kind.id == fact.kind), None)
    day = f"{fact.on.month}月{fact.on.day}日" if fact.on else ""
    words = f"{day}{kind.label if kind else fact.kind}"
    words += f"（{fact.level}）" if fact.level else ""
    words += f"{text_of(fact.count)}{kind.unit if kind else ''}"
    return words + ("，已整改" if fact.mended else "")


def _correction(one: Correction, chapter: Chapter) -> str:
    """``第6项：8→10（王五，2023年4月2日，电话核实）``; an answered doubt as ``已核：…``."""
    signature = f"（{one.by}，{chinese_date(one.at.date())}，{one.why}）"
    if one.field.startswith("!"):
        return f"已核对存疑{signature}"
    record = chapter.read.get((one.submission, one.record))
    reading = record.readings.get(one.field) if record is not None else None
    before = text_of(reading.value) if reading is not None else ""
    after = text_of(one.value)
    change = f"{before or '空'}→{after or '空'}" if before != after else f"{after or '空'}，核对无误"
    return f"{_field(one.field, chapter.form)}：{change}{signature}"


def _field(field_id: str, form: Form) -> str:
    item_id = field_id.removesuffix(".remark")
    item = next((item for item in form.items if item.id == item_id), None)
    if item is not None:
        short = item.text if len(item.text) <= 12 else item.text[:12] + "…"
        return f"“{short}”" + ("备注" if field_id != item_id else "")
    box = next((box.label for box in form.fields if box.id == field_id), None)
    return box or _NAMES.get(field_id, field_id)


def _year(chapters: Sequence[tuple[Chapter, Decimal | None]]) -> dict[str, str]:
    counts = Counter(chapter.outcome.grade or "未定" for chapter, _ in chapters)
    known = [change for _, change in chapters if change is not None]
    return {
        "grades": "、".join(f"{grade}{count}次" for grade, count in counts.items()),
        "money": signed(sum(known, Decimal(0))) if known else "",
    }


def _summary(years: dict[str, list[tuple[Chapter, Decimal | None]]]) -> str:
    parts = []
    for year, chapters in years.items():
        told = _year(chapters)
        parts.append(
            f"{year}年考核{len(chapters)}次，{told['grades']}"
            + (f"，补贴增减{told['money']}元" if told["money"] not in ("", "0") else "")
        )
    return "；".join(parts) + "。" if parts else "尚无考核记录。"
