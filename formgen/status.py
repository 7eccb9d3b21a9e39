"""How things stand: what came, what waits, what is in doubt, who has not returned, and whether somebody watches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from formgen.closing import closed_periods
from formgen.display import harmless
from formgen.dossiers import Known
from formgen.errors import FormgenError
from formgen.inbox import find
from formgen.instance import Beat, Holder, holder, last_beat
from formgen.model import Subject
from formgen.overview import absent, overview
from formgen.packets import KIND as PACKET
from formgen.pending import REASON
from formgen.periods import following, in_chinese, kind_of
from formgen.review import open_issues
from formgen.scheme.types import Scheme
from formgen.scoring.sequences import span
from formgen.store import Store
from formgen.store.tallies import Tally
from formgen.workspace import Workspace, write_private

_ENTERED = "entered"
_SLOW_SECONDS = 300  #: Without a sign of life for so long, something holds the watcher up.
_NAMED = 50  #: Names in a list that people read.
_EARLIER = 12  #: Periods that are looked through beside the one in hand.


@dataclass(frozen=True, slots=True)
class Watcher:
    """Whether a process takes in by itself."""

    holder: Holder | None  #: None: nobody does.
    beat: Beat | None  #: The last sign of life, of whichever process.
    silent: float  #: Seconds since then.

    @property
    def stuck(self) -> bool:
        """Whether it runs and has not been heard of for long, or says that it cannot go on."""
        if self.holder is None or self.beat is None or self.beat.pid != self.holder.pid:
            return False
        return self.silent > _SLOW_SECONDS or self.beat.state == "trouble"

    @property
    def words(self) -> str:
        """Chinese, one line."""
        if self.holder is None:
            ended = f"（上一次到 {self.beat.at[:16].replace('T', ' ')}）" if self.beat is not None else ""
            return f"没有在看守{ended}；要自动收件，请运行 formgen intake --watch"
        held = self.holder
        words = f"在运行：{held.work}，{held.since[:16].replace('T', ' ')} 起，{held.host} 上的进程 {held.pid}"
        if self.beat is None or self.beat.pid != held.pid:
            return words
        words += f"，已收 {self.beat.done} 个，{_ago(self.silent).strip()}前有动静"
        if self.beat.state == "trouble":
            return f"{words}；现在收不下去：{self.beat.trouble}"
        return words + ("；很久没有动静，可能在读很大的扫描件，也可能卡住了" if self.stuck else "")


@dataclass(frozen=True, slots=True)
class Returns:
    """Who has returned in a period, and who has not."""

    period: str
    over: bool  #: Its last day is past: who is missing is overdue.
    returned: int
    missing: tuple[Subject, ...]
    unknown: int  #: Returned, but in no roster.
    rostered: bool  #: There is a roster to hold them to.


@dataclass(frozen=True, slots=True)
class Overdue:
    """Another period that is over and not closed, and of which returns are missing."""

    period: str
    returned: int
    missing: int


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand in a workspace."""

    at: datetime
    watcher: Watcher
    inbox: tuple[str, ...]  #: Names of files that lie in 收件箱.
    oldest: float  #: Seconds for which the oldest of them has not changed.
    skipped: tuple[str, ...]  #: Chinese: links and the like.
    files: int  #: That ever came, each once.
    today: tuple[int, int, int, int]  #: Of today: taken, in doubt, without data, the same again.
    doubtful: tuple[str, ...]  #: Names of files with doubts that nobody has answered.
    pending: tuple[str, ...]  #: Names in 待核.
    returns: Returns | None
    late: tuple[str, ...]  #: Chinese: what came for closed periods and waits for a person.
    notes: tuple[str, ...] = ()  #: Chinese: what could not be told, and why.
    overdue: tuple[Overdue, ...] = ()  #: The newest first.

    @property
    def needs_person(self) -> bool:
        """Whether somebody must do something."""
        overdue = self.returns is not None and self.returns.over and bool(self.returns.missing)
        overdue = overdue or bool(self.overdue)
        return bool(self.doubtful or self.pending or self.late or self.skipped or overdue or self.watcher.stuck)


def status(workspace: Workspace, store: Store, scheme: Scheme | None, period: str | None, at: datetime) -> Status:
    """How things stand now. ``period`` None: that of the newest return.

    Raises UsageError for a wrong period, FileAccessError where the workspace cannot be read.
    """
    skipped: list[str] = []
    found = find(workspace.inbox, workspace.archive, None, skipped)
    oldest = 0.0
    for one in found:
        try:
            oldest = max(oldest, at.timestamp() - one.path.stat().st_mtime)
        except OSError:
            continue
    day = f"{at:%Y-%m-%d}"
    files, doubtful, today = 0, [], [0, 0, 0]
    for tally in store.tallies():
        if tally.kind == _ENTERED:
            continue
        files += 1
        sort = 2 if not tally.records and tally.kind != PACKET else 1 if _in_doubt(store, tally) else 0
        if sort == 1:
            doubtful.append(tally.name)
        if f"{tally.received:%Y-%m-%d}" == day:
            today[sort] += 1
    returns: Returns | None = None
    late: tuple[str, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    notes: list[str] = []
    if scheme is not None:
        returns, late = _returns(store, scheme, period, at), _late(store, scheme)
        overdue = _overdue(store, scheme, returns.period if returns is not None else None, at)
    else:
        notes.append("没有指明办法，没有查谁还没交：请用 --scheme，或在 formgen.toml 的 [workspace] 里写 scheme = …")
    pending = sorted(
        path.name.removesuffix(REASON) for path in workspace.pending.iterdir() if path.name.endswith(REASON)
    )
    return Status(
        at,
        watcher(workspace, at),
        tuple("/".join(reversed(one.names)) for one in found),
        oldest,
        tuple(skipped),
        files,
        (today[0], today[1], today[2], store.repeats(day)),
        tuple(doubtful),
        tuple(pending),
        returns,
        late,
        tuple(notes),
        overdue,
    )


def watcher(workspace: Workspace, at: datetime) -> Watcher:
    """Whether a process takes in for a workspace, and when it was last heard of. Never raises."""
    beat = last_beat(workspace.archive)
    silent = 0.0
    if beat is not None:
        heard = datetime.fromisoformat(beat.at)
        if heard.tzinfo is None or at.tzinfo is None:
            heard, at = heard.replace(tzinfo=None), at.replace(tzinfo=None)
        silent = max(0.0, (at - heard).total_seconds())
    return Watcher(holder(workspace.archive), beat, silent)


def text(found: Status) -> str:
    """The status in Chinese, a line for each thing, lists below."""
    taken, doubtful, without, again = found.today
    lines = [
        f"收件情况　{found.at:%Y-%m-%d %H:%M}",
        f"看守：{found.watcher.words}",
        f"收件箱：{f'还有 {len(found.inbox)} 个文件没有收，最久的放了{_ago(found.oldest)}' if found.inbox else '空'}",
        *_named(found.inbox),
        *(f"    [跳过] {words}" for words in found.skipped),
        f"今天收到 {taken + doubtful + without} 个文件：已收 {taken}，存疑 {doubtful}，待核 {without}；"
        f"另有重复 {again} 次。共收过 {found.files} 个",
        f"存疑还没有核实：{len(found.doubtful)} 个文件" + ("（formgen review）" if found.doubtful else ""),
        *_named(found.doubtful),
        f"待核：{len(found.pending)} 个文件" + ("（原因写在旁边的 .原因.txt）" if found.pending else ""),
        *_named(found.pending),
    ]
    if found.returns is not None:
        one = found.returns
        unknown = f"，花名册中没有的 {one.unknown} 个" if one.unknown else ""
        missing = (
            f"{'逾期' if one.over else '还'}没有交的 {len(one.missing)} 个"
            if one.rostered
            else "没有花名册，不知道还缺谁"
        )
        lines.append(f"{in_chinese(one.period)}：已交 {one.returned} 个，{missing}{unknown}")
        lines += _named(str(subject) for subject in one.missing)
    if found.overdue:
        lines.append(f"别的时段也过完了还没有交齐（名单：formgen status -p {found.overdue[0].period}）：")
        lines += _named(
            f"{in_chinese(one.period)}：已交 {one.returned} 个，逾期没有交的 {one.missing} 个" for one in found.overdue
        )
    lines.append(f"关账以后收到、等人处理：{len(found.late)} 处" + ("（formgen close --list）" if found.late else ""))
    lines += _named(found.late)
    return "\n".join([*lines, *found.notes])


def write_daily(workspace: Workspace, found: Status) -> None:
    """Write the summary of the day into 待核, over that of an hour ago. Raises OSError."""
    words = harmless(text(found)).replace("\n", "\r\n") + "\r\n"
    write_private(daily_path(workspace, found.at), words.encode("utf-8-sig", "replace"))


def daily_path(workspace: Workspace, at: datetime) -> Path:
    """Where the summary of a day lies."""
    return workspace.pending / f"收件日报 {at:%Y-%m-%d}.txt"


def _in_doubt(store: Store, tally: Tally) -> bool:
    """Whether a person must still look at a file that counts."""
    if not tally.faults or (tally.records and tally.superseded == tally.records):
        return False
    if not tally.corrections:
        return True
    issues = [one.issue for one in store.issues(tally.submission)]
    return any(issue.needs_person for issue in open_issues(issues, store.corrections(tally.submission)))


def _returns(store: Store, scheme: Scheme, period: str | None, at: datetime) -> Returns | None:
    kinds = {form.period for form in scheme.form}
    period = period or next((one for one in store.periods() if _kind(one) in kinds), None)
    if period is None:
        return None
    seen = overview(store, scheme, period)
    over = span(period)[1] < at.date()
    rostered = bool(store.roster(period, scheme.id))
    return Returns(period, over, len(seen.returned), seen.missing, len(seen.unknown), rostered)


def _overdue(store: Store, scheme: Scheme, shown: str | None, at: datetime) -> tuple[Overdue, ...]:
    """The other periods of which returns came, and the one that follows the newest, where people are missing."""
    known = Known(store)
    found: list[Overdue] = []
    for kind in sorted({form.period for form in scheme.form}):
        forms = [form.id for form in scheme.form if form.period == kind]
        came = {period: who for period, who in store.returned(forms).items() if _kind(period) == kind}
        if not came:
            continue
        for period in sorted({*came, following(max(came))}, reverse=True)[:_EARLIER]:
            if period == shown or span(period)[1] >= at.date() or store.closed(scheme.id, period) is not None:
                continue
            if gone := absent(known, scheme, period, came.get(period, ())):
                found.append(Overdue(period, len(came.get(period, ())), len(gone)))
    return tuple(sorted(found, key=lambda one: span(one.period)[1], reverse=True))


def _kind(period: str) -> str:
    try:
        return kind_of(period)
    except ValueError:  # as it was read, or corrected by hand
        return ""


def _late(store: Store, scheme: Scheme) -> tuple[str, ...]:
    try:
        return tuple(
            f"{in_chinese(one.closing.period)} {waiting.words}"
            for one in closed_periods(store, [scheme])
            for waiting in one.waiting
        )
    except FormgenError as fault:
        return (f"没有查成：{fault}",)


def _named(names: Iterable[str]) -> list[str]:
    plain = [" ".join("".join(c if c.isprintable() else " " for c in name).split()) for name in names]
    more = [f"    ……共 {len(plain)} 个"] if len(plain) > _NAMED else []
    return [f"    {name}" for name in plain[:_NAMED]] + more


def _ago(seconds: float) -> str:
    for unit, size in (("天", 86400), ("小时", 3600), ("分钟", 60)):
        if seconds >= size:
            return f" {int(seconds // size)} {unit}"
    return f" {int(seconds)} 秒"
