"""The command line: a command parses, calls, prints. Results go to stdout, talk to stderr.

Commands are imported when they are called, so that ``formgen --help`` loads nothing but click.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from formgen.cli.console import ChineseGroup, heed_warnings, report
from formgen.cli.terminal import guard

#: name → (module, attribute, one line for ``--help``), in the order of a clerk's work.
COMMANDS = {
    "init": ("formgen.cli.office", "init", "新建工作区（收件箱、存档、待核、发文）"),
    "read": ("formgen.cli.reading", "read", "看文件里读到了什么，不写入任何内容"),
    "intake": ("formgen.cli.office", "intake", "把收件箱里的文件收进存档和台账"),
    "status": ("formgen.cli.status", "status", "看收件情况：收了什么、谁还没交、有没有在看守"),
    "review": ("formgen.cli.review", "review", "列出存疑之处，核实或更正"),
    "facts": ("formgen.cli.facts", "facts", "登记和查看事项（迟到、通报、请假、获奖……）"),
    "assess": ("formgen.cli.assessing", "assess", "按办法计算得分、金额、等次和应办的事"),
    "why": ("formgen.cli.reasons", "why", "说明一个数字从哪里来、依据哪一条"),
    "close": ("formgen.cli.closing", "close", "关账：一个时段的结果从此不再改动"),
    "verify": ("formgen.cli.closing", "verify", "核对存档和台账，把每个结果重新算一遍"),
    "audit": ("formgen.cli.trust", "audit", "审计日志：谁、何时、做了什么；有没有被动过"),
    "export": ("formgen.cli.exporting", "export", "导出台账为 Excel、CSV 或 JSON，可去掉姓名"),
    "forget": ("formgen.cli.trust", "forget", "依法删除一个人的姓名和原件，数字留在化名下"),
    "backup": ("formgen.cli.backup", "backup", "把整个工作区备份成一个文件"),
    "restore": ("formgen.cli.backup", "restore", "用备份恢复工作区"),
    "generate": ("formgen.cli.paper", "generate", "生成空白表、评分表、通报、登记表、工资表"),
    "check": ("formgen.cli.check", "check", "按 GB/T 9704—2012 检查公文的格式"),
    "scheme": ("formgen.cli.law", "scheme", "查看考核办法：条款、缺口、毛病"),
    "template": ("formgen.cli.templates", "template", "查看、检查、校验、导入模板"),
    "doctor": ("formgen.cli.doctor", "doctor", "检查本机：LibreOffice、扫描部件、字体、权限"),
    "demo": ("formgen.cli.demo", "demo", "用示例回收件走一遍全过程"),
}


class LazyGroup(ChineseGroup):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of a clerk's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any of them."""
        with formatter.section("命令"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, invoke_without_command=False)
@click.version_option(package_name="formgen", message="formgen %(version)s", help="显示版本号。")
def formgen() -> None:
    """收考核表、算分定等次、出公文：一份办法贯穿到底，每个数字都有出处。"""


def main() -> None:
    """Run the command line; end the process with an exit code of ``formgen.errors.ExitCode``."""
    guard()
    heed_warnings()
    try:
        outcome = formgen.main(standalone_mode=False, prog_name="formgen")
    except Exception as fault:
        sys.exit(report(fault))
    except KeyboardInterrupt:
        click.echo("已中断。", err=True)
        sys.exit(130)
    sys.exit(outcome if isinstance(outcome, int) else 0)
