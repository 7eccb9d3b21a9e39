"""``formgen generate notice``: official paper from drafts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formgen.cli.console import ChineseCommand
from formgen.cli.desk import Order, ordered
from formgen.cli.setting import profile_option
from formgen.cli.workspaces import found, workspace_option
from formgen.errors import ExitCode

if TYPE_CHECKING:
    from formgen.generate.notices import Notice
    from formgen.workspace import Workspace


@click.command("notice", cls=ChineseCommand)
@click.argument("drafts", metavar="底稿…", nargs=-1, required=True, type=click.Path(path_type=Path))
@workspace_option
@ordered
@profile_option
@click.option("--proofread", is_flag=True, help="列出底稿里要核对的地方（文号、日期、标点、序号、附件名称）。")
@click.option("--correct", is_flag=True, help="改正文号括号、日期虚位、半角标点；不加则原样照印。")
@click.option("--require-fonts", is_flag=True, help="缺公文字体就不生成。")
@click.option("--preprinted", is_flag=True, help="套打：纸上已印好红头，只留位置。")
def notice(
    order: Order,
    drafts: tuple[Path, ...],
    profile_name: str,
    proofread: bool,
    correct: bool,
    require_fonts: bool,
    preprinted: bool,
) -> int:
    """把底稿（纯文本或 Markdown，开头写标题、机关、文号等）排成公文。"""
    from formgen.generate.notices import notice as make
    from formgen.rendering.official import profile
    from formgen.rendering.press import Output

    place = found(order.workspace)
    root = place.root if place else None
    setting = profile.find(profile_name, root)
    if place:
        target = place.output_folder(order.folder or place.outbox / "公文")
    else:
        target = order.folder or Path.cwd()
    output = Output(target, root, "docx", order.dry_run)
    made = [
        make(path, output, setting, preprinted=preprinted, correct=correct, require_fonts=require_fonts)
        for path in drafts
    ]
    if place and not order.dry_run:
        _record(place, made)
    files = [paper for one in made for paper in (one.made, *one.apart)]
    for paper in files:
        click.echo(("会生成：" if order.dry_run else "") + str(paper.path))
    for remark in dict.fromkeys(remark for one in made for remark in one.remarks):
        click.echo(f"提示：{remark}", err=True)
    if order.pdf and not order.dry_run:
        from formgen.rendering.pdf import to_pdf

        for path in to_pdf([paper.path for paper in files], target):
            click.echo(str(path))
    return _findings(made) if proofread else ExitCode.DONE


def _findings(made: list[Notice]) -> int:
    """Print what was found; 1 if anything was."""
    for one in made:
        for finding in one.findings:
            click.echo(f"核对 {one.made.path.stem}　{finding}")
    count = sum(len(one.findings) for one in made)
    click.echo(f"要核对的地方 {count} 处。", err=True)
    return ExitCode.NEEDS_A_PERSON if count else ExitCode.DONE


def _record(place: Workspace, made: list[Notice]) -> None:
    """Record what was issued in the store of the workspace."""
    from formgen.model import Issuance
    from formgen.store import Store

    with Store(place.database) as store:
        for one in (paper for notice in made for paper in (notice.made, *notice.apart)):
            path = one.path.resolve()
            inside = path.is_relative_to(place.root)
            name = path.relative_to(place.root).as_posix() if inside else str(path)
            store.add_issuance(
                Issuance(
                    one.kind,
                    name,
                    one.sha256,
                    one.template_sha256,
                    one.made_from,
                    datetime.now().astimezone(),
                )
            )
