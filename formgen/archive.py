"""Keep every original for ever, under the hash of its bytes: written once, verified, never changed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from formgen.errors import FileAccessError, VerificationError

_BLOCK = 1 << 20
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HALF_WRITTEN = ".未完成-"


class UnreadableSourceError(FileAccessError):
    """The file that should be archived cannot be read; other files can."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder of originals: ``原件/ab/ab12….docx``, with the suffix of the name under which the bytes first came."""

    root: Path  #: 存档

    @property
    def originals(self) -> Path:
        """The folder of originals."""
        return self.root / "原件"

    def find(self, sha256: str) -> Path | None:
        """The original with this hash, None if it is not kept."""
        folder = self.originals / sha256[:2]
        if not _SHA256.fullmatch(sha256) or not folder.is_dir():
            return None
        return next((path for path in sorted(folder.glob(f"{sha256}*")) if path.is_file()), None)

    def add(self, source: Path) -> tuple[str, Path]:
        """Copy a file in; its sha256 and its place. The source stays; bytes that are kept already are not kept twice.

        Raises UnreadableSourceError for the source, FileAccessError for the archive, VerificationError where the copy
        is not what was read.
        """
        half = self.originals / f"{_HALF_WRITTEN}{secrets.token_hex(8)}"
        try:
            reading = source.open("rb")
        except OSError as fault:
            raise UnreadableSourceError(
                f"{source}：打不开（{fault.strerror or fault}），没有收。没有丢失：它仍在原处；"
                "可能正在 Word、WPS 或 Excel 中打开，请关闭后再收。"
            ) from fault
        try:
            with reading:
                self.originals.mkdir(mode=0o700, exist_ok=True)  # not its parents: a share that went is not made anew
                sha256 = _copied(source, reading, half)
            kept = self.find(sha256)
            if kept is not None and file_sha256(kept) == sha256:
                self._sync(kept)  # a run that was stopped may not have come to it
                return sha256, kept
            suffix = source.suffix.lower() if _SUFFIX.fullmatch(source.suffix) else ""
            place = kept or self.originals / sha256[:2] / f"{sha256}{suffix}"
            place.parent.mkdir(mode=0o700, exist_ok=True)
            if file_sha256(half) != sha256:
                raise VerificationError(f"{source}：存入存档后核对不符，没有收进。请检查磁盘，再试一次。")
            half.chmod(0o400)  # opened in Word, it cannot be saved over
            if kept is not None:
                kept.chmod(0o600)  # damaged: the platform may refuse to replace a read-only file
            half.replace(place)
            self._sync(place)
        except UnreadableSourceError:
            raise
        except OSError as fault:
            raise FileAccessError(
                f"存档 {self.root} 不能写入（{fault.strerror or fault}）。没有丢失任何东西：{source.name} 仍在原处。"
                "请检查磁盘是否已满、文件夹是否只读、网络盘是否断开，然后再运行一次。"
            ) from fault
        finally:
            with contextlib.suppress(OSError):
                discard(half)
        return sha256, place

    def _sync(self, place: Path) -> None:
        """Put the names that lead to an original on the disk: a power cut then does not take it."""
        for folder in (place.parent, self.originals, self.root):
            sync_folder(folder)

    def each(self) -> Iterator[tuple[str, Path]]:
        """All originals, by hash."""
        if self.originals.is_dir():
            for path in sorted(self.originals.glob("??/*")):
                if _SHA256.fullmatch(path.name[:64]):
                    yield path.name[:64], path

    def faults(self) -> tuple[str, ...]:
        """The originals that are no longer what they were, in Chinese; empty if all are well."""
        return tuple(
            f"{path}：内容与收进时不同（原件已损坏或被改动）"
            for sha256, path in self.each()
            if file_sha256(path) != sha256
        )

    def sweep(self, before: float) -> None:
        """Remove what a copy that was interrupted before this time (seconds since 1970) left half written."""
        for path in self.originals.glob(f"{_HALF_WRITTEN}*"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < before:
                    discard(path)


def discard(path: Path) -> None:
    """Remove a file that may be read-only, which Windows refuses to remove. Raises OSError."""
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        path.chmod(0o600)
        path.unlink()


def file_sha256(path: Path) -> str:
    """The sha256 of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copied(source: Path, reading: BinaryIO, target: Path) -> str:
    """Copy an open file to a new one that is then on the disk for sure; the sha256 of its bytes."""
    hashed = hashlib.sha256()
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as writing:
        while True:
            try:
                block = reading.read(_BLOCK)
            except OSError as fault:
                raise UnreadableSourceError(
                    f"{source}：读不下去（{fault.strerror or fault}），没有收，仍在原处。请检查它所在的磁盘，再收一次。"
                ) from fault
            if not block:
                break
            hashed.update(block)
            writing.write(block)
        writing.flush()
        os.fsync(writing.fileno())
    return hashed.hexdigest()


def sync_folder(folder: Path) -> None:
    """Put a folder's list of names on the disk, where the platform and the file system have that. Raises OSError."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as fault:
        if fault.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):  # a share that knows no such thing
            raise
    finally:
        os.close(handle)
