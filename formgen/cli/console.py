"""How formgen talks: help in Chinese, tables that align, faults that say what to do."""

from __future__ import annotations

import logging
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from click.core import Option

from formgen.cli.terminal import drawing
from formgen.display import harmless_line
from formgen.errors import ExitCode, FormgenError, OpenDocumentWarning

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECTIONS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 …"), "用法：")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        with super().section(_SECTIONS.get(name, name)):
            yield

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names and their meaning in two columns, aligned by terminal columns and not by characters."""
        listed = list(rows)
        first = min(max(width(name) for name, _ in listed), col_max) + col_spacing
        for name, meaning in listed:
            gap = first - width(name)
            self.write(" " * self.current_indent + name + (" " * gap if gap >= col_spacing else "  ") + meaning + "\n")


class _Context(click.Context):
    formatter_class = _Formatter


def _help_option(self: click.Command, ctx: click.Context) -> Option | None:
    def show(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), color=ctx.color)
            ctx.exit()

    return Option(["--help"], is_flag=True, is_eager=True, expose_value=False, callback=show, help="显示本说明。")


def _in_chinese(text: str) -> str:
    return text.replace("[required]", "（必填）").replace("[default: ", "[默认：")


class ChineseCommand(click.Command):
    """A command whose help is Chinese."""

    context_class = _Context
    get_help_option = _help_option

    def get_help(self, ctx: click.Context) -> str:
        """The help, with click's own remarks in Chinese."""
        return _in_chinese(super().get_help(ctx))


class ChineseGroup(click.Group):
    """A group whose help is Chinese, and whose commands and groups are Chinese too."""

    context_class = _Context
    command_class = ChineseCommand
    get_help_option = _help_option

    def get_help(self, ctx: click.Context) -> str:
        """The help, with click's own remarks in Chinese."""
        return _in_chinese(super().get_help(ctx))


ChineseGroup.group_class = ChineseGroup


def _usage_message(fault: click.UsageError) -> str:
    match fault:
        case click.NoSuchOption():
            near = f"；是不是 {'、'.join(fault.possibilities)}？" if fault.possibilities else ""
            return f"没有选项 {fault.option_name}{near}"
        case click.MissingParameter():
            name = fault.param.human_readable_name if fault.param else fault.param_hint
            return f"缺少 {name}"
        case click.BadParameter():
            name = fault.param.human_readable_name if fault.param else fault.param_hint
            return f"{name} 写得不对：{fault.message}"
        case _ if fault.message.startswith("No such command"):
            return "没有这个命令" + fault.message.removeprefix("No such command")
        case _ if fault.message.startswith("Got unexpected extra argument"):
            return "多出了参数" + fault.message.partition("(")[2].join("（）").replace(")）", "）")
        case _:
            return fault.message


def report(fault: Exception) -> int:
    """Print a fault to stderr in the clerk's words and give the exit code for it."""
    match fault:
        case click.exceptions.Exit():
            return fault.exit_code
        case click.exceptions.NoArgsIsHelpError():
            click.echo(fault.ctx.get_help() if fault.ctx else "", err=True)
            return ExitCode.USAGE
        case click.Abort():
            click.echo("已中断。", err=True)
            return ExitCode.INTERRUPTED
        case click.UsageError():
            command = fault.ctx.command_path if fault.ctx else "formgen"
            click.echo(f"用法有误：{_usage_message(fault)}。\n查看用法：{command} --help", err=True)
            return ExitCode.USAGE
        case click.ClickException():
            click.echo(f"出错：{fault.format_message()}", err=True)
            return ExitCode.USAGE
        case FormgenError():
            click.echo(f"未完成：{fault}", err=True)
            return fault.exit_code
        case PermissionError():
            click.echo(f"未完成：没有权限读写“{fault.filename}”。请关闭正在打开它的程序，或换一个文件夹。", err=True)
            return ExitCode.FILE_ACCESS
        case OSError():
            click.echo(f"未完成：读写“{fault.filename}”时出错（{fault.strerror}）。", err=True)
            return ExitCode.FILE_ACCESS
        case _:
            logging.getLogger("formgen").debug("internal fault", exc_info=fault)
            click.echo(
                f"formgen 自身出错（{type(fault).__name__}：{fault}）。收件和存档没有改动。\n"
                "请把命令和这行文字告诉维护人员；加上环境变量 FORMGEN_DEBUG=1 可看到细节。",
                err=True,
            )
            if _debugging():
                import traceback

                traceback.print_exception(fault)
            return ExitCode.INTERNAL


def heed_warnings() -> None:
    """From now on, say on stderr which documents were open elsewhere; other warnings stay as they are."""
    shown = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
        if issubclass(category, OpenDocumentWarning):
            click.echo(f"提示：{message}", err=True)
        else:
            shown(message, category, *rest, **named)

    warnings.showwarning = show
    warnings.simplefilter("always", OpenDocumentWarning)


def _debugging() -> bool:
    import os

    return os.environ.get("FORMGEN_DEBUG") == "1"


def width(text: str) -> int:
    """Columns that a text takes on a terminal: a Chinese character takes two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def shorten(text: str, columns: int) -> str:
    """The text on one line, cut with … to at most so many terminal columns."""
    line = harmless_line(" ".join(text.split()))
    if width(line) <= columns:
        return line
    used, kept = 0, []
    for character in line:
        used += width(character)
        if used > columns - 1:
            break
        kept.append(character)
    return "".join(kept) + "…"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], widest: int = 44) -> str:
    """An aligned plain-text table; cells longer than ``widest`` columns are cut with …."""
    cells = [[shorten(str(cell), widest) for cell in row] for row in (head, *rows)]
    widths = [max(width(row[column]) for row in cells) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)).rstrip()

    return "\n".join([line(cells[0]), "  ".join("─" * wide for wide in widths), *map(line, cells[1:])])


def to_json(value: Any) -> str:
    """One line of JSON with Chinese as it is."""
    import json

    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """A callback ``(done, in all, what is next)`` that draws a progress bar on stderr."""
    from click.termui import progressbar

    bars: list[Any] = []

    def advance(done: int, total: int, name: str) -> None:
        if not bars:
            bars.append(progressbar(length=total, label=label, file=drawing(), item_show_func=_as_it_is))
            bars[0].__enter__()
        bars[0].update(done - bars[0].pos, shorten(name, 30))
        bars[0].render_progress()  # by itself it shows nothing new of what takes no step

    try:
        yield advance
    finally:
        for drawn in bars:
            drawn.__exit__(None, None, None)


class FileProgress:
    """A progress over files that names the page of a scan that is being read."""

    def __init__(self, advance: Callable[[int, int, str], None]) -> None:
        self._advance = advance
        self._now: tuple[int, int, str] | None = None

    def file(self, done: int, total: int, name: str) -> None:
        """Files done, files in all, the name of the next one."""
        self._now = (done, total, name)
        self._advance(done, total, name)

    def page(self, number: int) -> None:
        """A page (from 1) of the file that is being read is begun."""
        if self._now is not None:
            done, total, name = self._now
            self._advance(done, total, f"第{number}页 {name}")


@contextmanager
def file_progress(label: str) -> Iterator[FileProgress]:
    """The same for files, of which one may have many pages."""
    with progress_bar(label) as advance:
        yield FileProgress(advance)


def _as_it_is(item: object) -> str | None:
    return None if item is None else str(item)
