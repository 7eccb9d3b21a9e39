"""``formgen generate``: blanks, filled tables, notices, registers, opinions and pay sheets; ``formgen template``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formgen.cli.assessing import period_option
from formgen.cli.console import ChineseCommand, ChineseGroup, table
from formgen.cli.workspaces import checked_period, form_of, found, law, opened, scheme_option, workspace_option
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.generate import Filling, Made, Output
    from formgen.model import Assessment, Decision, Form, RosterEntry, Subject
    from formgen.scheme.types import Scheme
    from formgen.store import Store
    from formgen.workspace import Workspace

kind_option = click.option(
    "--kind", type=click.Choice(["docx", "xlsx"]), default="docx", show_default=True, help="Word 还是 Excel。"
)


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every kind of paper has."""
    for option in (
        click.option("--pdf", is_flag=True, help="同时转成 PDF（需要 LibreOffice）。"),
        click.option("-n", "--dry-run", is_flag=True, help="只列出会生成什么，不写文件。"),
        click.option(
            "-o",
            "--output",
            "folder",
            metavar="文件夹",
            type=click.Path(path_type=Path),
            help="放到哪里；不给则放在“发文”。",
        ),
        workspace_option,
        period_option,
        scheme_option,
    ):
        command = option(command)
    return command


class _Desk:
    """What making a paper needs: workspace, law, store, and where the paper goes."""

    def __init__(self, workspace: Path | None, scheme_id: str | None, period: str, store: Store) -> None:
        self.place: Workspace = opened(workspace)
        self.scheme: Scheme
        self.decisions: tuple[Decision, ...]
        self.scheme, self.decisions = law(self.place, scheme_id)
        self.period = period
        self.store = store

    def output(self, folder: Path | None, what: str, kind: str, dry_run: bool) -> Output:
        """Where the papers go: the folder named, or 发文/PERIOD/WHAT."""
        from formgen.generate import Output

        target = self.place.output_folder(folder or self.place.outbox / self.period / what)
        return Output(target, self.place.root, "xlsx" if kind == "xlsx" else "docx", dry_run)

    def assessed(self, form: Form) -> tuple[list[Assessment], tuple[str, ...]]:
        """The kept assessments of the period, and what they were made from. Raises UsageError if there are none."""
        kept = self.store.assessments(self.scheme.id, form.id, self.period)
        if not kept:
            raise UsageError(f"{self.period} 还没有评定；请先运行 formgen assess --period {self.period}")
        sources = dict.fromkeys(source for one in kept for source in one.made_from)
        return [one.assessment for one in kept], tuple(sources)

    def keep(self, made: Sequence[Made], *, pdf: bool, dry_run: bool) -> int:
        """Record what was issued, convert it if asked, and say where it lies."""
        from formgen.model import Issuance

        if not dry_run:
            for one in made:
                path = one.path.resolve()
                inside = path.is_relative_to(self.place.root)
                self.store.add_issuance(
                    Issuance(
                        one.kind,
                        path.relative_to(self.place.root).as_posix() if inside else str(path),
                        one.sha256,
                        one.template_sha256,
                        one.made_from,
                        datetime.now().astimezone(),
                    )
                )
        for one in made:
            click.echo(("会生成：" if dry_run else "") + str(one.path))
        if pdf and not dry_run:
            from formgen.rendering.pdf import to_pdf

            for path in to_pdf([one.path for one in made], made[0].path.parent):
                click.echo(str(path))
        click.echo(f"共 {len(made)} 份。", err=True)
        return ExitCode.DONE


def _at_desk(work: Callable[[_Desk], int], workspace: Path | None, scheme_id: str | None, period: str) -> int:
    from formgen.store import Store

    with Store(opened(workspace).database) as store:
        return work(_Desk(workspace, scheme_id, period, store))


@click.group(cls=ChineseGroup)
def generate() -> None:
    """生成公文：空白表、评分表、通报、登记表、意见表、工资表。"""


@generate.command(cls=ChineseCommand)
@_common
@kind_option
@click.option("--form", "form_id", metavar="表格", help="哪张表；不给则用办法的主表。")
@click.option("--village", metavar="村", help="只要这个村；花名册为空时就用它。")
@click.option("--name", metavar="姓名", help="只要这个人；花名册为空时就用它。")
def blank(
    scheme_id: str | None,
    period: str,
    workspace: Path | None,
    folder: Path | None,
    dry_run: bool,
    pdf: bool,
    kind: str,
    form_id: str | None,
    village: str | None,
    name: str | None,
) -> int:
    """按花名册给每个对象生成一份下一期的空白表，村名、姓名已填好。"""

    def work(desk: _Desk) -> int:
        from formgen import generate as making

        form = form_of(desk.scheme, form_id)
        checked_period(period, form)
        subjects = _subjects(desk.store.roster(), form, village, name)
        output = desk.output(folder, "空白表", kind, dry_run)
        return desk.keep(making.blank(desk.scheme, form, subjects, period, output), pdf=pdf, dry_run=dry_run)

    return _at_desk(work, workspace, scheme_id, period)


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
@_common
@kind_option
@click.option("--form", "form_id", metavar="表格", help="哪张表；不给则用办法的主表。")
@click.argument("subjects", metavar="[对象…]", nargs=-1)
def filled_table(
    scheme_id: str | None,
    period: str,
    workspace: Path | None,
    folder: Path | None,
    dry_run: bool,
    pdf: bool,
    kind: str,
    form_id: str | None,
    subjects: tuple[str, ...],
) -> int:
    """把评定结果填进表里：每个对象一份。还有存疑的标明是草稿。"""

    def work(desk: _Desk) -> int:
        from formgen import generate as making
        from formgen.assess import chosen

        form = form_of(desk.scheme, form_id)
        checked_period(period, form)
        desk.assessed(form)
        kept = desk.store.assessments(desk.scheme.id, form.id, period)
        everybody = [one.assessment.subject for one in kept]
        wanted = {chosen(words, everybody) for words in subjects} or set(everybody)
        output = desk.output(folder, "评分表", kind, dry_run)
        made = [
            making.table(
                desk.scheme,
                form,
                one.assessment,
                _record(desk.store, form, period, one.assessment.subject),
                output,
                made_from=one.made_from,
            )
            for one in kept
            if one.assessment.subject in wanted
        ]
        return desk.keep(made, pdf=pdf, dry_run=dry_run)

    return _at_desk(work, workspace, scheme_id, period)


def _record(store: Store, form: Form, period: str, subject: Subject) -> Any:
    """The effective record behind an assessment, None if it is not there any more."""
    from formgen.review import effective

    for stored in store.records(form.id, period=period, subject=subject):
        given = store.corrections(stored.submission)
        return effective(stored.record, stored.submission, stored.index, given)
    return None


@generate.command(cls=ChineseCommand)
@_common
@kind_option
@click.option("--form", "form_id", metavar="表格", help="哪张表的结果；不给则用办法的主表。")
@click.option("--to", "to", metavar="主送", default="", help="主送机关，例如“各村民委员会、镇直各单位”。")
@click.option("--number", metavar="文号", default="", help="发文字号，例如“杨政〔2023〕4号”；不给则不印。")
@click.option("--date", "on", metavar="日期", help="成文日期，例如 2023-04-03；不给则留空。")
@click.option("--organ", metavar="机关", default="", help="发文机关；不给则用 formgen.toml 里的。")
@click.option("--drafts", is_flag=True, help="还有存疑的也印，每页标明“草稿”。")
def results(
    scheme_id: str | None,
    period: str,
    workspace: Path | None,
    folder: Path | None,
    dry_run: bool,
    pdf: bool,
    kind: str,
    form_id: str | None,
    to: str,
    number: str,
    on: str | None,
    organ: str,
    drafts: bool,
) -> int:
    """生成考核结果通报，附结果表。有未核实的数据时不印，除非加 --drafts。"""

    def work(desk: _Desk) -> int:
        from formgen import generate as making

        form = form_of(desk.scheme, form_id)
        checked_period(period, form)
        assessments, sources = desk.assessed(form)
        made = making.results(
            desk.scheme,
            form,
            period,
            assessments,
            desk.output(folder, "通报", kind, dry_run),
            organ=organ or desk.place.config.organ,
            to=to,
            on=_date(on),
            number=number,
            drafts=drafts,
            made_from=sources,
        )
        return desk.keep([made], pdf=pdf, dry_run=dry_run)

    return _at_desk(work, workspace, scheme_id, period)


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"“{text}”不是日期；请写 2023-04-03 这样的日期") from None


@generate.command(cls=ChineseCommand)
@_common
@click.option("--organ", metavar="机关", default="", help="发放机关；不给则用 formgen.toml 里的。")
@click.option("--drafts", is_flag=True, help="还有存疑的也印，标明“草稿”。")
def paysheet(
    scheme_id: str | None,
    period: str,
    workspace: Path | None,
    folder: Path | None,
    dry_run: bool,
    pdf: bool,
    organ: str,
    drafts: bool,
) -> int:
    """生成补贴发放表（Excel）：标准、每笔核减及条款、应发。"""

    def work(desk: _Desk) -> int:
        from formgen import generate as making

        form = form_of(desk.scheme, None)
        checked_period(period, form)
        assessments, sources = desk.assessed(form)
        made = making.paysheet(
            desk.scheme,
            period,
            assessments,
            desk.store.roster(),
            desk.output(folder, "工资表", "xlsx", dry_run),
            organ=organ or desk.place.config.organ,
            drafts=drafts,
            made_from=sources,
        )
        return desk.keep([made], pdf=pdf, dry_run=dry_run)

    return _at_desk(work, workspace, scheme_id, period)


def _register_command(name: str, period_kind: str, summary: str) -> click.Command:
    """The command for 附件4 or 附件5: the same but for the form."""

    @generate.command(name, cls=ChineseCommand, help=summary)
    @_common
    @kind_option
    @click.option("--village", metavar="村", help="只要这个村；花名册为空时就用它。")
    @click.option("--name", "person", metavar="姓名", help="只要这个人；花名册为空时就用它。")
    def command(
        scheme_id: str | None,
        period: str,
        workspace: Path | None,
        folder: Path | None,
        dry_run: bool,
        pdf: bool,
        kind: str,
        village: str | None,
        person: str | None,
    ) -> int:
        def work(desk: _Desk) -> int:
            from formgen import generate as making

            form = next((one for one in desk.scheme.form if one.fields and one.period == period_kind), None)
            if form is None:
                raise UsageError(f"《{desk.scheme.title}》没有这种表；宁夏办法（ningxia-2015）有")
            checked_period(period, form)
            people = _subjects(desk.store.roster(), form, village, person)
            fillings = [_filling(desk, form, entry) for entry in people]
            output = desk.output(folder, "登记表" if name == "register" else "意见表", kind, dry_run)
            maker = making.register if name == "register" else making.opinion
            return desk.keep(maker(desk.scheme, form, period, fillings, output), pdf=pdf, dry_run=dry_run)

        return _at_desk(work, workspace, scheme_id, period)

    return command


def _filling(desk: _Desk, form: Form, entry: RosterEntry) -> Filling:
    """What is known of somebody for a register: what came back on an earlier copy, and the grade."""
    from formgen.generate import Filling
    from formgen.subjects import same

    record = _record(desk.store, form, desk.period, entry.subject)
    values = {field: reading.value for field, reading in record.readings.items()} if record else {}
    assessed = [
        one
        for one in desk.store.assessments(desk.scheme.id, period=desk.period)
        if same(one.assessment.subject, entry.subject)
    ]
    newest = assessed[-1] if assessed else None
    return Filling(
        entry,
        {field: value for field, value in values.items() if value is not None},
        newest.assessment if newest else None,
        newest.made_from if newest else (),
    )


register = _register_command("register", "quarter", "生成平时考核登记表（附件4），已知的栏目填好，其余留空。")
opinion = _register_command("opinion", "year", "生成年度考核意见表（附件5），已知的栏目填好，其余留空。")


@click.group(cls=ChineseGroup)
def template() -> None:
    """查看正在使用的模板。"""


@template.command("list", cls=ChineseCommand)
@workspace_option
def list_templates(workspace: Path | None) -> int:
    """列出模板：工作区 templates 文件夹里的优先，其余用自带的。"""
    from formgen.resources import template_roots

    place = found(workspace)
    rows: dict[str, tuple[str, str, str]] = {}
    for root in reversed(template_roots(place.root if place else None)):
        own = place is not None and root.is_relative_to(place.root)
        for path in sorted((*root.glob("docx/*.docx"), *root.glob("xlsx/*.xlsx"))):
            name = f"{path.parent.name}/{path.name}"
            if not path.name.startswith("~$"):
                rows[name] = (name, "本工作区" if own else "自带", str(path))
    click.echo(table(("模板", "来源", "文件"), rows.values(), widest=80))
    click.echo("要改模板：把自带的文件复制到工作区 templates/docx 或 templates/xlsx，用 Word、WPS 打开修改。", err=True)
    return ExitCode.DONE
