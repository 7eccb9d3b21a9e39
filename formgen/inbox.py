"""Find the files to take in, and remove them once they are kept. What a person did not put there is passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from formgen.errors import FileAccessError, UsageError
from formgen.pending import REASON

_IGNORED = frozenset(("thumbs.db", "desktop.ini"))


@dataclass(frozen=True, slots=True)
class Found:
    """A file to take in."""

    path: Path  #: Absolute.
    names: tuple[str, ...]  #: The file and its folders, nearest first: those within 收件箱, or from the given one.
    ours: bool  #: It lies in 收件箱 and leaves it once it is kept.


def find(inbox: Path, archive: Path, paths: Sequence[Path] | None, skipped: list[str]) -> list[Found]:
    """The files below ``inbox``, or the given files and those below given folders, by folder and name.

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
    return sorted(found.values(), key=lambda one: (one.path.parent.parts, one.path.stem, one.path.suffix))


def _files(folder: Path, skipped: list[str]) -> Iterator[Path]:
    """The files below a folder that a person put there; links are not followed."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as fault:
        skipped.append(f"{folder} 打不开（{fault.strerror or fault}），里面的文件没有收。")
        return
    for path in entries:
        name = path.name.casefold()
        if name.startswith((".", "~$")) or name.endswith((".tmp", REASON)) or name in _IGNORED:
            continue
        if path.is_symlink():
            skipped.append(f"{path} 是链接，没有收；请放文件本身。")
        elif path.is_dir():
            yield from _files(path, skipped)
        elif path.is_file():
            yield path
        else:
            skipped.append(f"{path} 不是普通文件，没有收。")


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


def removed(path: Path, stamp: str) -> Iterator[str]:
    """Remove a file from 收件箱 unless somebody has changed it meanwhile; what there is to say."""
    try:
        if stamp_of(path) != stamp:
            yield f"{path.name} 在收的时候又被改动，改动后的一份留在收件箱，下次再收。"
        else:
            path.unlink()
    except FileNotFoundError:
        return
    except OSError as fault:
        yield f"{path.name} 已收好，但不能从收件箱移走（{fault.strerror or fault}）；请关闭它，下次会移走。"
