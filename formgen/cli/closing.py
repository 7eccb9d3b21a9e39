"""``formgen close`` and ``formgen verify``: settle a period for good, and see that nothing kept has changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formgen.cli.console import ChineseCommand, progress_bar, to_json
from formgen.cli.workspaces import law, opened, scheme_option, workspace_option
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.workspace import Workspace


@click.command(cls=ChineseCommand)
@click.argument("period", metavar="[时段]", required=False)
@scheme_option
@workspace_option
@click.option("--by", metavar="姓名", default="", help="由谁关账。")
@click.option("--why", metavar="依据", default="", help="依据什么，例如“3月考核已公示无异议”。")
@click.option("--with-doubts", is_flag=True, help="有人没交表或还有未定的，也关账。")
@click.option("--list", "listed", is_flag=True, help="列出已关账的时段，和关账以后等待处理的材料。")
@click.option("-n", "--dry-run", is_flag=True, help="只看能不能关账，不关。")
@click.option("--json", "json_wanted", is_flag=True, help="与 --list 同用：每个已关账的时段输出一行 JSON。")
def close(
    period: str | None,
    scheme_id: str | None,
    workspace: Path | None,
    by: str,
    why: str,
    with_doubts: bool,
    listed: bool,
    dry_run: bool,
    json_wanted: bool,
) -> int:
    """关账：一个时段的结果从此不再改动，除非写明是谁、为什么（assess --reopen）。

    关账以后到的回收表、更正和事项照样留存，列为等待处理。
    """
    from formgen.closing import close_period
    from formgen.periods import in_chinese
    from formgen.store import Store

    place = opened(workspace)
    if listed or period is None:
        if not listed:
            raise UsageError("请写明时段，例如 formgen close 2023-03；只看已关账的用 formgen close --list")
        return _list(place, scheme_id, json_wanted)
    scheme, _ = law(place, scheme_id)
    if json_wanted:
        raise UsageError("--json 与 --list 同用")
    with Store(place.database) as store, store.tried(dry_run):
        result = close_period(
            store, scheme, period, by=by, why=why, at=datetime.now().astimezone(), with_doubts=with_doubts
        )
    if result.closing is None:
        click.echo(f"{in_chinese(period)}没有关账，还有：")
        click.echo("\n".join(f"  {one}" for one in result.obstacles))
        late = any("还没有评定" in one for one in result.obstacles)  # --with-doubts does not pass over these
        waits = "" if late else "；确实不等的，加 --with-doubts 并在 --why 里写明"
        click.echo(f"处理以后再关账{waits}。", err=True)
        return ExitCode.NEEDS_A_PERSON
    click.echo(f"{in_chinese(period)}{'可以' if dry_run else '已'}关账（{result.closing.by}：{result.closing.why}）。")
    if result.obstacles:
        click.echo("关账时还没有定的：\n" + "\n".join(f"  {one}" for one in result.obstacles))
    return ExitCode.DONE


def _list(place: Workspace, scheme_id: str | None, json_wanted: bool) -> int:
    from formgen.closing import closed_periods
    from formgen.periods import in_chinese
    from formgen.scheme.loading import load_schemes
    from formgen.store import Store

    schemes = [one for one in load_schemes(place.root) if scheme_id in (None, one.id)]
    with Store(place.database) as store:
        closed = {one.scheme for one in store.closings()}
        decided = {one.id: law(place, one.id)[1] for one in schemes if one.id in closed}
        found = closed_periods(store, schemes, decided)
    for one in found:
        closing = one.closing
        if json_wanted:
            click.echo(
                to_json(
                    {
                        "scheme": closing.scheme,
                        "period": closing.period,
                        "by": closing.by,
                        "at": closing.at.isoformat(),
                        "why": closing.why,
                        "waiting": [{"subject": str(late.subject), "why": list(late.why)} for late in one.waiting],
                    }
                )
            )
            continue
        click.echo(
            f"■ {closing.scheme}　{in_chinese(closing.period)}　{closing.by} 于 {closing.at:%Y-%m-%d %H:%M} 关账"
            f"（{closing.why}）"
        )
        click.echo(
            "".join(f"    等待处理　{late.words}\n" for late in one.waiting) or "    没有等待处理的。\n", nl=False
        )
    if not found and not json_wanted:
        click.echo("没有已关账的时段。")
    return ExitCode.NEEDS_A_PERSON if any(one.waiting for one in found) else ExitCode.DONE


@click.command(cls=ChineseCommand)
@workspace_option
@click.option("--json", "json_wanted", is_flag=True, help="输出一行 JSON。")
def verify(workspace: Path | None, json_wanted: bool) -> int:
    """核对存档和台账：原件、每一行记录、发文，并把每个结果按当时的材料和办法重新计算一遍。"""
    from formgen.archive import Archive
    from formgen.store import Store
    from formgen.verification import verify as compare

    place = opened(workspace)
    with Store(place.database, read_only=True) as store, progress_bar("核对") as progress:
        result = compare(store, Archive(place.archive), place.root, progress=progress)
    if json_wanted:
        click.echo(
            to_json(
                {
                    "faults": list(result.faults),
                    "notes": list(result.notes),
                    "originals": result.originals,
                    "assessments": result.assessments,
                    "standings": result.standings,
                }
            )
        )
    else:
        for fault in result.faults:
            click.echo(f"[不符] {fault}")
        for note in result.notes:
            click.echo(f"[说明] {note}")
        said = f"有 {len(result.faults)} 处不符。" if result.faults else "全部相符。"
        click.echo(
            f"核对了 {result.originals} 个原件，重新计算了 {result.assessments} 个评定、"
            f"{result.standings} 个定等：{said}"
        )
    return ExitCode.VERIFICATION_FAILED if result.faults else ExitCode.DONE
