"""Where a made file lies: names that Windows too can hold, never over another file, written whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
import time
import unicodedata
import warnings
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from formgen.errors import FileAccessError, OpenDocumentWarning

_LONGEST = 100  #: Characters of a name, with its ending.
_LONGEST_BYTES = 240  #: In UTF-8: Linux ends at 255.
_BESIDE = ".formgen-"  #: Begins the name of a file that is being written.
_ABANDONED_SECONDS = 3600.0
_MOST_LOCKED = 50
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.I)


def file_name(parts: Sequence[str], suffix: str, number: int = 1) -> str:
    """``张庄村-李四-考核表-2023年3月.docx``: the parts that are not empty, safe to use as a name in one folder.

    A character that a name cannot hold becomes ``_``; an over-long part is cut, the longest first; ``number`` from 2
    tells a second file of the name apart.
    """
    words = [part for part in map(_safe, parts) if part] or ["未命名"]
    ending = (f"-{number}" if number > 1 else "") + suffix
    while _too_long("-".join(words) + ending):
        longest = max(range(len(words)), key=lambda index: len(words[index].encode()))
        words[longest] = words[longest][:-1]
    stem = "-".join(filter(None, (word.strip(" .") for word in words)))
    if _RESERVED.match(stem):
        stem = "_" + stem
    return stem + ending


def _too_long(name: str) -> bool:
    return len(name) > _LONGEST or len(name.encode()) > _LONGEST_BYTES


def _safe(part: str) -> str:
    """The part without invisible, directional or unpaired characters and without what a path is made of."""
    visible = "".join(c for c in part if unicodedata.category(c) not in ("Cf", "Cs", "Cn", "Zl", "Zp"))
    return re.sub(r"\s+", " ", _FORBIDDEN.sub("_", visible)).strip(" .")


def file_away(
    data: bytes, folder: Path, parts: Sequence[str], suffix: str, *, taken: set[str], dry_run: bool = False
) -> Path:
    """Write the data into the folder under a name of these parts; gives the path.

    A file of the same name that holds the same bytes is left; one that holds others is never replaced: the new one
    gets a number, with an OpenDocumentWarning where the other is locked. ``taken`` are the names (in lower case)
    already given out, and gains this one. With ``dry_run`` nothing is written. Raises FileAccessError.
    """
    number, locked = 1, ""
    while True:
        path = folder / file_name(parts, suffix, number)
        try:
            if path.name.lower() not in taken and _free_for(path, data):
                break
        except OSError as fault:
            if not path.parent.is_dir() or number > _MOST_LOCKED:
                raise FileAccessError(
                    f"“{path}”已经存在且不能查看（{fault.strerror or fault}）。没有改动它；"
                    "如果它在 Word、WPS 或 Excel 中打开着，请关闭后再试"
                ) from fault
            locked = locked or path.name
        number += 1
    taken.add(path.name.lower())
    if not dry_run and not path.exists():
        _write(path, data)
    if locked:
        where = "会另存为" if dry_run else "另存为"
        words = f"“{locked}”打不开，可能正在 Word、WPS 或 Excel 中打开着；没有动它，这一份{where}“{path.name}”。"
        warnings.warn(OpenDocumentWarning(words), stacklevel=2)
    return path


def _free_for(path: Path, data: bytes) -> bool:
    """Whether nothing lies there, or the same already. Raises OSError where it cannot be looked at."""
    return not path.exists() or (path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data)


def _write(path: Path, data: bytes) -> None:
    """Write a new file whole or not at all, on the disk for sure. Raises FileAccessError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        handle, beside = tempfile.mkstemp(prefix=_BESIDE, suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(beside).unlink()
            raise
    except OSError as error:
        raise FileAccessError(
            f"不能写入“{path}”（{error.strerror or error}），没有留下半份；以前的文件和台账没有改动。"
            "请检查磁盘是否已满、文件夹是否存在、可写，文件是否正在打开，然后再生成一次"
        ) from error


@lru_cache(maxsize=256)  # once a folder and process
def _sweep(folder: Path) -> None:
    """Remove what a run that was stopped an hour ago or earlier left half written."""
    for path in folder.glob(f"{_BESIDE}*.tmp"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
                path.unlink()
