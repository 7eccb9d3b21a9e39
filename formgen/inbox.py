"""Find the files to take in, and remove them once they are kept. What a person did not put there is passed over."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from formgen.errors import FileAccessError, UsageError
from formgen.pending import REASON
from formgen.workspace import Workspace

_IGNORED = frozenset(("thumbs.db", "desktop.ini"))
_ENDINGS = (".tmp", ".part", ".partial", ".crdownload", ".download", REASON)  #: Half downloads, and our own words.
_ROSTER = "花名册"
_DEEPEST = 32  #: Folders in each other.
_WINDOWS = os.name == "nt"
_STALE_SECONDS = 12 * 3600.0  #: A lock that is older locks nothing.
_MOUNT_POINT = 0xA0000003  #: IO_REPARSE_TAG_MOUNT_POINT of Windows.


@dataclass(frozen=True, slots=True)
class Found:
    """A file to take in."""

    path: Path  #: Absolute.
    names: tuple[str, ...]  #: The file and its folders, nearest first: those within 收件箱, or from the given one.
    ours: bool  #: It lies in 收件箱 and leaves it once it is kept.


def find(inbox: Path, archive: Path, paths: Sequence[Path] | None, skipped: list[str]) -> list[Found]:
    """The files below ``inbox``, or the given files and those below given folders, by folder and name; rosters first.

    What is passed over and should be known is added to ``skipped``, in Chinese. Raises FileAccessError for a path
    that does not exist, UsageError for one in the archive.
    """
    given_inbox, inbox, archive = inbox.absolute(), inbox.resolve(), archive.resolve()
    found: dict[Path, Found] = {}
    for given in [given_inbox] if paths is None else paths:
        path = given.absolute()
        if path.is_symlink() and path != given_inbox:
            skipped.append(f"{given} 是链接，没有收；请给出文件本身。")
            continue
        if not path.exists():
            raise FileAccessError(f"找不到 {given}。请检查路径。")
        path = path.resolve()
        if path == archive or archive in path.parents:
            raise UsageError(f"{given} 在“存档”里面，已经收过，不能再收。")
        for file in _files(path, skipped) if path.is_dir() else [path]:
            top = inbox if inbox in file.parents else path.parent if path.is_dir() else path.parent.parent
            names = (file.name, *(folder.name for folder in file.parents if top in folder.parents))
            found.setdefault(file, Found(file, names, inbox in file.parents))
    # Not by the clock: a copy, a zip or a chat program sets it anew. 李四.docx stands before 李四（更正）.docx.
    # A roster goes ahead of all: names that were written by hand on the scans that came with it are read against it.
    return sorted(
        found.values(),
        key=lambda one: (_ROSTER not in one.path.name, one.path.parent.parts, one.path.stem, one.path.suffix),
    )


def is_litter(name: str) -> bool:
    """Whether programs leave such a file behind: a lock of Word or WPS, a half download, a list of thumbnails."""
    folded = name.casefold()
    return folded.startswith((".", "~$")) or folded.endswith(_ENDINGS) or folded in _IGNORED


def lock_beside(path: Path, now: float) -> Path | None:
    """The file by which Word, WPS, Excel or LibreOffice says that it has this one open; None if there is none.

    One of long ago is what a program that broke down left behind. ``now``: seconds since 1970.
    """
    name = path.name
    for lock in (f"~${name}", f"~${name[1:]}", f"~${name[2:]}", f".~lock.{name}#", f".~{name}"):
        try:
            beside = path.with_name(lock)
            if now - beside.lstat().st_mtime < _STALE_SECONDS:
                return beside
        except (OSError, ValueError):  # none, or a name too long to be one
            continue
    return None


def check_apart(workspace: Workspace) -> None:
    """Raise UsageError where 收件箱 and a folder that formgen writes to lie in each other, links followed."""
    inbox = workspace.inbox.resolve()
    for folder in (workspace.outbox, workspace.pending, workspace.archive):
        other = folder.resolve()
        if other == inbox or inbox in other.parents:
            raise UsageError(
                f"“{folder.name}”（{other}）在“{workspace.inbox.name}”（{inbox}）里面，写出的文件会被当作回收件再收。"
                "没有收任何文件；请把它移到外面，再试一次。"
            )
        if other in inbox.parents:
            raise UsageError(
                f"“{workspace.inbox.name}”（{inbox}）在“{folder.name}”（{other}）里面，收进的和写出的会混在一起。"
                "没有收任何文件；请把它移到外面，再试一次。"
            )


def _files(folder: Path, skipped: list[str], depth: int = 1) -> Iterator[Path]:
    """The files below a folder that a person put there; links are not followed."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as fault:
        skipped.append(f"{folder} 打不开（{fault.strerror or fault}），里面的文件没有收。")
        return
    for entry in entries:
        if is_litter(entry.name):
            continue
        path = folder / entry.name
        try:
            if entry.is_symlink() or _is_junction(entry):
                skipped.append(f"{path} 是链接，没有收；请放文件本身。")
            elif entry.is_dir(follow_symlinks=False):
                if depth == _DEEPEST:
                    skipped.append(f"{path} 套得太深，里面的文件没有收；请移到上面几层。")
                else:
                    yield from _files(path, skipped, depth + 1)
            elif entry.is_file(follow_symlinks=False):
                yield path
            else:
                skipped.append(f"{path} 不是普通文件，没有收。")
        except OSError as fault:  # it went, or the share did
            skipped.append(f"{path} 打不开（{fault.strerror or fault}），没有收。")


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Whether an entry of Windows is another name for a folder elsewhere."""
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == _MOUNT_POINT


def stamp_of(path: Path) -> str:
    """Tells this file from another one with the same bytes, or from itself after a change. Raises OSError."""
    status = path.stat()
    return f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def moved(path: Path, stamp: str) -> bool:
    """Whether the file is gone, or no longer the one that had this stamp."""
    try:
        return stamp_of(path) != stamp
    except OSError:
        return True


def _unlinked(path: Path) -> None:
    """Remove a file; on Windows a read-only one too, as from a CD or a zip. Raises OSError."""
    try:
        path.unlink()
    except PermissionError:
        if not _WINDOWS:
            raise
        path.chmod(0o600)
        path.unlink()


def removed(path: Path, stamp: str) -> Iterator[str]:
    """Remove a file from 收件箱 unless somebody has changed it meanwhile; what there is to say."""
    try:
        if stamp_of(path) != stamp:
            yield f"{path.name} 在收的时候又被改动，改动后的一份留在收件箱，下次再收。"
        else:
            _unlinked(path)
    except FileNotFoundError:
        return
    except OSError as fault:
        yield f"{path.name} 已收好，但不能从收件箱移走（{fault.strerror or fault}）；请关闭它，下次会移走。"
