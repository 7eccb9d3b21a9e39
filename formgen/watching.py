"""Watch 收件箱: take each file in once it is whole, for as long as the office is open; no fault ends it.

The folder itself is looked at each time, from the beginning: what an event says only wakes. A lost event, a share that
went and came back, a folder that was moved in: the next look finds it.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from formgen.errors import FormgenError
from formgen.inbox import Found, check_apart, find, lock_beside, moved, stamp_of
from formgen.instance import Heart
from formgen.intake import Intake, judged
from formgen.lateness import late_words
from formgen.outcomes import FileOutcome, Outcome
from formgen.strangers import Rosters, check_fresh, check_roster

STILL_SECONDS = 3.0  #: A file that has not changed for so long is whole.
LOOK_SECONDS = 30.0  #: The folder is looked at so often although no event came.
POLL_SECONDS = 5.0  #: The same where there are no events.

_EMPTY_TIMES = 10  #: An empty file must be still so many times as long: many programs begin with one.
_TOGETHER = 500  #: Files that are taken between two looks.
_BEAT_SECONDS = 2.0
_SUM_SECONDS = 60.0  #: The day is summed up at most so often.
_REST_SECONDS = 600.0  #: So often there is a rest although more and more comes.
_HOLD_SECONDS, _LONGEST_HOLD = 30.0, 1800.0
_TROUBLE_SECONDS, _LONGEST_TROUBLE = 5.0, 60.0
_EVENT_MILLISECONDS = 500

_AGAIN = re.compile(r"[，；]?(然后)?再(运行|试)一次。")  #: What the one who watches need not be told.

Wait = Callable[[float], object]  #: Waits so many seconds, or until something may have happened.


@dataclass(slots=True)
class _Held:
    """A file that could not be taken, or not removed."""

    stamp: str
    until: float
    tries: int
    outcome: Outcome


@dataclass(slots=True)
class Settling:
    """Which files are whole: their size and times have not changed for a while, and they can be opened."""

    still: float  #: Seconds.
    _seen: dict[Path, tuple[str, float]] = field(default_factory=dict)  #: Stamp, and since when it is so.
    _held: dict[Path, _Held] = field(default_factory=dict)

    def ready(self, found: Sequence[Found], moment: float) -> list[tuple[Found, str]]:
        """The files that may be taken now, each with its stamp. ``moment``: seconds of a clock that only goes on."""
        seen: dict[Path, tuple[str, float]] = {}
        ready = []
        for one in found:
            try:
                stamp = stamp_of(one.path)
                empty = one.path.stat().st_size == 0
            except OSError:
                continue  # it went
            former, since = self._seen.get(one.path, ("", moment))
            seen[one.path] = stamp, since if former == stamp else moment
            needed = self.still * (_EMPTY_TIMES if empty else 1)
            if former == stamp and moment - since >= needed and not self._is_held(one.path, stamp, moment):
                ready.append((one, stamp))
        self._seen = seen
        self._held = {path: held for path, held in self._held.items() if path in seen}
        return ready

    @property
    def unsettled(self) -> int:
        """Files that are there and wait for nothing but time."""
        return sum(1 for path in self._seen if path not in self._held)

    @property
    def waiting(self) -> int:
        """Files that are there."""
        return len(self._seen)

    def hold(self, path: Path, stamp: str, outcome: Outcome, moment: float, longest: float = _LONGEST_HOLD) -> None:
        """Try a file again only later, each time later, or when it has changed."""
        former = self._held.get(path)
        tries = former.tries + 1 if former is not None and former.stamp == stamp else 1
        wait = min(longest, _HOLD_SECONDS * 2 ** min(tries - 1, 10))
        self._held[path] = _Held(stamp, moment + wait, tries, outcome)

    def sees(self, path: Path) -> bool:
        """Whether the file is still there."""
        return path in self._seen

    def gone(self, path: Path) -> None:
        """Forget a file that was taken."""
        self._seen.pop(path, None)
        self._held.pop(path, None)

    def said(self, path: Path, stamp: str, outcome: Outcome) -> bool:
        """Whether this outcome of a held file is known already."""
        held = self._held.get(path)
        return held is not None and held.stamp == stamp and held.outcome is outcome

    def _is_held(self, path: Path, stamp: str, moment: float) -> bool:
        held = self._held.get(path)
        return held is not None and held.stamp == stamp and moment < held.until


@dataclass(slots=True)
class Watch:
    """Looks at 收件箱 again and again and takes in what is whole."""

    run: Intake
    heart: Heart
    said: Callable[[FileOutcome, tuple[str, ...]], None]  #: What became of a file; of closed periods, in Chinese.
    told: Callable[[str], None]  #: Chinese: what else there is to say.
    rested: Callable[[], None]  #: Sums the day up: all that was there is taken in, or another day has begun.
    stopped: Callable[[], bool]
    settling: Settling = field(default_factory=lambda: Settling(STILL_SECONDS))
    clock: Callable[[], float] = time.monotonic
    look_seconds: float = LOOK_SECONDS
    done: int = 0  #: Files that were taken.
    _rosters: Rosters | None = None
    _unchecked: bool = True  #: Everything is to be held to the roster anew.
    _fresh: bool = True  #: Something came since the last rest.
    _day: str = ""
    _rest_at: float | None = None  #: None: not yet, and nothing was looked at.
    _summed_at: float = 0.0
    _beat_at: float = 0.0
    _trouble: str = ""
    _troubles: int = 0  #: One after the other.
    _kinds: set[str] = field(default_factory=set)  #: What stood in the way since it went well last.
    _untold: str = ""  #: Why the day could not be summed up.
    _stuck: Path | None = None  #: The file at which the trouble showed.
    _passed: frozenset[str] = frozenset()  #: What was passed over at the last look.

    def look(self) -> float:
        """Look once, take in what is whole; after how many seconds to look again. Raises only what is no fault."""
        if self._rest_at is None:
            self._rest_at = self.clock()  # what a run that was stopped began is gone on with, not ended
        try:
            skipped: list[str] = []
            workspace = self.run.workspace
            found = find(workspace.inbox, workspace.archive, None, skipped)
            for words in dict.fromkeys(skipped):
                if words not in self._passed:
                    self.told(f"[跳过] {words}")
            self._passed = frozenset(skipped)
            ready = self.settling.ready(found, self.clock())
            del found
            self._beat("reading" if ready else "waiting")
            for one, stamp in ready[:_TOGETHER]:
                if self.stopped():
                    return 0.0
                if not moved(one.path, stamp):
                    self._take(one, stamp)
            hurry = len(ready) > _TOGETHER or self.settling.unsettled > 0
            if not hurry or self.clock() - self._rest_at > _REST_SECONDS:
                self._rest()
        except (FormgenError, OSError) as fault:
            return self._in_trouble(fault)
        if self._trouble and (self._stuck is None or not self.settling.sees(self._stuck)):
            self.told("恢复正常，继续收件。")
            self._trouble, self._troubles = "", 0
        self._beat("waiting")
        return min(1.0, max(0.05, self.settling.still / 2.0)) if hurry else self.look_seconds

    def _take(self, one: Found, stamp: str) -> None:
        try:
            outcomes = self.run.take(one)
        except (FormgenError, OSError):
            self.settling.hold(one.path, stamp, Outcome.LEFT, self.clock(), _LONGEST_TROUBLE)  # the others come first
            self._stuck = one.path
            raise
        except Exception as fault:
            words = f"formgen 自身出错，{one.path.name} 没有收，仍在原处（{type(fault).__name__}）。"
            outcomes = (FileOutcome(one.path, Outcome.LEFT, messages=(words,)),)
        self._fresh, self._stuck = True, None
        known = self.settling.said(one.path, stamp, outcomes[0].outcome)
        if moved(one.path, stamp):
            self.settling.gone(one.path)
        else:
            longest = _LONGEST_TROUBLE if lock_beside(one.path, time.time()) else _LONGEST_HOLD  # it may be closed soon
            self.settling.hold(one.path, stamp, outcomes[0].outcome, self.clock(), longest)
        if outcomes[0].outcome is not Outcome.LEFT and not known:
            self.done += 1
        for outcome in outcomes if not known else ():
            self.said(*self._checked(outcome))
        if self.clock() - self._beat_at > _BEAT_SECONDS:
            self._beat("reading")

    def _checked(self, outcome: FileOutcome) -> tuple[FileOutcome, tuple[str, ...]]:
        """The outcome with what the roster has to say, and whether it came too late."""
        store = self.run.store
        late: tuple[str, ...] = ()
        try:
            if outcome.records and outcome.outcome is not Outcome.DUPLICATE:
                records = store.records_of(outcome.sha256)
                self._rosters = self._rosters or Rosters(store)
                if not check_fresh(store, self._rosters, outcome.sha256, records):
                    self._rosters, self._unchecked = None, True
                late = late_words(store, records)
            return judged(store, outcome), late
        except (FormgenError, OSError):
            self._unchecked = True  # it is taken; what was to be said of it is said after the next rest
            return outcome, late

    def _rest(self) -> None:
        """All that was there is in: hold it to the roster where that is due, and let the day be summed up."""
        self._rest_at = self.clock()
        if self._unchecked:
            check_roster(self.run.store, self.run.now())
            self._unchecked = False
        self.run.end_batch()
        self._rosters = None
        today = f"{self.run.now():%Y-%m-%d}"
        if today != self._day or (self._fresh and self.clock() - self._summed_at >= _SUM_SECONDS):
            self.run.sweep()
            self.sum_up()
            self._day = today

    def sum_up(self) -> None:
        """Let the day be summed up, if something came since that was done last."""
        self._summed_at = self.clock()
        try:
            self.rested()
        except OSError as fault:  # it is open in Word, the disk is full: that is no reason not to take in
            words = f"收件日报写不成（{fault.strerror or fault}）；收件照常。它如果正打开着，请关闭；过一会儿会再写。"
            if words != self._untold:
                self.told(words)
            self._untold = words
            return
        self._fresh, self._untold = False, ""

    def _in_trouble(self, fault: Exception) -> float:
        """Say once what stands in the way; the pause before the next try."""
        if isinstance(fault, FormgenError):
            words = str(fault)
        else:
            words = f"读写出错（{getattr(fault, 'strerror', None) or fault}）。请检查磁盘和网络共享。"
        words = _AGAIN.sub("。", words)
        kind = f"{type(fault).__name__} {_reason(fault)}"  # not once more for each file at which it shows
        if not self._trouble:
            self._kinds.clear()
        if kind not in self._kinds:
            self._kinds.add(kind)
            nothing = "" if "没有丢失" in words else "没有丢失任何文件。"
            self.told(f"收不下去了：{words}{nothing}会一直再试，不用重新启动。")
        self._trouble = words
        self._troubles += 1
        self._beat("trouble")
        pause = _TROUBLE_SECONDS
        for _ in range(min(self._troubles - 1, 6)):
            pause *= 2
        return min(_LONGEST_TROUBLE, pause)

    def _beat(self, state: str) -> None:
        self._beat_at = self.clock()
        self.heart.beat(self.run.now(), state, waiting=self.settling.waiting, done=self.done, trouble=self._trouble)


def watch(watching: Watch, wait: Wait) -> None:
    """Look and wait, look and wait, until it is stopped. Raises UsageError where folders lie in each other."""
    check_apart(watching.run.workspace)
    watching.run.sweep()
    while not watching.stopped():
        pause = watching.look()
        if not watching.stopped():
            wait(pause)
    with contextlib.suppress(FormgenError, OSError):
        watching.sum_up()
    watching.heart.beat(watching.run.now(), "stopped", waiting=watching.settling.waiting, done=watching.done)


def _reason(fault: BaseException) -> str:
    """What the system or the database said, without the name of a file."""
    cause = fault.__cause__ or fault
    return str(getattr(cause, "strerror", None) or getattr(cause, "sqlite_errorname", None) or fault)


class FolderEvents:
    """Waits for events of a folder and those below it; where there are none to be had, for the time alone."""

    def __init__(self, folder: Path, stop: Event) -> None:
        self._folder = folder
        self._stop = stop
        self._changes: Iterator[set[tuple[Any, str]]] | None = None
        self._place = (0, 0)
        self._open()

    def __call__(self, seconds: float) -> None:
        """Wait so many seconds, or until something happens in the folder, or it is to stop."""
        until = time.monotonic() + seconds
        while not self._stop.is_set():
            left = until - time.monotonic()
            if left <= 0:
                return
            if left <= 2 * _EVENT_MILLISECONDS / 1000:
                self._stop.wait(left)
                return
            if self._changes is None or self._moved():
                self._open()
            if self._changes is None:
                self._stop.wait(min(left, POLL_SECONDS))
                return
            try:
                if next(self._changes):
                    return
            except KeyboardInterrupt:
                raise
            except Exception:  # the share went, the system has no more to give: from now on by the clock
                self._changes = None

    def _open(self) -> None:
        from watchfiles import watch as changes

        self._changes = None
        try:
            status = self._folder.stat()
            self._place = status.st_dev, status.st_ino
            found = changes(
                self._folder,
                watch_filter=None,
                debounce=200,
                step=50,
                stop_event=self._stop,
                rust_timeout=_EVENT_MILLISECONDS,
                yield_on_timeout=True,
            )
            next(found)  # it listens from the first call on
            self._changes = found
        except Exception:
            self._changes = None

    def _moved(self) -> bool:
        """Whether another folder is now at this place, as after a share came back."""
        try:
            status = self._folder.stat()
        except OSError:
            return True
        return (status.st_dev, status.st_ino) != self._place
