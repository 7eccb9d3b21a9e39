"""One formgen at a time takes in for a workspace: a lock that dies with its process, and a sign of life beside it.

The lock is the operating system's, on an open file: however the process ends, the next one finds it free. What stands
in the file (who, since when) is only for people to read.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from formgen.errors import FileAccessError

LOCK, HEARTBEAT = "formgen.lock", "formgen.heartbeat"
_FAR = 1 << 30  #: Windows forbids reading a locked byte: the one that is locked lies far behind the words.
_TRIES, _BETWEEN = 5, 0.1
_MOST = 4096  #: Bytes of either file that are looked at.


class AlreadyRunningError(FileAccessError):
    """Another formgen works in this workspace."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock."""

    work: str  #: Chinese: what it does, such as 收件.
    pid: int
    host: str
    since: str  #: ISO 8601.

    @property
    def words(self) -> str:
        """Chinese, for a message."""
        if not self.pid:
            return "另一个 formgen"
        return f"另一个 formgen（{self.work}，{self.since[:16].replace('T', ' ')} 起，{self.host} 上的进程 {self.pid}）"


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life."""

    at: str  #: ISO 8601: when it was given.
    started: str
    pid: int
    host: str
    state: str  #: ``waiting`` ``reading`` ``trouble`` ``stopped``.
    waiting: int = 0  #: Files that lie in 收件箱 and are not taken yet.
    done: int = 0  #: Files that it has taken since it was started.
    trouble: str = ""  #: Chinese: why it cannot go on at the moment.


@dataclass(slots=True)
class Heart:
    """Gives the signs of life of the process that holds the lock."""

    path: Path
    started: datetime

    def beat(self, at: datetime, state: str, *, waiting: int = 0, done: int = 0, trouble: str = "") -> None:
        """Say that the process lives and what it does. A full disk is no reason to stop: nothing is raised."""
        words = Beat(
            at.isoformat(), self.started.isoformat(), os.getpid(), _host(), state, waiting, done, trouble[:1000]
        )
        beside = self.path.with_name(f".{self.path.name}.tmp")
        with contextlib.suppress(OSError):
            handle = os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(asdict(words), ensure_ascii=False).encode("utf-8", "replace"))
            beside.replace(self.path)


@contextlib.contextmanager
def sole(archive: Path, work: str, at: datetime) -> Iterator[Heart]:
    """Hold the lock of the workspace whose 存档 this is; ``work`` says in Chinese for what.

    Raises AlreadyRunningError where another process holds it, FileAccessError where there can be no lock.
    """
    path = archive / LOCK
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    except OSError as fault:
        raise FileAccessError(
            f"“存档”文件夹 {archive} 不能写入（{fault.strerror or fault}）。请检查磁盘是否已满、文件夹是否只读。"
        ) from fault
    try:
        tries = 1
        while not _locked(handle, path):
            if tries < _TRIES:  # somebody may only be asking who holds it
                tries += 1
                time.sleep(_BETWEEN)
                continue
            raise AlreadyRunningError(
                f"{_holder(path).words}正在这个工作区里工作，同一时间只能有一个。它在运行时不用再做什么；"
                "要换这一个来做，请先停下那一个（formgen status 可查）。没有收任何文件，也没有丢失任何东西。"
            )
        with contextlib.suppress(OSError):  # the words are only for people
            os.ftruncate(handle, 0)
            words = Holder(work, os.getpid(), _host(), at.isoformat())
            os.write(handle, json.dumps(asdict(words), ensure_ascii=False).encode("utf-8", "replace"))
        yield Heart(archive / HEARTBEAT, at)
    finally:
        os.close(handle)  # and with it the lock


def holder(archive: Path) -> Holder | None:
    """Who holds the lock now; None if nobody does. Never raises."""
    path = archive / LOCK
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    try:
        if _locked(handle, path):
            return None
    except FileAccessError:
        return None
    finally:
        os.close(handle)
    return _holder(path)


def last_beat(archive: Path) -> Beat | None:
    """The newest sign of life that any process gave here; None if there is none, or it cannot be read."""
    found = _words(archive / HEARTBEAT)
    try:
        at, started = str(found["at"]), str(found["started"])
        datetime.fromisoformat(at)
        waiting, done = int(found["waiting"]), int(found["done"])
        state, trouble = str(found["state"]), str(found.get("trouble", ""))
        return Beat(at, started, int(found["pid"]), str(found["host"]), state, waiting, done, trouble)
    except (KeyError, TypeError, ValueError):
        return None


def _holder(path: Path) -> Holder:
    found = _words(path)
    try:
        return Holder(str(found["work"]), int(found["pid"]), str(found["host"]), str(found["since"]))
    except (KeyError, TypeError, ValueError):
        return Holder("", 0, "", "")


def _words(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_MOST).rstrip(b"\x00").decode("utf-8", "replace"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _host() -> str:
    return socket.gethostname()[:100]


def _locked(handle: int, path: Path) -> bool:
    """Take the lock on an open file without waiting; False if somebody has it. Raises FileAccessError."""
    try:
        if os.name == "nt":
            import msvcrt

            os.lseek(handle, _FAR, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            finally:
                os.lseek(handle, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as fault:
        raise FileAccessError(
            f"不能给 {path} 加锁（{fault.strerror or fault}）：这个磁盘或共享不支持。"
            "请把工作区放在本机磁盘上；“收件箱”可以是指向共享的链接。"
        ) from fault
    return True
