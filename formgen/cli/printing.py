"""``--print-run``: many forms of one command as one document, converted once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from formgen.cli.console import progress_bar
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.cli.desk import Desk
    from formgen.generate import Made, Output

_WHY = "原因是已填的字超出了表格的格子，或模板改成了不固定的行距、列宽"
_WHAT = {"blank": "空白表", "table": "评分表", "register": "登记表", "opinion": "意见表"}


@dataclass(frozen=True, slots=True)
class Printing:
    """Whether and how forms become one document."""

    run: bool = False
    duplex: bool = False
    cut: bool = False
    marks: bool = True

    def laid(self, output: Output) -> Output:
        """The output with or without marks, with room for a print run where one was asked for. Raises UsageError."""
        output = replace(output, marks=self.marks)
        if not self.run:
            if self.duplex or self.cut:
                raise UsageError("--duplex 和 --cut 要和 --print-run 一起用")
            return output
        if output.kind != "docx":
            raise UsageError("--print-run 只用于 Word（--kind docx）；Excel 表请逐份打印")
        return replace(output, run=[])

    def keep(self, desk: Desk, made: Sequence[Made], output: Output) -> int:
        """Run off what was laid by, or keep the papers as they are; say where they lie. Raises as ``Desk.keep``."""
        from formgen.rendering.press import run_off

        unmarked = sum(not one.marked for one in made)
        if unmarked and output.run is not None:
            unmarked = len(made)  # one document has one kind of header
        if self.marks and output.kind == "docx" and made[0].kind != "table":
            if unmarked:
                click.echo(f"提示：有 {unmarked} 份没有印定位标记和页码标识，扫描后要人工核对；{_WHY}。", err=True)
            else:
                click.echo("打印时请选“实际大小”（100%），不要选“适合页面”。", err=True)
            if not output.dry_run:
                _remember(desk)
        if output.run is None:
            return desk.keep(made)
        kind = made[0].kind
        names = (f"合印-{_WHAT[kind]}", desk.period, f"{len(made)}份")
        with progress_bar("合印") as advance:
            whole = run_off(output, kind, names, duplex=self.duplex, progress=advance)
        desk.keep([whole], convertible=False)
        click.echo(f"内有 {len(made)} 份表，每份页码从 1 起。", err=True)
        if (desk.order.pdf or self.cut) and not output.dry_run:
            from formgen.rendering.pdf import run_to_pdf

            click.echo("正在转成 PDF（一次转换）……", err=True)
            each = [sheet.names for sheet in output.run]
            for path in run_to_pdf(whole.path, each, duplex=self.duplex, cut=self.cut):
                click.echo(str(path))
        return ExitCode.DONE


def _remember(desk: Desk) -> None:
    """Keep where everything stands on the forms: a scan may come back when the template is another one."""
    from formgen.issued_layouts import keep
    from formgen.rendering.layout import layouts

    keep(desk.place.archive, layouts(desk.place.root, desk.scheme.form))


def print_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a print run; the command gets them together as ``printing``."""

    @click.option(
        "--print-run", "print_run", is_flag=True, help="合印：全部表合成一个文档，每人一节，页码各自从 1 起。"
    )
    @click.option("--duplex", is_flag=True, help="双面打印：每份从正面（奇数页）开始（与 --print-run 同用）。")
    @click.option("--cut", is_flag=True, help="从合印的 PDF 里再切出每份一个 PDF（与 --print-run 同用）。")
    @functools.wraps(command)
    def with_printing(*given: Any, print_run: bool, duplex: bool, cut: bool, marks: bool = True, **named: Any) -> Any:
        return command(*given, printing=Printing(print_run, duplex, cut, marks), **named)

    return with_printing


def marked_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for forms that come back as scans: their marks can be left out."""
    without = click.option(
        "--no-marks",
        "marks",
        flag_value=False,
        default=True,
        help="不印四角的定位标记和页码标识，行高随内容增减（只在电脑上填、不扫描时用）。",
    )
    return without(print_options(command))
