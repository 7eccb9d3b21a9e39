"""``formgen scheme diff`` and ``assess --as-if``: what would read differently under another law; changes in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formgen.cli.console import ChineseCommand, table, to_json
from formgen.cli.workspaces import law, opened, workspace_option
from formgen.errors import ExitCode

if TYPE_CHECKING:
    from formgen.alterations import Affected, Change
    from formgen.lawbooks import Lawbook
    from formgen.model import Decision
    from formgen.scheme.types import Scheme
    from formgen.whatif import Trial
    from formgen.workspace import Workspace


def change_lines(changes: Sequence[Change], affected: Sequence[Affected]) -> list[str]:
    """What changed, subject by subject, by which article, and which papers to take back or send again."""
    from formgen.periods import in_chinese

    lines = []
    moved = [change for change in changes if any(one.sort != "rank" for one in change.differences)]
    for change in moved:
        lines.append(f"  {change.subject}　{in_chinese(change.period)}")
        lines += [f"    {one.what}：{one.before} → {one.after}" for one in change.differences]
        lines += [f"    依据：{basis}" for basis in change.basis[:6]]
        lines += [f"    依据：……共 {len(change.basis)} 条"] if len(change.basis) > 6 else []
    if only := len(changes) - len(moved):
        lines.append(f"  另有 {only} 个对象只是名次随之移动。")
    if affected:
        lines.append("\n已发出而受影响的公文：")
        lines += [f"  {one.words}" for one in affected]
    return lines


def change_json(change: Change) -> dict[str, Any]:
    """A change as JSON."""
    return {
        "form": change.form,
        "subject": str(change.subject),
        "period": change.period,
        "differences": [{"what": one.what, "before": one.before, "after": one.after} for one in change.differences],
        "basis": [str(one) for one in change.basis],
        "cancelled": [one.id for one in change.cancelled],
        "incurred": [one.id for one in change.incurred],
    }


def affected_json(affected: Affected) -> dict[str, Any]:
    """A paper to take back or send again, as JSON."""
    return {
        "action": affected.action,
        "kind": affected.issuance.kind,
        "path": affected.issuance.path,
        "reason": affected.reason,
    }


def as_if(
    place: Workspace,
    scheme: Scheme,
    decisions: Sequence[Decision],
    path: Path,
    period: str,
    form: str | None,
    json_wanted: bool,
) -> int:
    """Try a period under the law at a path; nothing is written."""
    from formgen.lawbooks import Lawbook, lawbook
    from formgen.store import Store
    from formgen.whatif import what_if

    now = Lawbook(scheme, tuple(decisions), "现行")
    tried = lawbook(path, scheme, decisions)
    with Store(place.database, read_only=True) as store:
        trial = what_if(store, now, tried, period, form=form)
    return _tell(trial, now, tried, json_wanted)


@click.command("diff", cls=ChineseCommand)
@click.argument("first", metavar="甲")
@click.argument("second", metavar="乙")
@click.option(
    "-p", "--period", metavar="时段", required=True, help="用哪个时段收到的表比较：2023-03、2023-Q1 或 2023。"
)
@click.option("--form", "form_id", metavar="表格", help="只比较这一张表。")
@workspace_option
@click.option("--json", "json_wanted", is_flag=True, help="每个有变化的对象输出一行 JSON。")
def scheme_diff(
    first: str, second: str, period: str, form_id: str | None, workspace: Path | None, json_wanted: bool
) -> int:
    """用同一批表比较两个办法：每个对象有什么不同、依据哪一条，哪份发出的公文会不一样。什么都不存。

    甲、乙写办法的编号（现行），或办法文件夹、scheme.toml、写有 [[decision]] 的文件。
    """
    from formgen.store import Store
    from formgen.whatif import what_if

    place = opened(workspace)
    one, other = _named(place, first, second)
    with Store(place.database, read_only=True) as store:
        trial = what_if(store, one, other, period, form=form_id, as_kept=False)
    return _tell(trial, one, other, json_wanted)


def _named(place: Workspace, first: str, second: str) -> tuple[Lawbook, Lawbook]:
    """The two laws. One that is a path is read with the decisions on the other, or on the edition of its own id."""
    from formgen.lawbooks import Lawbook, lawbook
    from formgen.scheme.loading import load_schemes

    known = {scheme.id for scheme in load_schemes(place.root)}
    base = next((name for name in (first, second) if name in known), None)
    scheme, decisions = law(place, base)

    def book(name: str) -> Lawbook:
        if name in known:
            return Lawbook(*law(place, name), name)
        return lawbook(Path(name), scheme, decisions)

    return book(first), book(second)


def _tell(trial: Trial, now: Lawbook, tried: Lawbook, json_wanted: bool) -> int:
    from formgen.periods import in_chinese

    if json_wanted:
        for change in trial.changes:
            click.echo(to_json(change_json(change)))
        for paper in trial.affected:
            click.echo(to_json({"paper": affected_json(paper)}))
        return ExitCode.DONE
    click.echo(f"{in_chinese(trial.period)}试算：{now.name} → {tried.name}（什么都没有存入）")
    for note in trial.notes:
        click.echo(f"  {note}")
    if not trial.changes:
        click.echo(f"共 {len(trial.outcomes)} 个对象，没有变化。")
        return ExitCode.DONE
    graded = [
        (str(one.before.standing.subject), one.before.standing.grade or "—", one.after.standing.grade or "—")
        for one in trial.changes
        if one.before and one.after and one.before.standing and one.after.standing
        if one.before.standing.grade != one.after.standing.grade
    ]
    if graded:
        click.echo("\n等次有变化的：\n" + table(("对象", "原来", "试算"), graded))
    click.echo("\n每个对象的变化：")
    click.echo("\n".join(change_lines(trial.changes, trial.affected)))
    click.echo(f"\n共 {len(trial.outcomes)} 个对象，{len(trial.changes)} 个有变化。")
    return ExitCode.DONE
