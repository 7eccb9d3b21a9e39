"""What still holds a person's name after a forgetting: place by place, with what there is to do. Changes nothing."""

from __future__ import annotations

import hashlib
import html
import os
import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from formgen.archive import Archive
from formgen.backup import MADE, SUFFIX
from formgen.errors import FormgenError
from formgen.model import Subject
from formgen.packets import KIND, Budget, look
from formgen.parsing import Limits
from formgen.store import Store
from formgen.subjects import clean
from formgen.workspace import Workspace

File = tuple[str, str]  #: sha256 and name.

_BLOCK = 1 << 20
_MOST_BYTES = 200_000_000  #: Of one file, unpacked, that are looked through for a name.
_MARKUP = re.compile(r"<[^<>]*>")
_OFFICE = (".docx", ".xlsx", ".docm", ".xlsm", ".ods")
_PLAIN = (".txt", ".csv", ".json", ".html", ".htm")
_FOLDERS = {  # what there is to do with what lies there
    "发文": "已发出的公文按档案规定保存；没有发出的草稿、导出的表请删去或重新生成",
    "待核": "formgen 给人看的副本和说明，用完请删去",
    "收件箱": "还没有收进；收进来会重新出现此人的姓名，请先移走",
}


def packets_of(
    store: Store, archive: Archive, limits: Limits, own: Collection[str], shared: Collection[str]
) -> tuple[list[File], list[File]]:
    """The zips that hold nothing but the person's own originals, and those that hold others' too.

    ``own``, ``shared``: sha256 of the originals that are about the person alone, and about others too.
    """
    alone: list[File] = []
    mixed: list[File] = []
    mine, touched = set(own), {*own, *shared}
    for kept in store.submissions():  # a zip within a zip is recorded before it
        file = kept.submission.sha256, kept.submission.name
        path = archive.find(file[0]) if kept.kind == KIND else None
        if path is None:
            continue
        packet = look(path, limits, Budget(limits.unpacked_bytes))
        hashes = set(_hashes(path, [member.info for member in packet.members]))
        if hashes and hashes <= mine and not packet.issues:
            alone.append(file)
            mine.add(file[0])
        elif hashes & touched:
            mixed.append(file)
        else:
            continue
        touched.add(file[0])
    return alone, mixed


def unread_of(store: Store, subject: Subject) -> list[File]:
    """The originals in which nothing could be read, and whose name names the person."""
    wanted = clean(subject.name)
    return [
        (kept.submission.sha256, kept.submission.name)
        for kept in store.submissions()
        if kept.kind != KIND and wanted in clean(kept.submission.name) and not store.records_of(kept.submission.sha256)
    ]


def in_archive(
    store: Store,
    archive: Archive,
    subject: Subject,
    shared: Sequence[File],
    mixed: Sequence[File],
    unread: Sequence[File],
) -> Iterator[str]:
    """The originals that stay and hold the name, each with its place in Chinese."""
    for sha256, name in shared:
        rows = [
            one.record.readings["name"].where.chinese
            for one in store.records_of(sha256)
            if "name" in one.record.readings and clean(one.record.subject.name) == clean(subject.name)
        ]
        spots = f"（{'、'.join(dict.fromkeys(rows[:10]))}{' 等' if len(rows) > 10 else ''}）" if any(rows) else ""
        yield f"{_place(archive, sha256)}《{name}》{spots}：还有别人的数据，原件保留，按档案规定保管"
    for sha256, name in mixed:
        yield f"{_place(archive, sha256)}《{name}》：压缩包里有此人的，也还有别人的文件，原件保留，按档案规定保管"
    for sha256, name in unread:
        yield (
            f"{_place(archive, sha256)}《{name}》：没有读出内容，文件名里有此人，原件保留；"
            f"打开看过，确是只与此人有关的，再运行一次并加 --also {sha256[:12]}"
        )


def elsewhere(workspace: Workspace, store: Store, subject: Subject, given_up: Collection[str]) -> Iterator[str]:
    """Papers, copies, exports and backups that hold the name or may hold it, each with its place in Chinese."""
    wanted = clean(subject.name)
    for top, advice in _FOLDERS.items():
        unseen = 0
        for path in _files(workspace.root / top):
            here = path.relative_to(workspace.root).as_posix()
            found = None if wanted in clean(path.name) else mentions(path, wanted)
            if wanted in clean(path.name):
                if top != "待核" or _sha256(path) not in given_up:  # those go with their original
                    yield f"{here}：文件名里有此人；{advice}"
            elif found:
                yield f"{here}：写有此人；{advice}"
            elif found is None:
                unseen += 1
        if unseen:
            yield f"{top}里有 {unseen} 个文件看不了内容（PDF、图片等），可能写有此人；{advice}"
    for path in sorted(workspace.archive.glob("*升级前*.sqlite")):
        yield f"存档/{path.name}：升级前的旧数据库，请自行删去"
    yield from _copies(workspace, store)


def _copies(workspace: Workspace, store: Store) -> Iterator[str]:
    """Backups, exports and former workspaces, as far as the audit log and the folder beside the workspace tell."""
    places: dict[str, str] = {}
    for line in store.audit_lines():
        event = line.event
        if event.event == MADE:
            places.setdefault(event.after, f"{line.at[:10]} 做的备份")
        elif event.event == "exported" and "有姓名" in event.what and os.sep in event.after:
            places.setdefault(event.after, f"{line.at[:10]} 导出的表")
    beside = workspace.root.parent
    for path in sorted(beside.glob(f"{workspace.root.name}-*{SUFFIX}")):
        places.setdefault(str(path), "备份")
    for path in sorted(beside.glob(f"{workspace.root.name}-恢复前-*")):
        places.setdefault(str(path), "恢复以前的工作区")
    for place, what in places.items():
        path = Path(place)
        there = path.exists() or any(path.parent.glob(f"{path.name}*"))
        state = "内有此人，请删去（再做一份新的）" if there else "已不在那里；如果移到了别处，请删去那一份"
        yield f"{place}：{what}，{state}"
    yield "别处可能还有从前的备份、导出的表和抄件（U 盘、邮件里的，登记以前的）：formgen 不知道在哪里，请自行处理"


def mentions(path: Path, wanted: str) -> bool | None:
    """Whether a document or text holds a name (as ``clean`` gives it); None: that cannot be told."""
    suffix = path.suffix.lower()
    try:
        if suffix in _PLAIN:
            data = path.read_bytes() if path.stat().st_size < _MOST_BYTES else None
            return None if data is None else wanted in clean(data.decode("utf-8-sig", "replace"))
        if suffix in _OFFICE:
            with zipfile.ZipFile(path) as book:
                parts = [info for info in book.infolist() if info.filename.endswith(".xml")]
                if sum(info.file_size for info in parts) > _MOST_BYTES:
                    return None
                return any(wanted in clean(_words(book.read(part))) for part in parts)
    except Exception:  # whatever a damaged file calls forth
        return None
    return None


def _words(part: bytes) -> str:
    """The text of a part of a document, without its markup; characters may be written as numbers."""
    return html.unescape(_MARKUP.sub("", part.decode("utf-8", "replace")))


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders.sort()
        yield from (Path(place) / one for one in sorted(files) if not (Path(place) / one).is_symlink())


def _place(archive: Archive, sha256: str) -> str:
    found = archive.find(sha256)
    return f"存档/原件/{sha256[:2]}/{found.name[:16]}…{found.suffix}" if found else "存档里的"


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _hashes(path: Path, infos: Sequence[zipfile.ZipInfo]) -> Iterator[str]:
    """The sha256 of members of a zip, of a damaged one nothing."""
    with zipfile.ZipFile(path) as book:
        for info in infos:
            hashed, left = hashlib.sha256(), info.file_size
            try:
                with book.open(info) as member:
                    while left >= 0 and (block := cast("Any", member).read(_BLOCK)):
                        hashed.update(block)
                        left -= len(block)
            except (FormgenError, zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError):
                continue
            yield hashed.hexdigest()
