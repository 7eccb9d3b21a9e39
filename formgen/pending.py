"""Set aside what could not be read: a copy in 待核, and beside it a text file that says why and what to do."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from formgen.archive import file_sha256, sync_folder
from formgen.display import harmless_line
from formgen.errors import FileAccessError
from formgen.model import Issue, IssueCode, Severity

REASON = ".原因.txt"
_HALF = ".未完成-"  #: Begins the name of a copy that is being written.
_LONGEST = 200  #: Bytes of a file's name, so that ``REASON`` fits behind it everywhere.

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.I)

_ADVICE = {
    IssueCode.ENCRYPTED: "用 Word、WPS 或 Excel 打开它（需要密码），去掉打开密码后另存一份。",
    IssueCode.UNSUPPORTED: "请填报人交 Word、Excel、PDF 或 JPG、PNG、TIF 图片；手机的 HEIC 照片先转存为 JPG。",
    IssueCode.MISSING_PROGRAM: "按上面写的装好所缺的程序或部件，然后运行 formgen intake --reread，不用再交。",
    IssueCode.NOT_A_FORM: "打开看看是不是放错了文件。如果确是考核表，请把内容抄到空白表上（formgen generate blank）。",
    IssueCode.AMBIGUOUS_FORM: "把不同的表分成不同的文件，各存一份。",
    IssueCode.TOO_LARGE: "删去里面的照片和无关的内容，另存一份；或在 formgen.toml 的 [limits] 里放宽限制。",
    IssueCode.TOO_SLOW: "删去无关的内容，另存一份；或在 formgen.toml 的 [limits] 里放宽 seconds。",
    IssueCode.EMPTY_FILE: "文件是空的，多半是传输时出了错；请填报人重新发一份。",
    IssueCode.MISLABELLED: "用原来的程序打开它，另存为与内容相符的格式。",
}
_USUAL = "用 Word、WPS 或 Excel 打开它；能打开就另存一份新的，打不开就请填报人重新发一份。"


def set_aside(
    folder: Path, original: Path, name: str, sha256: str, issues: Iterable[Issue], received: datetime, kept: str
) -> Path:
    """Put a copy of ``original`` into ``folder`` under ``name``, with its reason beside it; where the copy now is.

    Doing it again changes nothing. ``kept`` is the place of the original in the clerk's words. Raises FileAccessError.
    """
    try:
        place = _place(folder, name, sha256)
        reason = place.with_name(place.name + REASON)
        half = folder / f"{_HALF}{sha256[:16]}.tmp"  # the same one again after a stop
        _write(half, reason, io.BytesIO(_words(name, issues, received, kept).encode("utf-8-sig", "replace")))
        if not place.exists():
            with original.open("rb") as data:
                _write(half, place, data)
        sync_folder(folder)
    except OSError as fault:
        raise FileAccessError(
            f"“待核”文件夹 {folder} 不能写入（{fault.strerror or fault}）。没有丢失任何东西：《{name}》的原件已在存档，"
            "也还在原处。请检查磁盘是否已满、文件夹是否只读，然后再运行一次。"
        ) from fault
    return place


def withdraw(folder: Path, name: str, sha256: str) -> None:
    """Remove the copy of a file that has been read since, and its reason; what somebody changed stays."""
    place = held(folder, name, sha256)
    if place is not None:
        with contextlib.suppress(OSError):  # it is open in Word: the status goes on naming it
            place.unlink()
            place.with_name(place.name + REASON).unlink(missing_ok=True)


def held(folder: Path, name: str, sha256: str) -> Path | None:
    """The copy of these bytes that was set aside under a name; None if it is gone, or was changed."""
    with contextlib.suppress(OSError):
        place = _place(folder, name, sha256)
        return place if place.exists() else None
    return None


def sweep(folder: Path, before: float) -> None:
    """Remove what a copy that was interrupted before this time (seconds since 1970) left half written."""
    for path in folder.glob(f"{_HALF}*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < before:
                path.unlink()


def _place(folder: Path, name: str, sha256: str) -> Path:
    """A free name in the folder, or the one that already holds these bytes."""
    folder.mkdir(mode=0o700, exist_ok=True)
    whole = Path(_safe(PurePosixPath(name).name))
    number = 1
    while True:
        mark = "" if number == 1 else f"（{number}）"
        place = folder / (
            _shortened(whole.stem, _LONGEST - len(os.fsencode(mark + whole.suffix))) + mark + whole.suffix
        )
        if not place.exists() or (place.is_file() and file_sha256(place) == sha256):
            return place
        number += 1


def _safe(name: str) -> str:
    """A name that Windows too can hold: a file in a zip may bear any."""
    safe = _FORBIDDEN.sub("_", name).rstrip(" .") or "_"
    return f"_{safe}" if _RESERVED.match(safe) else safe


def _shortened(stem: str, longest: int) -> str:
    while len(os.fsencode(stem)) > longest:
        stem = stem[:-1]
    return stem


def _write(half: Path, path: Path, data: BinaryIO) -> None:
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        shutil.copyfileobj(data, file)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def _words(name: str, issues: Iterable[Issue], received: datetime, kept: str) -> str:
    """The text of the reason file, with the line ends of Windows."""
    faults = [issue for issue in issues if issue.severity is not Severity.INFO] or list(issues)
    lines = [
        f"文件：{harmless_line(name)}",
        f"收到：{received:%Y-%m-%d %H:%M}",
        "",
        "没有从这个文件读到考核数据，原因：",
    ]
    for number, issue in enumerate(faults, 1):
        place = f"（{issue.where.chinese}）" if issue.where.chinese else ""
        lines.append(f"  {number}. {harmless_line(' '.join(issue.message.split()))}{place}")
    if not faults:
        lines.append("  1. 文件里没有找到考核表的内容")
    advice = list(dict.fromkeys(_ADVICE[issue.code] for issue in faults if issue.code in _ADVICE)) or [_USUAL]
    lines += ["", f"没有丢失任何东西：原件已原样存入“{kept}”，没有改动。", "", "怎么办："]
    lines += [f"  {number}. {step}" for number, step in enumerate([*advice, _AFTERWARDS], 1)]
    return "\r\n".join(lines) + "\r\n"


_AFTERWARDS = "处理好以后，把文件放进“收件箱”，再运行 formgen intake；然后可以删去这里的副本和本说明。"
