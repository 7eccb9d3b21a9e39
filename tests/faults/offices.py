"""Offices with a full 收件箱, and what must hold of them after any stop."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from returns import reader

from formgen import intake as taking
from formgen import workspace
from formgen.archive import Archive, file_sha256
from formgen.instance import sole
from formgen.model import Issue, IssueCode, Severity
from formgen.parsing import FileReading, Hints
from formgen.pending import REASON
from formgen.store import Store
from formgen.verification import verify
from formgen.watching import Settling, Watch
from formgen.workspace import Workspace

NINE = datetime(2023, 4, 1, 9, 0)
SCORES = "1.1=2 1.2=2 1.3=2 1.4=4 2.1=10 2.2=20 3.1=30 4.1="
HALF = ".未完成-"
_ZIP = b"PK"


def ticking(start: datetime = NINE) -> Iterator[datetime]:
    while True:
        yield start
        start += timedelta(seconds=1)


@dataclass(frozen=True)
class Inbox:
    """What lies in 收件箱 at the beginning: path below it → bytes."""

    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def everything(self) -> Iterator[bytes]:
        """What each file holds, and each file in a zip."""
        for data in self.files.values():
            yield data
            if data.startswith(_ZIP):
                with zipfile.ZipFile(io.BytesIO(data)) as packet:
                    yield from (packet.read(name) for name in packet.namelist())

    @property
    def arrivals(self) -> Counter[str]:
        """sha256 → how many files have these bytes, those in a zip too."""
        return Counter(hashlib.sha256(data).hexdigest() for data in self.everything)

    @property
    def unreadable(self) -> set[str]:
        """The sha256 of those that hold no records."""
        return {hashlib.sha256(data).hexdigest() for data in self.everything if data.startswith(b"BAD")}

    def lay(self, root: Path) -> Workspace:
        """A new workspace with these files."""
        office = workspace.create(root, scheme=None)
        for name, data in self.files.items():
            path = office.inbox / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return office


def packet(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as book:
        for name, data in files.items():
            book.writestr(zipfile.ZipInfo(name), data)
    return raw.getvalue()


def read(path: Path, hints: Hints) -> FileReading:
    """The reader of these tests, which knows a zip by its first bytes."""
    if not (data := path.read_bytes()).startswith(_ZIP):
        return reader(path, hints)
    issue = Issue(IssueCode.UNSUPPORTED, Severity.ERROR, "压缩包")
    return FileReading(path.name, hashlib.sha256(data).hexdigest(), "zip", (), (issue,))


def few() -> Inbox:
    """One of each kind: read, twice the same, corrected, unreadable twice under one name, doubtful, roster, zip."""
    return Inbox(
        {
            "花名册.xlsx": "roster - 张庄村/李四 post=组长".encode(),
            "张庄村/李四.docx": f"dayang-monthly 2023-03 张庄村/李四 {SCORES}30".encode(),
            "张庄村/李四 副本.docx": f"dayang-monthly 2023-03 张庄村/李四 {SCORES}30".encode(),
            "张庄村/李四（更正）.docx": f"dayang-monthly 2023-03 张庄村/李四 {SCORES}29".encode(),
            "张庄村/扫描.docx": b"BAD one",
            "王村/扫描.docx": b"BAD two",
            "赵村.zip": packet(
                {
                    "赵村/赵六.docx": f"dayang-monthly 2023-03 赵村/赵六 {SCORES}27".encode(),
                    "赵村/扫描.docx": b"BAD three",
                    "又一份.docx": f"dayang-monthly 2023-03 张庄村/李四 {SCORES}30".encode(),
                }
            ),
            "王村/王五.docx": f"dayang-monthly 2023-03 王村/王五 {SCORES}28\n! 4.1".encode(),
        }
    )


def two_hundred() -> Inbox:
    """200 files of thirty villages: returns, the same again, corrections, unreadable ones, a roster, some large."""
    people = [(f"第{number % 30 + 1}村", f"组长{number}") for number in range(140)]
    files = {
        "花名册.xlsx": "\n".join(f"roster - {village}/{name} post=组长" for village, name in people).encode(),
    }
    for number, (village, name) in enumerate(people):
        line = f"dayang-monthly 2023-03 {village}/{name} {SCORES}{number % 31}"
        doubt = "\n! 4.1" if number % 9 == 0 else ""
        padding = "\n# " + "x" * (700_000 if number % 40 == 0 else number * 50)
        files[f"{village}/{name}.docx"] = (line + doubt + padding).encode()
        if number < 20:
            files[f"{village}/{name} (1).docx"] = files[f"{village}/{name}.docx"]
        elif number < 40:
            files[f"{village}/{name}（更正）.docx"] = f"{line.rpartition('=')[0]}=30".encode()
    for number in range(18):
        files[f"第{number + 1}村/扫描件.pdf"] = b"BAD %d" % number
    inner = {f"补交{n}.docx": f"dayang-monthly 2023-02 第{n}村/组长{n} {SCORES}{n}".encode() for n in range(10)}
    files["第30村/补交.zip"] = packet(inner | {"扫描.pdf": b"BAD in a zip"})
    assert len(files) == 200
    return Inbox(files)


def run(office: Workspace, start: datetime = NINE) -> taking.IntakeResult:
    """One start of the program: everything in 收件箱 is taken in."""
    clock = ticking(start)
    with Store(office.database) as store:
        return taking.intake(office, store, read, now=lambda: next(clock))


def watched(office: Workspace, start: datetime = NINE) -> None:
    """The same by the watcher, under the lock of the workspace, until 收件箱 is empty."""
    clock = ticking(start)
    with sole(office.archive, "收件", start) as heart, Store(office.database) as store:
        watching = Watch(
            taking.Intake(office, store, read, lambda: next(clock)),
            heart,
            lambda outcome, late: None,
            lambda words: None,
            lambda: None,
            lambda: False,
            Settling(0.0),
        )
        for _ in range(20):
            watching.look()
            if not any(path.is_file() for path in office.inbox.rglob("*")):
                watching.look()
                break


def said(office: Workspace) -> dict[str, Any]:
    """What the store says of each file, without times and ids: the same however often a run was stopped."""
    found: dict[str, Any] = {}
    with Store(office.database) as store:
        for one in store.submissions():
            sha256 = one.submission.sha256
            records = []
            for stored in store.records_of(sha256):
                newer = store.record(stored.superseded_by) if stored.superseded_by is not None else None
                readings = [(name, reading.text) for name, reading in stored.record.readings.items()]
                records.append(
                    (str(stored.subject), stored.period, readings, newer and (newer.submission, newer.index))
                )
            # an IssueCode.DUPLICATE that is a remark tells when the same came again: a stop changes that
            issues = sorted(
                (str(one.issue.code), one.issue.field or "", one.issue.message)
                for one in store.issues(sha256)
                if one.issue.code is not IssueCode.DUPLICATE or one.issue.severity is not Severity.INFO
            )
            found[sha256] = (records, issues)
    return found


def amiss(inbox: Inbox, office: Workspace) -> list[str]:
    """What does not hold though it must at every moment: nothing lost, nothing twice, everything whole."""
    wrong = []
    archive = Archive(office.archive)
    kept = Counter(sha256 for sha256, _ in archive.each())
    wanted = inbox.arrivals
    for name, data in inbox.files.items():
        place = office.inbox / name
        there = place.is_file() and place.read_bytes() == data
        if not there and hashlib.sha256(data).hexdigest() not in kept:
            wrong.append(f"lost: {name}")
    wrong += [f"{many} times in the archive: {sha256}" for sha256, many in kept.items() if many > 1]
    wrong += [f"foreign in the archive: {sha256}" for sha256 in kept if sha256 not in wanted]
    with Store(office.database) as store:
        wrong += [f"verify: {fault}" for fault in verify(store, archive, office.root).faults]
        for one in store.submissions():
            sha256 = one.submission.sha256
            if len(store.arrivals(sha256)) > wanted[sha256]:
                wrong.append(f"arrived too often: {sha256}")
        records = [(one.submission, one.index) for one in store.records(current=False)]
        wrong += [f"recorded twice: {one}" for one, many in Counter(records).items() if many > 1]
    for place in office.pending.iterdir():
        if place.name.startswith(HALF):
            continue
        if place.name.endswith(REASON):
            if not place.read_bytes().decode("utf-8-sig").endswith("然后可以删去这里的副本和本说明。\r\n"):
                wrong.append(f"half a reason: {place.name}")
        elif file_sha256(place) not in inbox.unreadable:
            wrong.append(f"half a copy: {place.name}")
    return wrong


def unfinished(inbox: Inbox, office: Workspace, wanted: dict[str, Any]) -> list[str]:
    """What does not hold though it must once a run has come to its end undisturbed."""
    wrong = amiss(inbox, office)
    wrong += [f"still there: {path.name}" for path in office.inbox.rglob("*") if path.is_file()]
    kept = sorted(sha256 for sha256, _ in Archive(office.archive).each())
    if kept != sorted(inbox.arrivals):
        wrong.append("not every file is in the archive once")
    found = said(office)
    wrong += [
        f"told otherwise: {one}: {wanted.get(one)}, now {found.get(one)}"
        for one in {*wanted, *found}
        if wanted.get(one) != found.get(one)
    ]
    with Store(office.database) as store:
        for sha256, many in inbox.arrivals.items():
            if len(store.arrivals(sha256)) != many:
                wrong.append(f"arrived {len(store.arrivals(sha256))} times, not {many}: {sha256}")
    copies = Counter(file_sha256(one) for one in office.pending.iterdir() if not one.name.endswith(REASON))
    if copies != Counter(list(inbox.unreadable)):
        wrong.append(f"copies in 待核: {len(copies)}, not {len(inbox.unreadable)}")
    for place in office.pending.iterdir():
        if not place.name.endswith(REASON) and not place.with_name(place.name + REASON).is_file():
            wrong.append(f"no reason beside {place.name}")
    wrong += [f"left over: {path.name}" for path in office.pending.iterdir() if path.name.startswith(HALF)]
    return wrong
