"""``formgen generate announcement``: results made public before they become final (公示)."""

from __future__ import annotations

import click

from formgen.cli.console import ChineseCommand
from formgen.cli.desk import Desk, Order, at_desk, common, day
from formgen.cli.setting import profile_option, set_in
from formgen.cli.workspaces import checked_period, form_of


@click.command(cls=ChineseCommand)
@common
@profile_option
@click.option("--form", "form_id", metavar="表格", help="哪张表的结果；不给则用办法的主表。")
@click.option("--grade", "grades", metavar="等次", multiple=True, help="只公示这个等次的，可以写几次；不给则全部。")
@click.option("--from", "start", metavar="日期", help="公示从哪天起，例如 2023-04-03；不给则留空。")
@click.option("--until", metavar="日期", help="公示到哪天止；不给则留空。")
@click.option(
    "--contact", metavar="联系方式", default="", help="受理异议的部门、电话，例如“镇组织办，电话0557-7000000”。"
)
@click.option("--date", "on", metavar="日期", help="成文日期，例如 2023-04-03；不给则留空。")
@click.option("--organ", metavar="机关", default="", help="落款的机关；不给则用 formgen.toml 里的。")
@click.option("--drafts", is_flag=True, help="还有存疑的也印，每页标明“草稿”。")
def announcement(
    order: Order,
    profile_name: str,
    form_id: str | None,
    grades: tuple[str, ...],
    start: str | None,
    until: str | None,
    contact: str,
    on: str | None,
    organ: str,
    drafts: bool,
) -> int:
    """生成考核结果公示：谁、得分、等次、公示到哪天、向谁反映。不印补贴和考核结果运用。"""

    def work(desk: Desk) -> int:
        from formgen.generate.announcing import announcement as make

        form = form_of(desk.scheme, form_id)
        checked_period(order.period, form)
        kept = desk.results(form)
        made = make(
            desk.scheme,
            form,
            order.period,
            kept.assessments,
            set_in(desk.output("公示"), profile_name),
            standings=kept.standings,
            roster=desk.store.roster(order.period, desk.scheme.id),
            grades=grades,
            organ=organ or desk.place.config.organ,
            on=day(on),
            start=day(start),
            until=day(until),
            contact=contact,
            drafts=drafts,
            made_from=kept.sources(),
        )
        return desk.keep([made])

    return at_desk(work, order)
