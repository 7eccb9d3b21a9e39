"""``formgen assess`` and ``formgen why``: points, money and grades, and where a number comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formgen.cli.console import ChineseCommand, progress_bar, table, to_json
from formgen.cli.reading import plain, shown
from formgen.cli.workspaces import form_of, law, opened, scheme_option, workspace_option
from formgen.errors import ExitCode

if TYPE_CHECKING:
    from formgen.assess import AssessResult
    from formgen.model import Assessment

period_option = click.option("-p", "--period", metavar="时段", required=True, help="2023-03、2023-Q1 或 2023。")


@click.command(cls=ChineseCommand)
@scheme_option
@period_option
@workspace_option
@click.option("--form", "form_id", metavar="表格", help="只算这一张表，如 ningxia-member-annual。")
@click.option("--no-grade", is_flag=True, help="只算得分和金额，不定等次（还没有定等次的分数线时用）。")
@click.option("--json", "json_wanted", is_flag=True, help="每个对象输出一行 JSON。")
def assess(
    scheme_id: str | None,
    period: str,
    workspace: Path | None,
    form_id: str | None,
    no_grade: bool,
    json_wanted: bool,
) -> int:
    """按办法计算一个时段的得分、金额和等次，每个数字都附条款；有存疑的标明“未定”。"""
    from formgen.assess import assess_period
    from formgen.store import Store

    place = opened(workspace)
    scheme, decisions = law(place, scheme_id)
    if form_id:
        form_of(scheme, form_id)
    steps: Any = ("points", "money") if no_grade else ("points", "money", "grade")
    with Store(place.database) as store, progress_bar("评定") as progress:
        result = assess_period(
            store,
            scheme,
            decisions,
            period,
            at=datetime.now().astimezone(),
            form=form_id,
            steps=steps,
            progress=progress,
        )
        numbers = {
            (stored.record.form, stored.subject.key): stored.id
            for stored in store.records(scheme=scheme.id, period=period)
        }
    if json_wanted:
        for one in result.assessments:
            click.echo(to_json(as_json(one)))
    else:
        click.echo(_as_text(result, period, numbers))
    return ExitCode.DONE if result.final and result.assessments else ExitCode.NEEDS_A_PERSON


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
        "lines": [
            {
                "id": line.id,
                "label": line.label,
                "value": plain(line.value),
                "unit": line.unit,
                "steps": line.steps,
                "basis": [str(basis) for basis in line.basis],
                "sources": [
                    {"kind": s.kind, "ref": s.ref, "text": s.text, "where": str(s.where)} for s in line.sources
                ],
                "doubt": line.doubt,
            }
            for line in assessment.lines
        ],
    }


def _number(value: Decimal | str | None) -> str:
    return "—" if value is None else shown(value)


def _as_text(result: AssessResult, period: str, numbers: Mapping[tuple[str, str], int]) -> str:
    from formgen.periods import in_chinese

    lines = [f"{in_chinese(period)}评定："]
    by_form: dict[str, list[Assessment]] = {}
    for one in result.assessments:
        by_form.setdefault(one.form, []).append(one)
    for form, assessments in by_form.items():
        lines += ["", f"■ {form}", _results(assessments)]
    if not result.assessments:
        lines.append("没有可评定的表。请先用 formgen intake 收件。")
    doubtful = [one for one in result.assessments if not one.final]
    if doubtful:
        lines += ["", "未定的原因（更正：formgen review set 编号:项目 值 …）："]
        for one in doubtful:
            lines.append(f"  {one.subject}　编号 {numbers.get((one.form, one.subject.key), '—')}")
            lines += [f"    {doubt}" for doubt in one.doubts]
    lines += [f"  {note}" for note in result.notes]
    if result.missing:
        lines += ["", f"花名册里有 {len(result.missing)} 个还没有交表：" + "、".join(map(str, result.missing))]
    final = sum(one.final for one in result.assessments)
    lines += [
        "",
        f"共 {len(result.assessments)} 个，已定 {final} 个，未定 {len(doubtful)} 个；新存入 {result.added} 个。",
    ]
    return "\n".join(lines)


def _results(assessments: Sequence[Assessment]) -> str:
    rows = [
        (
            str(one.subject),
            _number(one.value("base")),
            _number(one.value("bonus")),
            _number(one.value("total")),
            _number(one.value("grade")),
            _number(one.value("money")),
            _number(one.value("pay")),
            "已定" if one.final else "未定",
        )
        for one in assessments
    ]
    return table(("对象", "基础分", "加分", "总分", "等次", "增减金额", "应发", "状态"), rows)


@click.command(cls=ChineseCommand)
@click.argument("subject", metavar="对象")
@click.argument("period", metavar="时段")
@click.argument("field", metavar="[项目]", required=False)
@scheme_option
@workspace_option
def why(subject: str, period: str, field: str | None, scheme_id: str | None, workspace: Path | None) -> int:
    """说明一个数字从哪里来：印出的数 ← 算法和条款 ← 读数 ← 文件、表、格。

    对象写姓名或“村/姓名”；项目如 2.1、total（总分）、grade（等次）、money（金额），不写则全部列出。
    """
    from formgen.assess import why as explain
    from formgen.store import Store

    place = opened(workspace)
    scheme, _ = law(place, scheme_id)
    with Store(place.database) as store:
        click.echo(explain(store, scheme, subject, period, field))
    return ExitCode.DONE
