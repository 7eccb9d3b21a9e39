"""``formgen read``: shows what is read, writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formgen.cli.console import ChineseCommand, table, to_json
from formgen.cli.workspaces import workspace_option
from formgen.errors import ExitCode, FileAccessError, UnreadableInputError

if TYPE_CHECKING:
    from formgen.model import Form, Issue, Reading, Record, Value
    from formgen.parsing import FileReading, Limits

SEVERITIES = {"error": "必须核实", "warning": "请看一下", "info": "提示"}


def plain(value: Value) -> str | bool | None:
    """A value as it stands in JSON: a decimal string, an ISO date, a text, a truth value or None."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() else str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def shown(value: Value) -> str:
    """A value as a clerk reads it; a blank is shown as 空白."""
    said = plain(value)
    return "空白" if said is None else {True: "是", False: "否"}[said] if isinstance(said, bool) else said


def _field(field_id: str, reading: Reading) -> dict[str, Any]:
    said = {
        "id": field_id,
        "text": reading.text,
        "value": plain(reading.value),
        "where": str(reading.where),
        "confidence": reading.confidence,
    }
    return said | ({"box": list(reading.where.box)} if reading.where.box else {})


def subject_json(record: Record) -> dict[str, str]:
    """The subject with the parts that are known."""
    subject = record.subject
    parts = {"village": subject.village, "name": subject.name, "group": subject.group, "team": subject.team}
    return {key: part for key, part in parts.items() if part}


def _record(record: Record) -> dict[str, Any]:
    return {
        "form": record.form,
        "subject": subject_json(record),
        "period": record.period,
        "fields": [_field(field_id, reading) for field_id, reading in record.readings.items()],
    }


def _issue(issue: Issue) -> dict[str, Any]:
    said: dict[str, Any] = {"code": str(issue.code), "severity": str(issue.severity), "message": issue.message}
    if issue.field is not None:
        said["field"] = issue.field
    if issue.record is not None:
        said["record"] = issue.record
    return said | {"where": str(issue.where)}


def as_json(reading: FileReading) -> dict[str, Any]:
    """One file's reading by the reading contract, schema version 1."""
    return {
        "schema_version": 1,
        "file": reading.name,
        "sha256": reading.sha256,
        "records": [_record(record) for record in reading.records],
        "issues": [_issue(issue) for issue in reading.issues],
    }


def labels(forms: Sequence[Form], form_id: str) -> dict[str, str]:
    """Field id → printed words, for the form with this id; empty for lists."""
    for form in forms:
        if form.id == form_id:
            return (
                {blank.id: blank.label for blank in form.blanks}
                | {item.id: item.text for item in form.items}
                | {item.id + ".remark": "　备注" for item in form.items}
                | {box.id: box.label for box in form.fields}
                | {box.id + ".signature": "　签名" for box in form.fields}
                | {box.id + ".date": "　日期" for box in form.fields}
                | {"total": "合计", "grade": "等次"}
            )
    return {}


def issue_line(issue: Issue) -> str:
    """One issue as a clerk reads it, with its place."""
    place = issue.where.chinese
    return f"[{SEVERITIES[issue.severity]}] {issue.message}" + (f"（{place}）" if place else "")


def as_text(reading: FileReading, forms: Sequence[Form], explain: bool) -> str:
    """One file's reading as a table that a clerk can hold beside the paper."""
    from formgen.periods import in_chinese

    titles = {form.id: form.title for form in forms} | {"roster": "花名册", "facts": "考核事项台账"}
    lines = [f"■ {reading.name}　（{reading.kind or '无法识别'}，{len(reading.records)} 条记录）"]
    if explain:
        lines += [
            f"  识别依据：{claim.parser} → {titles.get(claim.form, claim.form)}（{claim.score:.0%}）："
            + "；".join(claim.evidence)
            for claim in reading.claims
        ] or ["  识别依据：没有读表程序认得这个文件"]
    for index, record in enumerate(reading.records):
        period = in_chinese(record.period) if record.period else "时段未写明"
        known = labels(forms, record.form)
        rows = [
            (known.get(field_id, field_id), field_id, field.text.strip(), shown(field.value), field.where.chinese)
            for field_id, field in record.readings.items()
            if not (field_id.endswith(".remark") and field.value is None)
        ]
        lines += ["", f"【{titles.get(record.form, record.form)}】 {record.subject}　{period}"]
        lines.append(table(("项目", "编号", "纸上写的", "读作", "出处"), rows, widest=34))
        lines += ["  " + issue_line(issue) for issue in reading.issues if issue.record == index]
    lines += ["  " + issue_line(issue) for issue in reading.issues if issue.record is None]
    return "\n".join(lines)


def outcome(readings: Sequence[FileReading]) -> ExitCode:
    """0 if nothing needs a person, 1 if something does; the kind of failure where not one file could be read."""
    if all(reading.records for reading in readings):
        doubtful = any(issue.needs_person for reading in readings for issue in reading.issues)
        return ExitCode.NEEDS_A_PERSON if doubtful else ExitCode.DONE
    if any(reading.records for reading in readings):
        return ExitCode.NEEDS_A_PERSON
    codes = {str(issue.code) for reading in readings for issue in reading.issues}
    if "encrypted" in codes:
        return ExitCode.ENCRYPTED
    return ExitCode.MISSING_PROGRAM if "missing-program" in codes else ExitCode.UNREADABLE_INPUT


def files_below(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, in order; the droppings of office programs are left out."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                inner
                for inner in path.rglob("*")
                if inner.is_file()
                and not inner.is_symlink()
                and not inner.name.startswith(("~$", ".~", "."))
                and inner.name not in ("Thumbs.db", "desktop.ini")
                and inner.suffix != ".tmp"
            )
        else:
            yield path


def _draw(path: Path, reading: FileReading, limits: Limits, folder: Path, forms: Sequence[Form]) -> None:
    """Write the pages of a scan with what was read on them. Raises FileAccessError."""
    from formgen.workspace import write_private
    from parsers.scan.overlay import chinese_face, overlays

    done = 0
    words = {record.form: labels(forms, record.form) for record in reading.records}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, png in overlays(path.read_bytes(), path.name, reading, limits, words):
            target = folder / f"{path.stem}-{reading.sha256[:6]}-第{number}页.png"
            write_private(target, png)
            click.echo(f"已画：{target}", err=True)
            done += 1
    except UnreadableInputError:  # a page that was not read either, and is said to be so
        pass
    except OSError as fault:
        raise FileAccessError(f"{folder} 不能写入（{fault.strerror or fault}）。") from fault
    if not done:
        click.echo(f"没有画：{path.name} 不是扫描件，或者图像上没有读到表。", err=True)
    elif chinese_face() is None:
        click.echo("本机没有中文字体，图上的汉字用“?”代替；装一种中文字体再画。", err=True)


@click.command(cls=ChineseCommand)
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "json_wanted", is_flag=True, help="每个文件输出一行 JSON。")
@click.option("--explain", is_flag=True, help="说明凭什么认定是哪张表。")
@click.option("--period", metavar="时段", help="纸上没写时段时用它：2023-03、2023-Q1 或 2023。")
@click.option(
    "--overlay",
    metavar="文件夹",
    type=click.Path(path_type=Path, file_okay=False),
    help="扫描件：把读到的值、把握和疑点画在每页图上，存进这个文件夹。",
)
@workspace_option
def read(
    files: tuple[Path, ...],
    json_wanted: bool,
    explain: bool,
    period: str | None,
    overlay: Path | None,
    workspace: Path | None,
) -> int:
    """看文件里读到了什么：每一格的原文、读数、出处和疑点。不写入任何内容。"""
    from functools import partial

    from formgen import libreoffice
    from formgen.cli.workspaces import forms_and_limits, found, scanning
    from formgen.parsing import Hints
    from formgen.periods import kind_of
    from parsers.isolated import IsolatedReader

    if period:
        try:
            kind_of(period)
        except ValueError as fault:
            raise click.BadParameter(str(fault), param_hint="--period") from None
    forms, limits = forms_and_limits(workspace)
    readings, missing = [], []
    known = partial(scanning, found(workspace), forms)
    with IsolatedReader(forms, limits, libreoffice.convert, scanning=known) as reader:
        for path in files_below(files):
            if not path.is_file():
                missing.append(path)
                continue
            names = (path.name, *(parent.name for parent in list(path.absolute().parents)[:2]))
            reading = reader(path, Hints(period=period, names=names))
            readings.append(reading)
            if overlay is not None:
                _draw(path, reading, limits, overlay, forms)
            click.echo(to_json(as_json(reading)) if json_wanted else as_text(reading, forms, explain) + "\n")
    for path in missing:
        click.echo(f"找不到文件“{path}”。", err=True)
    if missing:
        return ExitCode.FILE_ACCESS
    if not readings:
        click.echo("这里没有可读的文件。", err=True)
    return outcome(readings)
