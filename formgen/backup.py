"""The whole workspace in one file, and back again; each byte is compared before it counts as kept.

The file is a zip that any program can open: the folders of the workspace as they are, the database as of one moment,
and ``清单.json`` with the size and sha256 of every member. 收件箱 is copied before the database and the originals after
it, so that a file that is taken in meanwhile is in the backup in at least one of these places.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from formgen.archive import discard, file_sha256, sync_folder
from formgen.errors import ConfigurationError, FileAccessError, FormgenError, UsageError, VerificationError
from formgen.instance import HEARTBEAT, LOCK, holder
from formgen.store import Store
from formgen.store.audit_events import Event
from formgen.workspace import ARCHIVE, INBOX, OUTBOX, PENDING, SCHEMES, SETTINGS, TEMPLATES, Workspace

SUFFIX = ".formgen备份.zip"
MANIFEST = "清单.json"
MADE = "backed-up"  #: The event in the audit log; its ``after`` is the place of the backup.
_FORMAT = 1
_DATABASE = "formgen.sqlite"
_TOPS = (INBOX, ARCHIVE, PENDING, OUTBOX, TEMPLATES, SCHEMES)
_TEMPORARY = (".未完成-", ".拆包-", ".formgen-", ".~", "~$")
_HALF = ".未完成-"
_ABANDONED_SECONDS = 3600.0
_BLOCK = 1 << 20
_MOST_MEMBERS = 2_000_000
_MOST_MANIFEST = 512 << 20

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    path: Path
    made: datetime
    workspace: str  #: The name of the folder.
    files: int
    size: int  #: Bytes of all members together, unpacked.
    left: tuple[str, ...] = ()  #: Chinese: what is not in it, because it could not be read.
    untold: str = ""  #: Chinese: why the audit log does not tell of it.


def default_name(workspace: Workspace, at: datetime) -> str:
    """``大杨镇-20230401-090000.formgen备份.zip``."""
    return f"{workspace.root.name}-{at:%Y%m%d-%H%M%S}{SUFFIX}"


def back_up(workspace: Workspace, target: Path, at: datetime, *, progress: Progress | None = None) -> Backup:
    """Write the workspace into the new file ``target``, read it back and compare.

    Files that cannot be read are named in ``left``; of 存档 all must be readable. Raises UsageError for a target within
    the workspace or one that exists, FileAccessError, VerificationError where the copy is not what was read.
    """
    target = target.absolute()
    if workspace.root.resolve() in (target.resolve(), *target.resolve().parents):
        raise UsageError(
            f"{target} 在工作区里面，磁盘坏了会一起丢失。请把备份放到工作区外面，最好是另一块磁盘或 U 盘。"
        )
    if target.exists():
        raise UsageError(f"{target} 已经存在，没有覆盖。请换一个名字。")
    half = target.with_name(f"{_HALF}{secrets.token_hex(8)}.tmp")
    snapshot = target.with_name(f"{half.name}.sqlite")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target.parent, _HALF, time.time() - _ABANDONED_SECONDS)
        left = _write(workspace, half, snapshot, at, progress)
        found = check(half, progress=progress)
        if target.exists():
            raise UsageError(f"{target} 已经存在，没有覆盖。请换一个名字。")
        half.replace(target)
        sync_folder(target.parent)
    except OSError as fault:
        raise FileAccessError(
            f"备份 {target} 写不成（{fault.strerror or fault}），没有留下半份；工作区没有改动。"
            "请检查磁盘是否已满、文件夹是否可写，或换一个地方。"
        ) from fault
    finally:
        for path in (half, snapshot, Path(f"{snapshot}-journal")):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    untold = _told(workspace, target, f"备份整个工作区：{found.files} 个文件")
    return Backup(target, found.made, found.workspace, found.files, found.size, left, untold)


def check(path: Path, *, progress: Progress | None = None) -> Backup:
    """What a backup holds, after every byte was compared with its list and the database was gone through.

    Raises VerificationError for a damaged or foreign file, FileAccessError.
    """
    with _opened(path) as book:
        manifest = _manifest(book, path)
        entries: dict[str, Any] = manifest["files"]
        present = [info.filename for info in book.infolist() if info.filename != MANIFEST]
        if len(present) != len(set(present)) or set(present) != set(entries):
            raise _damaged(path, "里面的文件与清单对不上")
        with tempfile.TemporaryDirectory(prefix="formgen-") as room:
            for number, (name, entry) in enumerate(entries.items()):
                if progress:
                    progress(number, len(entries), name)
                database = name == f"{ARCHIVE}/{_DATABASE}"
                with contextlib.ExitStack() as stack:
                    copy = stack.enter_context((Path(room) / _DATABASE).open("wb")) if database else None
                    _compared(book, path, name, entry, copy)
            if progress:
                progress(len(entries), len(entries), "")
            _check_database(path, Path(room) / _DATABASE)
        made, size = datetime.fromisoformat(manifest["made"]), sum(int(entry["size"]) for entry in entries.values())
    return Backup(path, made, str(manifest["workspace"]), len(entries), size)


def restore(
    path: Path, folder: Path, at: datetime, *, force: bool = False, progress: Progress | None = None
) -> Path | None:
    """Make the workspace in a backup anew in ``folder``; the new place of what was there before, None if nothing was.

    The backup is checked first; nothing is deleted: with ``force`` what was there is renamed. Raises UsageError where
    there is something in the folder and no ``force``, VerificationError, FileAccessError (or a formgen works there).
    """
    root = folder.absolute()
    occupied = root.exists() and (not root.is_dir() or any(root.iterdir()))
    if occupied and not force:
        what = "已经有一个工作区" if (root / SETTINGS).exists() else "里面已经有东西"
        raise UsageError(
            f"{root} {what}，没有恢复。请给一个新的文件夹；确实要换掉它的，加 --force（原来的会改名保留）。"
        )
    if outer := next((one for one in root.resolve().parents if (one / SETTINGS).is_file()), None):
        raise UsageError(f"{root} 在工作区 {outer} 里面，会被当作回收件或混入存档，没有恢复。请换一个文件夹。")
    if (busy := holder(root / ARCHIVE)) is not None:
        raise FileAccessError(f"{busy.words}正在 {root} 里工作，没有恢复。请先停下它，再试。")
    found = check(path, progress=progress)
    unfinished = f".{root.name}-恢复中-"
    fresh = root.with_name(f"{unfinished}{secrets.token_hex(4)}")
    aside = root.with_name(f"{root.name}-恢复前-{at:%Y%m%d-%H%M%S}")
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        _sweep(root.parent, unfinished, time.time() - _ABANDONED_SECONDS)
        _unpack(path, fresh, root, found.made, progress)
        if occupied:
            root.rename(aside)
        elif root.exists():
            root.rmdir()
        fresh.rename(root)
        sync_folder(root.parent)
    except OSError as fault:
        kept = f"原来的工作区在 {aside}。" if aside.exists() and not root.exists() else "原来的文件夹没有改动。"
        raise FileAccessError(
            f"恢复到 {root} 时出错（{fault.strerror or fault}）。备份没有改动，{kept}"
            "请检查磁盘是否已满、文件夹是否可写、有没有程序正打开着里面的文件，然后再试。"
        ) from fault
    finally:
        _cleared(fresh)
    return aside if occupied else None


def _sweep(folder: Path, prefix: str, before: float) -> None:
    """Remove what a backup or a restoring that was killed before this time (seconds since 1970) left half done."""
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if path.name.startswith(prefix) and path.lstat().st_mtime < before:
                if path.is_dir() and not path.is_symlink():
                    _cleared(path)
                else:
                    path.unlink()


def _cleared(folder: Path) -> None:
    """Remove a half restored workspace, its read-only originals too; what is held elsewhere stays for the next time."""
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file() and not path.is_symlink():
                discard(path)
    shutil.rmtree(folder, ignore_errors=True)


# --- writing ---------------------------------------------------------------------------------------------------


def _write(
    workspace: Workspace, half: Path, snapshot: Path, at: datetime, progress: Progress | None
) -> tuple[str, ...]:
    """Write the backup; what of the workspace could not be read."""
    entries: dict[str, dict[str, object]] = {}
    left: list[str] = []
    handle = os.open(half, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb+") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False) as book:
            add = _Adding(book, entries)
            for name, path in _files(workspace.root, INBOX, left):
                add.loose(name, path, left)
            if workspace.database.exists():
                with Store(workspace.database, read_only=True) as store:
                    store.copy_to(snapshot)
                add(f"{ARCHIVE}/{_DATABASE}", snapshot)
            listed = list(_files(workspace.root, ARCHIVE, left))
            for number, (name, path) in enumerate(listed):
                if progress:
                    progress(number, len(listed), path.name)
                if not path.name.startswith((_DATABASE, LOCK, HEARTBEAT)):
                    add(name, path)
            for top in (PENDING, OUTBOX, TEMPLATES, SCHEMES):
                for name, path in _files(workspace.root, top, left):
                    add.loose(name, path, left)
            add(SETTINGS, workspace.settings)
            words = {"format": _FORMAT, "made": at.isoformat(), "workspace": workspace.root.name, "files": entries}
            book.writestr(MANIFEST, json.dumps(words, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        file.flush()
        os.fsync(file.fileno())
    return tuple(left)


class _Adding:
    """Copies files into the zip and notes what they were."""

    def __init__(self, book: zipfile.ZipFile, entries: dict[str, dict[str, object]]) -> None:
        self._book = book
        self._entries = entries

    def __call__(self, name: str, path: Path) -> None:
        hashed, size = hashlib.sha256(), 0
        with path.open("rb") as source:
            moment = os.fstat(source.fileno()).st_mtime_ns
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            with self._book.open(info, "w", force_zip64=True) as target:
                while block := source.read(_BLOCK):
                    hashed.update(block)
                    target.write(block)
                    size += len(block)
        self._entries[name] = {"size": size, "sha256": hashed.hexdigest(), "time": moment}

    def loose(self, name: str, path: Path, left: list[str]) -> None:
        """The same for a file that may go, or be open elsewhere, at any time: it is then named in ``left``."""
        try:
            with path.open("rb"):
                pass
        except FileNotFoundError:
            return
        except OSError as fault:
            left.append(f"{name}（{fault.strerror or fault}）")
            return
        self(name, path)


def _files(root: Path, top: str, left: list[str]) -> Iterator[tuple[str, Path]]:
    """(name in the backup, file) for each file below a folder of the workspace; links within it are not followed."""
    for folder, folders, files in os.walk(root / top, onerror=lambda fault: left.append(f"{top}（{fault}）")):
        folders.sort()
        here = PurePosixPath(top, *Path(folder).relative_to(root / top).parts)
        for file in sorted(files):
            path = Path(folder) / file
            if file.startswith(_TEMPORARY) or path.is_symlink() or not path.is_file():
                continue
            try:
                str(path).encode()
            except UnicodeEncodeError:
                left.append(
                    f"{here}/{file.encode('utf-8', 'replace').decode()}（文件名不是有效的文字，请改名后再备份）"
                )
                continue
            yield str(here / file), path


# --- reading ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        book = zipfile.ZipFile(path)
    except OSError as fault:
        raise FileAccessError(f"备份 {path} 打不开（{fault.strerror or fault}）。请检查路径和磁盘。") from fault
    except zipfile.BadZipFile as fault:
        raise _damaged(path, str(fault)) from fault
    with book:
        try:
            yield book
        except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError, AttributeError) as fault:
            raise _damaged(path, str(fault)) from fault
        except (NotImplementedError, RuntimeError) as fault:  # packed otherwise, or with a password
            raise _damaged(path, str(fault)) from fault


def _manifest(book: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    info = book.getinfo(MANIFEST)
    if info.file_size > _MOST_MANIFEST or len(book.infolist()) > _MOST_MEMBERS:
        raise _damaged(path, "里面的文件太多")
    found = json.loads(book.read(info).decode("utf-8", "surrogatepass"))
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise ConfigurationError(f"{path}：不是这一版 formgen 能认的备份（{str(found)[:40]}）。请升级 formgen 后再试。")
    for name in found["files"]:
        parts = PurePosixPath(name).parts
        safe = str(PurePosixPath(*parts)) == name and not {"..", "/", "."} & set(parts) and "\\" not in name
        if (
            not safe
            or (":" in name and os.name == "nt")
            or (name != SETTINGS and (parts[0] not in _TOPS or len(parts) < 2))
        ):
            raise _damaged(path, f"不该有的文件名“{name[:60]}”")
    if SETTINGS not in found["files"]:
        raise _damaged(path, f"没有 {SETTINGS}")
    return found


def _compared(
    book: zipfile.ZipFile, path: Path, name: str, entry: dict[str, Any], target: BinaryIO | None = None
) -> None:
    """Read a member through, into ``target`` if there is one. Raises VerificationError where it is not as listed."""
    hashed, size = hashlib.sha256(), 0
    with book.open(name) as source:
        while block := source.read(_BLOCK):
            hashed.update(block)
            size += len(block)
            if size > int(entry["size"]):
                break
            if target is not None:
                target.write(block)
    if size != entry["size"] or hashed.hexdigest() != entry["sha256"]:
        raise _damaged(path, f"“{name}”与备份时不同")


def _check_database(path: Path, database: Path) -> None:
    if not database.exists():
        return
    with Store(database) as store:
        faults = [*store.faults(), *(f"{table} {key} {what}" for table, key, what in store.broken_rows())]
        faults += [f"审计日志{broken.what}" for broken in store.broken_lines()]
    if faults:
        raise _damaged(path, f"台账不完好：{faults[0]}")


def _damaged(path: Path, what: str) -> VerificationError:
    return VerificationError(f"{path}：不是完好的 formgen 备份（{what}）。没有改动任何东西；请换一份备份。")


def _named(path: Path) -> str:
    """A file as the audit log names it."""
    return f"{file_sha256(path)[:12]} {path.name}"


def _told(workspace: Workspace, target: Path, what: str) -> str:
    """Have the audit log tell of a backup that is made; why it does not, in Chinese."""
    if not workspace.database.exists():
        return ""
    try:
        with Store(workspace.database) as store:
            store.note(Event(MADE, what, after=str(target), file=_named(target)))
    except (FormgenError, OSError) as fault:
        return f"备份已写好并核对过，但没有记进审计日志：{fault}"
    return ""


def _unpack(path: Path, fresh: Path, root: Path, made: datetime, progress: Progress | None) -> None:
    """Write the members into a new folder, compared while they are written, on the disk for sure."""
    fresh.mkdir(mode=0o700)
    for top in _TOPS:
        (fresh / top).mkdir(mode=0o700)
    with _opened(path) as book:
        entries: dict[str, Any] = _manifest(book, path)["files"]
        for number, (name, entry) in enumerate(entries.items()):
            if progress:
                progress(number, len(entries), name)
            place = fresh.joinpath(*PurePosixPath(name).parts)
            place.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
            handle = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as file:
                _compared(book, path, name, entry, file)
                file.flush()
                os.fsync(file.fileno())
            os.utime(place, ns=(int(entry["time"]), int(entry["time"])))
            if name.startswith(f"{ARCHIVE}/原件/"):
                place.chmod(0o400)
        if progress:
            progress(len(entries), len(entries), "")
    database = fresh / ARCHIVE / _DATABASE
    if database.exists():
        with Store(database) as store:
            store.note(Event("restored", f"从 {made:%Y-%m-%d %H:%M} 的备份恢复", after=str(root), file=_named(path)))
    for folder, _, _ in os.walk(fresh):
        sync_folder(Path(folder))
