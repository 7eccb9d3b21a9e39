"""Roster rows and facts-table rows as the types that assessment needs. Pure, but for what it is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from formgen.corrections import latest
from formgen.model import Correction, Fact, Form, Locator, Record, RosterEntry, Value
from formgen.periods import contains, kind_of
from formgen.review import effective
from formgen.scheme.laws import facts_of
from formgen.scheme.types import FactKind, Scheme
from formgen.store.rows import FactRow, StoredRecord
from formgen.subjects import clean

#: Units in which one row of a facts table without a figure is one: each row is an incident.
_COUNTED = frozenset("次例项件条个起篇季")
#: A correction of this field with a value says that the row does not count at all.
WITHDRAWN = "withdrawn"
_YES, _NO = frozenset(("是", "已整改", "√", "y", "yes")), frozenset(("", "否", "未整改", "×", "n", "no", "无"))


def roster_entry(stored: StoredRecord, corrections: Iterable[Correction]) -> RosterEntry:
    """A row of the roster, with corrections laid over it."""
    record = effective(stored.record, stored.submission, stored.index, corrections)
    pay, since = _value(record, "base_pay"), _value(record, "since")
    if isinstance(since, datetime):
        since = since.date()
    return RosterEntry(
        subject=record.subject,
        post=_text(record, "post"),
        base_pay=pay if isinstance(pay, Decimal) else None,
        series=_text(record, "series"),
        where=_where(record, stored),
        level=_text(record, "level"),
        since=since if isinstance(since, date) else None,
    )


def fact_row(
    stored: StoredRecord, corrections: Iterable[Correction], scheme: Scheme, period: str | None
) -> FactRow | None:
    """A row of a facts table as ``_fact_row`` gives it; one that was withdrawn counts nowhere and says by whom."""
    given = [one for one in corrections if one.record == stored.index]
    row = _fact_row(stored, given, scheme, period)
    taken = latest(given).get(WITHDRAWN)
    if row is None or taken is None or taken.value is None:
        return row
    return FactRow(stored, None, (), f"{taken.by}于 {taken.at:%Y-%m-%d} 撤销（{taken.why}）")


def _fact_row(
    stored: StoredRecord, corrections: Iterable[Correction], scheme: Scheme, period: str | None
) -> FactRow | None:
    """A row of a facts table as the scheme counts it in the period; None if it is of another period or scheme.

    ``period`` None: of any period.

    A row that may belong here but cannot be counted comes back without a fact, and with the reason.
    """
    record = effective(stored.record, stored.submission, stored.index, corrections)
    if record.scheme not in ("", scheme.id):
        return None
    words = _text(record, "kind")
    kind = _kind(words, scheme.fact)
    day = _value(record, "date")
    on = day if isinstance(day, date) else None
    if isinstance(on, datetime):
        on = on.date()
    place = f"《{stored.file}》{_where(record, stored).chinese}"
    own = record.period or (f"{on:%Y-%m}" if on else None)
    if own is not None:
        try:
            if period is not None and not contains(period, own):
                if kind and contains(own, period) and kind.id in counted(scheme, _forms(scheme, record, period)):
                    doubt = f"{place}：事项“{words}”只写明{own}，分不到{period}；请写明日期或时段"
                    return FactRow(stored, None, (doubt,))
                return None
            if on and record.period and not contains(record.period, f"{on:%Y-%m}"):
                doubt = f"{place}：日期{on.isoformat()}不在所写时段{record.period}之内；请更正其中一项"
                return FactRow(stored, None, (doubt,))
        except ValueError as fault:
            return FactRow(stored, None, (f"{place}：{fault}",))
    if kind is None:
        names = "、".join(known.label for known in scheme.fact) or "（无）"
        return FactRow(stored, None, (f"{place}：事项“{words}”不是本办法计算的事项；本办法的事项有：{names}",))
    if own is None:
        return FactRow(stored, None, (f"{place}：事项“{words}”没有写明日期或时段，不能计入；请补上",))
    return _counted(stored, record, kind, own, on, place)


def _forms(scheme: Scheme, record: Record, period: str) -> list[Form]:
    """The forms of the period's kind that are about such a subject: of a team's year no person's quarter is told."""
    subject = record.subject
    about = "person" if subject.name else "team" if subject.team else "village"
    return [form for form in scheme.form if form.period == kind_of(period) and form.subject == about]


def _counted(stored: StoredRecord, record: Record, kind: FactKind, period: str, on: date | None, place: str) -> FactRow:
    doubts = []
    count = _value(record, "count")
    if count is None and not _text(record, "count") and kind.unit[:1] in _COUNTED:
        count = Decimal(1)  # the row itself is the incident
    if not isinstance(count, Decimal):
        doubts.append(f"{place}：“{kind.label}”没有写明数量（单位：{kind.unit}）")
    mark = clean(_text(record, "mended")).casefold()
    if mark not in _YES | _NO:
        doubts.append(f"{place}：是否已整改写作“{_text(record, 'mended')}”，应为“是”或“否”")
    subject = record.subject
    if not (subject.name or subject.village or subject.team):
        doubts.append(f"{place}：“{kind.label}”没有写明是谁")
    level = _text(record, "level") or _text(record, "kind")  # 事项 may name the level itself: 群体性事件
    if not _text(record, "level") and clean(level) not in map(clean, kind.levels):
        level = ""
    level = next((known for known in kind.levels if clean(known) == clean(level)), level)
    if count == 0 and kind.unit[:1] in _COUNTED:
        return FactRow(stored, None)  # put right in review: it did not happen
    if doubts or not isinstance(count, Decimal):
        return FactRow(stored, None, tuple(doubts))
    where = _where(record, stored)
    text = _text(record, "text")
    return FactRow(
        stored, Fact(kind.id, subject, period, count, level, on, mark in _YES if mark else None, text, where)
    )


def counted(scheme: Scheme, forms: Iterable[Form] | None = None, period_kind: str | None = None) -> frozenset[str]:
    """The kinds of fact that rules and laws count for some forms, or for all forms of a kind of period."""
    ids = {form.id for form in (scheme.form if forms is None else forms) if period_kind in (None, form.period)}
    rules = [rule for form in ids for rule in (*scheme.rules_of(form), *scheme.money_of(form))]
    found = {getattr(rule, name, None) for rule in rules for name in ("fact", "grade_fact")}
    for law in (*scheme.gate, *scheme.quota, *scheme.consequence, *scheme.selection, *scheme.check):
        if ids & set(law.form or (scheme.main_form,)):
            found |= set(facts_of(law))
    return frozenset(kind for kind in found if kind)


def repeated(rows: Sequence[FactRow]) -> list[FactRow]:
    """The rows, each with a doubt where another file holds the same one without a date: counted twice, perhaps."""
    seen: dict[tuple[object, ...], FactRow] = {}
    found = []
    for row in rows:
        fact = row.fact
        if fact is None or fact.on is not None:
            found.append(row)
            continue
        content = (fact.kind, fact.subject.key, fact.period, fact.count, fact.level, clean(fact.text))
        first = seen.setdefault(content, row)
        doubt: tuple[str, ...] = ()
        if first.stored.submission != row.stored.submission:
            doubt = (
                f"《{row.stored.file}》{fact.where.chinese}与《{first.stored.file}》"
                f"{first.fact.where.chinese if first.fact else ''}相同而都没有日期，现按两件事计算；"
                "若是同一件事，请把其中一行的次数更正为0",
            )
        found.append(FactRow(row.stored, fact, row.doubts + doubt))
    return found


def _kind(words: str, kinds: Iterable[FactKind]) -> FactKind | None:
    wanted = clean(words)
    for kind in kinds:
        if wanted and wanted in (clean(kind.label), *map(clean, kind.aliases), kind.id):
            return kind
    return None


def _value(record: Record, field: str) -> Value:
    reading = record.readings.get(field)
    return reading.value if reading else None


def _text(record: Record, field: str) -> str:
    reading = record.readings.get(field)
    if reading is None:
        return ""
    if isinstance(reading.value, bool):
        return "是" if reading.value else "否"
    return str(reading.value).strip() if reading.value is not None else reading.text.strip()


def _where(record: Record, stored: StoredRecord) -> Locator:
    """The row of the list: the place of its first reading."""
    for reading in record.readings.values():
        if reading.where.part:
            return reading.where
    return Locator(submission=stored.submission)
