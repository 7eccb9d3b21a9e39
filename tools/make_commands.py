"""Writes docs/commands.md: the help of every command, as the program prints it."""

from __future__ import annotations

from pathlib import Path

import click

from formgen.cli import formgen

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
HEAD = """# 命令一览

本页由 `make docs` 按程序自己的说明写成，请勿手改。退出码：0 完成；1 完成，但有需要人看的；2 用法有误；3 缺少外部程序；
4 文件读不了；5 没有权限或找不到文件；7 外部程序出错；8 文件有密码；9 设置、模板或办法有误，或需要本级决定；
10 核验不符；15 formgen 自身出错；130 被中断。
"""


def sections(command: click.Command, words: tuple[str, ...], above: click.Context | None) -> list[str]:
    """The help of a command and of all below it, as Markdown sections."""
    context = command.context_class(command, info_name=words[-1], parent=above, max_content_width=100)
    context.terminal_width = 100
    found = [f"## {' '.join(words)}\n\n```\n{command.get_help(context)}\n```\n"]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += sections(inner, (*words, name), context)
    return found


def page() -> str:
    """The text of docs/commands.md."""
    return "\n".join([HEAD, *sections(formgen, ("formgen",), None)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
