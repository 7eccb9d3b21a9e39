"""``formgen doctor``: what this computer has and lacks for the work."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import click

from formgen.cli.console import ChineseCommand, table, to_json
from formgen.errors import ExitCode


@click.command(cls=ChineseCommand)
@click.option(
    "-w", "--workspace", metavar="文件夹", type=click.Path(path_type=Path), help="同时检查这个工作区能否读写。"
)
@click.option("--json", "json_wanted", is_flag=True, help="每个项目输出一行 JSON。")
def doctor(workspace: Path | None, json_wanted: bool) -> int:
    """检查本机：Python、LibreOffice、读扫描件的部件、公文字体、工作区权限。只查看，不改动。"""
    import formgen.libreoffice as libreoffice
    from formgen import __version__
    from formgen.rendering.official.faces import survey
    from formgen.workspace import exposed, find
    from parsers.scan import missing

    rows = [("formgen", "正常", __version__), ("Python", "正常", f"{platform.python_version()}（{sys.platform}）")]
    soffice = libreoffice.find()
    rows.append(
        ("LibreOffice", "正常", str(soffice))
        if soffice
        else ("LibreOffice", "没有", "读 .doc/.wps/.et 和转 PDF 需要它；其余功能不受影响")
    )
    lacking = missing()
    rows.append(("扫描件", "没有", lacking) if lacking else ("扫描件", "正常", "读扫描件和照片的附加部件已装"))
    for face in survey():
        if face.served is None:
            instead = f"会用“{face.stand_in}”显示" if face.stand_in else "会由别的字体代替"
            rows.append((face.use, "没有", f"打印前请安装“{face.wanted}”；现在{instead}"))
        else:
            rows.append((face.use, "正常" if face.exact else "代替", face.served))
    place = find(workspace or Path.cwd())
    if place is None:
        rows.append(("工作区", "没有", "当前文件夹不在工作区内；用 formgen init 文件夹 新建"))
    else:
        writable = os.access(place.root, os.W_OK)
        rows.append(("工作区", "正常" if writable else "不可写", str(place.root)))
        if loose := exposed(place):
            names = "、".join(one.name for one in loose)
            rows.append(("工作区权限", "过宽", f"本机别的用户也能看：{names}；请执行 chmod -R go= {place.root}"))
    if json_wanted:
        for item, state, meaning in rows:
            click.echo(to_json({"item": item, "state": state, "meaning": meaning}))
    else:
        click.echo(table(("项目", "情况", "说明"), rows, widest=70))
    return ExitCode.FILE_ACCESS if any(state == "不可写" for _, state, _ in rows) else ExitCode.DONE
