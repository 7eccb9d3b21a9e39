"""``formgen generate``: blanks, filled tables, registers and opinions, with ``listings``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from formgen.cli.announcing import announcement
from formgen.cli.console import ChineseCommand, ChineseGroup
from formgen.cli.desk import Desk, Order, Results, at_desk, common, kind_option, record_of
from formgen.cli.listings import archive, paysheet, public_table, results
from formgen.cli.notice import notice
from formgen.cli.printing import Printing, marked_options, print_options
from formgen.cli.slips import letter, return_slip
from formgen.cli.workspaces import checked_period, form_of
from formgen.errors import UsageError

if TYPE_CHECKING:
    from formgen.generate import Filling
    from formgen.model import Form, RosterEntry


@click.group(cls=ChineseGroup)
def generate() -> None:
    """生成公文：空白表、评分表、通报、公示、登记表、意见表、工资表、个人档案、逐月公开表。"""


for _command in (results, paysheet, archive, public_table, announcement, notice):
    generate.add_command(_command)
generate.add_command(return_slip)
generate.add_command(letter)


@generate.command(cls=ChineseCommand)
@common
@kind_option
@marked_options
@click.option("--form", "form_id", metavar="表格", help="哪张表；不给则用办法的主表。")
@click.option("--village", metavar="村", help="只要这个村；花名册为空时就用它。")
@click.option("--name", metavar="姓名", help="只要这个人；花名册为空时就用它。")
def blank(
    order: Order,
    printing: Printing,
    form_id: str | None,
    village: str | None,
    name: str | None,
) -> int:
    """按花名册给每个对象生成一份下一期的空白表，村名、姓名已填好。"""

    def work(desk: Desk) -> int:
        from formgen import generate as making

        form = form_of(desk.scheme, form_id)
        checked_period(order.period, form)
        subjects = _subjects(desk.store.roster(order.period, desk.scheme.id), form, village, name)
        output = printing.laid(desk.output("空白表"))
        return printing.keep(desk, making.blank(desk.scheme, form, subjects, order.period, output), output)

    return at_desk(work, order)


def _subjects(
    roster: Iterable[RosterEntry], form: Form, village: str | None, name: str | None
) -> tuple[RosterEntry, ...]:
    """Those of the roster whom the form is for; whoever is named, where the roster is empty. Raises UsageError."""
    from formgen.model import RosterEntry, Subject

    entries = list(roster)
    if not entries and (village or name):
        return (RosterEntry(Subject(village or "", name or "")),)
    wanted = [
        entry for entry in entries if village in (None, entry.subject.village) and name in (None, entry.subject.name)
    ]
    if not wanted:
        raise UsageError(
            "花名册里没有符合的对象；请核对村名和姓名"
            if entries
            else "还没有花名册；请把花名册放进收件箱运行 formgen intake，或用 --village 和 --name 写明"
        )
    if form.subject == "person":
        return tuple(wanted)
    places = {(entry.subject.village, entry.subject.team if form.subject == "team" else "") for entry in wanted}
    return tuple(RosterEntry(Subject(place, team=team)) for place, team in sorted(places))


@generate.command("table", cls=ChineseCommand)
@common
@kind_option
@print_options
@click.option("--form", "form_id", metavar="表格", help="哪张表；不给则用办法的主表。")
@click.argument("subjects", metavar="[对象…]", nargs=-1)
def filled_table(
    order: Order,
    printing: Printing,
    form_id: str | None,
    subjects: tuple[str, ...],
) -> int:
    """把评定结果填进表里：每个对象一份。还有存疑的标明是草稿。"""

    def work(desk: Desk) -> int:
        from formgen import generate as making
        from formgen.assess import chosen

        form = form_of(desk.scheme, form_id)
        checked_period(order.period, form)
        kept = desk.results(form)
        everybody = [one.subject for one in kept.assessments]
        wanted = {chosen(words, everybody) for words in subjects} or set(everybody)
        output = printing.laid(desk.output("评分表"))
        made = [
            making.table(
                desk.scheme,
                form,
                one,
                record_of(desk.store, form, order.period, one.subject),
                output,
                standing=kept.standing(one.subject),
                made_from=kept.sources(one.subject),
            )
            for one in kept.assessments
            if one.subject in wanted
        ]
        return printing.keep(desk, made, output)

    return at_desk(work, order)


def _register_command(name: str, period_kind: str, summary: str) -> click.Command:
    """The command for 附件4 or 附件5: the same but for the form."""

    @generate.command(name, cls=ChineseCommand, help=summary)
    @common
    @kind_option
    @marked_options
    @click.option("--village", metavar="村", help="只要这个村；花名册为空时就用它。")
    @click.option("--name", "person", metavar="姓名", help="只要这个人；花名册为空时就用它。")
    def command(
        order: Order,
        printing: Printing,
        village: str | None,
        person: str | None,
    ) -> int:
        def work(desk: Desk) -> int:
            from formgen import generate as making

            form = next((one for one in desk.scheme.form if one.fields and one.period == period_kind), None)
            if form is None:
                raise UsageError(f"《{desk.scheme.title}》没有这种表；宁夏办法（ningxia-2015）有")
            checked_period(order.period, form)
            people = _subjects(desk.store.roster(order.period, desk.scheme.id), form, village, person)
            fillings = [_filling(desk, form, entry) for entry in people]
            output = printing.laid(desk.output("登记表" if name == "register" else "意见表"))
            maker = making.register if name == "register" else making.opinion
            return printing.keep(desk, maker(desk.scheme, form, order.period, fillings, output), output)

        return at_desk(work, order)

    return command


def _filling(desk: Desk, form: Form, entry: RosterEntry) -> Filling:
    """What is known of somebody for a register: what came back on an earlier copy, and the grade."""
    from formgen.generate import Filling
    from formgen.subjects import same

    record = record_of(desk.store, form, desk.period, entry.subject)
    values = {field: reading.value for field, reading in record.readings.items()} if record else {}
    assessed = [
        one
        for one in desk.store.assessments(desk.scheme.id, period=desk.period)
        if same(one.assessment.subject, entry.subject)
    ]
    known = {field: value for field, value in values.items() if value is not None}
    if not assessed:
        return Filling(entry, known)
    newest = assessed[-1].assessment
    results = Results(assessed[-1:], desk.store.standings(desk.scheme.id, newest.form, desk.period))
    return Filling(entry, known, newest, results.sources(newest.subject), results.standing(newest.subject))


register = _register_command("register", "quarter", "生成平时考核登记表（附件4），已知的栏目填好，其余留空。")
opinion = _register_command("opinion", "year", "生成年度考核意见表（附件5），已知的栏目填好，其余留空。")
