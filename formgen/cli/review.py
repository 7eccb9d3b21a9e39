"""``formgen review``: lists what is doubtful with its place, and sets a value with who, when and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formgen.cli import review_crops, review_sheets
from formgen.cli.console import ChineseCommand, ChineseGroup, shorten, table, to_json
from formgen.cli.reading import SEVERITIES, labels, plain, shown
from formgen.cli.workspaces import workspace_option
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.model import Form, Value
    from formgen.review import Doubt
    from formgen.store import Store, StoredRecord
    from formgen.workspace import Workspace

BLANK = "空白"


def open_doubts(store: Store) -> Iterator[tuple[str, StoredRecord | None, str, Doubt]]:
    """(reference, record, file name, doubt) for all that a person must still look at, file by file.

    The reference is ``RECORD:FIELD`` as ``review set`` takes it; ``@SHA:!CODE`` for a file without records, which can
    only be confirmed as seen.
    """
    from formgen.review import doubts

    for stored_file in store.submissions():
        sha256, name = stored_file.submission.sha256, stored_file.submission.name
        issues = [stored.issue for stored in store.issues(sha256)]
        corrections = store.corrections(sha256)
        records = store.records_of(sha256)
        told: set[tuple[int | None, str | None, str]] = set()
        for record in records:
            if record.superseded_by is not None:
                continue
            for doubt in doubts(record.record, sha256, record.index, issues, corrections):
                key = (doubt.record, doubt.field, doubt.message)
                if key not in told:
                    told.add(key)
                    yield f"{record.id}:{doubt.answer_to}", record, name, doubt
        if not records:
            for doubt in doubts(None, sha256, 0, issues, corrections):
                yield f"@{sha256[:8]}:{doubt.answer_to}", None, name, doubt


@click.group(cls=ChineseGroup, invoke_without_command=True)
@workspace_option
@click.option("--json", "json_wanted", is_flag=True, help="每处存疑输出一行 JSON。")
@click.pass_context
def review(ctx: click.Context, workspace: Path | None, json_wanted: bool) -> int | None:
    """列出存疑之处和它在纸上的位置；用 review set 写入核实后的值，用 review confirm 确认读数无误。

    多的时候用 review sheet 做成一张 Excel 核实表，填好后用 review take 收回。
    """
    ctx.obj = workspace
    if ctx.invoked_subcommand is not None:
        return None
    from formgen.cli.workspaces import loaded_forms, opened
    from formgen.store import Store

    place = opened(workspace)
    forms = loaded_forms(place)
    with Store(place.database) as store:
        found = list(open_doubts(store))
    if json_wanted:
        for reference, record, name, doubt in found:
            click.echo(
                to_json(
                    {
                        "ref": reference,
                        "file": name,
                        "form": record.record.form if record else None,
                        "subject": str(record.subject) if record else None,
                        "period": record.period if record else None,
                        "field": doubt.field,
                        "code": str(doubt.code),
                        "severity": str(doubt.severity),
                        "message": doubt.message,
                        "text": doubt.text,
                        "value": plain(doubt.value),
                        "where": str(doubt.where),
                    }
                )
            )
    elif not found:
        click.echo("没有存疑之处。")
    else:
        click.echo(_listing(found, forms))
        click.echo(
            "\n写入核实后的值：formgen review set 编号 值 --by 姓名 --why 理由（没有内容写“空白”）\n"
            "确认读数无误：　formgen review confirm 编号 --by 姓名 --why 理由",
            err=True,
        )
    return ExitCode.NEEDS_A_PERSON if found else ExitCode.DONE


def _listing(found: Sequence[tuple[str, StoredRecord | None, str, Doubt]], forms: Sequence[Form]) -> str:
    lines: list[str] = []
    former: tuple[object, ...] = ()
    for reference, record, name, doubt in found:
        head = (name, str(record.subject) if record else "", record.period if record else "")
        if head != former:
            lines += ["", f"■ {name}　{head[1]}　{head[2] or '时段未写明' if record else '没有读出表格'}"]
            former = head
        known = labels(forms, record.record.form) if record else {}
        field = known.get(doubt.field or "", doubt.field or "整份文件")
        lines.append(f"  {reference}　[{SEVERITIES[doubt.severity]}] {doubt.message}")
        if doubt.field:
            words, value = shorten(doubt.text, 40), shorten(shown(doubt.value), 40)
            lines.append(f"      {shorten(field, 60)}：纸上“{words}”，读作 {value}；{doubt.where.chinese}")
        elif doubt.where.chinese:
            lines.append(f"      {doubt.where.chinese}")
    files = len({name for _, _, name, _ in found})
    return "\n".join(lines).lstrip("\n") + f"\n\n共 {len(found)} 处，涉及 {files} 个文件。"


@review.command("set", cls=ChineseCommand, context_settings={"ignore_unknown_options": True})
@click.argument("reference", metavar="编号")
@click.argument("value", metavar="值")
@click.option("--by", required=True, metavar="姓名", help="由谁核实。")
@click.option("--why", required=True, metavar="理由", help="依据什么，例如“与本人电话核实”。")
@click.option("-n", "--dry-run", is_flag=True, help="只看会写入什么，不写入。")
@workspace_option
@click.pass_obj
def set_value(
    given_above: Path | None, workspace: Path | None, reference: str, value: str, by: str, why: str, dry_run: bool
) -> int:
    """写入核实后的值。编号见 formgen review 和 formgen why，例如 12:2.1；没有内容写“空白”。"""
    return _correct(workspace or given_above, reference, value, by, why, dry_run)


@review.command("confirm", cls=ChineseCommand)
@click.argument("reference", metavar="编号")
@click.option("--by", required=True, metavar="姓名", help="由谁核实。")
@click.option("--why", required=True, metavar="理由", help="依据什么。")
@click.option("-n", "--dry-run", is_flag=True, help="只看会确认什么，不确认。")
@workspace_option
@click.pass_obj
def confirm(given_above: Path | None, workspace: Path | None, reference: str, by: str, why: str, dry_run: bool) -> int:
    """确认读数无误（或整份文件的疑点已看过）。编号见 formgen review 的列表。"""
    return _correct(workspace or given_above, reference, None, by, why, dry_run)


@review.command("log", cls=ChineseCommand)
@click.option("--json", "json_wanted", is_flag=True, help="每次更正输出一行 JSON。")
@workspace_option
@click.pass_obj
def log(given_above: Path | None, workspace: Path | None, json_wanted: bool) -> int:
    """列出已经作出的更正和确认：谁、何时、为什么。"""
    from formgen.cli.workspaces import opened
    from formgen.store import Store

    with Store(opened(workspace or given_above).database) as store:
        names = {one.submission.sha256: one.submission.name for one in store.submissions()}
        given = store.corrections()
        rows = [
            (f"{c.at:%Y-%m-%d %H:%M}", c.by, names[c.submission], str(c.record + 1), c.field, shown(c.value), c.why)
            for c in given
        ]
    if json_wanted:
        for c in given:
            click.echo(
                to_json(
                    {
                        "at": c.at.isoformat(),
                        "by": c.by,
                        "file": names[c.submission],
                        "sha256": c.submission,
                        "record": c.record,
                        "field": c.field,
                        "value": plain(c.value),
                        "why": c.why,
                    }
                )
            )
        return ExitCode.DONE
    click.echo(table(("时间", "核实人", "文件", "第几条", "字段", "值", "理由"), rows) if rows else "还没有更正。")
    return ExitCode.DONE


def _correct(
    workspace: Path | None, reference: str, given: str | None, by: str, why: str, dry_run: bool
) -> int:  # fmt: skip
    from formgen.cli.workspaces import opened
    from formgen.lateness import late_words
    from formgen.model import Correction
    from formgen.store import Store

    place = opened(workspace)
    number, _, field = reference.partition(":")
    if not (number.isdecimal() or number.startswith("@")) or not field:
        raise UsageError(f"编号“{reference}”不对；应像 12:2.1，见 formgen review 的列表")
    if not by.strip() or not why.strip():
        raise UsageError("--by 和 --why 都要写明，例如 --by 王敏 --why 与本人电话核实")
    with Store(place.database) as store, store.tried(dry_run):
        if given is None and reference not in {found for found, *_ in open_doubts(store)}:
            raise UsageError(f"没有编号为 {reference} 的存疑之处；见 formgen review 的列表")
        if given is not None and (field.startswith("!") or number.startswith("@")):
            raise UsageError("这一处涉及整份文件，没有可写的值；看过后用 formgen review confirm")
        submission, index, subject, value = target_of(place, store, number, field, given)
        at = datetime.now().astimezone()
        before = [one for one in store.records_of(submission) if one.index == index]
        store.add_correction(Correction(submission, index, field, value, by.strip(), at, why.strip()))
        after = [one for one in store.records_of(submission) if one.index == index]  # a period may be another now
        late = late_words(store, [*before, *after])
    verb = ("会" if dry_run else "已") + ("确认" if given is None else "写入")
    said = "" if field.startswith("!") else f" = {shown(value)}"
    click.echo(f"{verb}：{subject}　{field}{said}（{by}：{why}）。原读数保留。", err=True)
    for line in late:
        click.echo(line, err=True)
    return ExitCode.NEEDS_A_PERSON if late else ExitCode.DONE


def target_of(
    place: Workspace, store: Store, number: str, field: str, given: str | None
) -> tuple[str, int, str, Value]:
    """(sha256, index, whom it is about, value) of a correction. Raises UsageError for what there is not."""
    from formgen.cli.workspaces import loaded_forms

    if number.startswith("@"):
        file = next(one.submission for one in store.submissions() if one.submission.sha256.startswith(number[1:]))
        return file.sha256, 0, file.name, None
    stored = store.record(int(number))
    if stored is None:
        raise UsageError(f"没有编号为 {number} 的记录；见 formgen review 的列表")
    reading = stored.record.readings.get(field)
    form = next((form for form in loaded_forms(place) if form.id == stored.record.form), None)
    if given is None:
        value: Value = stored.period if field == "period" else reading.value if reading else None
    else:
        _known(place, form, stored, field)
        if field == "grade" and form is not None:
            words = grades_of(place, form)
            if words and given.strip() not in (*words, BLANK):
                raise UsageError(f"等次应为 {'、'.join(words)} 之一；没有写的填“{BLANK}”")
        value = typed(form, field, given, reading.value if reading else None)
    return stored.submission, stored.index, str(stored.subject), value


def grades_of(place: Workspace, form: Form) -> tuple[str, ...]:
    """The grades that the form's scheme knows, from the highest."""
    from formgen.scheme.loading import load_schemes

    return tuple(grade.name for one in load_schemes(place.root) if one.id == form.scheme for grade in one.grade)


def _known(place: Workspace, form: Form | None, stored: StoredRecord, field: str) -> None:
    """Raises UsageError if the record cannot have such a field."""
    known = {"village", "name", "group", "team", "period", *stored.record.readings}
    if form is not None:
        known |= labels((form,), form.id).keys() - {"total", "grade"}
        if form.base_points is not None:
            known.add("total")
        if grades_of(place, form):
            known.add("grade")
    if field not in known:
        raise UsageError(f"这张表没有字段“{field}”；有：{'、'.join(stored.record.readings)}")


def typed(form: Form | None, field: str, given: str, before: Value) -> Value:
    """What a clerk typed, as the value of a field. Raises UsageError if it does not fit the field."""
    from formgen.periods import kind_of

    text = given.strip()
    if text == BLANK:
        return None
    if field == "period":
        try:
            kind = kind_of(text)
        except ValueError as fault:
            raise UsageError(str(fault)) from None
        if form is not None and kind != form.period:
            raise UsageError(
                f"《{form.title}》按{ {'month': '月', 'quarter': '季度', 'year': '年度'}[form.period] }考核"
            )
        return text
    item = next((item for item in form.items if item.id == field), None) if form else None
    if form is not None and item is not None and form.judgements:
        if text not in form.judgements:
            raise UsageError(f"评价应为 {'、'.join(form.judgements)} 之一")
        return text
    if item is not None or field in ("total", "base_pay", "count") or isinstance(before, Decimal):
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise UsageError(f"“{text}”不是数字；请写 8.5 这样的数") from None
        if not number.is_finite():
            raise UsageError(f"“{text}”不是数字；请写 8.5 这样的数")
        if item is not None and item.maximum is not None and not 0 <= number <= item.maximum:
            raise UsageError(f"“{item.text}”应在 0 到 {item.maximum} 之间，不能写 {number}")
        return number
    if field.endswith(".date") or isinstance(before, date):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"“{text}”不是日期；请写 2023-03-31 这样的日期") from None
    return text


review.add_command(review_sheets.sheet)
review.add_command(review_sheets.take)
review.add_command(review_crops.crops)
