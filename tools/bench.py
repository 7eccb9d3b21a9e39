"""Speed and memory against named peers, in one run on the same files: ``make bench`` prints ratios.

Times are the best of several rounds on one core. A ratio above 1 means that formgen is faster.
"""

from __future__ import annotations

import gc
import io
import itertools
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
LIBRARIES = (
    "click",
    "docx",
    "docxtpl",
    "jinja2",
    "lxml.etree",
    "openpyxl",
    "pdfplumber",
    "pydantic",
    "python_calamine",
    "rapidfuzz",
)


def best(action: Callable[[], object], rounds: int = 7) -> float:
    """Seconds of the fastest of several rounds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return min(times)


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def line(what: str, ours: float, peer: str, theirs: float, wanted: str) -> None:
    print(
        f"{what:<34} formgen {ours * 1000:9.2f} ms   {peer:<34} {theirs * 1000:9.2f} ms   ratio {theirs / ours:6.2f}"
        f"   (wanted {wanted})"
    )


def files(pattern: str, opens: Callable[[bytes], object], decodes: Callable[[bytes], object]) -> list[bytes]:
    """The samples of a kind that both sides can open."""
    chosen = []
    for path in sorted(SAMPLES.rglob(pattern)):
        data = path.read_bytes()
        try:
            opens(data)
            decodes(data)
        except Exception:
            continue
        chosen.append(data)
    return chosen


def bench_docx() -> None:
    """Decoding .docx forms against python-docx's walk, and against unzip + lxml parse alone."""
    import bench_word

    bench_word.bench_docx()


def each_best(action: Callable[[bytes], object], chosen: list[bytes], rounds: int) -> float:
    """Seconds for all files, of each the fastest of several rounds; all are read in each round."""
    times = [float("inf")] * len(chosen)
    for _ in range(rounds):
        for number, data in enumerate(chosen):
            begun = time.perf_counter()
            action(data)
            times[number] = min(times[number], time.perf_counter() - begun)
    return sum(times)


def printed_forms() -> list[bytes]:
    """Our nine forms in Excel, with a name and a village."""
    from formgen.model import Subject
    from formgen.rendering import excel
    from formgen.rendering.context import form_context
    from formgen.resources import find_template
    from formgen.scheme.loading import load_schemes

    periods = {"month": "2023-03", "quarter": "2023-Q1", "year": "2023"}
    return [
        excel.render_form(
            find_template(f"xlsx/{form.id}.xlsx"),
            form_context(form, Subject("张庄村", "李四", "东庄"), periods[form.period], {}, scheme),
        )
        for scheme in load_schemes()
        for form in scheme.form
    ]


def bench_xlsx() -> None:
    """Decoding an .xlsx form against openpyxl reading all cells."""
    import openpyxl

    from formgen.parsing import Limits
    from parsers import excel

    def walk(data: bytes) -> int:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        return sum(len(str(cell.value)) for sheet in book for row in sheet.iter_rows() for cell in row)

    def saved_by_openpyxl(data: bytes) -> bytes:
        file = io.BytesIO()
        openpyxl.load_workbook(io.BytesIO(data)).save(file)
        return file.getvalue()

    limits = Limits()

    def decode(data: bytes) -> object:
        return excel.decode(data, limits, "xlsx")

    printed = printed_forms()
    sets = {
        ".xlsx samples": files("*.xls[xm]", walk, decode),
        ".xlsx forms of ours": printed,
        ".xlsx forms saved by openpyxl": [saved_by_openpyxl(data) for data in printed],
    }
    for name, chosen in sets.items():
        ours = each_best(decode, chosen, rounds=50)
        line(f"{len(chosen)} {name}", ours, "openpyxl, all cells", each_best(walk, chosen, rounds=7), "≥ 20")


def bench_help() -> None:
    """``formgen --help`` against importing all of the libraries."""
    command = [str(Path(sys.executable).parent / "formgen"), "--help"]
    imports = [sys.executable, "-c", "import " + ", ".join(LIBRARIES)]
    ours = best(lambda: subprocess.run(command, check=True, capture_output=True), rounds=5)
    theirs = best(lambda: subprocess.run(imports, check=True, capture_output=True), rounds=5)
    line("formgen --help", ours, "importing all of the libraries", theirs, "≥ 5")


def leaders(count: int) -> Iterable[object]:
    """Evidence of so many leaders of one month, with marks that vary."""
    from formgen.model import Locator, Reading, Record, Subject
    from formgen.scoring import Evidence

    full = {"1.1": 2, "1.2": 2, "1.3": 2, "1.4": 4, "2.1": 10, "2.2": 20, "3.1": 30, "4.1": 30}
    for number in range(count):
        subject = Subject(village=f"第{number // 40}村", name=f"组长{number}")
        readings = {
            item: Reading(
                str(points - number % 3 * (points > 4)),
                Decimal(points - number % 3 * (points > 4)),
                Locator("table 1", f"row {row}, column 5"),
            )
            for row, (item, points) in enumerate(full.items(), 2)
        }
        record = Record("dayang-monthly", "dayang-2023", subject, "2023-03", readings)
        yield Evidence(
            subject=subject,
            period="2023-03",
            record=record,
            submission=f"{number:064x}",
            issues=(),
            corrections=(),
            facts=(),
            roster=None,
        )


def bench_assess(count: int = 100_000) -> None:
    """Assessments of one period, scored and stored on one core."""
    import tomllib

    from formgen.resources import scheme_folders
    from formgen.scheme.loading import load_decisions, load_scheme
    from formgen.scoring import Assessor
    from formgen.store import Store

    schemes = [load_scheme(folder) for folder in scheme_folders()]
    dayang = next(scheme for scheme in schemes if scheme.id == "dayang-2023")
    example = SAMPLES / "decisions.toml"
    table = tomllib.loads(example.read_text(encoding="utf-8"), parse_float=Decimal)["decision"]
    decisions = [decision for decision in load_decisions(table, schemes, example) if decision.scheme == dayang.id]
    form = next(form for form in dayang.form if form.id == dayang.main_form)
    assessor = Assessor(dayang, form, decisions)

    evidence = list(leaders(20_000))
    begun = time.perf_counter()
    for one in evidence:
        assessor.assess(one)
    scored = time.perf_counter() - begun
    print(f"{len(evidence):,} assessments, scored only      {len(evidence) / scored:10,.0f} a second")

    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "bench.sqlite") as store:
        begun = time.perf_counter()
        store.add_assessments((assessor.assess(one) for one in leaders(count)), at=datetime.now())
        took = time.perf_counter() - begun
    print(
        f"{count:,} assessments, scored and stored {count / took:10,.0f} a second   {took:.1f} s   "
        f"peak memory {peak_megabytes():,.0f} MB"
    )


def bench_law() -> None:
    """Assessing and settling one period at three sizes, each in its own process: rate by processor time, memory."""
    for count in (10_000, 100_000, 1_000_000):
        subprocess.run([sys.executable, __file__, f"law:{count}"], check=True)


def settle_cohort(count: int) -> None:
    """Assess and settle a cohort of so many leaders: gates, quotas and consequences of dayang-2023.

    What the settlement does not look at is let go: of each assessment only what ``Essence`` keeps is held.
    """
    import tomllib

    from formgen.model import RosterEntry
    from formgen.resources import scheme_folders
    from formgen.scheme.loading import load_decisions, load_scheme
    from formgen.scoring import Assessor, Candidate, Essence, settle

    schemes = [load_scheme(folder) for folder in scheme_folders()]
    dayang = next(scheme for scheme in schemes if scheme.id == "dayang-2023")
    example = SAMPLES / "decisions.toml"
    table = tomllib.loads(example.read_text(encoding="utf-8"), parse_float=Decimal)["decision"]
    decisions = [decision for decision in load_decisions(table, schemes, example) if decision.scheme == dayang.id]
    form = dayang.form_of(None)
    gc.disable()  # nothing here is cyclic; the collector would walk the whole cohort again and again
    assessor, essence = Assessor(dayang, form, decisions), Essence(dayang)
    before = peak_megabytes()

    assessing = settling = 0.0
    cohort = []
    roster = []
    source = iter(leaders(count))
    while batch := list(itertools.islice(source, 10_000)):
        entries = [RosterEntry(evidence.subject) for evidence in batch]
        begun = time.process_time()
        cohort += [
            Candidate(essence.of(assessor.assess(evidence)), (), entry)
            for evidence, entry in zip(batch, entries, strict=True)
        ]
        assessing += time.process_time() - begun
        roster += entries
    begun = time.process_time()
    settlement = settle(dayang, form, cohort, decisions, roster=roster)
    settling = time.process_time() - begun

    assert len(settlement.standings) == count and len(settlement.quotas) == -(-count // 40)
    both = assessing + settling
    print(
        f"{count:>9,} of one period, assessed and settled {count / both:10,.0f} a second   (wanted ≥ 20,000)   "
        f"assessed {count / assessing:9,.0f}, settled {count / settling:9,.0f}   "
        f"peak memory {peak_megabytes():6,.0f} MB ({(peak_megabytes() - before) * 1024 / count:.1f} KB each)"
    )


def main() -> None:
    """Run what is named on the command line, or everything."""
    from bench_rendering import bench_render
    from bench_retro import bench_retro

    benches = {
        "docx": bench_docx,
        "xlsx": bench_xlsx,
        "help": bench_help,
        "assess": bench_assess,
        "law": bench_law,
        "retro": bench_retro,
        "render": bench_render,
    }
    for name in sys.argv[1:] or benches:
        name, _, count = name.partition(":")
        if count:
            settle_cohort(int(count))
        else:
            benches[name]()


if __name__ == "__main__":
    main()
