"""``formgen init`` and ``formgen intake``: the workspace, and what comes into it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formgen.cli.console import ChineseCommand, file_progress
from formgen.cli.outcomes import OUTCOMES, as_json, as_lines
from formgen.cli.workspaces import loaded_forms, opened, scanning, workspace_option
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.intake import IntakeResult
    from formgen.parsing import Hints


@click.command(cls=ChineseCommand)
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.option("-s", "--scheme", "scheme_id", metavar="办法", help="平时用哪个办法，如 dayang-2023。")
@click.option("--demo", "with_examples", is_flag=True, help="写入示例决定（标明为示例），并放入示例回收件。")
@click.option("-n", "--dry-run", is_flag=True, help="只看能不能在那里新建，不建。")
def init(folder: Path, scheme_id: str | None, with_examples: bool, dry_run: bool) -> int:
    """新建工作区：收件箱、存档、待核、发文，以及可以改动的模板和办法。"""
    from formgen import workspace

    if dry_run:
        root, _ = workspace.planned(folder, scheme=scheme_id, demo=with_examples)
        kept = "（文件夹里已有别的东西，会保留）" if root.is_dir() and any(root.iterdir()) else ""
        click.echo(f"会建立工作区：{root}{kept}")
        return ExitCode.DONE
    if with_examples:
        from formgen.cli.demo import prepare

        place = prepare(folder, scheme_id)
    else:
        place = workspace.create(folder, scheme=scheme_id)
    click.echo(f"已建立工作区：{place.root}")
    click.echo(
        f"  {place.inbox.name}：把回收的表放进这里，然后运行 formgen intake\n"
        f"  {place.archive.name}：原件和台账，请勿改动\n"
        f"  {place.pending.name}：读不了的文件，旁边写着原因\n"
        f"  {place.outbox.name}：生成的空白表、通报等\n"
        f"  {place.settings.name}：设置和本级决定（formgen scheme gaps 看还缺哪些）",
        err=True,
    )
    return ExitCode.DONE


@click.command(cls=ChineseCommand)
@click.argument("paths", metavar="[文件或文件夹…]", nargs=-1, type=click.Path(path_type=Path))
@workspace_option
@click.option("--period", metavar="时段", help="纸上没写时段时用它：2023-03、2023-Q1 或 2023。")
@click.option("--reread", "again", is_flag=True, help="把存档里的原件全部重读一遍（程序升级以后用）；更正照样有效。")
@click.option("--watch", "watched", is_flag=True, help="一直看守收件箱，放进来的文件自动收，直到按 Ctrl+C。")
@click.option("--poll", is_flag=True, help="看守时每隔几秒看一遍，不靠系统通知（收件箱在网络共享上时用）。")
@click.option(
    "--still",
    metavar="秒",
    type=click.FloatRange(0.1, 3600),
    default=3.0,
    show_default=True,
    help="看守时，文件多久没有变化才算传完。",
)
@click.option("-n", "--dry-run", is_flag=True, help="只看会收哪些文件，不收。")
@click.option("--json", "json_wanted", is_flag=True, help="每个文件输出一行 JSON。")
def intake(
    paths: tuple[Path, ...],
    workspace: Path | None,
    period: str | None,
    again: bool,
    watched: bool,
    poll: bool,
    still: float,
    dry_run: bool,
    json_wanted: bool,
) -> int:
    """把收件箱（或给出的文件）收进存档和台账。读不了的放到待核，不影响其他文件；重复运行不会重复计数。"""
    from formgen import intake as taking
    from formgen import libreoffice
    from formgen.inbox import find
    from formgen.instance import sole
    from formgen.lateness import late_words
    from formgen.store import Store
    from parsers.isolated import IsolatedReader

    place = opened(workspace)
    if dry_run:
        for one in find(place.inbox, place.archive, paths or None, []):
            click.echo(str(one.path))
        return ExitCode.DONE
    hints_for = partial(_hints, period)
    if watched or poll:
        if paths or again:
            raise UsageError("--watch 看守的是收件箱，不能同时给出文件或 --reread。")
        from formgen.cli.watching import watch

        return watch(place, hints_for, poll=poll, still=still, json_wanted=json_wanted)
    now = partial(datetime.now, datetime.now().astimezone().tzinfo)
    forms = loaded_forms(place)
    known = partial(scanning, place, forms)
    with (
        sole(place.archive, "收件", now()),
        Store(place.database) as store,
        file_progress("重读" if again else "收件") as shown,
        IsolatedReader(forms, place.config.limits, libreoffice.convert, scanning=known, begun=shown.page) as reader,
    ):
        if again:
            changed = taking.reread(place, store, reader, now=now, progress=shown.file, hints_for=hints_for)
        else:
            result = taking.intake(
                place, store, reader, paths or None, now=now, progress=shown.file, hints_for=hints_for
            )
            fresh = [file for file in result.files if file.outcome in ("taken", "doubtful")]
            late = late_words(store, [one for file in fresh for one in store.records_of(file.sha256)])
    if again:
        click.echo(
            "".join(f"读数有变化：{name}\n" for name in changed) + f"重读完毕，{len(changed)} 个文件的读数有变化。"
        )
        return ExitCode.NEEDS_A_PERSON if changed else ExitCode.DONE
    click.echo("\n".join(map(as_json, result.files)) if json_wanted else _as_text(result))
    for line in late:
        click.echo(line, err=json_wanted)
    return ExitCode.NEEDS_A_PERSON if result.needs_person or late else ExitCode.DONE


def _hints(period: str | None, names: tuple[str, ...]) -> Hints:
    from formgen.parsing import Hints

    return Hints(period=period, names=names)


def _as_text(result: IntakeResult) -> str:
    from formgen.outcomes import Outcome

    lines = [line for file in result.files for line in as_lines(file)]
    lines += [f"[跳过] {skipped}" for skipped in result.skipped]
    if not result.files:
        return "\n".join([*lines, "收件箱里没有新文件。"])
    counts = "，".join(
        f"{said} {result.count(outcome)}" for outcome, said in zip(Outcome, OUTCOMES.values(), strict=True)
    )
    return "\n".join([*lines, "", f"共 {len(result.files)} 个文件：{counts}。"])
