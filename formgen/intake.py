"""Take returned files in: each is kept, read and recorded, and only then removed from 收件箱.

The order is: original into the archive, then one transaction of the store, then (if it could not be read) a copy into
待核, then the file leaves 收件箱. It may stop between any two steps; the next run goes on where this one stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from formgen.archive import Archive, UnreadableSourceError
from formgen.copies import is_scan, reconcile
from formgen.errors import FileAccessError, FormgenError
from formgen.inbox import Found, find, moved, removed, stamp_of
from formgen.model import Issue, IssueCode, Locator, Severity, Submission
from formgen.parsing import FileReading, Hints, Reader
from formgen.pending import set_aside
from formgen.review import open_issues
from formgen.store import Store, StoredRecord
from formgen.strangers import check_roster
from formgen.subjects import complete, same
from formgen.workspace import Workspace

_LISTS = ("roster", "facts")
_ENTERED = "entered"  #: What a person entered by hand (``entries``) has no reader.
_ABANDONED_SECONDS = 3600.0

Progress = Callable[[int, int, str], None]  #: Files done, files in all, name of the one that is next.
HintsFor = Callable[[tuple[str, ...]], Hints]  #: From the names of the file and of its folders, nearest first.


class Outcome(StrEnum):
    """What became of a file."""

    TAKEN = "taken"  #: Read, nothing doubtful.
    DOUBTFUL = "doubtful"  #: Read; a person must look at something.
    SET_ASIDE = "set-aside"  #: Kept, but nothing could be read: a copy lies in 待核.
    DUPLICATE = "duplicate"  #: The same bytes were taken in before.
    LEFT = "left"  #: Still where it was: it could not be opened, or somebody is writing it.


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file."""

    path: Path  #: Where it was found.
    outcome: Outcome
    sha256: str = ""
    records: int = 0
    messages: tuple[str, ...] = ()  #: Chinese: what it supersedes, what it equals, why it was left.
    issues: tuple[Issue, ...] = ()  #: Those that a person must still look at.


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of all files of a run."""

    files: tuple[FileOutcome, ...]
    skipped: tuple[str, ...] = ()  #: Chinese: links and the like, which are never followed.

    def count(self, outcome: Outcome) -> int:
        """How many files had this outcome."""
        return sum(1 for file in self.files if file.outcome is outcome)

    @property
    def needs_person(self) -> bool:
        """Whether somebody must look at something."""
        return bool(self.skipped) or any(
            file.outcome in (Outcome.DOUBTFUL, Outcome.SET_ASIDE, Outcome.LEFT) for file in self.files
        )


@dataclass(frozen=True, slots=True)
class _Intake:
    """What every step of a run needs."""

    workspace: Workspace
    store: Store
    reader: Reader
    now: Callable[[], datetime]
    hints_for: HintsFor
    archive: Archive


def names_only(names: tuple[str, ...]) -> Hints:
    """The hints that the names alone give."""
    return Hints(names=names)


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
    not exist, UsageError for a path in 存档.
    """
    run = _Intake(workspace, store, reader, now, hints_for, Archive(workspace.archive))
    skipped: list[str] = []
    found = find(workspace.inbox, workspace.archive, paths, skipped)
    run.archive.sweep(now().timestamp() - _ABANDONED_SECONDS)
    outcomes: list[FileOutcome] = []
    taken: set[str] = set()
    for number, one in enumerate(found):
        if progress:
            progress(number, len(found), one.path.name)
        outcomes.append(_take(run, one, taken))
    check_roster(store, now())
    if progress and found:
        progress(len(found), len(found), "")
    return IntakeResult(tuple(_judged(store, outcome) for outcome in outcomes), tuple(skipped))


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
    everything = [one for one in store.submissions() if one.kind != _ENTERED]
    for number, kept in enumerate(everything):
        submission = kept.submission
        if progress:
            progress(number, len(everything), submission.name)
        original = archive.find(submission.sha256)
        if original is None:
            raise FileAccessError(
                f"存档中找不到《{submission.name}》的原件（{submission.sha256[:12]}…）。请用备份恢复。"
            )
        reading = _read(reader, original, hints_for((submission.name,)), submission.name)
        if _differs(store, submission.sha256, reading):
            store.reread(submission.sha256, reading, now())
            changed.append(submission.name)
    check_roster(store, now())
    return tuple(changed)


def verify(workspace: Workspace, store: Store) -> tuple[str, ...]:
    """What is no longer as it was recorded, in Chinese; empty if every original and the database are well."""
    archive = Archive(workspace.archive)
    kept = {sha256 for sha256, _ in archive.each()}
    lost = tuple(
        f"《{one.submission.name}》的原件不在存档中（{one.submission.sha256[:12]}…）"
        for one in store.submissions()
        if one.submission.sha256 not in kept
    )
    return (*archive.faults(), *lost, *(f"数据库：{fault}" for fault in store.faults()))


# --- one file --------------------------------------------------------------------------------------------------


def _take(run: _Intake, found: Found, taken: set[str]) -> FileOutcome:
    path = found.path
    try:
        stamp = stamp_of(path)
        sha256, original = run.archive.add(path)
    except UnreadableSourceError as fault:
        return FileOutcome(path, Outcome.LEFT, messages=(str(fault),))
    except FileNotFoundError:  # before it was opened
        return FileOutcome(path, Outcome.LEFT, messages=(f"{path.name} 在收的时候被移走了。",))
    try:
        return _record(run, found, taken, sha256, original, stamp)
    except _ReaderError as fault:  # the faults of a file are issues: this is one of the program, and it is not recorded
        words = str(fault).strip().partition("\n")[0]
        return FileOutcome(path, Outcome.LEFT, messages=(f"读取程序出错，{path.name} 没有收，仍在原处：{words}",))


def _record(run: _Intake, found: Found, taken: set[str], sha256: str, original: Path, stamp: str) -> FileOutcome:
    """Read and record a file that is in the archive, and let it leave 收件箱."""
    path = found.path
    submission = Submission(sha256, path.name, run.now())
    known = run.store.submission(sha256)
    messages: list[str] = []
    outcome = Outcome.TAKEN
    if known is None:
        reading = _asked(run, found)
        if (reading.sha256 and reading.sha256 != sha256) or moved(path, stamp):
            return FileOutcome(path, Outcome.LEFT, messages=(f"{path.name} 正在被改动，这次没有收；存好以后再收。",))
        with run.store.together():
            records = run.store.add_reading(submission, replace(reading, sha256=sha256), stamp=stamp)
            messages += _superseded(run.store, records, taken)
            messages += _reconciled(run, records, submission.received)
    else:
        first = known.submission
        linked = Issue(
            IssueCode.DUPLICATE,
            Severity.INFO,
            f"{submission.received:%Y-%m-%d %H:%M}又收到《{path.name}》，与{first.received:%Y-%m-%d %H:%M}收到的"
            f"《{first.name}》内容完全相同，不重复计算",
        )
        records = run.store.records_of(sha256)
        if run.store.add_arrival(submission, stamp, (linked,)) or not found.ours:
            outcome = Outcome.DUPLICATE
            messages.append(
                f"与{first.received:%Y-%m-%d %H:%M}收到的《{first.name}》内容完全相同，只作登记，不重复计算。"
            )
            messages += _outdated(run.store, records)
        if not records:  # a program may have been installed, a limit raised
            reading = _asked(run, found)
            if _differs(run.store, sha256, reading):
                records = run.store.reread(sha256, replace(reading, sha256=sha256), run.now())
                outcome = Outcome.TAKEN if records else outcome
    if not records:
        outcome = Outcome.SET_ASIDE
        messages.append(_put_aside(run, original, submission))
    taken.add(sha256)
    if found.ours:
        messages += removed(path, stamp)
    return FileOutcome(path, outcome, sha256, len(records), tuple(messages))


class _ReaderError(Exception):
    """The reader raised, which it never does for a fault of the file."""


def _asked(run: _Intake, found: Found) -> FileReading:
    """What the reader finds. Raises _ReaderError, and FormgenError where no file can be read."""
    try:
        return _read(run.reader, found.path, run.hints_for(found.names), found.path.name)
    except FileAccessError as fault:
        raise _ReaderError(str(fault)) from fault
    except FormgenError:
        raise
    except Exception as fault:
        raise _ReaderError(f"{type(fault).__name__} {fault}") from fault


def _read(reader: Reader, path: Path, hints: Hints, name: str) -> FileReading:
    """What the reader finds, records for the same thing marked. Raises whatever the reader raises: no file's fault."""
    reading = reader(path, hints)
    return replace(reading, name=name, issues=(*reading.issues, *_doubled(reading)))


def _doubled(reading: FileReading) -> Iterator[Issue]:
    """Issues for records of one file about the same subject and period: the last counts, a person looks."""
    said = {issue.record for issue in reading.issues if issue.code is IssueCode.DUPLICATE}
    for index, record in enumerate(reading.records):
        if record.form in _LISTS or record.period is None or not complete(record.subject, "name" in record.readings):
            continue
        for number in range(index):
            other = reading.records[number]
            alike = (other.form, other.period) == (record.form, record.period) and same(other.subject, record.subject)
            if alike and index not in said:
                said.add(index)
                yield Issue(
                    IssueCode.DUPLICATE,
                    Severity.WARNING,
                    f"这个文件里有两份“{record.subject}”{record.period}的表，现以后一份为准；请核对是否填错了姓名或时段",
                    next((reading.where for reading in record.readings.values()), Locator()),
                    record=index,
                )


def _superseded(store: Store, records: Sequence[StoredRecord], taken: set[str]) -> Iterator[str]:
    """What new records take the place of, file by file; two versions in one run are for a person to judge."""
    former = [(record, old) for record in records for old in store.superseded_by(record.id)]
    for sha256 in dict.fromkeys(old.submission for _, old in former):
        pairs = [(new, old) for new, old in former if old.submission == sha256]
        file, received = pairs[0][1].file, pairs[0][1].received
        if pairs[0][0].record.form in _LISTS:
            gone = [old.subject for _, old in pairs if not any(same(old.subject, new.subject) for new in records)]
            words = f"，其中{'、'.join(map(str, dict.fromkeys(gone)))}不在新的里面，不再计入" if gone else ""
            yield f"取代{received:%Y-%m-%d}收到的《{file}》中的{len(pairs)}行{words}；旧的仍保留。"
            continue
        names = "、".join(f"{new.subject} {new.period}" for new, _ in pairs)
        yield f"取代{received:%Y-%m-%d}收到的《{file}》中的：{names}；旧的仍保留。"
        if sha256 in taken and is_scan(store, pairs[0][0]) == is_scan(store, pairs[0][1]):
            store.add_issues(
                pairs[0][0].submission,
                [
                    Issue(
                        IssueCode.DUPLICATE,
                        Severity.WARNING,
                        f"同一批里还有《{file}》，对象和时段都相同而内容不同；现以这一份为准，请核对哪一份对",
                        record=new.index,
                    )
                    for new, _ in pairs
                ],
            )


def _reconciled(run: _Intake, records: Sequence[StoredRecord], at: datetime) -> Iterator[str]:
    """What there is to say of a file and a signed scan of the same form."""
    pairs = [(new, old) for new in records for old in run.store.superseded_by(new.id) if new.record.form not in _LISTS]
    yield from reconcile(run.store, pairs, run.workspace.config.scan.authority, at)


def _outdated(store: Store, records: Sequence[StoredRecord]) -> Iterator[str]:
    newer = [record.superseded_by for record in records if record.superseded_by is not None]
    files = dict.fromkeys(other.file for row in newer if (other := store.record(row)))
    if files:
        yield (
            f"其中有内容已被后来收到的《{'》《'.join(files)}》取代，仍以后来的为准；"
            "如应以这一份为准，请另存一次再交，或在 formgen review 中更正。"
        )


def _put_aside(run: _Intake, original: Path, submission: Submission) -> str:
    issues = [one.issue for one in run.store.issues(submission.sha256) if one.issue.code is not IssueCode.DUPLICATE]
    kept = "/".join(original.relative_to(run.workspace.root).parts)
    place = set_aside(
        run.workspace.pending, original, submission.name, submission.sha256, issues, submission.received, kept
    )
    return f"没有读到数据，副本和原因在“待核/{place.name}”。"


def _differs(store: Store, sha256: str, reading: FileReading) -> bool:
    """Whether a reading says otherwise than the newest one that is kept."""
    records = tuple(
        replace(
            record,
            readings={
                field: replace(one, where=replace(one.where, submission=sha256))
                for field, one in record.readings.items()
            },
        )
        for record in reading.records
    )
    if records != tuple(stored.record for stored in store.records_of(sha256)):
        return True
    issues = {replace(issue, where=replace(issue.where, submission=sha256)) for issue in reading.issues}
    added = (IssueCode.DUPLICATE, IssueCode.UNKNOWN_SUBJECT)  # by intake itself, after the reading
    before = {one.issue for one in store.issues(sha256)}
    return bool(issues - before or {issue for issue in before - issues if issue.code not in added})


def _judged(store: Store, outcome: FileOutcome) -> FileOutcome:
    """The outcome with what a person must still look at."""
    if not outcome.sha256:
        return outcome
    issues = [one.issue for one in store.issues(outcome.sha256)]
    still = open_issues(issues, store.corrections(outcome.sha256))
    still = tuple(issue for issue in still if issue.needs_person)
    judged = Outcome.DOUBTFUL if still and outcome.outcome is Outcome.TAKEN else outcome.outcome
    return replace(outcome, outcome=judged, issues=still)
