"""``formgen assess``: points, money, grades and consequences of a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formgen.cli.comparing import affected_json, as_if, change_json, change_lines
from formgen.cli.console import ChineseCommand, progress_bar, table, to_json
from formgen.cli.reading import plain, shown
from formgen.cli.workspaces import form_of, law, opened, scheme_option, workspace_option
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.assess import AssessResult
    from formgen.model import Assessment, Line, Standing
    from formgen.scheme.types import Scheme

period_option = click.option("-p", "--period", metavar="时段", required=True, help="2023-03、2023-Q1 或 2023。")


@click.command(cls=ChineseCommand)
@scheme_option
@period_option
@workspace_option
@click.option("--form", "form_id", metavar="表格", help="只算这一张表，如 ningxia-member-annual。")
@click.option("--no-grade", is_flag=True, help="只算得分和金额，不定等次（还没有定等次的分数线时用）。")
@click.option(
    "--as-if",
    "path",
    metavar="路径",
    type=click.Path(path_type=Path),
    help="试算：按这个办法（文件夹或 scheme.toml）或这些决定（写有 [[decision]] 的文件）算，什么都不存。",
)
@click.option("--roster-now", is_flag=True, help="已评定过的时段改用现在的花名册（不给则仍用评定时的花名册）。")
@click.option("--reopen", is_flag=True, help="重新打开已关账的时段；要同时写明 --by 和 --why。")
@click.option("-n", "--dry-run", is_flag=True, help="只看会算出什么、会改动什么，不存。")
@click.option("--by", metavar="姓名", default="", help="由谁重新打开。")
@click.option("--why", metavar="理由", default="", help="为什么重新打开。")
@click.option("--json", "json_wanted", is_flag=True, help="每个对象输出一行 JSON。")
def assess(
    scheme_id: str | None,
    period: str,
    workspace: Path | None,
    form_id: str | None,
    no_grade: bool,
    path: Path | None,
    roster_now: bool,
    reopen: bool,
    dry_run: bool,
    by: str,
    why: str,
    json_wanted: bool,
) -> int:
    """按办法计算一个时段的得分、金额、等次和应办的事，每个数字都附条款；有存疑的标明“未定”。

    更正过去的读数或事项以后再算一次：依赖它的以后各期一并重算，并列出要收回或重发的公文。
    """
    from formgen.assess import Reopening, assess_period
    from formgen.store import Store

    place = opened(workspace)
    scheme, decisions = law(place, scheme_id)
    if form_id:
        form_of(scheme, form_id)
    if path is not None:
        if reopen or no_grade:
            raise UsageError("--as-if 是试算，不能与 --reopen 或 --no-grade 同用")
        return as_if(place, scheme, decisions, path, period, form_id, json_wanted)
    if (by or why) and not reopen:
        raise UsageError("--by 和 --why 只与 --reopen 同用")
    steps: Any = ("points", "money") if no_grade else ("points", "money", "grade")
    with Store(place.database) as store, store.tried(dry_run), progress_bar("评定") as progress:
        result = assess_period(
            store,
            scheme,
            decisions,
            period,
            at=datetime.now().astimezone(),
            form=form_id,
            steps=steps,
            progress=progress,
            reopening=Reopening(by, why) if reopen else None,
            roster_now=roster_now,
        )
        numbers = {
            (stored.record.form, stored.subject.key): stored.id
            for stored in store.records(scheme=scheme.id, period=period)
        }
    if json_wanted:
        _json(result)
    else:
        click.echo(_as_text(result, scheme, period, numbers, dry_run))
    return ExitCode.DONE if result.final and result.assessments else ExitCode.NEEDS_A_PERSON


def _json(result: AssessResult) -> None:
    standings = {(one.form, one.subject): one for one in result.standings}
    for one in result.assessments:
        standing = standings.get((one.form, one.subject))
        click.echo(to_json(as_json(one) | ({"standing": standing_json(standing)} if standing else {})))
    for change in result.changes:
        click.echo(to_json({"change": change_json(change)}))
    for paper in result.affected:
        click.echo(to_json({"paper": affected_json(paper)}))


def as_json(assessment: Assessment) -> dict[str, Any]:
    """An assessment with its lines, each with steps, basis and sources."""
    return {
        "schema_version": 1,
        "scheme": assessment.scheme,
        "form": assessment.form,
        "subject": str(assessment.subject),
        "period": assessment.period,
        "final": assessment.final,
        "doubts": list(assessment.doubts),
        "lines": [_line_json(line) for line in assessment.lines],
    }


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "label": line.label,
        "value": plain(line.value),
        "unit": line.unit,
        "steps": line.steps,
        "basis": [str(basis) for basis in line.basis],
        "sources": [{"kind": s.kind, "ref": s.ref, "text": s.text, "where": str(s.where)} for s in line.sources],
        "doubt": line.doubt,
    }


def standing_json(standing: Standing) -> dict[str, Any]:
    """A standing with its reasons and consequences."""
    return {
        "grade": standing.grade,
        "computed_grade": standing.computed_grade,
        "grade_final": standing.grade_final,
        "rank": standing.rank,
        "of": standing.of,
        "final": standing.final,
        "doubts": list(standing.doubts),
        "reasons": [
            {"effect": one.effect, "text": one.text, "basis": [str(basis) for basis in one.basis]}
            for one in standing.reasons
        ],
        "consequences": [
            {"id": one.id, "label": one.label, "kind": one.kind, "basis": str(one.basis), "doubt": one.doubt}
            for one in standing.consequences
        ],
        "money": [_line_json(line) for line in standing.money],
    }


def _number(value: Decimal | str | None) -> str:
    return "—" if value is None else shown(value)


def _as_text(
    result: AssessResult, scheme: Scheme, period: str, numbers: Mapping[tuple[str, str], int], dry_run: bool
) -> str:
    from formgen.periods import in_chinese
    from formgen.scheme.types import MoneyPerDay

    lines = [f"{in_chinese(period)}评定："]
    standings = {(one.form, one.subject.key): one for one in result.standings}
    by_form: dict[str, list[Assessment]] = {}
    for one in result.assessments:
        by_form.setdefault(one.form, []).append(one)
    for form, assessments in by_form.items():
        daily = any(isinstance(rule, MoneyPerDay) for rule in scheme.money_of(form))
        lines += ["", f"■ {scheme.form_of(form).title}（{form}）", _results(assessments, standings, daily)]
    if not result.assessments:
        lines.append("没有可评定的表。请先用 formgen intake 收件。")
    lines += _settled(result)
    open_ones = _open_doubts(result, standings)
    if open_ones:
        lines += ["", "未定的原因（更正读数：formgen review set 编号:项目 值 …；登记事项：formgen facts add …）："]
        for one, doubts in open_ones:
            lines.append(f"  {one.subject}　编号 {numbers.get((one.form, one.subject.key), '—')}")
            lines += [f"    {doubt}" for doubt in doubts]
    lines += [f"  {note}" for note in result.notes]
    if result.missing:
        lines += ["", f"花名册里有 {len(result.missing)} 个还没有交表：" + "、".join(map(str, result.missing))]
    lines += _moved(result)
    final = len(result.assessments) - len(open_ones)
    lines += [
        "",
        f"共 {len(result.assessments)} 个，已定 {final} 个，未定 {len(open_ones)} 个；"
        + (f"会新存入 {result.added} 个。（只是试算，什么都没有存入）" if dry_run else f"新存入 {result.added} 个。"),
    ]
    return "\n".join(lines)


def _settled(result: AssessResult) -> list[str]:
    """Quotas, what follows for whom, and what concerns the cohort."""
    lines = []
    told = [reason.text for quota in result.quotas for reason in quota.reasons]
    if told:
        lines += ["", "名额：", *(f"  {text}" for text in dict.fromkeys(told))]
    due = [(one, consequence) for one in result.standings for consequence in one.consequences]
    if due:
        lines += ["", "应办的事："]
        for one, consequence in due:
            doubt = f"【存疑，不得执行】{consequence.doubt}" if consequence.doubt else ""
            lines.append(f"  {one.subject}　{consequence.label}{doubt}")
            lines.append(f"    依据：{consequence.basis}")
            lines += [f"    {reason.text}" for reason in consequence.reasons]
    if result.remarks:
        lines += ["", "请注意：", *(f"  {remark}" for remark in dict.fromkeys(result.remarks))]
    return lines


def _open_doubts(
    result: AssessResult, standings: Mapping[tuple[str, str], Standing]
) -> list[tuple[Assessment, tuple[str, ...]]]:
    found = []
    for one in result.assessments:
        standing = standings.get((one.form, one.subject.key))
        doubts = tuple(dict.fromkeys((*one.doubts, *(standing.doubts if standing else ()))))
        if not one.final or (standing is not None and not standing.final):
            found.append((one, doubts))
    return found


def _moved(result: AssessResult) -> list[str]:
    """What reads differently from before, in this and later periods, and which papers that concerns."""
    from formgen.periods import in_chinese

    lines = [f"{in_chinese(one)}已重新打开。" for one in result.reopened]
    if result.changes or result.affected:
        lines += ["", "与原来的结果相比有变动的："] if result.changes else []
        lines += change_lines(result.changes, result.affected)
    for kept in result.later:
        lines += [f"  {in_chinese(kept.period)}：{remark}" for remark in dict.fromkeys(kept.remarks)]
    if result.changes:
        lines.append(f"重新计算了 {result.touched} 个结果（共 {result.of} 个），其余没有动；原来的结果仍可查。")
        lines.append("（原来的结果：formgen why 对象 时段 --history）")
    return lines


def _results(assessments: Sequence[Assessment], standings: Mapping[tuple[str, str], Standing], daily: bool) -> str:
    rows = []
    for one in assessments:
        standing = standings.get((one.form, one.subject.key))
        money: dict[str, Decimal | str | None] = {line.id: line.value for line in standing.money} if standing else {}
        computed = one.value("grade")
        grade = standing.grade if standing else computed
        final = one.final and (standing is None or standing.final)
        rows.append(
            (
                str(one.subject),
                _number(one.value("base")),
                _number(one.value("bonus")),
                _number(one.value("total")),
                _number(grade)
                + (f"（原{computed}）" if computed is not None and grade not in (None, computed) else ""),
                f"{standing.rank}/{standing.of}" if standing and standing.rank is not None else "—",
                _number(money.get("money", one.value("money"))),
                _number(money.get("pay", one.value("pay"))),
                "已定" if final else "未定",
            )
        )
    amount = "补助金额" if daily else "增减金额"
    head = ("对象", "基础分", "加分", "总分", "等次", "名次", amount, "应发", "状态")
    used = [column for column in range(len(head)) if any(row[column] != "—" for row in rows)]
    return table([head[column] for column in used], [[row[column] for column in used] for row in rows])
