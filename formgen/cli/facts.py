"""``formgen facts``: enter what happened by hand, with who vouches for it and why."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formgen.cli.console import ChineseCommand, ChineseGroup, table, to_json
from formgen.cli.reading import plain
from formgen.cli.workspaces import law, opened, scheme_option, workspace_option
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.store import FactRow


@click.group(cls=ChineseGroup)
def facts() -> None:
    """登记和查看事项（迟到、通报、请假、获奖……）；登记表也可以放进收件箱用 intake 收。"""


@facts.command("add", cls=ChineseCommand)
@click.argument("subject", metavar="对象")
@click.argument("kind", metavar="事项")
@scheme_option
@workspace_option
@click.option("--date", "on", metavar="日期", help="哪一天，如 2023-03-08。")
@click.option("--period", metavar="时段", default="", help="没有具体日期时写时段，如 2023-Q1。")
@click.option("--count", metavar="数量", help="几次、几天、多少；不写为 1 次。")
@click.option("--level", metavar="级别", default="", help="级别或种类，如 县级。")
@click.option("--mended/--unmended", default=None, help="已（未）在规定时间内整改；是否核减看整改的事项必须写明。")
@click.option("--by", required=True, metavar="姓名", help="由谁登记。")
@click.option("--why", required=True, metavar="依据", help="依据什么，例如“3月8日会议签到表”。")
@click.option("-n", "--dry-run", is_flag=True, help="只看会登记成什么，不登记。")
def add(
    subject: str,
    kind: str,
    scheme_id: str | None,
    workspace: Path | None,
    on: str | None,
    period: str,
    count: str | None,
    level: str,
    mended: bool | None,
    by: str,
    why: str,
    dry_run: bool,
) -> int:
    """登记一件事项。对象写姓名或“村/姓名”；事项的名称见 formgen scheme show。

    整件登记错了用 formgen facts withdraw 编号 撤销；次数写错了用 formgen review set 编号:count 更正。原登记都保留。
    """
    from formgen.archive import Archive
    from formgen.entries import Entry, add_fact
    from formgen.store import Store

    place = opened(workspace)
    scheme, decisions = law(place, scheme_id)
    entry = Entry(subject, kind, by, why, _date(on), period, _count(count), level, mended)
    at = datetime.now().astimezone()
    with Store(place.database) as store, store.tried(dry_run):
        entered = add_fact(store, Archive(place.archive), scheme, entry, at, decisions=decisions, dry_run=dry_run)
    readings = entered.stored.record.readings
    unit = next((one.unit for one in scheme.fact if one.label == readings["kind"].value), "")
    said = "　".join(
        str(plain(readings[field].value)) + (unit if field == "count" else "")
        for field in ("kind", "level", "count")
        if field in readings and readings[field].value is not None
    )
    number = "" if dry_run else f"　编号 {entered.stored.id}"
    click.echo(f"{'会登记' if dry_run else '已登记'}：{entered.stored.subject}　{said}　{on or period}{number}")
    for note in entered.notes:
        click.echo(note)
    closed = any("已由" in note for note in entered.notes)
    if not closed and not dry_run:
        click.echo(f"要计入结果，请运行 formgen assess（时段 {entered.period} 所在的月、季度或年度）。", err=True)
    return ExitCode.NEEDS_A_PERSON if closed else ExitCode.DONE


@facts.command("withdraw", cls=ChineseCommand)
@click.argument("number", metavar="编号", type=int)
@scheme_option
@workspace_option
@click.option("--by", required=True, metavar="姓名", help="由谁撤销。")
@click.option("--why", required=True, metavar="理由", help="为什么，例如“登记错了村”。")
@click.option("-n", "--dry-run", is_flag=True, help="只看会撤销哪一件，不撤销。")
def withdraw(number: int, scheme_id: str | None, workspace: Path | None, by: str, why: str, dry_run: bool) -> int:
    """撤销一件事项：不再计入任何结果，原登记保留，列表中标明已撤销。编号见 formgen facts list。"""
    from formgen.entries import withdraw_fact
    from formgen.store import Store

    place = opened(workspace)
    scheme, _ = law(place, scheme_id)
    with Store(place.database) as store, store.tried(dry_run):
        done = withdraw_fact(store, scheme, number, by, why, datetime.now().astimezone())
    click.echo(
        f"{'会撤销' if dry_run else '已撤销'}：{done.stored.subject}　编号 {number}（{by}：{why}）。原登记保留。"
    )
    for note in done.notes:
        click.echo(note)
    if not done.notes and not dry_run:
        click.echo("要重新计算结果，请运行 formgen assess。", err=True)
    return ExitCode.NEEDS_A_PERSON if done.notes else ExitCode.DONE


@facts.command("list", cls=ChineseCommand)
@scheme_option
@workspace_option
@click.option("-p", "--period", metavar="时段", help="只看这个时段的。")
@click.option("--json", "json_wanted", is_flag=True, help="每件事项输出一行 JSON。")
def list_facts(scheme_id: str | None, workspace: Path | None, period: str | None, json_wanted: bool) -> int:
    """列出已收的事项，表里来的和手工登记的都在内，附出处。"""
    from formgen.store import Store

    place = opened(workspace)
    scheme, _ = law(place, scheme_id)
    names = {kind.id: kind.label for kind in scheme.fact}
    with Store(place.database) as store:
        rows = store.fact_rows(scheme, period)
    if json_wanted:
        for row in rows:
            click.echo(to_json(_row_json(row)))
        return ExitCode.NEEDS_A_PERSON if any(row.doubts for row in rows) else ExitCode.DONE
    told = [
        (
            str(row.stored.id),
            str(row.fact.subject if row.fact else row.stored.subject),
            (row.fact.on.isoformat() if row.fact.on else row.fact.period) if row.fact else "—",
            names.get(row.fact.kind, row.fact.kind) if row.fact else "已撤销" if row.withdrawn else "不能计入",
            row.fact.level if row.fact else "",
            str(plain(row.fact.count)) if row.fact else "",
            "" if row.fact is None or row.fact.mended is None else "是" if row.fact.mended else "否",
            row.withdrawn + f"《{row.stored.file}》" + (row.fact.where.chinese if row.fact else "；".join(row.doubts)),
        )
        for row in rows
    ]
    head = ("编号", "对象", "时间", "事项", "级别", "数量", "已整改", "出处")
    click.echo(table(head, told) if told else "还没有事项。")
    return ExitCode.NEEDS_A_PERSON if any(row.doubts for row in rows) else ExitCode.DONE


def _row_json(row: FactRow) -> dict[str, Any]:
    fact = row.fact
    return {
        "id": row.stored.id,
        "subject": str(fact.subject if fact else row.stored.subject),
        "kind": fact.kind if fact else None,
        "date": fact.on.isoformat() if fact and fact.on else None,
        "period": fact.period if fact else row.stored.period,
        "count": plain(fact.count) if fact else None,
        "level": fact.level if fact else "",
        "mended": fact.mended if fact else None,
        "text": fact.text if fact else "",
        "file": row.stored.file,
        "where": str(fact.where) if fact else "",
        "doubts": list(row.doubts),
        "withdrawn": row.withdrawn,
    }


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"“{text}”不是日期；请写 2023-03-08 这样的日期") from None


def _count(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise UsageError(f"“{text}”不是数字；请写 2 或 88.5 这样的数") from None
