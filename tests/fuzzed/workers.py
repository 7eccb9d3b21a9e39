"""A worker process: mutants are made and read in it, within bounds of memory; what they cost is measured."""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
import sys
import tempfile
import time
import zlib
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from fuzzed import corpus, readers
from fuzzed.afterwards import Office, rendered
from fuzzed.findings import OURS, Finding
from fuzzed.mutation import mutant

MEMORY = 3 << 30  #: Bytes of address space of a worker: what a reader's process has.
GROWTH = 400  #: MB that one mutant may take for itself; a scan has the recogniser to load.
_STORED = 3  #: One in so many readings with records is kept in a store; each as many as ``_RENDERED`` is put on paper.
_RENDERED = 40
_TABLES = 250  #: After so many mutants what was kept is given out as tables.


def serve(line: Connection, folder: Path) -> None:
    """Try what comes down the line until it is cut."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = str(folder)
    with (folder / "stacks.txt").open("w") as stacks, Path(os.devnull).open("w") as nowhere:
        faulthandler.register(signal.SIGUSR1, stacks)
        os.dup2(nowhere.fileno(), 2)  # libraries complain of what they are given
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        office = Office(folder)
        count = 0
        while True:
            try:
                portion = line.recv()
            except (EOFError, ConnectionError):
                os._exit(0)
            for name, traced in portion:
                line.send(("begin", name))
                count += 1
                line.send(("done", name, *_tried(name, traced, office, count)))


def _tried(name: str, traced: bool, office: Office, count: int) -> tuple[Any, ...]:
    """(outcome, seconds, MB at most, MB now, findings, lines reached) of one mutant."""
    kind = name.partition(":")[0]
    faults: list[tuple[str, str]] = []
    lines: frozenset[int] | None = None
    outcome = "finding"
    made = mutant(name, corpus.seeds(kind))
    resting = _memory("VmRSS")
    _forget_peak()
    begun = time.process_time()
    try:
        if traced:
            with _Tracer() as tracer:
                found = readers.probe(made)
            lines = frozenset(tracer.lines)
        else:
            found = readers.probe(made)
        outcome = found.outcome
        if found.reading is not None and found.reading.records:
            number = int(name.rpartition(":")[2].rpartition("+")[2])
            if number % _STORED == 0:
                office.keep(made, found.reading)
            if number % _RENDERED == 0:
                rendered(found.reading)
        if count % _TABLES == 0:
            office.tables()
    except Finding as fault:
        faults.append((fault.signature, fault.story))
    spent = time.process_time() - begun
    peak = _memory("VmHWM") - resting
    if peak > GROWTH and kind != "scan":
        faults.append((f"growth by more than {GROWTH} MB ({kind})", f"{peak:.0f} MB for {len(made.data):,} bytes"))
    return outcome, spent, peak, _memory("VmRSS"), faults, lines


def _memory(what: str) -> float:
    """MB of this process; 0 where that cannot be told."""
    try:
        words = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in words.splitlines() if line.startswith(what)), 0.0)


def _forget_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


class _Tracer:
    """Which lines of ``parsers/`` are reached."""

    def __init__(self) -> None:
        self.lines: set[int] = set()
        self._folder = OURS[1]

    def __enter__(self) -> _Tracer:
        sys.settrace(self._call)
        return self

    def __exit__(self, *fault: object) -> None:
        sys.settrace(None)

    def _call(self, frame: FrameType, event: str, argument: object) -> Any:
        return self._line if frame.f_code.co_filename.startswith(self._folder) else None

    def _line(self, frame: FrameType, event: str, argument: object) -> Any:
        if event == "line":
            self.lines.add(_number_of(frame.f_code.co_filename) + frame.f_lineno)
        return self._line


_FILES: dict[str, int] = {}


def _number_of(file: str) -> int:
    """The same number for the same file in every process."""
    if file not in _FILES:
        _FILES[file] = zlib.crc32(Path(file).name.encode()) << 16
    return _FILES[file]
