"""LibreOffice as an outside program: finds it, and converts office files with it under a private profile.

Each call has its own profile, made for it and thrown away: macros are off, links are not followed, the network is
shut. A call that outlasts its time is killed with everything it started; one that fails is tried once more.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from formgen.errors import FileAccessError, MissingProgramError, ProgramFailedError

#: Names that a program may have on PATH.
_NAMES = ("soffice", "libreoffice")

#: Where the usual installers put it, below the folders of ``_roots``.
_PLACES = (
    "LibreOffice/program/soffice.com",
    "LibreOffice/program/soffice.exe",
    "LibreOffice.app/Contents/MacOS/soffice",
    "libreoffice/program/soffice",
)

#: What the private profile sets. (path, property, value); the meanings stand in LibreOffice's own schema:
#: a macro level of 3 refuses all macros, a link mode of 2 never updates, proxy type 2 is a proxy set by hand.
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Load", "UpdateDocMode", "0"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Office.Writer/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)

#: Filters that must be named, by the ending of the source and the kind wanted: without them LibreOffice opens a
#: page as a web document, which it can only write as a web document.
_OPEN_AS = {
    (".html", "docx"): "HTML (StarWriter)",
    (".html", "xlsx"): "HTML (StarCalc)",
}
_WRITE_AS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}

_MISSING = (
    "没有找到 LibreOffice。旧格式（.doc .wps .et .rtf）的读取和 PDF 的生成需要它：请到 "
    "https://zh-cn.libreoffice.org 下载安装（Debian/Ubuntu：apt install libreoffice-writer libreoffice-calc）；"
    "若已安装，请把 soffice 的位置写入环境变量 FORMGEN_SOFFICE"
)


def find() -> Path | None:
    """The program: the one ``FORMGEN_SOFFICE`` names, else on PATH, else where installers put it; None if missing."""
    if named := os.environ.get("FORMGEN_SOFFICE"):
        found = shutil.which(named)
        return Path(found) if found else None
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    return next((place for place in _usual_places() if place.is_file()), None)


def _usual_places() -> Iterator[Path]:
    roots = [os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432")]
    roots += ["/Applications", str(Path.home() / "Applications"), "/usr/lib", "/usr/lib64", "/opt"]
    for root in filter(None, roots):
        yield from (Path(root) / place for place in _PLACES)


def convert(source: Path, to: str, folder: Path, *, seconds: float = 120.0) -> Path:
    """Convert one file to ``to`` (``pdf``, ``docx``, ``xlsx``) in ``folder``; gives the path of the new file.

    Raises MissingProgramError, ProgramFailedError (failed twice, or not done within ``seconds``), FileAccessError.
    """
    return convert_many([source], to, folder, seconds=seconds)[0]


def convert_many(sources: Sequence[Path], to: str, folder: Path, *, seconds: float = 120.0) -> list[Path]:
    """Convert several files in one start of LibreOffice; the new files in the order of the sources.

    Each is named after its source (``甲.docx`` gives ``甲.pdf``; a second 甲 gives ``甲-2.pdf``); a file of that name
    is replaced. All or nothing: if one cannot be converted, none is written. ``seconds`` is for the whole call.
    Raises as ``convert``.
    """
    if not sources:
        return []
    program = find()
    if program is None:
        raise MissingProgramError(_MISSING)
    deadline = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="formgen-", ignore_cleanup_errors=True) as room:
        copies = _copies(sources, Path(room) / "in")
        made: dict[Path, Path] = {}
        for attempt in ("first", "second"):
            for number, (reader, waiting) in enumerate(_by_reader(copies, made, to).items()):
                made |= _run(program, waiting, reader, to, Path(room) / f"{attempt}-{number}", deadline)
        failed = [source.name for source, copy in zip(sources, copies, strict=True) if copy not in made]
        if failed:
            raise ProgramFailedError(
                f"LibreOffice 未能把下列文件转换为 {to}：{'、'.join(failed)}。请用 Word 或 WPS 打开，另存后再试"
            )
        targets = _targets(sources, to, folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for copy, target in zip(copies, targets, strict=True):
                shutil.copyfile(made[copy], target)
        except OSError as error:
            raise FileAccessError(f"不能写入“{folder}”：{error.strerror or error}") from error
    return targets


def _copies(sources: Sequence[Path], folder: Path) -> list[Path]:
    """The sources under plain names of our own, so that neither a name nor a lock file beside it matters."""
    folder.mkdir()
    copies = []
    for number, source in enumerate(sources, 1):
        copy = folder / f"{number:05}{source.suffix.lower()}"
        try:
            shutil.copyfile(source, copy)
        except OSError as error:
            raise FileAccessError(f"不能读取“{source}”：{error.strerror or error}") from error
        copies.append(copy)
    return copies


def _targets(sources: Sequence[Path], to: str, folder: Path) -> list[Path]:
    taken: set[str] = set()
    targets = []
    for source in sources:
        name, number = f"{source.stem}.{to}", 1
        while name.casefold() in taken:
            number += 1
            name = f"{source.stem}-{number}.{to}"
        taken.add(name.casefold())
        targets.append(folder / name)
    return targets


def _by_reader(copies: Sequence[Path], made: Mapping[Path, Path], to: str) -> dict[str, list[Path]]:
    """What is still to be made, by the input filter that must be named (``""``: LibreOffice may choose)."""
    groups: dict[str, list[Path]] = {}
    for copy in copies:
        if copy not in made:
            groups.setdefault(_OPEN_AS.get((copy.suffix, to), ""), []).append(copy)
    return groups


def _run(program: Path, copies: Sequence[Path], reader: str, to: str, room: Path, deadline: float) -> dict[Path, Path]:
    """One start of the program; what it made, by the copy it was made from. Raises ProgramFailedError when late."""
    profile, out = room / "profile", room / "out"
    out.mkdir(parents=True)
    _write_profile(profile)
    command = [str(program), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--invisible", "--norestore"]
    command += ["--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard"]
    if reader:
        command.append(f"--infilter={reader}")
    command += ["--convert-to", _WRITE_AS.get(to, to), "--outdir", str(out), *map(str, copies)]
    with (room / "talk").open("wb") as talk:  # a file, not a pipe: what it leaves behind cannot keep us waiting
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=talk,
            stderr=subprocess.STDOUT,
            cwd=room,
            start_new_session=os.name == "posix",
        )
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise ProgramFailedError(
                "LibreOffice 在规定时间内没有完成转换，已中止。文件可能过大或已损坏；请用 Word 或 WPS 打开，另存后再试"
            ) from None
        finally:
            _kill(process)
    results = {copy: out / f"{copy.stem}.{to}" for copy in copies}
    return {copy: result for copy, result in results.items() if result.is_file() and result.stat().st_size}


def _write_profile(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/'
        'registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>',
        encoding="utf-8",
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started; nothing if they have ended by themselves."""
    if sys.platform == "win32":
        if process.poll() is None:
            taskkill = Path(os.environ.get("SYSTEMROOT", "C:/Windows")) / "System32" / "taskkill.exe"
            subprocess.run([str(taskkill), "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)  # noqa: S603
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # its own session, hence its own group
    process.wait()
