"""``formgen scheme``: what a regulation says, what it leaves open, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formgen.cli.comparing import scheme_diff
from formgen.cli.console import ChineseCommand, ChineseGroup, table, to_json
from formgen.cli.reading import plain
from formgen.cli.workspaces import found, law, workspace_option
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.model import Form
    from formgen.scheme.coverage import ArticleState, Coverage
    from formgen.scheme.faults import Fault
    from formgen.scheme.laws import Law
    from formgen.scheme.types import FactKind, MoneyRule, PointRule, Scheme
    from formgen.trials import Outcome

_PERIODS = {"month": "每月", "quarter": "每季度", "year": "每年"}
_MARKS = {"error": "错误", "warning": "毛病", "info": "提示"}


@click.group(cls=ChineseGroup)
def scheme() -> None:
    """查看考核办法：有哪些、写了什么、留下哪些缺口、原文有什么毛病。"""


@scheme.command("list", cls=ChineseCommand)
@workspace_option
@click.option("--json", "json_wanted", is_flag=True, help="每个办法输出一行 JSON。")
def list_schemes(workspace: Path | None, json_wanted: bool) -> int:
    """列出所有办法。"""
    from formgen.scheme.loading import load_schemes

    place = found(workspace)
    if json_wanted:
        for one in load_schemes(place.root if place else None):
            click.echo(to_json(_head_json(one) | {"forms": [form.id for form in one.form]}))
        return ExitCode.DONE
    rows = [
        (one.id, one.title, _PERIODS[one.period], one.in_force.isoformat(), "、".join(form.id for form in one.form))
        for one in load_schemes(place.root if place else None)
    ]
    click.echo(table(("编号", "名称", "考核", "施行", "表格"), rows, widest=60))
    return ExitCode.DONE


@scheme.command("show", cls=ChineseCommand)
@click.argument("scheme_id", metavar="[办法]", required=False)
@workspace_option
@click.option("--json", "json_wanted", is_flag=True, help="输出一行 JSON：办法的全部数据，名称同 scheme.toml。")
def show(scheme_id: str | None, workspace: Path | None, json_wanted: bool) -> int:
    """列出一个办法的表格、事项、分值、计分和金额规则、等次、应办的事，各附条款。"""
    one, _ = law(found(workspace), scheme_id)
    if json_wanted:
        click.echo(to_json(one.model_dump(mode="json", by_alias=True)))
        return ExitCode.DONE
    click.echo(f"《{one.title}》　{one.id}　自 {one.in_force.isoformat()} 起施行")
    for form in one.form:
        click.echo(f"\n■ {form.title}（{form.id}）")
        if form.items:
            click.echo(table(("编号", "内容", "分值", "条款", "原文"), _items(form), widest=40))
        else:
            click.echo("  栏目：" + "、".join(box.label for box in form.fields))
    if one.fact:
        click.echo("\n■ 可以登记的事项（formgen facts add）")
        click.echo(table(("事项", "也可写", "单位", "级别"), [_fact(kind) for kind in one.fact], widest=50))
    if one.rule:
        click.echo("\n■ 计分规则")
        click.echo(table(("项目", "事项", "规则", "条款", "原文"), [_point_rule(rule) for rule in one.rule], widest=44))
    if one.money:
        click.echo("\n■ 金额规则")
        click.echo(
            table(("编号", "事项", "规则", "条款", "原文"), [_money_rule(rule) for rule in one.money], widest=44)
        )
    if one.grade:
        click.echo("\n■ 等次（由高到低）：" + " > ".join("／".join((g.name, *g.aliases)) for g in one.grade))
        click.echo(f"  {one.grade[0].article}：“{one.grade[0].quote}”")
    if one.laws:
        click.echo("\n■ 名额、应定和不得评定、应办的事、核对")
        click.echo(table(("编号", "内容", "条款", "原文"), [_law_row(each) for each in one.laws], widest=50))
    return ExitCode.DONE


def _head_json(one: Scheme) -> dict[str, object]:
    return {
        "schema_version": 1,
        "scheme": one.id,
        "title": one.title,
        "organ": one.organ,
        "period": one.period,
        "in_force": one.in_force.isoformat(),
    }


def _fact(kind: FactKind) -> tuple[str, ...]:
    levels = "、".join(kind.levels) or ("由本级决定" if kind.levels_gap else "")
    return (kind.label, "、".join(kind.aliases), kind.unit, levels)


def _law_row(one: Law) -> tuple[str, ...]:
    return (one.id, one.label, one.article, one.quote)


def _items(form: Form) -> Sequence[tuple[str, ...]]:
    return [
        (
            item.id,
            item.text,
            str(plain(item.points) or item.points_text or "/".join(str(plain(tier)) for tier in item.tiers) or "—"),
            item.article,
            item.quote,
        )
        for item in form.items
    ]


def _point_rule(rule: PointRule) -> tuple[str, ...]:
    match rule.kind:
        case "per-incident":
            said = f"每次 −{plain(rule.points)} 分" + ("，不扣至负分" if rule.floor == 0 else "")
        case "per-incident-by-level":
            said = "每次 " + "、".join(f"{level} −{plain(points)}" for level, points in rule.points.items())
        case "banded-accuracy":
            said = (
                f"≥{plain(rule.full_from)}% 不扣；每低 1 个百分点 −{plain(rule.per_percent)}；"
                f"<{plain(rule.lost_below)}% −{plain(rule.whole)}"
            )
        case "attendance":
            said = f"缺 1 天 −{plain(rule.per_day)} 分，扣完为止"
        case "tier":
            sign = "+" if rule.sign > 0 else "−"
            said = "、".join(f"{level} {sign}{plain(points)}" for level, points in rule.points.items())
            said += {"highest": "；只取最高", "each": "；逐次累加", None: "；如何累计由本级决定"}[rule.count]
            said += f"，累计不超过 {plain(rule.cap)}" if rule.cap is not None else ""
        case "per-amount":
            said = "、".join(f"{unit}每 {plain(yuan)} 元 +{plain(rule.points)}" for unit, yuan in rule.yuan.items())
        case _:
            said = "评价，不计分"
    return (f"{rule.form or ''} {rule.item}".strip(), rule.label, said, rule.article, rule.quote)


def _money_rule(rule: MoneyRule) -> tuple[str, ...]:
    match rule.kind:
        case "money-per-incident":
            said = f"每次核减 {plain(rule.yuan)} 元" + ("，限期内整改的不核减" if rule.unless_mended else "")
        case "money-share":
            verb = "加发" if rule.sign > 0 else "扣减"
            if rule.share is not None:
                share = f"{plain(rule.share * 100)}%"
            else:
                lowest, highest = rule.lowest or Decimal(0), rule.highest or Decimal(1)
                share = f"{plain(lowest * 100)}%–{plain(highest * 100)}%，由本级决定"
            said = f"{rule.grade}：{verb} {share}"
        case "money-per-day":
            said = f"{'、'.join(rule.grades)}：每天 {plain(rule.yuan)} 元"
        case _:
            said = f"基础 {plain(rule.basic * 100)}%，绩效 {plain(rule.performance * 100)}%"
    return (rule.id, rule.label, said, rule.article, rule.quote)


@scheme.command("gaps", cls=ChineseCommand)
@click.argument("scheme_id", metavar="[办法]", required=False)
@workspace_option
@click.option("--toml", "as_toml", is_flag=True, help="输出可以粘贴到 formgen.toml 的 [[decision]]。")
@click.option("--json", "json_wanted", is_flag=True, help="每个缺口输出一行 JSON。")
def gaps(scheme_id: str | None, workspace: Path | None, as_toml: bool, json_wanted: bool) -> int:
    """列出办法没有写明、要由本级决定的事项，以及已作出的决定。"""
    from formgen.scheme.gaps import example
    from formgen.scheme.gaps import gaps as states

    one, decisions = law(found(workspace), scheme_id)
    known = states(one, decisions)
    if as_toml:
        click.echo("\n\n".join(example(one, state.gap) for state in known if state.decision is None))
    elif json_wanted:
        for state in known:
            decision = state.decision
            click.echo(
                to_json(
                    {
                        "scheme": one.id,
                        "gap": state.gap.id,
                        "question": state.gap.question,
                        "shape": state.gap.shape,
                        "article": state.gap.article,
                        "decided": None if decision is None else str(decision.value),
                        "authority": None if decision is None else decision.authority,
                        "example": None if decision is None else decision.example,
                    }
                )
            )
    else:
        click.echo(_gap_text(one, known))
    undecided = sum(state.decision is None for state in known)
    return ExitCode.NEEDS_A_PERSON if undecided else ExitCode.DONE


def _gap_text(one: Scheme, known: Sequence[object]) -> str:
    from formgen.scheme.decisions import toml_value
    from formgen.scheme.gaps import GapState

    lines = [f"《{one.title}》没有写明的事项："]
    for state in known:
        assert isinstance(state, GapState)
        gap, decision = state.gap, state.decision
        lines.append(f"\n● {gap.id}　{gap.question}")
        lines.append(f"  {gap.article}" + (f"：“{gap.quote}”" if gap.quote else "：未作规定"))
        lines.append(f"  影响：{gap.needed_for}")
        if decision is None:
            choices = "；".join(f"{choice}（{gap.choice_labels.get(choice, choice)}）" for choice in gap.choices)
            lines.append("  【未决定】" + (f"可选：{choices}" if choices else ""))
        else:
            lines.append(f"  【已决定】{toml_value(decision.value)}　{decision}")
    decided = sum(isinstance(state, GapState) and state.decision is not None for state in known)
    lines.append(f"\n共 {len(known)} 项，已决定 {decided} 项。写法：formgen scheme gaps {one.id} --toml")
    return "\n".join(lines)


@scheme.command("lint", cls=ChineseCommand)
@click.argument("scheme_ids", metavar="[办法…]", nargs=-1)
@workspace_option
@click.option("--json", "json_wanted", is_flag=True, help="每处毛病输出一行 JSON。")
def lint(scheme_ids: tuple[str, ...], workspace: Path | None, json_wanted: bool) -> int:
    """检查办法原文和数据的毛病：分值加不起来、区间有空档、引文对不上……"""
    from formgen.scheme.lint import lint as judge
    from formgen.scheme.loading import load_regulation, load_scheme

    fresh = 0
    for folder in _folders(scheme_ids, workspace):
        one = load_scheme(folder)
        faults = judge(one, load_regulation(folder))
        fresh += sum(not fault.known for fault in faults)
        if json_wanted:
            for fault in faults:
                click.echo(to_json({"scheme": one.id} | _fault_json(fault)))
            continue
        click.echo(f"■ {one.id}　《{one.title}》：{len(faults)} 处")
        for fault in faults:
            known = fault.known
            mark = "已知" if known else _MARKS[fault.severity]
            click.echo(f"  [{mark}] {fault.where}：{fault.message}" + (f"（已知：{known}）" if known else ""))
    return ExitCode.CONFIGURATION if fresh else ExitCode.DONE


def _fault_json(fault: Fault) -> dict[str, object]:
    return {
        "code": fault.code,
        "severity": fault.severity,
        "where": fault.where,
        "message": fault.message,
        "known": fault.known,
    }


def _folders(scheme_ids: Sequence[str], workspace: Path | None) -> list[Path]:
    """The folders of the schemes that are named, of all if none is. Raises UsageError."""
    from formgen.resources import scheme_folders

    place = found(workspace)
    folders = {folder.name: folder for folder in scheme_folders(place.root if place else None)}
    if unknown := [name for name in scheme_ids if name not in folders]:
        raise UsageError(f"没有编号为“{unknown[0]}”的办法；有：{'、'.join(folders)}")
    return [folders[name] for name in scheme_ids or folders]


@scheme.command("test", cls=ChineseCommand)
@click.argument("scheme_ids", metavar="[办法…]", nargs=-1)
@workspace_option
@click.option("--json", "json_wanted", is_flag=True, help="每个例输出一行 JSON。")
def test(scheme_ids: tuple[str, ...], workspace: Path | None, json_wanted: bool) -> int:
    """试算 cases.toml 里的例：每例按条文手算的结果，与程序算得的逐项比较。"""
    from formgen.trials import outcomes

    wrong = 0
    for folder in _folders(scheme_ids, workspace):
        one, tried = outcomes(folder)
        wrong += sum(bool(outcome.differences) for outcome in tried)
        if json_wanted:
            for outcome in tried:
                click.echo(to_json(_case_json(one, outcome)))
        else:
            click.echo(_case_text(one, tried))
    return ExitCode.CONFIGURATION if wrong else ExitCode.DONE


def _case_json(one: Scheme, outcome: Outcome) -> dict[str, object]:
    return {
        "scheme": one.id,
        "why": outcome.case.why,
        "passed": not outcome.differences,
        "differences": list(outcome.differences),
        "articles": sorted(outcome.trial.articles),
    }


def _case_text(one: Scheme, tried: Sequence[Outcome]) -> str:
    wrong = [outcome for outcome in tried if outcome.differences]
    count = f"{len(tried)} 例，{len(wrong)} 例不符" if tried else "没有例（cases.toml）"
    lines = [f"■ {one.id}　《{one.title}》：{count}"]
    for outcome in wrong:
        lines.append(f"  ✗ {outcome.case.why}")
        lines += [f"      {difference}" for difference in outcome.differences]
    return "\n".join(lines)


@scheme.command("coverage", cls=ChineseCommand)
@click.argument("scheme_ids", metavar="[办法…]", nargs=-1)
@workspace_option
@click.option("--json", "json_wanted", is_flag=True, help="每条输出一行 JSON。")
@click.option("--all", "everything", is_flag=True, help="逐条列出，不只列没有着落的。")
def coverage(scheme_ids: tuple[str, ...], workspace: Path | None, json_wanted: bool, everything: bool) -> int:
    """条文里的数字、比例、期限、等次、后果，是否都有规则和例，或写明为何不用规则。"""
    from formgen.trials import covered

    lacking = 0
    for folder in _folders(scheme_ids, workspace):
        one, state = covered(folder)
        lacking += not state.complete
        if json_wanted:
            for article in state.articles:
                click.echo(to_json(_article_json(one, article)))
        else:
            click.echo(_coverage_text(one, state, everything))
    return ExitCode.CONFIGURATION if lacking else ExitCode.DONE


def _article_json(one: Scheme, state: ArticleState) -> dict[str, object]:
    return {
        "scheme": one.id,
        "article": state.article,
        "state": _state_word(state),
        "clauses": [
            {"kind": clause.kind, "words": clause.words, "rules": list(clause.rules), "waived": clause.waived}
            for clause in state.clauses
        ],
        "rules": {use.rule: len(use.cases) for use in state.rules},
        "cases": list(state.cases),
    }


def _state_word(state: ArticleState) -> str:
    return "waived" if state.waived else "bound" if state.covered else "open"


def _coverage_text(one: Scheme, coverage: Coverage, everything: bool) -> str:
    from formgen.scheme.coverage import KINDS

    waived = sum(state.waived for state in coverage.articles)
    rules = {use.rule for state in coverage.articles for use in state.rules}
    lines = [
        f"■ {one.id}　《{one.title}》：{coverage.percent}%　{len(coverage.articles)} 条有数字、比例、期限、等次或后果，"
        f"其中 {waived} 条写明不用规则；规则 {len(rules)} 条"
    ]
    for state in coverage.articles:
        if state.covered and not everything:
            continue
        mark = {"waived": "不用规则", "bound": "有规则、有例", "open": "没有着落"}[_state_word(state)]
        lines.append(f"  [{mark}] {state.article}：{len(state.rules)} 条规则，{len(state.cases)} 例")
        lines += [f"      {KINDS[c.kind]}没有规则：…{c.words}…" for c in state.clauses if not c.settled]
        lines += [f"      规则没有例：{use.rule}" for use in state.rules if not use.cases]
        if everything:
            lines += dict.fromkeys(f"      不用规则：{c.waived}" for c in state.clauses if c.waived)
    lines += [f"  [多余] provision {stale} 没有要说明的，应从 scheme.toml 中删去" for stale in coverage.stale]
    return "\n".join(lines)


@scheme.command("schema", cls=ChineseCommand)
def schema() -> int:
    """输出 scheme.toml 的 JSON Schema，供编辑器校验和提示。"""
    from formgen.scheme.json_schema import json_schema

    click.echo(to_json(json_schema()))
    return ExitCode.DONE


scheme.add_command(scheme_diff)
