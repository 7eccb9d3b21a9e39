"""Many mutants in worker processes: bounded memory, a watchdog on each mutant, and what was found by its place.

A plain seeded search over the first three fifths of the mutants. Of those one in sixteen is traced: where one reaches
lines of ``parsers/`` that none before it reached, it becomes a parent of half of the last two fifths. Which ones those
are hangs on the seed alone, not on the number of workers or their speed.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from statistics import median
from typing import Any

from fuzzed import corpus
from fuzzed.findings import OURS
from fuzzed.workers import serve

HANG = 20.0  #: Seconds of processor time of one mutant; a scan, of which each page may take so long, has more.
_TRACING = 6  #: So many times as long where each line is noted.
_ASLEEP = 15  #: So many times as long by the clock, on a machine that has much else to do.
HANG_SCAN = 120.0
FLAT = 1.25  #: The memory of the last quarter may be so many times that of the second, and ``_SLACK`` MB more.
_SLACK = 30.0
_CHUNK = 20
_TRACED = 16  #: One in so many mutants of the first part.
_GUIDED = frozenset(("docx", "xlsx", "xls", "xlsb", "ods", "pdf", "packet", "review"))

#: Of 1,000 mutants so many are of each kind.
SHARES: dict[str, float] = {
    "docx": 250, "xlsx": 180, "xls": 70, "xlsb": 50, "ods": 60, "pdf": 45, "picture": 50, "old": 50, "text": 50,
    "packet": 70, "review": 30, "scheme": 25,
    "settings": 35, "template": 29, "scan": 0.4,
}  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What became of the mutants of one kind."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")  #: Seconds of processor time, and of which mutant.
    highest: tuple[float, str] = (0.0, "")  #: MB that one mutant took for itself.
    parents: int = 0  #: Mutants that others were made of.

    @property
    def tried(self) -> int:
        """How many were read, to whatever end."""
        return sum(self.outcomes.values())


@dataclass(slots=True)
class Result:
    """A campaign, as it ended."""

    tallies: dict[str, Tally]
    findings: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  #: Signature → (mutant, story).
    memory: list[tuple[int, float]] = field(default_factory=list)  #: (mutants tried by then, MB of the larger worker).
    seconds: float = 0.0
    left: int = 0  #: Mutants that there was no time for.

    @property
    def tried(self) -> int:
        """How many mutants were read."""
        return sum(tally.tried for tally in self.tallies.values())

    @property
    def ends(self) -> tuple[float, float]:
        """MB of a worker: the middle of the second quarter, and of the last."""
        points = [size for _, size in self.memory]
        quarter = len(points) // 4
        return (median(points[quarter : 2 * quarter]), median(points[-quarter:])) if quarter else (0.0, 0.0)

    @property
    def flat(self) -> bool:
        """Whether memory stayed where it was."""
        early, late = self.ends
        return late <= early * FLAT + _SLACK

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings and self.flat


def shares(mutations: int, kinds: Sequence[str] = ()) -> dict[str, int]:
    """How many mutants of each kind; of certain kinds alone if they are named."""
    chosen = {kind: share for kind, share in SHARES.items() if not kinds or kind in kinds}
    whole = sum(chosen.values())
    return {kind: max(1, round(mutations * share / whole)) for kind, share in chosen.items()}


def run(
    plan: Mapping[str, int],
    seed: int,
    *,
    seconds: float = 0.0,
    workers: int = 1,
    guided: bool = True,
    say: Callable[[str], None] = lambda words: None,
) -> Result:
    """Try so many mutants of each kind, for so many seconds at most (0: without end)."""
    for kind in plan:
        corpus.seeds(kind)  # once, for all workers
    result = Result({kind: Tally() for kind in plan})
    begun = time.monotonic()
    until = begun + seconds if seconds else float("inf")
    crew = _Crew(workers, result, until, say)
    try:
        first = {
            kind: range(count - (count * 2 // 5 if guided and kind in _GUIDED else 0))
            for kind, count in plan.items()
            if kind != "scan"
        }
        names = {
            kind: [(f"{kind}:{seed}:{n}", guided and kind in _GUIDED and n % _TRACED == 0) for n in numbers]
            for kind, numbers in first.items()
        }
        reached = crew.work(_mixed(names, seed))
        parents = {kind: _parents(reached, [name for name, traced in of if traced]) for kind, of in names.items()}
        later: dict[str, list[tuple[str, bool]]] = {}
        for kind, numbers in first.items():
            result.tallies[kind].parents = len(parents[kind])
            for n in range(len(numbers), plan[kind]):
                own = parents[kind]
                parent = own[n // 2 % len(own)].rpartition(":")[2] + "+" if own and n % 2 else ""
                later.setdefault(kind, []).append((f"{kind}:{seed}:{parent}{n}", False))
        crew.work(_mixed(later, seed + 1))
        crew.steady = False
        crew.work([[(f"scan:{seed}:{n}", False)] for n in range(plan.get("scan", 0))])
    finally:
        crew.end()
    result.seconds = time.monotonic() - begun
    result.left = sum(plan.values()) - result.tried
    return result


def _mixed(names: Mapping[str, Sequence[tuple[str, bool]]], seed: int) -> list[list[tuple[str, bool]]]:
    """Portions of one kind each, the kinds mixed: memory then has no reason to grow from one kind to the next."""
    portions = [list(of[start : start + _CHUNK]) for of in names.values() for start in range(0, len(of), _CHUNK)]
    random.Random(seed).shuffle(portions)
    return portions


def _parents(reached: Mapping[str, frozenset[int]], names: Sequence[str]) -> list[str]:
    """Those that reached lines that none before them reached, in their order."""
    seen: set[int] = set()
    found = []
    for name in names:
        lines = reached.get(name, frozenset())
        if lines - seen:
            found.append(name)
            seen |= lines
    return found


# --- the workers, from outside ---------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Worker:
    line: Connection
    process: Any
    stacks: Path
    left: list[tuple[str, bool]] = field(default_factory=list)
    now: str = ""
    before: float = 0.0  #: Seconds of processor time when the present mutant was begun.
    since: float = 0.0  #: When that was.


class _Crew:
    """Worker processes, watched."""

    def __init__(self, count: int, result: Result, until: float, say: Callable[[str], None]) -> None:
        self._result = result
        self._until = until
        self._say = say
        self._room = tempfile.TemporaryDirectory(
            prefix="formgen-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None
        )
        self._made = 0
        self.steady = True  #: Whether memory is noted.
        self._workers = [self._begun() for _ in range(count)]
        self._said = time.monotonic()

    def _begun(self) -> _Worker:
        context = get_context("fork")
        ours, theirs = context.Pipe()
        self._made += 1
        folder = Path(self._room.name) / str(self._made)
        folder.mkdir()
        process = context.Process(target=serve, args=(theirs, folder), daemon=True)
        process.start()
        theirs.close()
        return _Worker(ours, process, folder / "stacks.txt")

    def work(self, portions: Sequence[list[tuple[str, bool]]]) -> dict[str, frozenset[int]]:
        """Have all of it tried. The lines that the traced mutants reached."""
        waiting = list(reversed(portions))
        reached: dict[str, frozenset[int]] = {}
        while True:
            for worker in self._workers:
                if not worker.left and waiting and time.monotonic() < self._until:
                    worker.left = waiting.pop()
                    worker.line.send(worker.left)
            busy = [worker for worker in self._workers if worker.left]
            if not busy:
                return reached
            for line in wait([worker.line for worker in busy], 1.0):
                self._heard(next(worker for worker in busy if worker.line is line), reached)
            for worker in busy:
                self._watch(worker)

    def _heard(self, worker: _Worker, reached: dict[str, frozenset[int]]) -> None:
        try:
            said = worker.line.recv()
        except (EOFError, ConnectionError):
            worker.process.join(5)
            self._find(worker.now, f"the process died ({worker.process.exitcode})", "no words")
            self._again(worker)
            return
        if said[0] == "begin":
            worker.now, worker.before, worker.since = said[1], _processor(worker.process.pid), time.monotonic()
            return
        _, name, outcome, spent, peak, resident, faults, lines = said
        tally = self._result.tallies[name.partition(":")[0]]
        tally.outcomes[outcome] += 1
        tally.slowest = max(tally.slowest, (spent, name))
        tally.highest = max(tally.highest, (peak, name))
        for signature, story in faults:
            self._find(name, signature, story)
        if lines is not None:
            reached[name] = lines
        worker.left = worker.left[1:]
        worker.now = ""
        if self.steady:
            self._result.memory.append((self._result.tried, resident))
        if time.monotonic() - self._said > 30:
            self._said = time.monotonic()
            self._say(f"{self._result.tried:,} tried, {len(self._result.findings)} found, {resident:.0f} MB")

    def _find(self, name: str, signature: str, story: str) -> None:
        known = self._result.findings.setdefault(signature, [])
        if not known:
            self._say(f"found: {name}  {signature}")
        known.append((name, story))

    def _watch(self, worker: _Worker) -> None:
        limit = HANG_SCAN if worker.now.startswith("scan") else HANG
        limit *= _TRACING if worker.left and worker.left[0][1] else 1
        if not worker.now:
            return
        asleep = time.monotonic() - worker.since > limit * _ASLEEP  # it waits for what never comes
        if asleep or _processor(worker.process.pid) - worker.before > limit:
            os.kill(worker.process.pid, signal.SIGUSR1)
            time.sleep(0.5)
            stack = worker.stacks.read_text(errors="replace") if worker.stacks.exists() else ""
            frame = next((line.strip() for line in stack.splitlines() if any(part in line for part in OURS)), "?")
            self._find(worker.now, f"a hang of more than {limit:g} s in {frame.rpartition('/')[2]}", stack[:3_000])
            self._again(worker)

    def _again(self, worker: _Worker) -> None:
        """Another process goes on behind the mutant that this one did not survive."""
        worker.process.kill()
        worker.process.join()
        if worker.now:
            self._result.tallies[worker.now.partition(":")[0]].outcomes["killed"] += 1
        fresh = self._begun()
        fresh.left = worker.left[1:]
        self._workers[self._workers.index(worker)] = fresh
        if fresh.left:
            fresh.line.send(fresh.left)

    def end(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.line.close()
            worker.process.join(5)
            worker.process.kill()
        self._room.cleanup()


def _processor(pid: int) -> float:
    """Seconds of processor time that a process has had."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


_HEADS = ("tried", "records", "no records", "refused", "findings", "parents", "slowest s", "most MB")


def table(result: Result) -> Iterator[str]:
    """The figures, line by line."""
    yield f"{'kind':<10}" + "".join(f"{head:>11}" for head in _HEADS)
    places: Counter[str] = Counter(name.partition(":")[0] for found in result.findings.values() for name, _ in found)
    for kind, tally in result.tallies.items():
        ends = [tally.outcomes[outcome] for outcome in ("records", "no records", "refused")]
        counts = [tally.tried, *ends, places[kind], tally.parents]
        sizes = f"{tally.slowest[0]:>11.1f}{tally.highest[0]:>11.0f}"
        yield f"{kind:<10}" + "".join(f"{count:>11,}" for count in counts) + sizes
    early, late = result.ends
    distinct = f"{len(result.findings)} distinct findings; {result.left:,} not tried"
    yield f"{'all':<10}{result.tried:>11,} in {result.seconds:.0f} s; {distinct}"
    yield f"memory    {early:.0f} MB in the second quarter, {late:.0f} MB in the last"
