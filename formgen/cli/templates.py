"""``formgen template``: which templates are used, what is wrong with them, whether they give back what was put in."""

from __future__ import annotations

from pathlib import Path

import click

from formgen.cli.console import ChineseCommand, ChineseGroup, table
from formgen.cli.workspaces import found, workspace_option
from formgen.errors import ExitCode


@click.group(cls=ChineseGroup)
def template() -> None:
    """查看正在使用的模板。"""


@template.command("list", cls=ChineseCommand)
@workspace_option
def list_templates(workspace: Path | None) -> int:
    """列出模板：工作区 templates 文件夹里的优先，其余用自带的。"""
    from formgen.resources import template_roots

    place = found(workspace)
    rows: dict[str, tuple[str, str, str]] = {}
    for root in reversed(template_roots(place.root if place else None)):
        own = place is not None and root.is_relative_to(place.root)
        for path in sorted((*root.glob("docx/*.docx"), *root.glob("xlsx/*.xlsx"))):
            name = f"{path.parent.name}/{path.name}"
            if not path.name.startswith("~$"):
                rows[name] = (name, "本工作区" if own else "自带", str(path))
    click.echo(table(("模板", "来源", "文件"), rows.values(), widest=80))
    click.echo("要改模板：把自带的文件复制到工作区 templates/docx 或 templates/xlsx，用 Word、WPS 打开修改。", err=True)
    return ExitCode.DONE
