"""Forget a person: the name and the papers that are about nobody else go, the numbers stay under a pseudonym.

It is tried on a copy first: where any result would come out otherwise without the name, nothing is changed.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from formgen import remains
from formgen.archive import Archive, file_sha256, sync_folder
from formgen.errors import FileAccessError, UsageError, VerificationError
from formgen.model import Subject
from formgen.pending import REASON
from formgen.store import Store
from formgen.subjects import clean, cleaned, find
from formgen.verification import verify
from formgen.workspace import Workspace, write_private

LABELS = "labels.csv"  #: As ``review crops`` names it.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Farewell:
    """What was removed, and what stays."""

    pseudonym: str
    rows: int
    originals: int  #: Removed from 存档.
    copies: int  #: Removed from 待核.
    crops: int  #: Pictures of cells removed from folders that ``review crops`` had made.
    stays: tuple[str, ...]  #: Chinese: what holds the name still and is for a person to deal with.


def person(store: Store, words: str) -> Subject:
    """The one person that somebody's words mean. Raises UsageError where there is none, or more than one."""
    people = {cleaned(one.subject): one.subject for one in store.records(current=False) if one.subject.name}
    matched = find(words, people.values())
    found = {(clean(one.village), clean(one.name)): one for one in matched}
    if len(found) > 1:
        listed = "、".join(sorted(map(str, found.values())))
        raise UsageError(f"“{words}”可能是：{listed}。请写全村名和姓名")
    if not found:
        raise UsageError(f"台账里没有“{words}”这个人；请写“村/姓名”，与 formgen why 所用的相同")
    return next(iter(found.values()))


def crop_name(sha256: str, index: int, field: str) -> str:
    """The name, without its suffix, that ``review crops`` gives to the picture of a field."""
    return hashlib.sha256(repr((sha256, index, field)).encode()).hexdigest()[:12]


def pseudonym() -> str:
    """A new pseudonym. It is drawn, not computed: nothing leads back from it."""
    return "化名" + "".join(secrets.choice(_LETTERS) for _ in range(8))


def forget(
    workspace: Workspace,
    store: Store,
    subject: Subject,
    *,
    by: str,
    why: str,
    at: datetime,
    folders: Iterable[Path] = (),
    also: Iterable[str] = (),
    dry_run: bool = False,
) -> Farewell:
    """Forget a person, or with ``dry_run`` try it on a copy only.

    ``folders``: where ``review crops`` wrote, beside 发文. ``also``: beginnings of the sha256 of originals in which
    nothing could be read, that are to go too.

    Raises UsageError where who and why are not said, VerificationError where a result would change; then nothing was
    changed.
    """
    if not by.strip() or not why.strip():
        raise UsageError("--by 和 --why 都要写明，例如 --by 王敏 --why 本人依法申请删除")
    if clean(subject.name) in clean(why):
        raise UsageError("--why 会留在审计日志里，请不要写这个人的姓名")
    name = pseudonym()
    archive = Archive(workspace.archive)
    own, shared = store.papers_of(subject)
    wanted = list(_unread(store, also))
    taken = {sha256 for sha256, _ in (*own, *wanted)}
    alone, mixed = remains.packets_of(store, archive, workspace.config.limits, taken, [sha256 for sha256, _ in shared])
    extra = (*wanted, *alone)
    _rehearse(workspace, store, subject, name, at, extra)
    unread = [file for file in remains.unread_of(store, subject) if file not in extra]
    gone = taken | {sha256 for sha256, _ in alone}
    stays = (
        *remains.in_archive(store, archive, subject, shared, mixed, unread),
        *remains.elsewhere(workspace, store, subject, gone),
    )
    if dry_run:
        with store.tried():
            done = store.forget(subject, name, by.strip(), why.strip(), at, extra)
        kept = {sha256 for sha256, _ in archive.each()}
        originals = sum(sha256 in kept for sha256, _ in done.files)
        return Farewell(name, done.rows, originals, 0, 0, stays)
    done = store.forget(subject, name, by.strip(), why.strip(), at, extra)
    store.empty_log()
    originals, copies, crops = finish(workspace, store, folders)
    return Farewell(name, done.rows, originals, copies, crops, stays)


def _unread(store: Store, beginnings: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The originals (sha256, name) that are meant. Raises UsageError where there is none, or it holds records."""
    for beginning in beginnings:
        found = [one.submission for one in store.submissions() if one.submission.sha256.startswith(beginning.lower())]
        if len(beginning) < 8 or len(found) != 1:
            raise UsageError(f"--also {beginning}：没有（或不止）一个这样的原件，请照列出的摘要写")
        if store.records_of(found[0].sha256):
            raise UsageError(f"--also {beginning}：《{found[0].name}》里读出了数据，不能这样删去")
        yield found[0].sha256, found[0].name


def finish(workspace: Workspace, store: Store, folders: Iterable[Path] = ()) -> tuple[int, int, int]:
    """Remove what was given up and is still there, after a stop for instance: (originals, copies in 待核, crops)."""
    archive = Archive(workspace.archive)
    given_up = store.forgotten_files()
    originals = [path for sha256, path in archive.each() if sha256 in given_up]
    copies = []
    if given_up and workspace.pending.is_dir():
        for path in sorted(workspace.pending.iterdir()):
            if path.is_file() and not path.is_symlink() and file_sha256(path) in given_up:
                copies.append(path)
    _remove(originals)
    _remove(copies)
    _remove(reason for path in copies if (reason := path.with_name(path.name + REASON)).exists())
    return len(originals), len(copies), _crops_removed(workspace, store, folders)


def _crops_removed(workspace: Workspace, store: Store, folders: Iterable[Path]) -> int:
    """Remove pictures of cells with their labels; how many there were. Raises FileAccessError."""
    wanted = {crop_name(*place) for place in store.renamed_fields()}
    found = 0
    for folder in {*folders, *(path.parent for path in workspace.outbox.rglob(LABELS))} if wanted else ():
        pictures = [path for path in sorted(folder.glob("*.png")) if path.stem in wanted]
        found += len(pictures)
        labels = folder / LABELS
        if labels.is_file():
            lines = labels.read_bytes().decode("utf-8-sig", "replace").splitlines(keepends=True)
            kept = [line for line in lines if line.partition(",")[0] not in wanted]
            if kept != lines:
                try:
                    write_private(labels, "".join(kept).encode("utf-8-sig"))
                except OSError as fault:
                    raise FileAccessError(f"{labels} 改不了（{fault.strerror or fault}）。") from fault
        _remove(pictures)
    return found


def _remove(paths: Iterable[Path]) -> None:
    """Remove files for good. Raises FileAccessError."""
    for path in paths:
        try:
            path.chmod(0o600)
            path.unlink()
            sync_folder(path.parent)
        except OSError as fault:
            raise FileAccessError(
                f"{path} 删不掉（{fault.strerror or fault}）。姓名已从台账删去；请关闭打开它的程序，"
                "再运行 formgen forget --finish。"
            ) from fault


def _rehearse(
    workspace: Workspace, store: Store, subject: Subject, name: str, at: datetime, extra: Iterable[tuple[str, str]]
) -> None:
    """Forget in a copy, and compute everything again there. Raises VerificationError where that tells a difference."""
    archive = Archive(workspace.archive)
    before = set(verify(store, archive, workspace.root).faults)
    room = Path(tempfile.mkdtemp(prefix=".未完成-", dir=workspace.archive))
    try:
        store.copy_to(room / "试.sqlite")
        with Store(room / "试.sqlite") as copy:
            copy.forget(subject, name, "试", "试", at, extra)
            faults = set(verify(copy, archive, workspace.root).faults) - before
    finally:
        shutil.rmtree(room, ignore_errors=True)
    faults = {fault for fault in faults if "原件还在存档中" not in fault}
    if faults:
        raise VerificationError(
            f"删去姓名以后，有 {len(faults)} 处会与存本不符，例如：{min(faults)}。没有改动任何东西；请告诉维护人员。"
        )
