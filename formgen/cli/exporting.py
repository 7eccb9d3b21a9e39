"""``formgen export``: what the store holds as plain tables, without names where they are not needed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from formgen.cli.console import ChineseCommand
from formgen.cli.workspaces import opened, workspace_option
from formgen.errors import ExitCode, FileAccessError

_ALL = ("records", "facts", "assessments", "standings", "corrections")


@click.command(cls=ChineseCommand)
@click.argument("what", metavar="[内容…]", nargs=-1, type=click.Choice(_ALL))
@click.option("-f", "--format", "kind", type=click.Choice(("csv", "json", "xlsx")), default="xlsx", show_default=True,
              help="csv、json（每行一个对象），或一本 Excel。")  # fmt: skip
@click.option("-p", "--period", metavar="时段", help="只要这个时段的。")
@click.option("--redact", is_flag=True, help="去掉姓名：每人一个不变的化名，文件名、自由文字、长号码都略去。")
@click.option(
    "-o", "--output", metavar="文件夹", type=click.Path(path_type=Path), help="放到哪里；不给则放“发文/导出”。"
)
@workspace_option
@click.option("-n", "--dry-run", is_flag=True, help="只看会写出哪些文件，不写。")
def export(
    what: tuple[str, ...],
    kind: str,
    period: str | None,
    redact: bool,
    output: Path | None,
    workspace: Path | None,
    dry_run: bool,
) -> int:
    """导出台账：读数 records、事项 facts、评定 assessments、等次 standings、更正 corrections；不写内容就全要。

    填表人写的“=…”之类一律当作文字，不会在 Excel 里变成公式。给外单位的请加 --redact。导出会记入审计日志。
    """
    from formgen import exporting
    from formgen.redaction import read_key
    from formgen.scheme.loading import load_schemes
    from formgen.store import Store
    from formgen.store.audit_events import Event
    from formgen.workspace import write_private

    place = opened(workspace)
    at = datetime.now().astimezone()
    stem = f"导出-{at:%Y%m%d-%H%M%S}" + ("-化名" if redact else "")
    folder = place.output_folder(output or place.outbox / "导出")
    wanted = what or _ALL
    schemes = [one.id for one in load_schemes(place.root)]
    names = [f"{stem}.xlsx"] if kind == "xlsx" else [f"{stem}-{exporting.KINDS[one]}.{kind}" for one in wanted]
    if dry_run:
        click.echo("\n".join(f"会写出：{folder / name}" for name in names))
        return ExitCode.DONE
    with Store(place.database) as store:
        hide = exporting.redaction(store, read_key(place.archive)) if redact else None
        found = list(exporting.tables(store, wanted, schemes, period, hide))
        if kind == "xlsx":
            books = [exporting.as_book(found)]
        else:
            books = [exporting.as_csv(one) if kind == "csv" else exporting.as_json(one) for one in found]
        rows = sum(len(one.rows) for one in found)
        told = "、".join(exporting.KINDS[one] for one in wanted)
        store.note(
            Event(
                "exported",
                f"导出{'（已去姓名）' if redact else '（有姓名）'}：{told}，{rows} 行",
                after=str(folder / stem),
            )
        )
    try:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        for name, data in zip(names, books, strict=True):
            write_private(folder / name, data)
            click.echo(str(folder / name))
    except OSError as fault:
        raise FileAccessError(
            f"不能写入 {folder}（{fault.strerror or fault}）。请换一个文件夹，用 -o 指明。"
        ) from fault
    told = (
        "姓名已换成化名，自由文字已略去；村名和分数仍在，人少的村仍可能认出是谁。"
        if redact
        else "内有姓名，请妥善保管。"
    )
    click.echo(f"共 {rows} 行。{told}", err=True)
    return ExitCode.DONE
