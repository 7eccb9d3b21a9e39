"""``formgen review crops``: the pictures of values that a person has verified, as labelled examples in a folder."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formgen.cli.console import ChineseCommand
from formgen.cli.reading import plain
from formgen.errors import ExitCode, FileAccessError, MissingProgramError

if TYPE_CHECKING:
    from formgen.model import Form, Value
    from formgen.store import Store
    from formgen.workspace import Workspace

LABELS = "labels.csv"
_HEADS = ("id", "form", "kind", "value")


@click.command("crops", cls=ChineseCommand)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="文件夹",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="存到哪个文件夹；不能在收件箱或存档里。",
)
@click.option("-n", "--dry-run", is_flag=True, help="只说有几张，不写文件。")
@click.pass_obj
def crops(workspace: Path | None, folder: Path, dry_run: bool) -> int:
    """把扫描件上人核实过的格子切成图，连同核实的值存到本机文件夹（labels.csv），可用来检验识别；不外传。"""
    from formgen.cli.workspaces import loaded_forms, opened
    from formgen.store import Store
    from parsers.scan import missing

    if lacking := missing():
        raise MissingProgramError(lacking)
    place = opened(workspace)
    target = place.output_folder(folder)
    with Store(place.database, read_only=True) as store:
        found = list(_examples(place, store, loaded_forms(place)))
    if not dry_run:
        try:
            _write(target, found)
        except OSError as fault:
            raise FileAccessError(f"{target} 不能写入（{fault.strerror or fault}）。") from fault
    click.echo(f"{'会写入' if dry_run else '已写入'} {len(found)} 张：{target}")
    click.echo("图和值里有个人信息，请只留在本机。", err=True)
    return ExitCode.DONE


def _examples(place: Workspace, store: Store, forms: Sequence[Form]) -> Iterator[tuple[tuple[str, ...], bytes]]:
    """(a row of the labels, PNG) for each field of a scan that a person has verified; the newest word counts."""
    from formgen.archive import Archive
    from formgen.cli.review_sheets import pictures
    from parsers.scan.fields import rule_of

    by_id = {form.id: form for form in forms}
    picture = pictures(Archive(place.archive), place)
    verified: dict[tuple[str, int, str], Value] = {}
    for one in store.corrections():
        if not one.field.startswith("!"):
            verified[one.submission, one.record, one.field] = one.value
    for submission in dict.fromkeys(key[0] for key in verified):
        for stored in store.records_of(submission):
            form = by_id.get(stored.record.form)
            for field, reading in stored.record.readings.items():
                key = (submission, stored.index, field)
                if form is None or key not in verified or not reading.where.box:
                    continue
                png = picture(submission, reading.where)
                if png is not None:
                    name = hashlib.sha256(repr(key).encode()).hexdigest()[:12]
                    value = plain(verified[key])
                    yield (name, form.id, rule_of(form, field).sort, "" if value is None else str(value)), png


def _write(folder: Path, found: Sequence[tuple[tuple[str, ...], bytes]]) -> None:
    """Raises OSError."""
    from formgen.workspace import write_private

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for row, png in found:
        write_private(folder / f"{row[0]}.png", png)
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows([_HEADS, *(row for row, _ in found)])
    write_private(folder / LABELS, lines.getvalue().encode("utf-8-sig"))
