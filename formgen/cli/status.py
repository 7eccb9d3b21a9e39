"""``formgen status``: what came, what waits, what is in doubt, who has not returned, and whether it is watched."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formgen.cli.console import ChineseCommand, to_json
from formgen.cli.workspaces import law, opened, scheme_option, workspace_option
from formgen.errors import ExitCode

if TYPE_CHECKING:
    from formgen.status import Status


@click.command(cls=ChineseCommand)
@workspace_option
@scheme_option
@click.option("--period", "-p", metavar="时段", help="查哪个时段谁还没交；不给则用最近收到的那个时段。")
@click.option("--json", "json_wanted", is_flag=True, help="输出一行 JSON。")
def status(workspace: Path | None, scheme_id: str | None, period: str | None, json_wanted: bool) -> int:
    """看收件情况：收了什么、还有什么没收、哪些存疑、谁还没交、有没有在看守。什么也不改。"""
    from formgen.status import status as stand
    from formgen.status import text
    from formgen.store import Store

    place = opened(workspace)
    scheme = law(place, scheme_id)[0] if scheme_id or place.config.scheme else None
    with Store(place.database, read_only=True) as store:
        found = stand(place, store, scheme, period, datetime.now().astimezone())
    click.echo(to_json(_as_json(found)) if json_wanted else text(found))
    return ExitCode.NEEDS_A_PERSON if found.needs_person else ExitCode.DONE


def _as_json(found: Status) -> dict[str, object]:
    watcher, returns = found.watcher, found.returns
    taken, doubtful, without, again = found.today
    return {
        "schema_version": 1,
        "at": found.at.isoformat(timespec="seconds"),
        "watcher": {
            "running": watcher.holder is not None,
            "stuck": watcher.stuck,
            "pid": watcher.holder.pid if watcher.holder else None,
            "since": watcher.holder.since if watcher.holder else None,
            "last_beat": watcher.beat.at if watcher.beat else None,
            "state": watcher.beat.state if watcher.beat else None,
            "trouble": watcher.beat.trouble if watcher.beat else "",
        },
        "inbox": list(found.inbox),
        "oldest_seconds": int(found.oldest),
        "skipped": list(found.skipped),
        "files": found.files,
        "today": {"taken": taken, "doubtful": doubtful, "set_aside": without, "duplicate": again},
        "doubtful": list(found.doubtful),
        "pending": list(found.pending),
        "returns": None
        if returns is None
        else {
            "period": returns.period,
            "over": returns.over,
            "returned": returns.returned,
            "missing": [
                {"village": one.village, "name": one.name, "group": one.group, "team": one.team}
                for one in returns.missing
            ],
            "unknown": returns.unknown,
            "roster": returns.rostered,
        },
        "overdue": [{"period": one.period, "returned": one.returned, "missing": one.missing} for one in found.overdue],
        "late": list(found.late),
        "notes": list(found.notes),
    }
