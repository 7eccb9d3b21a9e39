"""A soak: many files, one in ten faulty, through ``formgen intake --watch``; what became of each, memory, rate.

``make soak``, or ``tools/soak.py --files 2000 --minutes 5``. The watcher is a process of its own, as in an office; this
one drops files in bursts, into folders of villages, some in two strokes, and looks at the end at what is kept.
Exit code 0: each file ended as it should, nothing was lost or counted twice, memory stayed flat.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "samples" / "dayang-2023-03" / "收件箱" / "张庄村-张守田.docx"
PEOPLE, VILLAGES = 600, 30
BURST = 2000
STILL = 1.0  #: Seconds for which a file must not have changed.
FLAT = 1.25  #: The memory of the last quarter may be so many times that of the second quarter.
SURNAMES = "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕"
GIVEN = "建国玉兰志强桂英德胜秀珍春来守信爱华长河"


@dataclass(frozen=True)
class Dropped:
    """A file with what should become of it."""

    name: str  #: Below 收件箱; its last part is nobody else's.
    data: bytes
    expected: str
    inner: str = ""  #: Name of the one file in it, if it is a zip.


@dataclass
class Log:
    """What the watcher said, and how much memory it had."""

    outcomes: dict[str, list[str]] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)  #: Files whose second stroke this program wrote too late.
    memory: list[tuple[float, float, float]] = field(
        default_factory=list
    )  #: Seconds, MB of the watcher, of the reader.


def person(number: int) -> tuple[str, str]:
    """(village, name): nobody else's."""
    one = number % PEOPLE
    first = SURNAMES[one % 20] + GIVEN[one // 20 % 20]
    return f"{SURNAMES[one % VILLAGES % 20]}{'东西南北'[one % VILLAGES // 20]}村", first + GIVEN[
        (one * 7 + one // 20) % 20
    ]


class Forms:
    """Filled score sheets of any person and month."""

    def __init__(self) -> None:
        with zipfile.ZipFile(SAMPLE) as sample:
            self._parts = {name: sample.read(name) for name in sample.namelist()}
        self._body = self._parts["word/document.xml"].decode()

    def filled(self, number: int, score: str = "18") -> bytes:
        village, name = person(number)
        month = number // PEOPLE
        body = self._body.replace("（2023年3月）", f"（{2023 + month // 12}年{month % 12 + 1}月）")
        body = body.replace("东张庄", "前庄").replace("张庄村", village).replace("张守田", name)
        body = body.replace(">18<", f">{score}<", 1)
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
            for part, content in self._parts.items():
                written.writestr(part, body if part == "word/document.xml" else content)
        return data.getvalue()


def dropped(files: int, seed: int) -> Iterator[Dropped]:
    """The files, one in ten faulty, each kind of fault as often as the others."""
    forms, chance = Forms(), random.Random(seed)
    faults = (
        "cut-off",
        "empty",
        "text",
        "noise",
        "encrypted",
        "out-of-range",
        "a zip",
        "a bad zip",
        "an image",
        "blank",
    )
    for number in range(files):
        village, name = person(number)
        path = f"{village}/{name}-{number}"
        if number % 10:
            yield Dropped(f"{path}.docx", forms.filled(number), "taken")
            continue
        match faults[number // 10 % len(faults)]:
            case "cut-off":
                yield Dropped(f"{path}.docx", forms.filled(number)[:-2000], "set-aside")
            case "empty":
                yield Dropped(f"{path}.docx", b"", "set-aside")
            case "text":
                yield Dropped(f"{path}.txt", f"考核表 {number}".encode(), "set-aside")
            case "noise":
                yield Dropped(f"{path}.docx", chance.randbytes(20_000), "set-aside")
            case "encrypted":
                data = bytearray(forms.filled(number))
                start = 0
                while (start := data.find(b"PK\x01\x02", start)) >= 0:
                    data[start + 8] |= 1
                    start += 4
                yield Dropped(f"{path}.docx", bytes(data), "set-aside")
            case "out-of-range":
                yield Dropped(f"{path}.docx", forms.filled(number, "58"), "doubtful")
            case "a zip":
                inner = f"{name}-{number}-内.docx"
                yield Dropped(f"{path}.zip", zipped(inner, forms.filled(number)), "taken", inner)
            case "a bad zip":
                yield Dropped(f"{path}.zip", zipped(f"../{number}.docx", b"x" * 500), "set-aside")
            case "an image":
                yield Dropped(f"{path}.docx", b"\x89PNG\r\n\x1a\n" + chance.randbytes(2_000), "set-aside")
            case _:
                yield Dropped(f"{path}.docx", forms.filled(number, ""), "doubtful")


def zipped(name: str, data: bytes) -> bytes:
    """A zip with one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, data)
    return made.getvalue()


def roster(path: Path) -> None:
    """Everybody whom the forms are about."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(("大杨镇乡村振兴小组长花名册",))
    sheet.append(("序号", "行政村", "姓名", "联系自然庄（组）", "职务", "月补贴标准（元）"))
    for number in range(PEOPLE):
        sheet.append((number + 1, *person(number), "前庄", "乡村振兴小组长", 500))
    book.save(path)


def resident(pid: int) -> float:
    """MB of memory that a process holds; 0 where that cannot be told."""
    try:
        words = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in words.splitlines() if line.startswith("VmRSS")), 0.0)


def children(pid: int) -> list[int]:
    """The processes that a process has begun."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def soak(files: int, minutes: float, seed: int, poll: bool, root: Path) -> int:
    """Run it; 0 if all is as it should be."""
    from formgen import workspace

    office = workspace.create(root / "大杨镇", scheme="dayang-2023")
    roster(office.inbox / "花名册.xlsx")
    log, everything = Log(), {}
    command = [sys.executable, "-c", "from formgen.cli import main; main()", "intake", "--watch", "--json"]
    command += ["--still", f"{STILL:g}", "-w", str(office.root), *(["--poll"] if poll else [])]
    with (root / "said.txt").open("wb") as said:
        watcher = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said)
        listener = threading.Thread(target=listen, args=(watcher, log), daemon=True)
        listener.start()
        try:
            begun = time.monotonic()
            until = begun + minutes * 60
            source, halves = dropped(files, seed), []
            last = begun
            exhausted = False
            while watcher.poll() is None and (time.monotonic() < until):
                waiting = len(everything) - sum(1 for name in list(log.outcomes) if name in everything)
                if not exhausted and waiting < BURST // 2:
                    for _ in range(BURST):
                        one = next(source, None)
                        if one is None:
                            exhausted = True
                            break
                        everything[Path(one.name).name] = one
                        path = office.inbox / one.name
                        path.parent.mkdir(exist_ok=True)
                        if len(everything) % 100 == 34:  # in two strokes
                            path.write_bytes(one.data[: len(one.data) // 2])
                            halves.append((path, one, time.monotonic()))
                        else:
                            path.write_bytes(one.data)
                        if len(everything) % 100 == 37:
                            log.slow |= finished(halves)
                    log.slow |= finished(halves)
                elif exhausted and waiting == 0:
                    break
                if time.monotonic() - last > 2:
                    last = time.monotonic()
                    inner = sum(resident(child) for child in children(watcher.pid))
                    log.memory.append((last - begun, resident(watcher.pid), inner))
                time.sleep(0.2)
            seconds = time.monotonic() - begun
        finally:
            watcher.send_signal(signal.SIGTERM)
            watcher.wait(120)
            listener.join(30)
    return report(office, everything, log, seconds, root)


def finished(halves: list[tuple[Path, Dropped, float]]) -> set[str]:
    """Write the second strokes; the names of those that came so late that the first lay still meanwhile."""
    late = set()
    for path, one, begun in halves:
        path.write_bytes(one.data)
        if time.monotonic() - begun > STILL * 0.7:
            late.add(path.name)
    halves.clear()
    return late


def listen(watcher: subprocess.Popen[bytes], log: Log) -> None:
    """Keep what the watcher says of each file."""
    assert watcher.stdout is not None
    for line in watcher.stdout:
        found = json.loads(line)
        log.outcomes.setdefault(found["file"], []).append(found["outcome"])


def report(office: object, everything: dict[str, Dropped], log: Log, seconds: float, root: Path) -> int:
    """Print what happened; 0 if all is as it should be."""
    from formgen.archive import Archive
    from formgen.inbox import find
    from formgen.store import Store
    from formgen.workspace import Workspace

    assert isinstance(office, Workspace)
    left = {one.path.name for one in find(office.inbox, office.archive, None, [])}
    expected = {name: one.expected for name, one in everything.items()}
    expected |= {one.inner: "taken" for one in everything.values() if one.inner and one.inner in log.outcomes}
    expected["花名册.xlsx"] = "taken"
    wrong: list[str] = []
    counts: Counter[str] = Counter()
    for name, wanted in expected.items():
        had = [one for one in log.outcomes.get(name, []) if one != "left"]
        counts[had[0] if len(had) == 1 else "several" if had else "waiting"] += 1
        if name in left and not had:
            continue  # the time was over before it was its turn
        if name in log.slow and len(had) == 2 and had[1] == wanted:
            counts["several"] -= 1  # its half was taken too: two files of other bytes, as they lay there
            counts[wanted] += 1
            continue
        if had != [wanted]:
            wrong.append(f"{name}: {had}, not {wanted}")
    kept = {sha256 for sha256, _ in Archive(office.archive).each()}
    done = [one for name, one in everything.items() if log.outcomes.get(name)]
    lost = [
        one.name
        for one in everything.values()
        if hashlib.sha256(one.data).hexdigest() not in kept and Path(one.name).name not in left
    ]
    with Store(office.database, read_only=True) as store:
        tallies = list(store.tallies())
        records = sum(one.records for one in tallies if one.name != "花名册.xlsx")
        faults = store.faults()
    print(f"in two strokes       {len(log.slow)} of which the second came too late, by the fault of this program")
    doubled = records - sum(counts[one] for one in ("taken", "doubtful")) + 1 + sum(1 for one in done if one.inner)
    flat, words = memory(log)
    faulty = sum(1 for one in done if one.expected != "taken" or one.inner)
    print(
        f"files dropped        {len(everything)} ({len(done)} taken up, {faulty} of them faulty), {len(left)} not yet"
    )
    print(f"ended as             {', '.join(f'{name} {count}' for name, count in sorted(counts.items()))}")
    print(f"not as expected      {len(wrong)}")
    print(f"bytes lost           {len(lost)} files; originals {len(kept)}, in the store {len(tallies)}")
    print(f"records doubled      {doubled} (of {records}); faults of the database {len(faults)}")
    print(f"time                 {seconds:.0f} s, {len(done) / seconds:.1f} files a second")
    print(f"memory               {words}")
    for line in wrong[:20]:
        print("   ", line)
    said = (root / "said.txt").read_text(encoding="utf-8", errors="replace").splitlines()
    print("the watcher said    ", *said[-4:], sep="\n    ")
    whole = len(kept) == len(tallies)
    return int(bool(wrong or lost or doubled or faults or not flat or not whole or not done))


def memory(log: Log) -> tuple[bool, str]:
    """Whether memory stayed flat, and the figures."""
    points = log.memory
    if len(points) < 8:
        return True, "too short a run to tell"
    quarter = len(points) // 4

    def middle(values: list[float]) -> float:
        return sorted(values)[len(values) // 2]

    early = [middle([point[which] for point in points[quarter : 2 * quarter]]) for which in (1, 2)]
    late = [middle([point[which] for point in points[-quarter:]]) for which in (1, 2)]
    most = [max(point[which] for point in points) for which in (1, 2)]
    words = "; ".join(
        f"{name} {a:.0f} MB in the second quarter, {b:.0f} MB in the last, {c:.0f} MB at most"
        for name, a, b, c in zip(("watcher", "reader"), early, late, most, strict=True)
    )
    return all(b <= a * FLAT + 10 for a, b in zip(early, late, strict=True)), words


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--files", type=int, default=20_000)
    words.add_argument("--minutes", type=float, default=120.0, help="stop after so long; what waits is counted as such")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--poll", action="store_true")
    words.add_argument("--keep", action="store_true", help="leave the workspace and say where it is")
    given = words.parse_args()
    root = Path(tempfile.mkdtemp(prefix="formgen-soak-"))
    try:
        return soak(given.files, given.minutes, given.seed, given.poll, root)
    finally:
        if given.keep:
            print(root)
        else:
            for path in root.rglob("*"):
                if path.is_dir():
                    path.chmod(0o700)
            shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
