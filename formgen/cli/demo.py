"""``formgen demo``: the whole path on sample returns, command by command, as a clerk would type them."""

from __future__ import annotations

import shlex
import shutil
import time
import tomllib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formgen.cli.console import ChineseCommand
from formgen.cli.workspaces import loaded_forms
from formgen.errors import ConfigurationError, ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.workspace import Workspace

MARK = ".formgen-demo"
SCHEME, PERIOD, NEXT = "dayang-2023", "2023-03", "2023-04"


def samples() -> Path:
    """The folder with the sample returns of 大杨镇, in a checkout or in a wheel. Raises ConfigurationError."""
    package = Path(__file__).resolve().parent.parent
    for place in (package / "samples", package.parent / "samples"):
        if (place / "dayang-2023-03").is_dir():
            return place / "dayang-2023-03"
    raise ConfigurationError("这份安装里没有示例回收件；请重新安装 formgen")


def prepare(folder: Path, scheme_id: str | None) -> Workspace:
    """A workspace with example decisions; with the sample returns in its 收件箱, if it is for 大杨镇."""
    from formgen import workspace

    wanted = scheme_id or SCHEME
    source = samples() if wanted == SCHEME else None
    place = workspace.create(folder, scheme=wanted, demo=True)
    (place.root / MARK).touch()
    if source is not None:
        for file in sorted((*source.glob("*.xlsx"), *(source / "收件箱").iterdir())):
            if file.is_file() and not file.name.endswith(".expected.txt"):
                shutil.copyfile(file, place.inbox / file.name)
    return place


@click.command(cls=ChineseCommand)
@click.argument("folder", metavar="[文件夹]", default="demo", type=click.Path(path_type=Path))
@click.option("-n", "--dry-run", is_flag=True, help="只看会在哪个文件夹里做，不做。")
def demo(folder: Path, dry_run: bool) -> int:
    """用大杨镇 2023 年 3 月的示例回收件走一遍全过程，每一步都是您自己也可以输入的命令。"""
    begun = time.monotonic()
    if dry_run:
        _refuse_foreign(folder)
        again = "，原来的示例会删去重做" if (folder / MARK).is_file() else ""
        click.echo(f"会在 {folder.absolute()} 建立示例工作区，走一遍收件、核实、评定、发文{again}。")
        return ExitCode.DONE
    _clear(folder)
    place = prepare(folder, SCHEME)
    arrived = len(list(place.inbox.iterdir()))
    _say(f"示例工作区：{place.root}，收件箱里有 {arrived} 个文件（花名册、考核事项和回收的考核表）。")
    where = f"-w {shlex.quote(str(folder))}"
    _run(f"intake {where}")
    _run(f"review {where}", head=24)
    _scans(place, where)
    _say(f"逐处核实（示例：按 {samples().name}/核实.toml 写入，相当于打电话、翻原件后逐条 review set）：")
    _verify(place)
    _run(f"assess -p {PERIOD} {where}")
    _run(f"generate table -p {PERIOD} {where}", head=3)
    _run(f"generate results -p {PERIOD} --to 各村民委员会、镇直各单位 --date 2023-04-03 {where}")
    _run(f"generate results -p {PERIOD} --kind xlsx {where}")
    _run(f"generate paysheet -p {PERIOD} {where}")
    _run(f"generate blank -p {NEXT} {where}", head=3)
    _run(f"generate blank -p {NEXT} --kind xlsx {where}", head=3)
    _run(f"why {_someone(place)} {PERIOD} total {where}", head=40)
    _say(f"完成，用时 {time.monotonic() - begun:.0f} 秒。生成的公文在：")
    for name in ("通报", "评分表", "工资表"):
        click.echo(f"  {place.outbox / PERIOD / name}")
    click.echo(f"  {place.outbox / NEXT / '空白表'}")
    click.echo(f"  读不了的文件和原因，以及核实表：{place.pending}")
    return ExitCode.DONE


def _scans(place: Workspace, where: str) -> None:
    """Show what was read on scanned paper, where the extra for it is installed."""
    from parsers.scan import missing

    if lacking := missing():
        _say(f"扫描件和照片没有读：{lacking}")
        return
    scan = next((samples() / "收件箱").glob("*.tif"))
    pictures = place.root / "看图"
    _say("签字的纸扫描回来的，存疑之处做成核实表，原件上的图和读数并排；读到的也可以画在页面上：")
    _run(f"review {where} sheet")
    _run(f"read {shlex.quote(str(scan))} --overlay {shlex.quote(str(pictures))} {where}", head=8)
    click.echo(f"  画好的页面：{pictures}")


def _clear(folder: Path) -> None:
    """Remove an earlier demo; anything else is left alone. Raises UsageError."""
    _refuse_foreign(folder)
    if (folder / MARK).is_file():
        shutil.rmtree(folder)


def _refuse_foreign(folder: Path) -> None:
    if not (folder / MARK).is_file() and folder.exists() and any(folder.iterdir()):
        raise UsageError(f"“{folder}”里已有别的东西，没有改动；请换一个文件夹：formgen demo 另一个文件夹")


def _say(text: str) -> None:
    click.secho(f"\n{text}", bold=True)


def _run(line: str, head: int | None = None) -> None:
    """Show a command, run it, show what it prints (at most ``head`` lines)."""
    import contextlib
    import io

    from formgen.cli import formgen

    click.secho(f"\n$ formgen {line}", fg="cyan")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        formgen.main(shlex.split(line), prog_name="formgen", standalone_mode=False)
    lines = printed.getvalue().rstrip("\n").split("\n")
    click.echo("\n".join(lines[:head]))
    if head is not None and len(lines) > head:
        click.echo(f"……（共 {len(lines)} 行）")


def _verify(place: Workspace) -> None:
    """Lay the example verifications over the readings: those of 核实.toml, as a person would one by one."""
    from formgen.cli.review import typed
    from formgen.model import Correction
    from formgen.store import Store

    path = samples() / "核实.toml"
    entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["verify"]
    forms = {form.id: form for form in loaded_forms(place)}
    done = 0
    with Store(place.database) as store:
        by_name = {one.submission.name: one.submission.sha256 for one in store.submissions()}
        for entry in entries:
            sha256 = by_name[entry["file"]]
            stored = next(one for one in store.records_of(sha256) if one.index == entry.get("record", 0))
            for field in entry["fields"]:
                reading = stored.record.readings.get(field)
                value = reading.value if reading else None
                if "value" in entry:
                    value = typed(forms.get(stored.record.form), field, str(entry["value"]), value)
                at = datetime.now().astimezone()
                store.add_correction(
                    Correction(sha256, stored.index, field, value, "示例核实人", at, f"示例：{entry['why']}")
                )
                done += 1
    click.echo(f"已核实 {done} 处，原读数都保留（formgen review log 可查）。")


def _someone(place: Workspace) -> str:
    """Somebody of the period whose chain is worth a look: the first with a deduction."""
    from formgen.store import Store

    with Store(place.database) as store:
        kept = [one.assessment for one in store.assessments(SCHEME, period=PERIOD)]
    docked = [one for one in kept if isinstance(money := one.value("money"), Decimal) and money]
    return shlex.quote(str((docked or kept)[0].subject))
