"""Take returned files in: each is kept, read and recorded, and only then removed from 收件箱.

The order is: original into the archive, then one transaction of the store, then (if it could not be read) a copy into
待核, then the file leaves 收件箱. It may stop between any two steps; the next run goes on where this one stopped.
A zip is kept as it came; each file in it is then taken in like any other, and the zip is recorded after the last one.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from formgen import packets, pending
from formgen.archive import Archive, UnreadableSourceError
from formgen.copies import reconcile
from formgen.errors import FileAccessError, FormgenError
from formgen.inbox import Found, check_apart, find, lock_beside, moved, removed, stamp_of
from formgen.model import Issue, IssueCode, Severity, Submission
from formgen.outcomes import FileOutcome, IntakeResult, Outcome
from formgen.parsing import FileReading, Hints, Reader
from formgen.pending import set_aside
from formgen.review import open_issues
from formgen.store import Store
from formgen.strangers import check_roster
from formgen.versions import differs, doubled, outdated, superseded
from formgen.workspace import Workspace

__all__ = ["FileOutcome", "Intake", "IntakeResult", "Outcome", "intake", "judged", "names_only", "reread"]

_ZIP = "zip"  #: ``FileReading.kind`` of a zip.
_UNREAD = ("entered", _ZIP, packets.KIND)  #: What a person entered by hand, and a zip, say nothing new when read again.
_ABANDONED_SECONDS = 3600.0

Progress = Callable[[int, int, str], None]  #: Files done, files in all, name of the one that is next.
HintsFor = Callable[[tuple[str, ...]], Hints]  #: From the names of the file and of its folders, nearest first.


def names_only(names: tuple[str, ...]) -> Hints:
    """The hints that the names alone give."""
    return Hints(names=names)


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes in file after file: a run of ``intake``, or the watching of 收件箱 between two rests."""

    workspace: Workspace
    store: Store
    reader: Reader
    now: Callable[[], datetime]
    hints_for: HintsFor = names_only
    taken: set[str] = field(default_factory=set)  #: sha256 of what came together; two versions in it are in doubt.

    def __post_init__(self) -> None:
        self.taken.update(self.store.came_together())  # with a run that was stopped before its end

    @property
    def archive(self) -> Archive:
        """The originals."""
        return Archive(self.workspace.archive)

    def sweep(self) -> None:
        """Remove what a run that was interrupted an hour ago or more left half done."""
        before = self.now().timestamp() - _ABANDONED_SECONDS
        self.archive.sweep(before)
        packets.sweep(self.workspace.archive, before)
        pending.sweep(self.workspace.pending, before)

    def end_batch(self) -> None:
        """All that was there is in: what comes now did not come together with it. Raises FileAccessError."""
        if self.taken:
            self.store.end_batch(self.now())
            self.taken.clear()

    def take(self, found: Found) -> tuple[FileOutcome, ...]:
        """Take one file in; what became of it, and of each file in it if it is a zip.

        Raises FileAccessError where the workspace cannot be written, FormgenError where nothing can be read.
        """
        path = found.path
        if lock := lock_beside(path, time.time()):
            words = (
                f"{path.name} 好像正在 Word、WPS 或 Excel 中打开着（旁边有“{lock.name}”），没有收，仍在原处，没有丢失。"
                "请存好、关闭以后再收；没有人打开着的话，删去那个文件就行。"
            )
            return (FileOutcome(path, Outcome.LEFT, messages=(words,)),)
        try:
            stamp = stamp_of(path)
            sha256, original = self.archive.add(path)
        except UnreadableSourceError as fault:
            return (FileOutcome(path, Outcome.LEFT, messages=(str(fault),)),)
        except FileNotFoundError:  # before it was opened
            return (FileOutcome(path, Outcome.LEFT, messages=(f"{path.name} 在收的时候被移走了。",)),)
        one = _Arrived(path, path, path.name, found.names, stamp, found.ours, sha256, original)
        outcomes = _recorded(self, one)
        if found.ours and outcomes[0].outcome is not Outcome.LEFT:
            outcomes[0] = replace(outcomes[0], messages=(*outcomes[0].messages, *removed(path, stamp)))
        return tuple(outcomes)


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A file that is in the archive and not yet read."""

    path: Path  #: Where its bytes can be read, under a name with its suffix.
    shown: Path  #: Where it was found; of a file in a zip, below the zip.
    name: str  #: For the records; of a file in a zip, with the zip's before it.
    names: tuple[str, ...]  #: Of the file and of the folders it lay in, nearest first.
    stamp: str
    ours: bool
    sha256: str
    original: Path
    depth: int = 0  #: Of zips around it.


def intake(
    workspace: Workspace,
    store: Store,
    reader: Reader,
    paths: Sequence[Path] | None = None,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    hints_for: HintsFor = names_only,
) -> IntakeResult:
    """Take in all of 收件箱, or the given files and folders; what lies outside 收件箱 stays where it is.

    No file stops the others. Raises FileAccessError where the workspace itself cannot be written or a given path does
    not exist, UsageError for a path in 存档, or where 收件箱 and another folder lie in each other.
    """
    check_apart(workspace)
    run = Intake(workspace, store, reader, now, hints_for)
    skipped: list[str] = []
    found = find(workspace.inbox, workspace.archive, paths, skipped)
    run.sweep()
    outcomes: list[FileOutcome] = []
    for number, one in enumerate(found):
        if progress:
            progress(number, len(found), one.path.name)
        outcomes += run.take(one)
    check_roster(store, now())
    run.end_batch()
    if progress and found:
        progress(len(found), len(found), "")
    return IntakeResult(tuple(judged(store, outcome) for outcome in outcomes), tuple(skipped))


def reread(
    workspace: Workspace,
    store: Store,
    reader: Reader,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    hints_for: HintsFor = names_only,
) -> tuple[str, ...]:
    """Read every kept original again, as after a new version of the reader; the names of the files that read otherwise.

    A reading that differs is added beside the former one; corrections hold. Raises FileAccessError.
    """
    archive = Archive(workspace.archive)
    changed: list[str] = []
    given_up = store.forgotten_files() | store.renamed_files()
    everything = [
        one for one in store.submissions() if one.kind not in _UNREAD and one.submission.sha256 not in given_up
    ]
    for number, kept in enumerate(everything):
        submission = kept.submission
        if progress:
            progress(number, len(everything), submission.name)
        original = archive.find(submission.sha256)
        if original is None:
            raise FileAccessError(
                f"存档中找不到《{submission.name}》的原件（{submission.sha256[:12]}…）。请用备份恢复。"
            )
        reading = _read(reader, original, hints_for(tuple(reversed(submission.name.split("/")))), submission.name)
        if differs(store, submission.sha256, reading):
            at = now()
            with store.together():
                records = store.reread(submission.sha256, reading, at)
                list(reconcile(store, records, workspace.config.scan.authority, at))
            if records:
                pending.withdraw(workspace.pending, submission.name, submission.sha256)
            elif pending.held(workspace.pending, submission.name, submission.sha256):  # why, may be another reason now
                _put_aside(workspace, store, original, submission)
            changed.append(submission.name)
    check_roster(store, now())
    return tuple(changed)


def judged(store: Store, outcome: FileOutcome) -> FileOutcome:
    """The outcome with what a person must still look at, as the store has it now."""
    if not outcome.sha256:
        return outcome
    issues = [one.issue for one in store.issues(outcome.sha256)]
    still = open_issues(issues, store.corrections(outcome.sha256))
    still = tuple(issue for issue in still if issue.needs_person)
    now = Outcome.DOUBTFUL if still and outcome.outcome is Outcome.TAKEN else outcome.outcome
    return replace(outcome, outcome=now, issues=still)


# --- one file --------------------------------------------------------------------------------------------------


def _recorded(run: Intake, one: _Arrived, budget: packets.Budget | None = None) -> list[FileOutcome]:
    """Read and record a file that is in the archive; its outcome first, then those of the files in it."""
    try:
        return _record(run, one, budget)
    except _ReaderError as fault:  # the faults of a file are issues: this is one of the program, and it is not recorded
        words = str(fault).strip().partition("\n")[0]
        if not one.depth and moved(one.path, one.stamp):
            message = f"{one.shown.name} 在收的时候被移走、改名或改动了，这次没有收；它在收件箱里的话，下次会收。"
            return [FileOutcome(one.shown, Outcome.LEFT, messages=(message,))]
        message = f"读取程序出错，{one.shown.name} 没有收，仍在原处：{words}"
        return [FileOutcome(one.shown, Outcome.LEFT, messages=(message,))]


def _record(run: Intake, one: _Arrived, budget: packets.Budget | None) -> list[FileOutcome]:
    submission = Submission(one.sha256, one.name, run.now())
    known = run.store.submission(one.sha256)
    messages: list[str] = []
    outcome = Outcome.TAKEN
    inner: list[FileOutcome] = []
    if known is None:
        reading = _asked(run, one)
        if (reading.sha256 and reading.sha256 != one.sha256) or (not one.depth and moved(one.path, one.stamp)):
            message = f"{one.shown.name} 正在被改动，这次没有收；存好以后再收。"
            return [FileOutcome(one.shown, Outcome.LEFT, messages=(message,))]
        if reading.kind == _ZIP:
            reading, inner = _unpacked(run, one, reading, budget)
            if left := [each for each in inner if each.outcome is Outcome.LEFT]:
                said = tuple(message for each in left for message in each.messages)
                return [FileOutcome(one.shown, Outcome.LEFT, messages=(f"{one.name} 没有拆完。", *said)), *inner]
        with run.store.together():
            records = run.store.add_reading(submission, replace(reading, sha256=one.sha256), stamp=one.stamp)
            messages += superseded(run.store, records, run.taken)
            messages += reconcile(run.store, records, run.workspace.config.scan.authority, submission.received)
        opened = reading.kind == packets.KIND
    else:
        first = known.submission
        linked = Issue(
            IssueCode.DUPLICATE,
            Severity.INFO,
            f"{submission.received:%Y-%m-%d %H:%M}又收到《{one.name}》，与{first.received:%Y-%m-%d %H:%M}收到的"
            f"《{first.name}》内容完全相同，不重复计算",
        )
        records = run.store.records_of(one.sha256)
        if run.store.add_arrival(submission, one.stamp, (linked,)) or not one.ours:
            outcome = Outcome.DUPLICATE
            messages.append(
                f"与{first.received:%Y-%m-%d %H:%M}收到的《{first.name}》内容完全相同，只作登记，不重复计算。"
            )
            messages += outdated(run.store, records)
        opened = known.kind == packets.KIND
        if not records and not opened:  # a program may have been installed, a limit raised
            reading = _asked(run, one)
            if reading.kind == _ZIP:
                reading, inner = _unpacked(run, one, reading, budget)
                opened = reading.kind == packets.KIND
            if not any(each.outcome is Outcome.LEFT for each in inner) and differs(run.store, one.sha256, reading):
                at = run.now()
                with run.store.together():
                    records = run.store.reread(one.sha256, replace(reading, sha256=one.sha256), at)
                    messages += reconcile(run.store, records, run.workspace.config.scan.authority, at)
                outcome = Outcome.TAKEN if records or opened else outcome
                if records:
                    for name in (known.submission.name, one.name):
                        pending.withdraw(run.workspace.pending, name, one.sha256)
    if opened:
        messages += [f"是压缩包，拆出 {len(inner)} 个文件，分别收进。"] if inner else []
    elif not records:
        outcome = Outcome.SET_ASIDE
        messages.append(_put_aside(run.workspace, run.store, one.original, submission))
    run.taken.add(one.sha256)
    return [FileOutcome(one.shown, outcome, one.sha256, len(records), tuple(messages)), *inner]


def _unpacked(
    run: Intake, one: _Arrived, reading: FileReading, budget: packets.Budget | None
) -> tuple[FileReading, list[FileOutcome]]:
    """Take in what a zip holds; what is to be recorded of the zip itself, and what became of each file in it.

    Raises FileAccessError.
    """
    limits = run.workspace.config.limits
    budget = budget or packets.Budget(limits.unpacked_bytes)
    deep = one.depth >= packets.DEEPEST
    packet = packets.too_deep() if deep else packets.look(one.original, limits, budget)
    issues = list(packet.issues)
    outcomes: list[FileOutcome] = []
    if packet.members:
        room = packets.room(run.workspace.archive, one.sha256[:16])
        try:
            for member, path in packets.take_out(one.original, packet.members, room):
                if path is None:
                    issues.append(packets.damaged(member))
                    continue
                sha256, original = run.archive.add(path)
                name = f"{one.name}/{member.path}"
                inner = (member.name, *reversed(member.folders), PurePosixPath(one.names[0]).stem, *one.names[1:])
                stamp = f"{one.stamp} {member.number} {member.path}"
                arrived = _Arrived(
                    path, one.shown / member.path, name, inner, stamp, True, sha256, original, one.depth + 1
                )
                outcomes += _recorded(run, arrived, budget)
        finally:
            shutil.rmtree(room, ignore_errors=True)
    kind = packets.KIND if outcomes else _ZIP
    kept = tuple(issue for issue in reading.issues if issue.code is not IssueCode.UNSUPPORTED)
    return replace(reading, kind=kind, issues=(*kept, *issues)), outcomes


class _ReaderError(Exception):
    """The reader raised, which it never does for a fault of the file."""


def _asked(run: Intake, one: _Arrived) -> FileReading:
    """What the reader finds. Raises _ReaderError, and FormgenError where no file can be read."""
    try:
        return _read(run.reader, one.path, run.hints_for(one.names), one.name)
    except FileAccessError as fault:
        raise _ReaderError(str(fault)) from fault
    except FormgenError:
        raise
    except Exception as fault:
        raise _ReaderError(f"{type(fault).__name__} {fault}") from fault


def _read(reader: Reader, path: Path, hints: Hints, name: str) -> FileReading:
    """What the reader finds, records for the same thing marked. Raises whatever the reader raises: no file's fault."""
    reading = reader(path, hints)
    return replace(reading, name=name, issues=(*reading.issues, *doubled(reading)))


def _put_aside(workspace: Workspace, store: Store, original: Path, submission: Submission) -> str:
    issues = [one.issue for one in store.issues(submission.sha256) if one.issue.code is not IssueCode.DUPLICATE]
    kept = "/".join(original.relative_to(workspace.root).parts)
    place = set_aside(
        workspace.pending, original, submission.name, submission.sha256, issues, submission.received, kept
    )
    return f"没有读到数据，副本和原因在“待核/{place.name}”。"
