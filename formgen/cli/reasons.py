"""``formgen why``: where a number comes from, what was before, and who would move if a total were another."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from formgen.cli.assessing import as_json, standing_json
from formgen.cli.console import ChineseCommand, to_json
from formgen.cli.workspaces import law, opened, scheme_option, workspace_option
from formgen.errors import ExitCode, UsageError


@click.command(cls=ChineseCommand)
@click.argument("subject", metavar="对象")
@click.argument("period", metavar="时段")
@click.argument("field", metavar="[项目]", required=False)
@scheme_option
@workspace_option
@click.option("--as-of", "moment", metavar="时间", help="按那时的结果说，如 2023-04-30 或 2023-04-30T17:00。")
@click.option("--history", "listed", is_flag=True, help="列出先后有过的所有结果。")
@click.option("--if-total", "total", metavar="分数", help="假如总分是这么多：名次、等次怎样，谁会随之改变。")
@click.option("--json", "json_wanted", is_flag=True, help="每张表的结果输出一行 JSON，说明在 text 里。")
def why(
    subject: str,
    period: str,
    field: str | None,
    scheme_id: str | None,
    workspace: Path | None,
    moment: str | None,
    listed: bool,
    total: str | None,
    json_wanted: bool,
) -> int:
    """说明一个数字从哪里来：印出的数 ← 算法和条款 ← 读数 ← 文件、表、格；等次、名次和应办的事也说明理由。

    对象写姓名或“村/姓名”；项目如 2.1、total（总分）、grade（等次）、rank（名次）、money（金额），不写则全部列出。

    逐月公开表的累计得分和名次、每月的基础补贴，时段写月份，如 2023-03。
    """
    from formgen.explaining import history, results
    from formgen.explaining import why as explain
    from formgen.months import printed_by_month
    from formgen.store import Store
    from formgen.suppositions import if_total

    if sum((listed, total is not None, moment is not None)) > 1:
        raise UsageError("--history、--if-total、--as-of 一次只用一个")
    place = opened(workspace)
    scheme, decisions = law(place, scheme_id)
    found: list[dict[str, Any]] = []
    settled = False
    with Store(place.database) as store:
        if listed:
            told = history(store, scheme, subject, period)
        elif total is not None:
            told = if_total(store, scheme, decisions, subject, period, _points(total))
        else:
            at = _moment(moment)
            told = explain(store, scheme, subject, period, field, as_of=at, decisions=decisions)
            settled = not printed_by_month(scheme, period)
            if json_wanted:
                found = [
                    as_json(one) | {"standings": [standing_json(standing) for standing in standings]}
                    for one, standings in results(store, scheme, subject, period, as_of=at)
                ]
    if json_wanted:
        head = {"schema_version": 1, "scheme": scheme.id, "subject": subject, "period": period, "field": field}
        for one in found or [{}]:
            click.echo(to_json(head | one | {"text": told}))
    else:
        click.echo(told)
        if field in ("grade", "等次", "rank", "名次") and moment is None and settled and "名次：" in told:
            click.echo(f"假如总分变了谁会随之改变：formgen why {subject} {period} --if-total 分数", err=True)
    return ExitCode.DONE


def _points(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise UsageError(f"“{text}”不是分数；请写 88.5 这样的数") from None


def _moment(text: str | None) -> datetime | None:
    """A moment, a day's end for a day alone. Raises UsageError."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"“{text}”不是时间；请写 2023-04-30 或 2023-04-30T17:00") from None
    return moment.replace(hour=23, minute=59, second=59, microsecond=999999) if len(text.strip()) == 10 else moment
