"""Enter a fact by hand: kept as a return of its own kind, with who entered it and why, and open to review."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from formgen.archive import Archive
from formgen.countable import Countable
from formgen.errors import UsageError
from formgen.explaining import chosen
from formgen.lateness import closings_around
from formgen.model import Correction, Decision, Locator, Reading, Record, Subject, Submission, Value
from formgen.parsing import FileReading
from formgen.periods import contains, in_chinese, kind_of
from formgen.scheme.types import FactKind, Scheme
from formgen.scoring.sequences import span
from formgen.store import Store, StoredRecord
from formgen.store.lists import WITHDRAWN
from formgen.subjects import clean, find, same

ENTERED = "entered"  #: The kind of such a submission; it is not read again by a newer reader.
_PART = "手工登记"


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact as a person enters it."""

    subject: str  #: A name, or village/name; a village or team for forms about these.
    kind: str  #: Label, alias or id of the fact.
    by: str
    why: str
    on: date | None = None
    period: str = ""  #: Where there is no day.
    count: Decimal | None = None
    level: str = ""
    mended: bool | None = None  #: None: nobody says.


@dataclass(frozen=True, slots=True)
class Entered:
    """The fact as it is kept."""

    stored: StoredRecord
    period: str
    notes: tuple[str, ...] = ()  #: Chinese.


def add_fact(
    store: Store,
    archive: Archive,
    scheme: Scheme,
    entry: Entry,
    at: datetime,
    *,
    decisions: Sequence[Decision] = (),
    dry_run: bool = False,
) -> Entered:
    """Keep a fact that a person vouches for. Raises UsageError for what the scheme does not know or cannot count.

    ``decisions``: they name the levels where the regulation does not. ``dry_run``: only say what would be kept.
    """
    if not entry.by.strip() or not entry.why.strip():
        raise UsageError("登记事项要用 --by 写明是谁、用 --why 写明依据，例如 --by 王敏 --why 3月8日会议签到表")
    kind = _kind(entry.kind, scheme)
    period = _period(entry, scheme)
    subject, notes = _subject(entry.subject, period, store, scheme)
    countable = Countable(scheme, kind, decisions)
    level = countable.level(entry.level or _as_level(entry.kind, kind), notes)
    count = countable.count(entry.count)
    if entry.on is not None and entry.on > at.date():
        notes.append(f"日期 {entry.on.isoformat()} 在今天以后，请核对。")
    countable.mended(entry.mended)
    mended = None if entry.mended is None else "是" if entry.mended else "否"
    values: list[tuple[str, str, Value]] = [
        ("date", entry.on.isoformat() if entry.on else "", entry.on),
        ("village", subject.village, subject.village or None),
        ("name", subject.name, subject.name or None),
        ("group", subject.group, subject.group or None),
        ("team", subject.team, subject.team or None),
        ("kind", kind.label, kind.label),
        ("level", level, level or None),
        ("count", format(count, "f"), count),
        ("mended", mended or "", mended),
        ("text", entry.why.strip(), entry.why.strip()),
        ("by", entry.by.strip(), entry.by.strip()),
    ]
    if entry.period:
        values.append(("period", entry.period, entry.period))
    readings = {
        field: Reading(text, value, Locator(_PART, f"第{row}行"))
        for row, (field, text, value) in enumerate(values, 1)
        if text or field not in ("group", "team", "date")
    }
    record = Record("facts", scheme.id, subject, entry.period or None, readings)
    sheet = "\n".join([f"手工登记　{at.isoformat()}", *(f"{field}：{text}" for field, text, _ in values)]) + "\n"
    sha256 = hashlib.sha256(sheet.encode()).hexdigest()
    if store.submission(sha256) is not None:
        raise UsageError("同一时刻已经登记过同样的事项，没有重复登记。")
    name = f"手工登记-{at:%Y%m%d-%H%M%S}-{sha256[:6]}.txt"  # a name of its own: entries never replace each other
    notes += _closed(store, scheme, period)
    if not dry_run:
        with tempfile.TemporaryDirectory() as folder:
            paper = Path(folder) / "手工登记.txt"
            paper.write_bytes(sheet.encode())
            archive.add(paper)
    (stored,) = store.add_reading(Submission(sha256, name, at), FileReading(name, sha256, ENTERED, (record,)))
    return Entered(stored, period, tuple(notes))


def withdraw_fact(store: Store, scheme: Scheme, number: int, by: str, why: str, at: datetime) -> Entered:
    """Let a fact count no longer; it is kept and shown as withdrawn. Raises UsageError where there is no such fact."""
    if not by.strip() or not why.strip():
        raise UsageError("撤销事项要用 --by 写明是谁、用 --why 写明理由，例如 --by 王敏 --why 登记错了村")
    rows = {row.stored.id: row for row in store.fact_rows(scheme, None)}
    row = rows.get(number)
    if row is None:
        raise UsageError(f"没有编号为 {number} 的事项；编号见 formgen facts list")
    if row.withdrawn:
        raise UsageError(f"编号 {number} 的事项已由{row.withdrawn}")
    stored = row.stored
    store.add_correction(Correction(stored.submission, stored.index, WITHDRAWN, "是", by.strip(), at, why.strip()))
    period = row.fact.period if row.fact else stored.period or ""
    return Entered(stored, period, tuple(_closed(store, scheme, period)) if period else ())


def _kind(words: str, scheme: Scheme) -> FactKind:
    wanted = clean(words)
    for kind in scheme.fact:
        if wanted and wanted in (clean(kind.label), *map(clean, kind.aliases), kind.id):
            return kind
    names = "、".join(kind.label for kind in scheme.fact) or "（无）"
    raise UsageError(f"《{scheme.title}》没有“{words}”这一事项；有：{names}")


def _period(entry: Entry, scheme: Scheme) -> str:
    """The period that a fact is of. Raises UsageError for none, and for one before the regulation's day."""
    period = _named_period(entry)
    begins = f"《{scheme.title}》自 {scheme.in_force.isoformat()} 起施行"
    if entry.on is not None and entry.on < scheme.in_force:
        raise UsageError(f"{begins}，{entry.on.isoformat()} 的事在施行以前，不能按它计算")
    if span(period)[1] < scheme.in_force:
        raise UsageError(f"{begins}，{in_chinese(period)}在施行以前，不能按它计算")
    return period


def _named_period(entry: Entry) -> str:
    if entry.on is None and not entry.period:
        raise UsageError("请用 --date 写明哪一天（如 2023-03-08），或用 --period 写明时段")
    if not entry.period:
        assert entry.on is not None
        return f"{entry.on:%Y-%m}"
    try:
        kind_of(entry.period)
    except ValueError as fault:
        raise UsageError(str(fault)) from fault
    if entry.on is not None and not contains(entry.period, f"{entry.on:%Y-%m}"):
        raise UsageError(f"日期 {entry.on.isoformat()} 不在时段 {entry.period} 之内")
    return entry.period


def _subject(words: str, period: str, store: Store, scheme: Scheme) -> tuple[Subject, list[str]]:
    """Whom the words mean: by the roster, which villages and teams come from too; without one by what came back."""
    roster = [entry.subject for entry in store.roster(period, scheme.id)]
    roster += [one.subject for one in store.roster() if not any(same(one.subject, known) for known in roster)]
    known = roster or [one.subject for one in store.records(scheme=scheme.id) if one.record.form != "facts"]
    known += [Subject(one.village) for one in known if one.village]
    known += [Subject(one.village, team=one.team) for one in known if one.team]
    if roster or find(words, known):
        return chosen(words, known), []
    village, _, name = words.strip().rpartition("/")
    if not village.strip() or not name.strip():
        raise UsageError(f"还没有花名册，也没有收到过“{words}”的表，不知道是谁；请写 村/姓名")
    return Subject(village.strip(), name.strip()), ["还没有花名册，姓名没有核对。"]


def _as_level(words: str, kind: FactKind) -> str:
    """The level that a kind's own name stands for: ``群体性事件``."""
    return next((level for level in kind.levels if clean(level) == clean(words)), "")


def _closed(store: Store, scheme: Scheme, period: str) -> list[str]:
    """What to say where the fact belongs to a closed period."""
    return [
        f"{one.period} 已由{one.by}关账：结果没有改动，等待处理（formgen close --list 可查）。"
        f"要改动，请运行 formgen assess --period {one.period} --reopen --by 姓名 --why 理由。"
        for one in closings_around(store, scheme.id, period)
    ]
