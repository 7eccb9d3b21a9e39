"""Reading in a child process: a hostile file costs a child its life, never formgen its own.

One child is started and reused. It may use so much memory (``parsers.confinement``) and say so much
(``parsers.messages``); a file that takes too long ends it. Legacy files are converted here, not in the child, so that
the other program is bounded by its own limits and dies with nobody.
"""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from formgen.errors import FormgenError, ProgramFailedError
from formgen.model import Form, Issue, IssueCode, Severity
from formgen.parsing import Convert, FileReading, Hints, Limits, Scanning
from parsers import messages
from parsers.confinement import confine
from parsers.pictures import PageControl

_MEMORY = 3 << 30  #: Bytes of address space of the child; a page at 600 dpi and the recogniser need some 1.5 GB.
_SLOW_PAGES = 3  #: Of one scan: after so many that take too long the file is given up.
_START_SECONDS = 120.0  #: For the start of the child, on a slow and busy machine.
_END_SECONDS = 5.0
_SAY_SECONDS = 30.0  #: For one answer, from its first byte to its last.
_LARGE = 5_000_000  #: Bytes of a file after which the next one gets a fresh child.


class _ChildDied(Exception):  # noqa: N818
    """The child ended without an answer."""


class _ChildLate(Exception):  # noqa: N818
    """The child has not answered in time; ``page``: of a scan, the one that was begun last."""

    def __init__(self, page: int = 0) -> None:
        super().__init__()
        self.page = page


class IsolatedReader:
    """Reads files as ``parsers.reading.read_file`` does, each within its limits of time and memory.

    A context manager; the child ends with it. A file that kills the child, twice, is ``unreadable``; one that takes
    longer than ``limits.seconds`` (conversion not counted) is ``too-slow``; of a scan each page may take so long, and
    one that takes longer is set aside. ``scanning`` is asked for each scan, as a roster may have come before it.
    ``begun`` is told the number of each page of a scan that is begun. ``memory`` is in bytes and holds where the
    platform knows such a limit.
    """

    def __init__(
        self,
        forms: Sequence[Form],
        limits: Limits,
        convert: Convert | None = None,
        *,
        scanning: Callable[[], Scanning] = Scanning,
        begun: Callable[[int], None] | None = None,
        memory: int = _MEMORY,
    ) -> None:
        self._scanning = scanning
        self._begun = begun
        self._known: Scanning | None = None
        self._forms = tuple(forms)
        self._limits = limits
        self._convert = convert
        self._memory = memory
        self._child: _Child | None = None

    def __enter__(self) -> IsolatedReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, if there is one. The reader may be used again: it starts another."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def __call__(self, path: Path, hints: Hints) -> FileReading:
        """All that stands in the file; faults come back as issues. Raises FileAccessError."""
        skip: frozenset[int] = frozenset()
        alone = died = False
        while True:
            try:
                reading = self._ask(path, hints, PageControl(skip, alone=alone))
                if path.exists() and path.stat().st_size > _LARGE:
                    self.close()  # what the child has not given back would count against the next file
                return reading
            except _ChildLate as late:
                self.close()
                if late.page and len(skip) < _SLOW_PAGES:
                    one_by_one = alone or self._known is None or self._known.workers < 2
                    skip |= {late.page} if one_by_one else frozenset()
                    alone = True
                    continue
                message = f"读取超过 {self._limits.seconds:g} 秒，已中止。请用 Word 或 WPS 打开，另存后再试。"
                if late.page:
                    numbers = "、".join(map(str, sorted(skip | {late.page})))
                    message = (
                        f"第{numbers}页读取都超过 {self._limits.seconds:g} 秒，整份没有读取。"
                        "请用 200 至 300 dpi 重新扫描，或在 formgen.toml 的 [limits] 里放宽 seconds。"
                    )
                return _failure(path, self._limits, IssueCode.TOO_SLOW, message)
            except _ChildDied:
                self.close()
                if died:
                    message = "读取程序异常退出：文件内容过大或已损坏。请用 Word 或 WPS 打开，另存后再试。"
                    return _failure(path, self._limits, IssueCode.UNREADABLE, message)
                died = True
            except FormgenError:
                raise
            except BaseException:
                self.close()  # an answer may still be on its way: it must not be taken for the next one
                raise

    def _ask(self, path: Path, hints: Hints, control: PageControl) -> FileReading:
        if self._child is None:
            self._child = _Child(self._forms, self._limits, self._convert is not None, self._memory)
        child = self._child
        child.send((path.absolute(), hints, control))
        left, page = self._limits.seconds, 0
        while True:
            begun = time.monotonic()
            try:
                kind, content = child.receive(left)
            except _ChildLate:
                raise _ChildLate(page) from None
            left -= time.monotonic() - begun
            match kind:
                case "reading":
                    if not isinstance(content, FileReading):
                        raise _ChildDied
                    return content
                case "error":
                    raise content
                case "page":
                    left, page = self._limits.seconds, content
                    if self._begun is not None:
                        self._begun(page)
                case "scanning":
                    self._known = self._scanning()
                    child.tell(self._known)
                case _:
                    child.send(self._converted(*content))

    def _converted(self, source: Path, to: str, folder: Path) -> tuple[str, object]:
        assert self._convert is not None
        try:
            return "path", self._convert(source, to, folder)
        except FormgenError as fault:
            return "error", fault


class _Child:
    """The process that reads, the line to it, and the folder for its temporary files."""

    def __init__(self, forms: tuple[Form, ...], limits: Limits, converts: bool, memory: int) -> None:
        context = get_context("spawn")
        self._told: Scanning | None = None
        self._room = tempfile.mkdtemp(prefix="formgen-")
        self._line, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=_serve,
            args=(theirs, forms, limits, converts, memory, self._room),
            name="formgen-reader",
            daemon=True,
        )
        try:
            self._process.start()
            theirs.close()
            self.receive(_START_SECONDS)
        except (_ChildDied, _ChildLate):
            self.end()
            raise FormgenError("读取程序无法启动。请重新安装 formgen 后再试。") from None
        except BaseException:
            self.end()
            raise

    def send(self, content: object) -> None:
        """Raises _ChildDied."""
        try:
            self._line.send(content)
        except (OSError, EOFError):
            raise _ChildDied from None

    def tell(self, known: Scanning) -> None:
        """Say what is known of scans; a child that has it already keeps what it made of it. Raises _ChildDied."""
        self.send(("scanning", None if known == self._told else known))
        self._told = known

    def receive(self, seconds: float) -> tuple[Any, Any]:
        """The next thing the child says. Raises _ChildDied, _ChildLate."""
        try:
            if not self._line.poll(max(0.0, seconds)):
                raise _ChildLate
            rest = threading.Timer(_SAY_SECONDS, self._process.kill)  # for one that stops in the middle of a word
            rest.daemon = True
            rest.start()
            try:
                kind, content = messages.unpacked(self._line.recv_bytes(messages.MOST_BYTES))
            finally:
                rest.cancel()
        except (OSError, EOFError, TypeError, ValueError, pickle.UnpicklingError):
            raise _ChildDied from None
        return kind, content

    def end(self) -> None:
        """Kill the process and clear its folder."""
        self._line.close()
        if self._process.pid is not None:
            self._process.kill()
            self._process.join(_END_SECONDS)
            if not self._process.is_alive():
                self._process.close()
        shutil.rmtree(self._room, ignore_errors=True)


def _failure(path: Path, limits: Limits, code: IssueCode, message: str) -> FileReading:
    from parsers.reading import fingerprint

    issue = Issue(code, Severity.ERROR, message)
    return FileReading(path.name, fingerprint(path, limits.seconds), "", issues=(issue,))


def _serve(
    line: Connection, forms: tuple[Form, ...], limits: Limits, converts: bool, memory: int, room: str
) -> NoReturn:
    """The child: reads what it is told to, until the line is cut."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends the child
    tempfile.tempdir = room
    from parsers.reading import read_file

    confine(memory)

    def convert(source: Path, to: str, folder: Path) -> Path:
        line.send(("convert", (source, to, folder)))
        kind, content = line.recv()
        if kind == "error":
            raise content
        if not isinstance(content, Path):
            raise ProgramFailedError("转换旧格式文件时出错。")
        return content

    known = Scanning()
    asked = False

    def scanning() -> Scanning:
        nonlocal known, asked
        if not asked:
            line.send(("scanning", None))
            known, asked = line.recv()[1] or known, True
        return known

    line.send(("ready", None))
    while True:
        try:
            path, hints, control = line.recv()
        except EOFError:
            os._exit(0)
        asked = False
        try:
            reading = read_file(
                path,
                forms,
                limits=limits,
                hints=hints,
                convert=convert if converts else None,
                scanning=scanning,
                control=replace(control, begun=lambda number: line.send(("page", number))),
            )
            answer = messages.packed(("reading", reading))
            if len(answer) > messages.MOST_BYTES:
                message = "从文件里读出的内容过多，没有收进。请分成几个文件。"
                answer = messages.packed(("reading", _failure(path, limits, IssueCode.TOO_LARGE, message)))
        except FormgenError as fault:
            answer = messages.packed(("error", fault))
        line.send_bytes(answer)
