"""Foreign forms read and judged: the cells that are found, and the printed text in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scans.process import ReaderProcess


def bench_foreign(folder: Path, seed: int, count: int, reader: ReaderProcess, damages: Sequence[str]) -> None:
    """Print how many cells are found and how many characters are wrong."""
    del folder, seed, count, reader, damages
