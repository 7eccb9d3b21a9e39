"""``formgen generate results|paysheet|archive|public-table``: papers on many subjects, or on many periods."""

from __future__ import annotations

import click

from formgen.cli.console import ChineseCommand
from formgen.cli.desk import Desk, Order, at_desk, common, day, kind_option, ordered
from formgen.cli.setting import profile_option, set_in
from formgen.cli.workspaces import checked_period, form_for, form_of, scheme_option, workspace_option
from formgen.errors import ExitCode, UsageError

_NAMED = 10  #: Of those who are missing, how many a message names.

_organ = click.option("--organ", metavar="机关", default="", help="落款的机关；不给则用 formgen.toml 里的。")
_on = click.option("--date", "on", metavar="日期", help="成文日期，例如 2023-04-03；不给则留空。")
_drafts = click.option("--drafts", is_flag=True, help="还有存疑的也印，每页标明“草稿”。")
_form = click.option("--form", "form_id", metavar="表格", help="哪张表的结果；不给则用办法的主表。")


@click.command(cls=ChineseCommand)
@common
@kind_option
@_form
@profile_option
@click.option("--to", "to", metavar="主送", default="", help="主送机关，例如“各村民委员会、镇直各单位”。")
@click.option("--number", metavar="文号", default="", help="发文字号，例如“杨政〔2023〕4号”；不给则不印。")
@_on
@_organ
@click.option("--no-consequences", is_flag=True, help="不印考核结果运用（批评教育、诫勉谈话、撤换等）。")
@_drafts
def results(
    order: Order,
    form_id: str | None,
    profile_name: str,
    to: str,
    number: str,
    on: str | None,
    organ: str,
    no_consequences: bool,
    drafts: bool,
) -> int:
    """生成考核结果通报，附结果表和考核结果运用。有未核实的数据时不印，除非加 --drafts。"""

    def work(desk: Desk) -> int:
        from formgen import generate as making

        form = form_for(desk.scheme, form_id, order.period)
        kept = desk.results(form)
        made = making.results(
            desk.scheme,
            form,
            order.period,
            kept.assessments,
            set_in(desk.output("通报"), profile_name),
            standings=kept.standings,
            roster=desk.store.roster(order.period, desk.scheme.id),
            decisions=desk.decisions,
            organ=organ or desk.place.config.organ,
            to=to,
            on=day(on),
            number=number,
            drafts=drafts,
            with_consequences=not no_consequences,
            made_from=kept.sources(),
        )
        done = desk.keep([made])
        doubtful = () if drafts or no_consequences else making.left_out(kept.assessments, kept.standings)
        for line in doubtful:
            click.echo(f"存疑，没有印入考核结果运用：{line}", err=True)
        return ExitCode.NEEDS_A_PERSON if doubtful else done

    return at_desk(work, order)


@click.command(cls=ChineseCommand)
@common
@click.option("--form", "form_id", metavar="表格", help="按哪张表发放；不给则用办法规定发放的那张。")
@_organ
@_drafts
def paysheet(
    order: Order,
    form_id: str | None,
    organ: str,
    drafts: bool,
) -> int:
    """生成补贴发放表（Excel）：标准、各部分、每笔增减及条款、实发。

    补贴分基础、绩效两部分的办法（村干部 2020）：时段写季度是绩效补贴的表，写月份（如 2020-07）是当月基础补贴的表。
    """

    def work(desk: Desk) -> int:
        from formgen import generate as making
        from formgen.dossiers import Known
        from formgen.excusals import excusals
        from formgen.reckoning import missing
        from formgen.rendering.instalments import split_of
        from formgen.subjects import same

        form = form_of(desk.scheme, form_id) if form_id else making.paid_form(desk.scheme)
        if _month(order.period) and split_of(desk.scheme, form.id):
            return _instalments(desk, form.id, organ, drafts=drafts)
        checked_period(order.period, form)
        kept = desk.results(form)
        known = Known(desk.store)
        excused = excusals(known, desk.scheme, order.period).subjects
        there = [one.subject for one in kept.assessments]
        gone = missing(known.roster(desk.scheme.id, order.period), [form], there, excused)
        made = making.paysheet(
            desk.scheme,
            order.period,
            kept.assessments,
            desk.store.roster(order.period, desk.scheme.id),
            desk.output("工资表", "xlsx"),
            standings=kept.standings,
            decisions=desk.decisions,
            form=form,
            organ=organ or desk.place.config.organ,
            drafts=drafts,
            excused=[one for one in excused if not any(same(one, other) for other in there)],
            made_from=kept.sources(),
        )
        if gone:
            names = "、".join(map(str, gone[:_NAMED])) + ("等" if len(gone) > _NAMED else "")
            click.echo(f"花名册里有{len(gone)}个还没有交表，不在表上：{names}", err=True)
        return desk.keep([made])

    return at_desk(work, order)


def _month(period: str) -> bool:
    from formgen.periods import kind_of

    try:
        return kind_of(period) == "month"
    except ValueError:
        return False


def _instalments(desk: Desk, form_id: str, organ: str, *, drafts: bool) -> int:
    """The sheet of the basic part of the pay of one month: it hangs on no result."""
    from formgen import generate as making
    from formgen.reckoning import refuse_early
    from formgen.rendering.instalments import Month, months_of_quarter, quarter_of
    from formgen.scheme.decisions import in_force
    from formgen.scoring.sequences import span

    refuse_early(desk.scheme, desk.period)
    months = [
        Month(
            month,
            desk.store.roster(month, desk.scheme.id, assessed_as=quarter_of(month)),
            in_force(desk.decisions, span(month)[1]),
        )
        for month in months_of_quarter(desk.period)
        if month <= desk.period
    ]
    output = desk.output("工资表", "xlsx")
    made = making.monthly_paysheet(
        desk.scheme, form_id, months, output, organ=organ or desk.place.config.organ, drafts=drafts
    )
    return desk.keep([made])


@click.command("archive", cls=ChineseCommand)
@scheme_option
@workspace_option
@ordered
@click.option("--from", "first", metavar="时段", default="", help="从哪一年或哪一期起，例如 2023 或 2023-04。")
@click.option("--through", "last", metavar="时段", default="", help="到哪一年或哪一期止。")
@_on
@_organ
@click.argument("subjects", metavar="对象…", nargs=-1, required=True)
def archive(
    order: Order,
    first: str,
    last: str,
    on: str | None,
    organ: str,
    subjects: tuple[str, ...],
) -> int:
    """生成个人档案（Word）：历次考核的得分、等次、补贴、结果运用、事项、更正和依据的文件。"""
    for bound in filter(None, (first, last)):
        _bound(bound)

    def work(desk: Desk) -> int:
        from formgen import generate as making
        from formgen.assess import chosen
        from formgen.model import RosterEntry
        from formgen.personal_file import chapters
        from formgen.subjects import RosterIndex

        roster = RosterIndex(desk.store.roster())
        everybody = [entry.subject for entry in roster.entries]
        everybody += [
            one.assessment.subject
            for one in desk.store.assessments(desk.scheme.id)
            if roster.entry(one.assessment.subject) is None
        ]
        output = desk.output("个人档案")
        made = []
        for subject in dict.fromkeys(chosen(words, everybody) for words in subjects):
            found, hashes = chapters(desk.store, desk.scheme, subject, first, last)
            then = [one.entry for one in sorted(found, key=making.Chapter.end) if one.entry is not None]
            made.append(
                making.archive(
                    desk.scheme,
                    then[-1] if then else roster.entry(subject) or RosterEntry(subject),
                    found,
                    output,
                    decisions=desk.decisions,
                    organ=organ or desk.place.config.organ,
                    on=day(on),
                    made_from=hashes,
                )
            )
        return desk.keep(made)

    return at_desk(work, order)


def _bound(words: str) -> None:
    from formgen.periods import kind_of

    try:
        kind_of(words)
    except ValueError as fault:
        raise UsageError(str(fault)) from None


@click.command("public-table", cls=ChineseCommand)
@common
@kind_option
@_form
@_on
@_organ
@_drafts
def public_table(
    order: Order,
    form_id: str | None,
    on: str | None,
    organ: str,
    drafts: bool,
) -> int:
    """生成逐月公开表：各村年初至这个月的累计得分、名次，增减分的内容和条款。时段写月份，如 2023-07。"""

    def work(desk: Desk) -> int:
        from formgen import generate as making
        from formgen.public_tables import printed
        from formgen.publication import publication

        form = form_of(desk.scheme, form_id)
        found = publication(desk.store, desk.scheme, form, desk.decisions, order.period)
        for words in (*found.remarks, *found.loose):
            click.echo(words, err=True)
        made = making.public_table(
            desk.scheme,
            form,
            found.runnings,
            desk.output("逐月公开"),
            organ=organ or desk.place.config.organ,
            on=day(on),
            notes=found.notes,
            drafts=drafts,
            made_from=(*found.made_from, *printed(desk.scheme, form, order.period, found)),
        )
        done = desk.keep([made])
        return ExitCode.NEEDS_A_PERSON if found.loose else done

    return at_desk(work, order)
