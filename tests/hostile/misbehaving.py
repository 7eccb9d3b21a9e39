"""Readers that go wrong in their process: sent there as a form, they put themselves before what reads a file.

A file whose name does not begin with 坏 is read as always.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from formgen.parsing import Claim
from parsers import reading
from parsers.content import Content

_read = reading._read


class Misbehaving:
    """Of a kind below; ``tries`` counts how often its file was begun."""

    def __init__(self, kind: str, tries: Path) -> None:
        self.kind, self.tries = kind, tries

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, Path]]:
        return _installed, (self.kind, self.tries)


def _installed(kind: str, tries: Path) -> Misbehaving:
    def read(data: bytes, found: str, path: Path, forms: tuple[Any, ...], *rest: Any) -> tuple[Content, str]:
        real = tuple(form for form in forms if not isinstance(form, Misbehaving))
        if path.name.startswith("坏"):
            with tries.open("a") as file:
                file.write("x")
            if given := _KINDS[kind](path):
                return given, found
        return _read(data, found, path, real, *rest)

    reading._read = read
    return Misbehaving(kind, tries)


def _killed(path: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _aborts(path: Path) -> None:
    os.abort()


def _crashes(path: Path) -> None:
    ctypes.string_at(8)


def _exhausts_the_stack(path: Path) -> None:
    sys.setrecursionlimit(10**9)

    def deeper(found: object) -> object:
        return deeper([re.sub("a", lambda match: str(deeper(found)), "a")])

    deeper(0)


def _prints_without_end(path: Path) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < 1:
        with contextlib.suppress(OSError, ValueError):
            os.write(1, b"\x1b[2J" + b"x" * 100_000)
            os.write(2, b"y" * 100_000)
            print("z" * 1000, flush=True)  # noqa: T201 - this is what it does


def _leaks(path: Path) -> None:
    held = []
    while True:
        held.append(bytearray(50_000_000))


def _leaks_in_c(path: Path) -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    while place := libc.malloc(50_000_000):
        ctypes.memset(place, 1, 50_000_000)
    os.abort()


def _hangs(path: Path) -> None:
    while True:
        time.sleep(1)


def _hangs_in_c(path: Path) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP})
    re.match(r"(?:a+)+$", "a" * 64 + "b")  # never lets go of the interpreter


def _stops(path: Path) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _says_too_much(path: Path) -> None:
    _say(bytes(150_000_000))


def _says_how_much_and_dies(path: Path) -> None:
    os.write(_line(), (1 << 30).to_bytes(4, "big") + b"x" * 1000)
    os._exit(0)


def _says_half_of_it_and_dies(path: Path) -> None:
    os.write(_line(), (10_000).to_bytes(4, "big") + b"x" * 1000)
    os._exit(0)


def _says_a_program(path: Path) -> None:
    class Attack:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
            return os.system, (f"touch {path.with_name('geschehen')}",)

    _say(pickle.dumps(("reading", Attack())))
    time.sleep(60)


def _says_rubbish(path: Path) -> None:
    _say(os.urandom(5000))
    time.sleep(60)


def _says_something_else(path: Path) -> None:
    _say(pickle.dumps(("reading", "gelesen")))
    time.sleep(60)


def _returns_more_than_it_may(path: Path) -> Content:
    return Content(claims=(Claim("x" * 150_000_000, "", 1.0, ()),))


def _writes_without_end(path: Path) -> None:
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.truncate(10**12)


def _line() -> int:
    """The end of the pipe to formgen that the process holds: the only socket it has."""
    import stat

    (line,) = (
        number
        for number in range(3, 64)
        if os.path.exists(f"/proc/self/fd/{number}") and stat.S_ISSOCK(os.fstat(number).st_mode)  # noqa: PTH110
    )
    return line


def _say(data: bytes) -> None:
    line = _line()
    rest = memoryview(len(data).to_bytes(4, "big") + data)
    while rest:
        rest = rest[os.write(line, rest) :]


_KINDS: dict[str, Callable[[Path], Content | None]] = {
    name.removeprefix("_"): found
    for name, found in dict(globals()).items()
    if callable(found) and name.startswith("_") and name not in ("_installed", "_read", "_line", "_say")
}
