"""What comes for a period that is closed: it is kept, moves nothing, and somebody is told how it would count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from formgen.periods import contains, in_chinese
from formgen.store import Closing, Store, StoredRecord


def closings_around(store: Store, scheme: str | None, period: str) -> tuple[Closing, ...]:
    """The closed periods in which a period lies, of a scheme, or of every scheme for None. None for a wrong period."""
    found = []
    for one in store.closings(scheme):
        closing = store.closed(one.scheme, one.period)
        if closing is not None and closing not in found and _within(one.period, period):
            found.append(closing)
    return tuple(found)


def late_words(store: Store, records: Iterable[StoredRecord]) -> tuple[str, ...]:
    """What to say where records are of closed periods: kept, but not counted until somebody says who and why."""
    found: dict[str, None] = {}
    for stored in records:
        day = stored.record.readings.get("date")
        on = day.value if day is not None and isinstance(day.value, date) else None
        period = stored.period or (f"{on:%Y-%m}" if on else "")
        for closing in closings_around(store, stored.record.scheme or None, period) if period else ():
            found[
                f"{in_chinese(closing.period)}已由{closing.by}于 {closing.at:%Y-%m-%d} 关账（{closing.why}）：已留存，"
                f"但结果没有改动，列为等待处理（formgen close --list）。要计入，请运行 formgen assess "
                f"--period {closing.period} --reopen --by 姓名 --why 理由。"
            ] = None
    return tuple(found)


def _within(outer: str, inner: str) -> bool:
    try:
        return contains(outer, inner)
    except ValueError:
        return False
