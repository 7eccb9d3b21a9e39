"""Something that must not be, and where; and what became of a mutant."""

from __future__ import annotations

import re
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from formgen.parsing import FileReading, Limits
from parsers.grid import Document

OURS = tuple(str(Path(__file__).resolve().parents[2] / part) + "/" for part in ("formgen", "parsers"))
LIMITS = Limits()


class Finding(Exception):  # noqa: N818
    """Something that must not be. ``signature``: where; the same fault has the same one."""

    def __init__(self, signature: str, story: str) -> None:
        super().__init__(signature)
        self.signature = signature
        self.story = story


@dataclass(slots=True)
class Probe:
    """What became of one mutant."""

    outcome: str = ""  #: ``records``, ``no records``, ``refused``.
    document: Document | None = None
    reading: FileReading | None = None
    logged: list[BaseException] = field(default_factory=list)


def signature(fault: BaseException) -> str:
    """The kind of a fault and the last line of ours that it came through."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(OURS)]
    place = ours[-1] if ours else frames[-1] if frames else None
    where = (
        f"{Path(place.filename).parent.name}/{Path(place.filename).name}:{place.lineno} {place.name}" if place else "?"
    )
    return f"{type(fault).__name__} in {where}"


def story(fault: BaseException) -> str:
    return "".join(traceback.format_exception(fault))[-3_000:]


def hold(broken: Iterator[str]) -> None:
    for sentence in broken:
        raise Finding("does not hold: " + re.sub(r"'[^']*'|[-+\d.E]+", "…", sentence)[:90], sentence)


def from_us(fault: BaseException) -> bool:
    """Whether a fault was raised in a line of ours, and not within a library that was given the file."""
    frames = traceback.extract_tb(fault.__traceback__)
    return bool(frames) and frames[-1].filename.startswith(OURS)


@contextmanager
def lying(data: bytes, name: str) -> Iterator[Path]:
    """The bytes as a file of a folder of its own."""
    with tempfile.TemporaryDirectory(
        prefix="formgen-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None
    ) as room:
        path = Path(room) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        yield path
