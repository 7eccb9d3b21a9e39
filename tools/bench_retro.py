"""What a correction of the past costs: how many results are touched, and how long it takes against doing all again."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from formgen.assess import assess_period
from formgen.model import Correction, Decision, Record, Submission
from formgen.parsing import FileReading
from formgen.scheme.loading import load_decisions, load_schemes
from formgen.store import Store

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
MONTHS = tuple(f"2023-{number:02}" for number in range(1, 7))


def bench_retro(people: int = 1_000) -> None:
    """One mark of the first month is put right, after six months of so many leaders are kept."""
    from bench import leaders

    schemes = load_schemes()
    example = SAMPLES / "decisions.toml"
    table = tomllib.loads(example.read_text(encoding="utf-8"), parse_float=Decimal)["decision"]
    dayang = next(one for one in schemes if one.id == "dayang-2023")
    decisions: Sequence[Decision] = [one for one in load_decisions(table, schemes, example) if one.scheme == dayang.id]
    clock = _clock()
    with TemporaryDirectory() as folder, Store(Path(folder) / "bench.sqlite") as store:
        records: list[Record] = [evidence.record for evidence in leaders(people)]  # type: ignore[attr-defined]
        whole = 0.0
        for number, month in enumerate(MONTHS):
            sheet = tuple(replace(one, period=month) for one in records)
            sha256 = f"{number:064x}"
            store.add_reading(Submission(sha256, f"{month}.xlsx", next(clock)), FileReading("", sha256, "xlsx", sheet))
            begun = time.perf_counter()
            assess_period(store, dayang, decisions, month, at=next(clock))
            whole += time.perf_counter() - begun
        store.add_correction(Correction("0" * 64, 0, "4.1", Decimal(2), "测", next(clock), "核实"))
        begun = time.perf_counter()
        result = assess_period(store, dayang, decisions, MONTHS[0], at=next(clock))
        took = time.perf_counter() - begun
    ranks = sum(all(one.what == "名次" for one in change.differences) for change in result.changes)
    print(
        f"retro: one of {people * len(MONTHS):,} marks put right    touched {result.touched:,} of {result.of:,} results"
        f": {result.added} assessment, {result.touched - result.added:,} standings ({ranks:,} for their rank alone)   "
        f"{took:.2f} s; all six months took {whole:.2f} s"
    )


def _clock() -> Iterator[datetime]:
    at = datetime(2023, 7, 1)
    while True:
        at += timedelta(minutes=1)
        yield at


if __name__ == "__main__":
    bench_retro()
