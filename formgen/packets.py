"""Zip files that people send: opened within limits, member by member. Nothing in them is trusted, their names least.

A member is written under a name of our own; its name in the zip is only shown. What is not given out is said.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from formgen.errors import FileAccessError
from formgen.inbox import is_litter
from formgen.model import Issue, IssueCode, Severity
from formgen.parsing import Limits

KIND = "packet"  #: ``FileReading.kind`` of a zip that was opened.
DEEPEST = 2  #: A zip within a zip is opened; one within that is not.

_MOST_MEMBERS = 5_000
_DIRECTORY_BYTES = 8_000_000  #: Of the list of members at the end of the zip.
_SIZE = 5  #: Place of that size among the fields of the end record.
_BLOCK = 1 << 20
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
_DRIVE = re.compile(r"[A-Za-z]:")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PROGRAMS = ("[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype", "OFD.xml")  #: Zips that are one document.
_UNPACKED = ".拆包-"
_SHOWN = 100  #: Characters of a member's name in a message.


@dataclass(slots=True)
class Budget:
    """What all of a zip may still cost, the zips within it included."""

    unpacked_bytes: int
    members: int = _MOST_MEMBERS


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a zip that may be taken out."""

    number: int  #: From 1, as they stand in the zip.
    folders: tuple[str, ...]  #: Outermost first.
    name: str
    info: zipfile.ZipInfo

    @property
    def path(self) -> str:
        """Its place in the zip, with ``/``."""
        return "/".join((*self.folders, self.name))


@dataclass(frozen=True, slots=True)
class Packet:
    """What a zip holds."""

    members: tuple[Member, ...] = ()
    issues: tuple[Issue, ...] = ()  #: What is not given out, and why.


def look(path: Path, limits: Limits, budget: Budget) -> Packet:
    """What is in a zip and may be taken out; the budget is charged with it. Never raises for a fault of the zip.

    Without members, the issues say why. An encrypted, linked or misnamed member is left out and named.
    """
    try:
        if _directory_bytes(path) > _DIRECTORY_BYTES:
            return _refused(IssueCode.TOO_LARGE, f"压缩包里的文件太多（超过 {_MOST_MEMBERS} 个），没有拆开")
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except OSError as fault:
        raise FileAccessError(f"存档中的压缩包读不出来（{fault.strerror or fault}）。请检查磁盘。") from fault
    except Exception:  # whatever a made-up header calls forth
        return _refused(IssueCode.UNREADABLE, "压缩包不完整或已损坏，打不开。可能是传送时中断了，请对方重发")
    if any(info.filename in _PROGRAMS for info in infos):
        return _refused(IssueCode.UNSUPPORTED, "这不是装着表格的压缩包，而是别的程序的文件，不能读取")
    members: list[Member] = []
    issues: list[Issue] = []
    for number, info in enumerate(infos, 1):
        name = _decoded(info)
        if name.endswith(("/", "\\")):
            continue
        parts = tuple(part for part in re.split(r"[/\\]", name) if part not in ("", "."))
        if parts and (parts[0] == "__MACOSX" or is_litter(parts[-1])):
            continue
        if why := _fault(info, name, parts, limits):
            issues.append(Issue(why[0], Severity.WARNING, f"压缩包里的《{_shown(name)}》没有收：{why[1]}"))
        else:
            members.append(Member(number, parts[:-1], parts[-1], info))
    unpacked = sum(one.info.file_size for one in members)
    if len(members) > budget.members:
        return _refused(IssueCode.TOO_LARGE, f"压缩包里的文件太多（超过 {_MOST_MEMBERS} 个），没有拆开")
    if unpacked > budget.unpacked_bytes:
        most = f"{limits.unpacked_bytes / 1_000_000:g} 兆"
        return _refused(IssueCode.TOO_LARGE, f"压缩包解开后太大（超过 {most}字节），没有拆开")
    if sum(one.info.compress_size for one in members) > path.stat().st_size or _overlap(members):
        return _refused(IssueCode.UNREADABLE, "压缩包里的文件相互重叠，是损坏或恶意的压缩包，没有拆开")
    if not members and not issues:
        return _refused(IssueCode.EMPTY_FILE, "压缩包里没有文件")
    budget.members -= len(members)
    budget.unpacked_bytes -= unpacked
    return Packet(tuple(members), tuple(issues))


def take_out(path: Path, members: tuple[Member, ...], folder: Path) -> Iterator[tuple[Member, Path | None]]:
    """Each member with a file of ours in ``folder`` that holds its bytes until the next one; None: it is damaged.

    Raises FileAccessError where the folder cannot be written.
    """
    with zipfile.ZipFile(path) as archive:
        for member in members:
            suffix = Path(member.name).suffix
            target = folder / f"{member.number}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
            yield member, target if _written(archive, member, target) else None
            with contextlib.suppress(OSError):  # a virus scanner has it open: it goes with the folder
                target.unlink(missing_ok=True)


def room(folder: Path, key: str) -> Path:
    """A new folder for what is taken out, for its owner alone. Raises FileAccessError."""
    place = folder / f"{_UNPACKED}{key}"
    try:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
    except OSError as fault:
        raise FileAccessError(
            f"{folder} 不能写入（{fault.strerror or fault}），压缩包没有拆开。请检查磁盘是否已满、文件夹是否只读。"
        ) from fault
    return place


def sweep(folder: Path, before: float) -> None:
    """Remove what was left by an unpacking that was interrupted before this time (seconds since 1970)."""
    for place in folder.glob(f"{_UNPACKED}*"):
        if place.lstat().st_mtime < before:
            shutil.rmtree(place, ignore_errors=True)


def damaged(member: Member) -> Issue:
    """What there is to say of a member whose bytes are not what the zip says."""
    words = f"压缩包里的《{_shown(member.path)}》没有收：内容已损坏，请对方重发这个文件"
    return Issue(IssueCode.UNREADABLE, Severity.WARNING, words)


def too_deep() -> Packet:
    """What there is to say of a zip within a zip within a zip."""
    return _refused(IssueCode.UNSUPPORTED, "压缩包里套着压缩包，超过两层，没有拆开。请先解压，再放入其中的文件")


def _refused(code: IssueCode, words: str) -> Packet:
    return Packet(issues=(Issue(code, Severity.ERROR, f"{words}。"),))


def _fault(info: zipfile.ZipInfo, name: str, parts: tuple[str, ...], limits: Limits) -> tuple[IssueCode, str] | None:
    """Why a member is not given out; None if it may be."""
    if not parts or ".." in parts or name.startswith(("/", "\\")) or _DRIVE.match(name) or "\x00" in info.orig_filename:
        return IssueCode.UNSUPPORTED, "它的名字想写到别的文件夹去，不合规矩"
    if info.flag_bits & 0x1:
        return IssueCode.ENCRYPTED, "有密码。请去掉密码后重发"
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return IssueCode.UNSUPPORTED, "它是链接或设备，不是文件"
    if info.compress_type not in _METHODS:
        return IssueCode.UNSUPPORTED, "压缩方式不常见，解不开。请先解压，再放入其中的文件"
    if info.file_size > limits.file_bytes:
        return IssueCode.TOO_LARGE, f"文件过大（{info.file_size:,} 字节，上限 {limits.file_bytes:,} 字节）"
    return None


def _overlap(members: list[Member]) -> bool:
    """Whether two members share bytes of the zip: a way to make a bomb of a small file."""
    end = 0
    for info in sorted((one.info for one in members), key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + 30 + info.compress_size
    return False


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name of a member. Windows programs in China write GBK and do not say so."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.orig_filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _directory_bytes(path: Path) -> int:
    """The size of the list of members, as ``zipfile`` will believe it, zip64 included; 0 where there is none.

    Raises OSError.
    """
    ended: Callable[[BinaryIO], list[Any] | None] = vars(zipfile)["_EndRecData"]  # reads the end record alone
    with path.open("rb") as file:
        record = ended(file)
    return int(record[_SIZE]) if record else 0


def _written(archive: zipfile.ZipFile, member: Member, target: Path) -> bool:
    """Write the bytes of a member; False if they are damaged. Raises FileAccessError."""
    left = member.info.file_size
    try:
        with archive.open(member.info) as reading, target.open("wb") as writing:
            target.chmod(0o600)
            while block := reading.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    return False
                writing.write(block)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError):
        return False
    except OSError as fault:
        raise FileAccessError(
            f"{target.parent.parent} 不能写入（{fault.strerror or fault}），压缩包没有拆完。请检查磁盘是否已满。"
        ) from fault
    return left == 0


def _shown(name: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in name[:_SHOWN]).split())
