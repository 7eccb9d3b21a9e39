"""``formgen review sheet`` and ``review take``: the doubtful values as a workbook with pictures, and back again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formgen.cli.console import ChineseCommand
from formgen.cli.reading import labels, shown
from formgen.errors import ExitCode, FileAccessError, FormgenError, UsageError

if TYPE_CHECKING:
    from formgen.archive import Archive
    from formgen.model import Correction, Form, Locator
    from formgen.rendering.review_sheet import Answer, ReviewRow
    from formgen.review import Doubt
    from formgen.store import Store, StoredRecord
    from formgen.workspace import Workspace

_SAME = frozenset(("同", "√", "✓", "对", "无误", "确认", "读得对"))
_NO_FORM = "没有读出表格的文件"
_MOST_BYTES = 100_000_000


@click.command("sheet", cls=ChineseCommand)
@click.option(
    "-o",
    "--output",
    "target",
    metavar="文件",
    type=click.Path(path_type=Path, dir_okay=False),
    help="存成哪个文件；不给则为“待核/核实表.xlsx”，已经有了就加编号。",
)
@click.option("-n", "--dry-run", is_flag=True, help="只说有几处，不写文件。")
@click.pass_obj
def sheet(workspace: Path | None, target: Path | None, dry_run: bool) -> int:
    """把存疑之处做成一张 Excel 核实表：原件上的图、读数、疑点并排，填好后用 review take 收回。"""
    from formgen.cli.workspaces import loaded_forms, opened
    from formgen.rendering.review_sheet import write
    from formgen.store import Store
    from formgen.workspace import write_private

    place = opened(workspace)
    with Store(place.database) as store:
        rows = list(_rows(place, store, loaded_forms(place)))
    if not rows:
        click.echo("没有存疑之处，不用核实表。")
        return ExitCode.DONE
    path = target or _unused(place.pending / "核实表.xlsx")
    place.output_file(path)
    if target is not None and target.exists():
        raise UsageError(f"已经有 {target}，里面也许填了一半；请换一个文件名，或先把它收回（formgen review take）")
    if not dry_run:
        try:
            write_private(path, write(rows, place.config.organ))
        except OSError as fault:
            raise FileAccessError(
                f"{path} 不能写入（{fault.strerror or fault}）。如果它正在 Excel 或 WPS 中打开，请关闭后再试。"
            ) from fault
    click.echo(f"{'会写入' if dry_run else '核实表'}：{path}")
    pictures = sum(1 for row in rows if row.picture is not None)
    click.echo(f"共 {len(rows)} 处存疑，其中 {pictures} 处附图。填好后：formgen review take {path}", err=True)
    return ExitCode.NEEDS_A_PERSON


@click.command("take", cls=ChineseCommand)
@click.argument("file", metavar="核实表", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--by", default="", metavar="姓名", help="由谁核实；不给则用表上“核实人”一格里的。")
@click.option("-n", "--dry-run", is_flag=True, help="只看会写入什么，不写。")
@click.pass_obj
def take(workspace: Path | None, file: Path, by: str, dry_run: bool) -> int:
    """收回填好的核实表：填了的逐行写入，写明谁、何时；没填的不动；已经不同的行指出来，不写。"""
    from formgen.cli.review import open_doubts
    from formgen.cli.workspaces import opened
    from formgen.lateness import late_words
    from formgen.rendering.review_sheet import answers
    from formgen.store import Store

    place = opened(workspace)
    try:
        signed, given = answers(_sheets(place, file))
    except ValueError as fault:
        raise UsageError(f"{file.name}：{fault}") from None
    who = by.strip() or signed
    if not who:
        raise UsageError("核实表上没有写核实人；请在“核实人”一格写上姓名，或用 --by 写明")
    if not given:
        click.echo("核实表上一行也没有填。")
        return ExitCode.DONE
    wrong = _contradictions(given)
    done = before = 0
    late: tuple[str, ...] = ()
    with Store(place.database) as store, store.tried(dry_run):
        doubts = {reference: doubt for reference, _, _, doubt in open_doubts(store)}
        touched: list[StoredRecord] = []
        for answer in {one.reference: one for one in given}.values():
            if answer.reference in wrong:
                continue
            if _said_before(place, store, doubts, answer):
                before += 1
                continue
            try:
                correction = _correction(place, store, doubts, answer, who, file.name)
            except FormgenError as fault:
                wrong[answer.reference] = f"{answer.place}（{answer.reference} {answer.subject}）：{fault}"
                continue
            done += 1
            touched += _records(store, correction)
            store.add_correction(correction)
            touched += _records(store, correction)  # its period may be another now
            said = "" if correction.field.startswith("!") else f" = {shown(correction.value)}"
            click.echo(f"{answer.reference}　{answer.subject}　{correction.field}{said}")
        late = late_words(store, touched)
    for line in (*(f"没有写入　{words}" for words in wrong.values()), *late):
        click.echo(line, err=True)
    again = f"，早已照此写入 {before} 处" if before else ""
    verb = "会写入" if dry_run else "已写入"
    click.echo(f"{verb} {done} 处（核实人：{who}）{again}，没有写入 {len(wrong)} 处。", err=True)
    return ExitCode.NEEDS_A_PERSON if wrong or late else ExitCode.DONE


def _contradictions(given: Sequence[Answer]) -> dict[str, str]:
    """By reference what to say where two rows answer the same doubt differently: neither is written."""
    by_reference: dict[str, list[Answer]] = {}
    for answer in given:
        by_reference.setdefault(answer.reference, []).append(answer)
    return {
        reference: f"{'、'.join(one.place for one in rows)}（{reference} {rows[0].subject}）："
        f"同一处填了不同的值（{'、'.join(dict.fromkeys(one.given for one in rows))}），请改成一个"
        for reference, rows in by_reference.items()
        if len({one.given for one in rows}) > 1
    }


def _records(store: Store, correction: Correction) -> list[StoredRecord]:
    return [one for one in store.records_of(correction.submission) if one.index == correction.record]


def _said_before(place: Workspace, store: Store, doubts: Mapping[str, Doubt], answer: Answer) -> bool:
    """Whether a row is answered already, with the value that stands in it: the sheet was taken before."""
    from formgen.cli.review import target_of

    number, _, field = answer.reference.partition(":")
    if answer.reference in doubts or not field or not number.isdecimal():
        return False
    stored = store.record(int(number))
    if stored is None:
        return False
    given = [one for one in store.corrections(stored.submission) if one.record == stored.index and one.field == field]
    if not given or field.startswith("!"):
        return bool(given) and answer.given in _SAME
    if answer.given in _SAME:
        return shown(given[-1].value) == answer.value
    try:
        return target_of(place, store, number, field, answer.given)[-1] == given[-1].value
    except FormgenError:
        return False


def _unused(path: Path) -> Path:
    """The path, or the first numbered one that is free: an earlier sheet may be half filled in."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


def _rows(place: Workspace, store: Store, forms: Sequence[Form]) -> Iterator[ReviewRow]:
    from formgen.archive import Archive
    from formgen.cli.review import open_doubts
    from formgen.periods import in_chinese
    from formgen.rendering.review_sheet import ReviewRow

    titles = {form.id: form.title for form in forms} | {"roster": "花名册", "facts": "考核事项台账"}
    by_id = {form.id: form for form in forms}
    picture = pictures(Archive(place.archive), place, trim=True)
    found: dict[str, list[Doubt]] = {}
    heads: dict[str, tuple[StoredRecord | None, str]] = {}
    for reference, record, name, doubt in open_doubts(store):
        found.setdefault(reference, []).append(doubt)
        heads.setdefault(reference, (record, name))
    for reference, (doubt, *more) in found.items():  # several doubts on one value have one answer
        record, name = heads[reference]
        form = by_id.get(record.record.form) if record else None
        known = labels(forms, record.record.form) if record else {}
        place_words = doubt.where.chinese
        reading = record.record.readings.get(doubt.field or "") if record else None
        spot = reading.where if reading is not None else doubt.where
        sha256 = record.submission if record else ""
        yield ReviewRow(
            reference=reference,
            form=titles.get(record.record.form, record.record.form) if record else _NO_FORM,
            subject=str(record.subject) if record else name,
            period=in_chinese(record.period) if record and record.period else "",
            field=known.get(doubt.field or "", doubt.field or "整份文件"),
            text=doubt.text,
            value=shown(doubt.value) if doubt.field else "",
            doubt="\n".join([*(one.message for one in (doubt, *more)), f"（《{name}》{place_words}）"]),
            picture=picture(sha256, spot) if spot.box else None,
            choices=_choices(place, form, doubt.field) if form else (),
        )


def _choices(place: Workspace, form: Form, field: str | None) -> tuple[str, ...]:
    """The words that may stand in a field, where only certain ones may."""
    from formgen.cli.review import grades_of

    if field == "grade":
        return grades_of(place, form)
    return form.judgements if any(item.id == field for item in form.items) else ()


def pictures(archive: Archive, place: Workspace, *, trim: bool = False) -> Callable[[str, Locator], bytes | None]:
    """Cuts the picture of a place out of a kept original; None where that cannot be done here.

    ``trim``: without the white around what is written there.
    """
    import importlib.util

    if importlib.util.find_spec("cv2") is None:
        return lambda _sha256, _where: None
    from parsers.scan.crops import Cutter

    cutter = Cutter(place.config.limits)

    def cut(sha256: str, where: Locator) -> bytes | None:
        original = archive.find(sha256)
        return cutter.png(original, where, trim=trim) if original is not None else None

    return cut


def _sheets(place: Workspace, file: Path) -> list[tuple[str, list[list[str]]]]:
    """Name and rows of each worksheet of the file that came back. Raises UnreadableInputError, FileAccessError."""
    from parsers import excel, kinds

    try:
        with file.open("rb") as opened_file:
            data = opened_file.read(_MOST_BYTES)
    except OSError as fault:
        raise FileAccessError(f"不能读取“{file}”：{fault.strerror or fault}。") from fault
    kind = kinds.sniff(data, file.name)
    if kind not in ("xlsx", "xls", "et", "ods", "xlsm"):
        raise UsageError(f"{file.name} 不是 Excel 工作簿；请用 formgen review sheet 生成的那一个文件")
    document = excel.decode(data, place.config.limits, kind)
    return [
        (
            grid.part.removeprefix("sheet "),
            [[cell.text if cell is not None else "" for cell in row] for row in grid.matrix()],
        )
        for grid in document.grids
    ]


def _correction(
    place: Workspace, store: Store, doubts: Mapping[str, Doubt], answer: Answer, who: str, name: str
) -> Correction:
    """The correction that a filled row asks for. Raises UsageError where it cannot be carried out."""
    from formgen.cli.review import target_of
    from formgen.model import Correction

    doubt = doubts.get(answer.reference)
    if doubt is None:
        raise UsageError("这一处已经核实过，或者表已重新读过；见 formgen review")
    if doubt.field and shown(doubt.value) != answer.value:
        raise UsageError(f"生成核实表时读作 {answer.value}，现在读作 {shown(doubt.value)}；请重新生成核实表")
    number, _, field = answer.reference.partition(":")
    same = answer.given in _SAME or (field.startswith("!") or number.startswith("@"))
    if (field.startswith("!") or number.startswith("@")) and answer.given not in _SAME:
        raise UsageError("这一处涉及整份文件，没有可写的值；看过后填“同”")
    submission, index, _, value = target_of(place, store, number, field, None if same else answer.given)
    why = answer.why or f"核实表《{name}》{answer.place}"
    return Correction(submission, index, field, value, who, datetime.now().astimezone(), why)
