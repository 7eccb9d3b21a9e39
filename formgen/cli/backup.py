"""``formgen backup`` and ``formgen restore``: the workspace in one file, and back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from formgen.cli.console import ChineseCommand, progress_bar, to_json
from formgen.cli.workspaces import opened, workspace_option
from formgen.errors import ExitCode


@click.command(cls=ChineseCommand)
@click.argument("target", metavar="[文件夹或文件]", required=False, type=click.Path(path_type=Path))
@workspace_option
@click.option("--check", "only_check", is_flag=True, help="不备份，只核对给出的备份文件是否完好。")
@click.option("-n", "--dry-run", is_flag=True, help="只看会写到哪里，不备份。")
@click.option("--json", "json_wanted", is_flag=True, help="输出一行 JSON。")
def backup(target: Path | None, workspace: Path | None, only_check: bool, dry_run: bool, json_wanted: bool) -> int:
    """把整个工作区备份成一个文件，写完读回逐字节核对。给出的是文件夹就自动起名；不给则放在工作区旁边。

    收件、核实时也可以备份：台账取同一时刻的一份。请放到另一块磁盘或 U 盘上。
    """
    from formgen import backup as keeping

    if only_check:
        if target is None:
            raise click.UsageError("请给出要核对的备份文件")
        with progress_bar("核对备份") as progress:
            found = keeping.check(target, progress=progress)
    else:
        place = opened(workspace)
        at = datetime.now().astimezone()
        wanted = target or place.root.parent
        if wanted.is_dir():
            wanted = wanted / keeping.default_name(place, at)
        if dry_run:
            click.echo(f"会备份到：{wanted.absolute()}")
            return ExitCode.DONE
        with progress_bar("备份") as progress:
            found = keeping.back_up(place, wanted, at, progress=progress)
    if json_wanted:
        click.echo(
            to_json(
                {
                    "file": str(found.path),
                    "made": found.made.isoformat(),
                    "workspace": found.workspace,
                    "files": found.files,
                    "bytes": found.size,
                    "left": list(found.left),
                    "untold": found.untold,
                }
            )
        )
    else:
        done = "备份完好" if only_check else "已备份并核对"
        click.echo(
            f"{done}：{found.path}\n“{found.workspace}”{found.made:%Y-%m-%d %H:%M}，{found.files} 个文件，"
            f"{found.size / 1_000_000:.1f} 兆字节。"
        )
        for one in found.left:
            click.echo(f"[没有备份] {one}", err=True)
        if found.untold:
            click.echo(f"[没有登记] {found.untold}", err=True)
    return ExitCode.NEEDS_A_PERSON if found.left or found.untold else ExitCode.DONE


@click.command(cls=ChineseCommand)
@click.argument("file", metavar="备份文件", type=click.Path(path_type=Path))
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="文件夹里已有工作区也恢复；原来的改名保留，不删。")
@click.option("-n", "--dry-run", is_flag=True, help="只核对备份、看会恢复到哪里，不恢复。")
def restore(file: Path, folder: Path, force: bool, dry_run: bool) -> int:
    """用备份在一个新的文件夹里恢复工作区。先逐字节核对备份；不覆盖已有的工作区。"""
    from formgen import backup as keeping

    with progress_bar("恢复") as progress:
        if dry_run:
            found = keeping.check(file, progress=progress)
        else:
            aside = keeping.restore(file, folder, datetime.now().astimezone(), force=force, progress=progress)
    if dry_run:
        click.echo(f"备份完好（{found.made:%Y-%m-%d %H:%M}，{found.files} 个文件），会恢复到：{folder.absolute()}")
        return ExitCode.DONE
    click.echo(f"已恢复到：{folder.absolute()}")
    if aside is not None:
        click.echo(f"原来的在：{aside}")
    click.echo(
        f"可以用 formgen verify -w {folder} 把每个结果再核对一遍。备份以后收的件不在里面，请再放进收件箱。", err=True
    )
    return ExitCode.DONE
