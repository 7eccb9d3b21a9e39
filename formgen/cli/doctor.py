"""``formgen doctor``: what this computer has and lacks for the work."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import click

from formgen.cli.console import ChineseCommand, table
from formgen.errors import ExitCode

#: What the face is for → family names that serve, first choice first (GB/T 9704-2012, 5.2.2 and 7; names by custom).
FACES = {
    "标题（小标宋）": ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong"),
    "正文（仿宋）": ("仿宋_GB2312", "仿宋", "FangSong", "华文仿宋", "STFangsong"),
    "一级标题（黑体）": ("黑体", "SimHei", "华文黑体", "Heiti SC"),
    "二级标题（楷体）": ("楷体_GB2312", "楷体", "KaiTi", "华文楷体", "STKaiti"),
    "页码（宋体）": ("宋体", "SimSun", "华文宋体", "Songti SC"),
}
_WINDOWS_FILES = {
    "方正小标宋简体": ("FZXBSJW.TTF", "方正小标宋简体.ttf"),
    "方正小标宋_GBK": ("FZXBSK.TTF",),
    "华文中宋": ("STZHONGS.TTF",),
    "仿宋_GB2312": ("SIMFANG_GB2312.TTF", "仿宋_GB2312.ttf"),
    "仿宋": ("SIMFANG.TTF",),
    "华文仿宋": ("STFANGSO.TTF",),
    "黑体": ("SIMHEI.TTF",),
    "楷体_GB2312": ("SIMKAI_GB2312.TTF", "楷体_GB2312.ttf"),
    "楷体": ("SIMKAI.TTF",),
    "华文楷体": ("STKAITI.TTF",),
    "宋体": ("SIMSUN.TTC",),
    "华文宋体": ("STSONG.TTF",),
}


def installed_families() -> frozenset[str]:
    """Names of the font families on this computer, by fontconfig or by the files in the Windows font folders."""
    if fc_list := shutil.which("fc-list"):
        listed = subprocess.run(  # noqa: S603 - a fixed command without a shell
            [fc_list, ":", "family"], capture_output=True, text=True, encoding="utf-8", timeout=30, check=False
        ).stdout
        return frozenset(name.strip() for line in listed.splitlines() for name in line.split(","))
    folders = [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"]
    if local := os.environ.get("LOCALAPPDATA"):
        folders.append(Path(local) / "Microsoft" / "Windows" / "Fonts")
    files = {file.name.upper() for folder in folders if folder.is_dir() for file in folder.iterdir()}
    return frozenset(family for family, names in _WINDOWS_FILES.items() if any(name.upper() in files for name in names))


def faces() -> list[tuple[str, str | None, str]]:
    """(what for, the family that will serve or None, the first choice) for each face an official paper needs."""
    here = installed_families()
    return [(use, next((name for name in names if name in here), None), names[0]) for use, names in FACES.items()]


@click.command(cls=ChineseCommand)
@click.option(
    "-w", "--workspace", metavar="文件夹", type=click.Path(path_type=Path), help="同时检查这个工作区能否读写。"
)
def doctor(workspace: Path | None) -> int:
    """检查本机：Python、LibreOffice、公文字体、工作区权限。只查看，不改动。"""
    import formgen.libreoffice as libreoffice
    from formgen import __version__
    from formgen.workspace import find

    rows = [("formgen", "正常", __version__), ("Python", "正常", f"{platform.python_version()}（{sys.platform}）")]
    soffice = libreoffice.find()
    rows.append(
        ("LibreOffice", "正常", str(soffice))
        if soffice
        else ("LibreOffice", "没有", "读 .doc/.wps/.et 和转 PDF 需要它；其余功能不受影响")
    )
    for use, family, first in faces():
        if family is None:
            rows.append((use, "没有", f"打印前请安装“{first}”；现在会由别的字体代替"))
        else:
            rows.append((use, "正常" if family == first else "代替", family))
    place = find(workspace or Path.cwd())
    if place is None:
        rows.append(("工作区", "没有", "当前文件夹不在工作区内；用 formgen init 文件夹 新建"))
    else:
        writable = os.access(place.root, os.W_OK)
        rows.append(("工作区", "正常" if writable else "不可写", str(place.root)))
        if not writable:
            click.echo(table(("项目", "情况", "说明"), rows, widest=70))
            return ExitCode.FILE_ACCESS
    click.echo(table(("项目", "情况", "说明"), rows, widest=70))
    return ExitCode.DONE
