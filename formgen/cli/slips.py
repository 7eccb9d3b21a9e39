"""``formgen generate return-slip|letter``: faulty returns go back to their sender, letters go to one subject."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from formgen.cli.console import ChineseCommand, table, to_json
from formgen.cli.desk import Desk, Order, at_desk, common, day, ordered
from formgen.cli.setting import profile_option, set_in
from formgen.cli.workspaces import form_for, loaded_forms, scheme_option, workspace_option
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.parsing import FileReading, Hints
    from formgen.rendering.slips import Returned
    from formgen.returned import Returns

_organ = click.option("--organ", metavar="机关", default="", help="落款的机关；不给则用 formgen.toml 里的。")
_on = click.option("--date", "on", metavar="日期", help="成文日期，例如 2023-04-03；不给则留空。")
_number = click.option("--number", metavar="文号", default="", help="发文字号；不给则不印。")


@click.command("return-slip", cls=ChineseCommand)
@scheme_option
@workspace_option
@ordered
@click.option("-p", "--period", metavar="时段", default="", help="只要这一期的：2023-03、2023-Q1 或 2023。")
@click.option("--by", "deadline", metavar="日期", help="重新报送的期限，例如 2023-04-10；不给则不写期限。")
@click.option("--to", metavar="主送", default="", help="主送；不给则用填报的村。")
@_number
@_on
@_organ
@profile_option
@click.option("--open", "listing", is_flag=True, help="不生成，只列出还没有重报的退改通知。")
@click.option("--all", "every", is_flag=True, help="与 --open 合用：已经重报、已核实的也列出。")
@click.option("--json", "json_wanted", is_flag=True, help="与 --open 合用：每份输出一行 JSON。")
@click.argument("wanted", metavar="[文件或对象…]", nargs=-1)
def return_slip(
    order: Order,
    deadline: str | None,
    to: str,
    number: str,
    on: str | None,
    organ: str,
    profile_name: str,
    listing: bool,
    every: bool,
    json_wanted: bool,
    wanted: tuple[str, ...],
) -> int:
    """退回有问题的表：退改通知，和在每处问题上加了批注的原表。不指明则退回所有还没退的；重报以后自动销号。"""

    def work(desk: Desk) -> int:
        from formgen.returned import Returns

        returns = Returns(desk.store)
        if listing or every:
            return _list(returns, every, json_wanted)
        found = _senders(desk, _chosen(desk, returns, wanted, order.period or None))
        return _send(desk, found, to, number, on, deadline, organ, profile_name)

    return at_desk(work, order)


def _list(returns: Returns, every: bool, json_wanted: bool) -> int:
    slips = [one for one in returns.slips() if every or one.open]
    if json_wanted:
        for one in slips:
            told = {"file": one.file, "sha256": one.sha256, "whom": list(one.whom), "sent": one.sent.isoformat()}
            click.echo(
                to_json({**told, "times": one.times, "notice": one.path, "open": one.open, "answer": one.answer})
            )
    elif slips:
        rows = [
            (one.file, "、".join(one.whom), f"{one.sent:%Y-%m-%d}", str(one.times), one.answer or "待重报")
            for one in slips
        ]
        click.echo(table(("文件", "对象", "最近退回", "次数", "状态"), rows))
    else:
        click.echo("没有退改通知。" if every else "没有还没重报的退改通知。")
    return ExitCode.NEEDS_A_PERSON if any(one.open for one in slips) else ExitCode.DONE


def _chosen(desk: Desk, returns: Returns, wanted: tuple[str, ...], period: str | None) -> list[Returned]:
    """The faulty files that are meant; without words all that were not sent back yet. Raises UsageError."""
    faulty = {one.sha256: one for one in returns.faulty(desk.scheme.id, period)}
    if not wanted:
        sent = {one.sha256 for one in returns.slips()}
        found = [one for sha256, one in faulty.items() if sha256 not in sent]
        if not found:
            raise UsageError(
                "没有要退改的表：收回的表没有存疑，或者都已经退回（formgen generate return-slip --open 查看）"
            )
        return found
    chosen: dict[str, Returned] = {}
    for words in wanted:
        for sha256 in _files(desk, returns, faulty, words):
            one = faulty.get(sha256) or returns.returned(sha256)
            if not one.issues:
                raise UsageError(f"“{one.file}”没有要改的地方：没有存疑，或者已有后来的表、已核实更正")
            chosen[sha256] = one
    return list(chosen.values())


def _senders(desk: Desk, found: list[Returned]) -> list[Returned]:
    """The files without what our own changed template printed. Raises UsageError where nothing else is wrong."""
    from formgen.returned import against_blank, sent_wordings
    from parsers.reading import read_file

    forms, limits = loaded_forms(desk.place), desk.place.config.limits

    def read(path: Path, hints: Hints) -> FileReading:
        return read_file(path, forms, limits=limits, hints=hints)

    wordings = sent_wordings(desk.store, desk.place.root, read)
    left = [one for one in (against_blank(one, wordings) for one in found) if one.issues]
    if not left:
        raise UsageError("没有要退改的表：存疑之处都是本单位发出的空白表上印的，不是填报人改的")
    return left


def _files(desk: Desk, returns: Returns, faulty: dict[str, Returned], words: str) -> list[str]:
    """The hashes of the files that words name: a file, the name it came under, the start of a sha256, a subject."""
    from formgen.archive import file_sha256
    from formgen.assess import chosen

    path = Path(words)
    if path.is_file():
        sha256 = file_sha256(path)
        if sha256 not in returns.files:
            raise UsageError(f"“{words}”还没有收进存档；请先运行 formgen intake")
        return [sha256]
    named = [one for one in returns.files if returns.name(one) == words or (len(words) >= 8 and one.startswith(words))]
    if len(named) > 1:
        raise UsageError(f"叫“{words}”的文件有{len(named)}个，请写 sha256 的前几位：{'、'.join(s[:12] for s in named)}")
    if named:
        return named
    about: dict[str, list[str]] = {}
    everybody = []
    for sha256, one in faulty.items():
        for record in one.records.values():
            everybody.append(record.subject)
            about.setdefault(record.subject.key, []).append(sha256)
    if not everybody:
        raise UsageError(f"没有叫“{words}”的文件，也没有要退改的对象")
    subject = chosen(words, list(dict.fromkeys(everybody)))
    return list(dict.fromkeys(about[subject.key]))


def _send(
    desk: Desk,
    found: list[Returned],
    to: str,
    number: str,
    on: str | None,
    deadline: str | None,
    organ: str,
    profile_name: str,
) -> int:
    from datetime import datetime

    from formgen.archive import Archive, file_sha256
    from formgen.generate import Output
    from formgen.generate.slips import SLIP, return_slips

    archive = Archive(desk.place.archive)
    pairs = []
    for one in found:
        path = archive.find(one.sha256)
        if path is None or file_sha256(path) != one.sha256:
            raise UsageError(f"存档里没有“{one.file}”的完好原件；请运行 formgen verify 检查存档")
        pairs.append((one, path.read_bytes()))
    target = desk.place.output_folder(desk.order.folder or desk.place.outbox / "退改")
    made = return_slips(
        pairs,
        loaded_forms(desk.place),
        set_in(Output(target, desk.place.root, "docx", desk.order.dry_run), profile_name),
        organ=organ or desk.place.config.organ or desk.scheme.organ,
        at=datetime.now().astimezone(),
        limits=desk.place.config.limits,
        to=to,
        number=number,
        on=day(on),
        deadline=day(deadline),
    )
    done = desk.keep(made, convertible=False)
    if desk.order.pdf and not desk.order.dry_run:  # of the notices alone: no other program opens a sender's file
        from formgen.rendering.pdf import to_pdf

        for path in to_pdf([one.path for one in made if one.kind == SLIP], target):
            click.echo(str(path))
    return done


@click.command("letter", cls=ChineseCommand)
@common
@click.option("--form", "form_id", metavar="表格", help="哪张表的结果；不给则用办法的主表。")
@_number
@_on
@_organ
@profile_option
@click.argument("of_kind", metavar="种类", type=click.Choice(["不称职", "批评教育", "诫勉谈话", "撤换"]))
@click.argument("subjects", metavar="[对象…]", nargs=-1)
def letter(
    order: Order,
    form_id: str | None,
    number: str,
    on: str | None,
    organ: str,
    profile_name: str,
    of_kind: str,
    subjects: tuple[str, ...],
) -> int:
    """生成给一个人（村、队）的告知书：不称职、批评教育、诫勉谈话、撤换。不指明对象则给应发的每个人；结果未定的不发。"""

    def work(desk: Desk) -> int:
        from formgen.assess import chosen
        from formgen.generate import outcomes
        from formgen.generate.letters import LETTERS, letters, undecided

        form = form_for(desk.scheme, form_id, order.period)
        wanted = next(one for one in LETTERS.values() if one.words == of_kind)
        kept = desk.results(form)
        everybody = outcomes(kept.assessments, kept.standings)
        names = {chosen(words, [one.subject for one in everybody]) for words in subjects}
        some = [one for one in everybody if not names or one.subject in names]
        made = letters(
            desk.scheme,
            form,
            wanted,
            some,
            set_in(desk.output("告知书"), profile_name),
            named=bool(names),
            organ=organ or desk.place.config.organ,
            number=number,
            on=day(on),
            objection=_objection(desk),
            sources=lambda one: kept.sources(one.subject),
        )
        left = undecided(desk.scheme, wanted, some)
        for line in left:
            click.echo(f"结果未定，没有发：{line}", err=True)
        done = desk.keep(made)
        return ExitCode.NEEDS_A_PERSON if left else done

    return at_desk(work, order)


def _objection(desk: Desk) -> tuple[str, ...]:
    """How to object, where the regulation or a Decision on a gap named ``objection`` says so."""
    from formgen.rendering.letters import objections
    from formgen.resources import scheme_folders
    from formgen.scheme.decisions import in_force
    from formgen.scheme.loading import load_regulation
    from formgen.scheme.regulation import own_texts

    folder = next((path for path in scheme_folders(desk.place.root) if path.name == desk.scheme.id), None)
    articles = own_texts(load_regulation(folder)) if folder and (folder / "regulation.md").is_file() else {}
    return objections(desk.scheme.title, articles, [one for one in in_force(desk.decisions) if one.gap == "objection"])
