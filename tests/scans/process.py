"""A reader in a process of its own, on one core: so that its time and memory are its own."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from formgen.parsing import FileReading, Scanning

_WHOLE = {
    "Global.log_level": "error",
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a file."""

    reading: FileReading | None
    seconds: float
    megabytes: float  #: The most memory that the process has held so far.
    error: str = ""
    tables: tuple[tuple[tuple[tuple[int, ...], str], ...], ...] = ()  #: Of each page: corners and text of its cells.


class ReaderProcess:
    """Reads one file after another, or recognises whole pages, in a spawned process; a context manager."""

    def __init__(self, scanning: Scanning) -> None:
        here, there = multiprocessing.get_context("spawn").Pipe()
        self._pipe: Connection = here
        self._process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there, scanning), daemon=True)

    def __enter__(self) -> ReaderProcess:
        self._process.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()

    def ask(self, what: str, path: Path) -> None:
        """``read``: the file by formgen; ``tables``: its ruled cells; ``whole``: by whole-page recognition."""
        self._pipe.send((what, path))

    def answer(self) -> Answer:
        """What was asked before; waits."""
        got: Answer = self._pipe.recv()
        return got


def _serve(pipe: Connection, scanning: Scanning) -> None:
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})  # benches side by side do not share a core
    tools: dict[str, Any] = {}
    while True:
        try:
            what, path = pipe.recv()
        except (EOFError, OSError):
            return
        _prepare(what, tools)
        begun = time.process_time()
        reading, tables, error = None, (), ""
        try:
            if what == "read":
                reading = _read(path, scanning)
            elif what == "tables":
                tables = _tables(path, tools[what])
            else:
                _whole(path, tools[what])
        except Exception as fault:
            error = f"{type(fault).__name__}: {fault}"
        pipe.send(Answer(reading, time.process_time() - begun, _peak(), error, tables))


def _prepare(what: str, tools: dict[str, Any]) -> None:
    """Load what is needed, outside the time that is measured."""
    if what == "whole" and what not in tools:
        from rapidocr import RapidOCR

        tools[what] = RapidOCR(params=_WHOLE)
    if what == "tables" and what not in tools:
        from parsers.scan.recogniser import Recogniser

        tools[what] = Recogniser()


def _read(path: Path, scanning: Scanning) -> FileReading:
    from paper import all_forms

    from parsers.reading import read_file

    return read_file(path, [form for _, form in all_forms().values()], scanning=lambda: scanning)


def _tables(path: Path, recogniser: Any) -> tuple[tuple[tuple[tuple[int, ...], str], ...], ...]:
    from paper import all_forms

    from parsers.grid import Grid
    from parsers.scan.foreign import look_at_foreign
    from parsers.scan.page import see

    forms = [form for _, form in all_forms().values()]
    pages = []
    for image in _images(path):
        blocks = getattr(look_at_foreign(see(image), recogniser, forms), "blocks", ())
        grids = [block for block in blocks if isinstance(block, Grid)]
        pages.append(tuple((cell.where.box, cell.text) for grid in grids for cell in grid.cells))
    return tuple(pages)


def _whole(path: Path, engine: Any) -> None:
    for image in _images(path):
        engine(image.pixels)


def _images(path: Path) -> Any:
    from formgen.parsing import Limits
    from parsers.scan.pages import images

    return images(path.read_bytes(), "pdf" if path.suffix == ".pdf" else "image", Limits())


def _peak() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 if sys.platform == "linux" else 1024) / 1024
