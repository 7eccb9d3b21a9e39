"""What scanned paper costs and how far its reading holds: ``make bench-scan`` prints figures for each kind of damage.

Sheets of our own forms are filled in by the simulator in ``tests/scans``, damaged, and read by formgen in a process of
its own on one core; times are of that core. Nothing is kept but the folder named by ``--keep``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from paper import all_forms  # noqa: E402
from scans.benching import Job, job_of, jobs, judge_geometry, judge_reading  # noqa: E402
from scans.blanks import Blank, printed_blanks  # noqa: E402
from scans.damage import DAMAGES  # noqa: E402
from scans.foreign_benching import bench_foreign  # noqa: E402
from scans.judging import Tally  # noqa: E402
from scans.process import Answer, ReaderProcess  # noqa: E402
from scans.values import Odds  # noqa: E402

from formgen.parsing import Scanning  # noqa: E402
from formgen.rendering.layout import layouts  # noqa: E402

_UNCODED = "code-gone"  #: The damage whose pages are told by their title and rules alone.
_HEAD = (
    f"{'damage':<22}{'pages':>6}{'placed':>8}{'worst':>7}{'blank?':>10}{'taken':>8}{'of fair':>9}{'right':>10}"
    f"{'words':>12}{'Σ wrong':>9}{'unread':>8}{'booked':>8}{'marks':>9}{'s/page':>8}"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 1 where a limit of the issue does not hold."""
    given = _arguments(arguments)
    forms = [form for _, form in all_forms().values()]
    folder = Path(tempfile.mkdtemp(prefix="bench-scan-"))
    try:
        begun = time.perf_counter()
        blanks = printed_blanks(folder / "blanks", given.forms or None, each=2)
        print(
            f"{len(blanks)} blanks printed through LibreOffice in {time.perf_counter() - begun:.0f} s; "
            f"seed {given.seed}"
        )
        subjects = tuple(dict.fromkeys(blank.subject for blank in blanks))
        scanning = Scanning(layouts(None, forms), subjects, given.threshold)
        with ReaderProcess(scanning) as reader:
            whole, tallies, peak = _own(blanks, given, folder, reader)
            _whole_pages(whole, tallies, reader, peak)
            if given.foreign:
                foreign = folder / "foreign"
                counted, lines = bench_foreign(
                    foreign, given.seed, given.foreign, reader, given.foreign_damages, given.threshold
                )
                print("\n".join(["", *lines, *(f"    {line}" for line in counted.failures[: given.failures])]))
    finally:
        if given.keep:
            shutil.copytree(folder, given.keep, dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    return _verdict(tallies)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300, help="at least so many pages of our own forms")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--damages", type=lambda text: text.split(","), default=list(DAMAGES), help="names, by commas")
    parser.add_argument("--forms", type=lambda text: text.split(","), default=[], help="form ids, by commas; else all")
    parser.add_argument("--threshold", type=float, default=Scanning().threshold)
    parser.add_argument("--whole", type=int, default=12, help="files that are recognised as whole pages for comparison")
    parser.add_argument("--foreign", type=int, default=14, help="foreign sheets")
    parser.add_argument(
        "--foreign-damages", type=lambda text: text.split(","), default=["clean-200", "skew-4", "jpeg-40", "noise"]
    )
    parser.add_argument("--failures", type=int, default=60, help="how many failures are named")
    parser.add_argument("--left", action="store_true", help="name the scores that are left to a person")
    parser.add_argument("--odds", type=float, default=None, help="share of sheets with a wrong total")
    parser.add_argument(
        "--touching", type=float, help="share of writers whose figures touch; without it more than half, as drawn"
    )
    parser.add_argument("--keep", type=Path, help="copy blanks and files of failures there")
    return parser.parse_args(arguments)


def _own(
    blanks: Sequence[Blank], given: argparse.Namespace, folder: Path, reader: ReaderProcess
) -> tuple[list[tuple[Job, float]], dict[str, Tally], float]:
    """Read all sheets; back come some of them for the comparison, the tallies and the peak of memory."""
    tallies = {damage: Tally() for damage in given.damages}
    odds = Odds(Odds().wrong_total if given.odds is None else given.odds, touching=given.touching)
    kept: list[tuple[Job, float]] = []
    peak, every = 0.0, max(1, given.pages // max(1, given.whole))
    warm = job_of(blanks[0], given.damages[0], 987_654, folder)
    reader.ask("read", warm.path)
    reader.answer()  # the model is loaded now
    for number, (job, answer) in enumerate(
        _answered(jobs(blanks, given.damages, given.pages, given.seed, folder, odds), reader)
    ):
        tally = tallies[job.damage]
        failed = len(tally.failures)
        judge_geometry(tally, job)
        tally.seconds.append(answer.seconds / len(job.scans))
        peak = max(peak, answer.megabytes)
        if answer.reading is None:
            tally.failures.append(f"{job.name}: the reader fell over: {answer.error}")
            tally.sheets += 1
            tally.unread += 1
        else:
            judge_reading(tally, job, answer.reading, given.threshold)
        wanted = number % every == 0 and len(kept) < given.whole
        if wanted:
            kept.append((job, answer.seconds))
        elif not (given.keep and len(tally.failures) > failed):
            job.path.unlink(missing_ok=True)
        if sys.stderr.isatty():
            print(f"\r{number + 1} sheets", end="", file=sys.stderr, flush=True)
    print(_HEAD)
    total = Tally()
    for damage, tally in tallies.items():
        total.add(tally)
        print(_row(damage, tally))
    print(_row("all", total))
    for line in total.failures[: given.failures]:
        print("   ", line)
    if len(total.failures) > given.failures:
        print(f"    … and {len(total.failures) - given.failures} more")
    if given.left:
        print("scores of fair sheets that a person is asked about:")
        print("\n".join(f"    {line}" for line in total.left))
    return kept, tallies, peak


def _answered(made: Iterator[Job], reader: ReaderProcess) -> Iterator[tuple[Job, Answer]]:
    """Each job with its answer; the next is drawn while one is being read."""
    waiting: Job | None = None
    for job in made:
        answer = reader.answer() if waiting is not None else None
        reader.ask("read", job.path)
        if waiting is not None and answer is not None:
            yield waiting, answer
        waiting = job
    if waiting is not None:
        yield waiting, reader.answer()


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "–"


def _row(name: str, tally: Tally) -> str:
    seconds = sum(tally.seconds) / len(tally.seconds) if tally.seconds else 0.0
    words = f"{_share(tally.others_taken, tally.others)[:-4]}/{_share(tally.others_right, tally.others_taken)}"
    return (
        f"{name:<22}{tally.pages:>6}{_share(tally.placed_pages, tally.pages):>8}{max(tally.worst, default=0):>7.2f}"
        f"{_share(tally.judged_right, tally.judged):>10}{_share(tally.taken, tally.scores):>8}"
        f"{_share(tally.fair_taken, tally.fair):>9}"
        f"{_share(tally.taken_right, tally.taken):>10}{words:>12}"
        f"{f'{tally.wrong_totals_taken}/{tally.wrong_totals}':>9}{f'{tally.unread}/{tally.sheets}':>8}"
        f"{tally.misbooked:>8}{_share(tally.marks_right, tally.marks):>9}{seconds:>8.2f}"
    )


def _whole_pages(
    kept: Sequence[tuple[Job, float]], tallies: dict[str, Tally], reader: ReaderProcess, peak: float
) -> None:
    """Whole-page recognition of some of the files, each read again by formgen just before: both on the one core of the
    same process, in the same minute, in time of that core (CPU time, not of the clock)."""
    ours = theirs = 0.0
    pages = 0
    for job, _ in kept:
        reader.ask("read", job.path)
        ours += reader.answer().seconds
        reader.ask("whole", job.path)
        theirs += reader.answer().seconds
        pages += len(job.scans)
        job.path.unlink(missing_ok=True)
    coded = _seconds(tallies, lambda damage: damage != _UNCODED)
    if coded:
        print(
            f"formgen, CPU time of one core, model loaded: {sum(coded) / len(coded):.2f} s a page on average, "
            f"{sorted(coded)[len(coded) // 2]:.2f} s in the middle (wanted ≤ 0.35); peak {peak:.0f} MB"
        )
    if uncoded := _seconds(tallies, lambda damage: damage == _UNCODED):
        print(f"pages whose code is gone: {sum(uncoded) / len(uncoded):.2f} s (wanted ≤ 1.5)")
    if pages and ours:
        print(
            f"the same {pages} pages, one after the other on that core: formgen {ours / pages:.2f} s, "
            f"whole-page recognition (rapidocr) {theirs / pages:.2f} s a page, "
            f"ratio {theirs / ours:.1f} (wanted ≥ 10)"
        )


def _seconds(tallies: dict[str, Tally], wanted: Callable[[str], bool]) -> list[float]:
    """CPU seconds a page of all sheets with such damages."""
    return [seconds for damage, tally in tallies.items() if wanted(damage) for seconds in tally.seconds]


def _verdict(tallies: dict[str, Tally]) -> int:
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    wanted = (
        ("pages placed within 1 mm", total.placed_pages, total.pages, 0.995),
        ("blank or filled", total.judged_right, total.judged, 0.999),
        ("scores taken, of sheets whose total and scores are possible", total.fair_taken, total.fair, 0.90),
        ("right among the taken", total.taken_right, total.taken, 0.999),
        ("wrong totals not taken", total.wrong_totals - total.wrong_totals_taken, total.wrong_totals, 1.0),
        ("sheets not booked wrongly", total.sheets - total.misbooked, total.sheets, 1.0),
    )
    held = True
    for what, part, whole, least in wanted:
        good = whole == 0 or part / whole >= least
        held &= good
        print(
            f"{'holds' if good else 'FAILS':<6} {what}: {part}/{whole} = {_share(part, whole)} (wanted ≥ {least:.1%})"
        )
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
