"""``formgen audit`` and ``formgen forget``: who did what, and who is no longer named."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formgen.cli.console import ChineseCommand, table, to_json
from formgen.cli.workspaces import opened, workspace_option
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from formgen.store.audit import AuditLine


@click.command(cls=ChineseCommand)
@workspace_option
@click.option("--last", metavar="行数", type=click.IntRange(0), default=50, show_default=True, help="列出最后多少行。")
@click.option("--all", "everything", is_flag=True, help="列出全部。")
@click.option("--find", "wanted", metavar="文字", default="", help="只列出写有这些文字的行：文件名、姓名、事项。")
@click.option("--expect", metavar="行号:摘要", help="与从前记下的某一行比对，证明日志没有整个重做过。")
@click.option("--json", "json_wanted", is_flag=True, help="每行输出一行 JSON，最后一行是核对的结果。")
def audit(
    workspace: Path | None, last: int, everything: bool, wanted: str, expect: str | None, json_wanted: bool
) -> int:
    """审计日志：谁、何时、做了什么、之前是什么、之后是什么、依据哪个文件；并核对日志有没有被动过。

    每一行都带着上一行的摘要，改动、抽去、插入任何一行都会指出。把最后打印的“行号:摘要”抄在别处，以后用 --expect 比对。
    """
    from formgen.store import Store

    with Store(opened(workspace).database, read_only=True) as store:
        lines = store.audit_lines()
        faults = [one.what for one in store.broken_lines()]
        faults += [f"{store.row_words(kind, key)}与封存时不符" for kind, key, _ in store.broken_rows()]
        number, sha256 = store.audit_head()
        faults += [f"数据库：{one}" for one in store.foreign_shape()]
        faults += _compared(expect, store.audit_hash(_number(expect))) if expect else []
    shown = [one for one in lines if wanted in " ".join((one.event.what, *_words(one)))]
    head = f"{number}:{sha256[:16]}"
    if json_wanted:
        for one in shown if everything or wanted else shown[max(len(shown) - last, 0) :]:
            click.echo(to_json(_plain(one)))
        click.echo(to_json({"lines": number, "head": head, "faults": faults}))
        return ExitCode.VERIFICATION_FAILED if faults else ExitCode.DONE
    shown = shown if everything else shown[max(len(shown) - last, 0) :]
    if shown:
        click.echo(_listing(shown))
    for fault in faults:
        click.echo(f"[不符] {fault}")
    said = f"有 {len(faults)} 处不符" if faults else "逐行相连，没有被动过"
    click.echo(f"\n审计日志共 {number} 行：{said}。末行 {head}（抄在别处，以后可用 --expect 比对）")
    return ExitCode.VERIFICATION_FAILED if faults else ExitCode.DONE


def _listing(lines: Sequence[AuditLine]) -> str:
    rows = []
    for one in lines:
        event = one.event
        change = f"{event.before} → {event.after}" if event.before else event.after
        who = "，".join(filter(None, (event.by, one.account.partition("@")[0])))
        rows.append((str(one.id), one.at[:19].replace("T", " "), who, event.what, change, event.file[13:], event.why))
    return table(("行", "时间", "谁（本机用户）", "做了什么", "之前 → 之后", "文件", "理由"), rows, widest=40)


def _words(line: AuditLine) -> tuple[str, ...]:
    event = line.event
    return event.by, event.before, event.after, event.file, event.why, line.account


def _plain(line: AuditLine) -> dict[str, object]:
    event = line.event
    return {
        "line": line.id,
        "at": line.at,
        "event": event.event,
        "account": line.account,
        "by": event.by,
        "what": event.what,
        "before": event.before,
        "after": event.after,
        "file": event.file[13:],
        "file_sha256": event.file[:12],
        "why": event.why,
        "sha256": line.sha256,
    }


def _number(expect: str) -> int:
    number, _, sha256 = expect.partition(":")
    if not number.isascii() or not number.isdigit() or len(sha256) < 8:
        raise UsageError(f"“{expect}”应写作 行号:摘要，例如 120:9f3c27b1a4d85e60")
    return int(number)


def _compared(expect: str, found: str | None) -> list[str]:
    number, _, wanted = expect.partition(":")
    if found is None:
        return [f"从前记下的第 {number} 行已不在日志里：日志被截短或整个重做过"]
    return [] if found.startswith(wanted.lower()) else [f"第 {number} 行与从前记下的不同：日志整个重做过"]


@click.command(cls=ChineseCommand)
@click.argument("subject", metavar="[村/姓名]", required=False)
@workspace_option
@click.option("--by", metavar="姓名", default="", help="由谁批准。")
@click.option("--why", metavar="理由", default="", help="依据什么；不要写这个人的姓名。")
@click.option("--finish", is_flag=True, help="把上次没有删完的原件删完（中途断电以后用）。")
@click.option("--crops", metavar="文件夹", multiple=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="review crops 存图的文件夹，里面此人的也删去；在发文里的不用写。")  # fmt: skip
@click.option(
    "--also", metavar="摘要", multiple=True, help="读不出内容、但只与此人有关的原件，一并删去；先用 -n 看摘要。"
)
@click.option("-n", "--dry-run", is_flag=True, help="只看会删什么、留什么，不删。")
def forget(
    subject: str | None,
    workspace: Path | None,
    by: str,
    why: str,
    finish: bool,
    crops: tuple[Path, ...],
    also: tuple[str, ...],
    dry_run: bool,
) -> int:
    """依法删除个人信息：删去此人的姓名，和只与此人有关的原件；分数、金额、等次改记在化名下，仍可核对。

    删去就不能恢复，化名也查不回姓名。先用 -n 看一遍。
    """
    from formgen import forgetting
    from formgen.instance import sole
    from formgen.store import Store

    place = opened(workspace)
    at = datetime.now().astimezone()
    if finish == bool(subject):
        raise UsageError("请写明是谁，例如 formgen forget 张庄村/李四 --by 王敏 --why 本人依法申请；或只用 --finish")
    with nullcontext() if dry_run else sole(place.archive, "删除个人信息", at), Store(place.database) as store:
        if not subject:
            counts = (0, 0, 0) if dry_run else forgetting.finish(place, store, crops)
            click.echo("删完了：原件 {} 个，待核里的副本 {} 个，格子的图 {} 张。".format(*counts))
            return ExitCode.DONE
        whom = forgetting.person(store, subject)
        done = forgetting.forget(place, store, whom, by=by, why=why, at=at, folders=crops, also=also, dry_run=dry_run)
    will = "会" if dry_run else "已"
    click.echo(f"{will}删去姓名，台账 {done.rows} 行改用{'一个化名' if dry_run else done.pseudonym}。")
    click.echo(
        f"{will}删除：只与此人有关的原件 {done.originals} 个，待核里的副本 {done.copies} 个，格子的图 {done.crops} 张。"
    )
    click.echo("保留：分数、金额、等次和依据（记在化名下）；审计日志的链；谁批准、为什么。")
    if done.stays:
        click.echo("仍有姓名、要由人处理的：\n" + "\n".join(f"  {one}" for one in done.stays))
    return ExitCode.DONE
