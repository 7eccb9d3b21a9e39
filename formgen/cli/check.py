"""``formgen check``: any Word document against GB/T 9704-2012."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formgen.cli.console import ChineseCommand, to_json
from formgen.cli.workspaces import found, workspace_option
from formgen.errors import ExitCode

if TYPE_CHECKING:
    from formgen.conformity.model import Finding, Profile, Report

_WEIGHTS = {"error": "不符", "warning": "建议", "info": "提示"}
_LARGEST = 64 * 1024 * 1024
_AUTOMATIC = "auto"


def profile_named(name: str, workspace: Path | None) -> Profile | None:
    """The numbers of a profile of the house or of the workspace; None for ``auto``. Raises UsageError."""
    from decimal import Decimal

    from formgen.conformity.model import PROFILES, Profile
    from formgen.rendering.official.profile import find

    if name == _AUTOMATIC:
        return None
    here = found(workspace)
    if name in PROFILES and here is None:
        return PROFILES[name]
    local = find(name, here.root if here else None)
    top, bottom, inner, outer, pitch = (
        Decimal(str(value)) for value in (local.top, local.bottom, local.inner, local.outer, local.pitch)
    )
    faces = tuple((role, (face,)) for role, face in local.faces.items())
    return Profile(name, top, bottom, inner, outer, pitch, numbers=local.page_numbers, faces=faces)


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding as JSON."""
    place = finding.place
    where: dict[str, Any] = {}
    if place.paragraph is not None:
        where |= {"paragraph": place.paragraph, "words": place.words}
    if place.page is not None:
        where |= {"page": place.page}
    if place.mm is not None:
        where |= {"mm": str(place.mm)}
    return {
        "code": finding.code,
        "clause": finding.clause,
        "severity": str(finding.severity),
        "message": finding.message,
        "found": finding.found,
        "wanted": finding.wanted,
        "where": where,
    }


def report_json(name: str, report: Report) -> dict[str, Any]:
    """One document's report as JSON, schema version 1."""
    return {
        "schema_version": 1,
        "file": name,
        "kind": report.kind,
        "profile": report.profile,
        "elements": [{"element": element, "text": text} for element, text in report.elements],
        "findings": [finding_json(finding) for finding in report.findings],
        "not_checked": list(report.unchecked),
    }


def report_text(name: str, report: Report) -> str:
    """One document's report as a clerk reads it."""
    errors = sum(1 for finding in report.findings if finding.severity == "error")
    others = len(report.findings) - errors
    lines = [f"■ {name}　（{report.kind}，版式 {report.profile}：不符 {errors} 处，建议 {others} 处）"]
    for finding in report.findings:
        lines.append(f"  [{_WEIGHTS[finding.severity]}] {finding.clause}　{finding.message}")
        lines.append(f"      {finding.place}：现为 {finding.found}；应为 {finding.wanted}")
    if not report.findings:
        lines.append("  没有发现与 GB/T 9704—2012 不符之处。")
    lines += [f"  说明：{sentence}" for sentence in report.unchecked]
    return "\n".join(lines)


@click.command("check", cls=ChineseCommand)
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--profile",
    default=_AUTOMATIC,
    metavar="名称",
    help="版式：compat、strict 或工作区里的本地版式；默认取边距相近的一种。",
)
@click.option("--json", "in_json", is_flag=True, help="每个文件输出一行 JSON。")
@click.option("--no-render", is_flag=True, help="不用 LibreOffice 排版测量，只看文件本身。")
@workspace_option
def check(files: tuple[Path, ...], profile: str, in_json: bool, no_render: bool, workspace: Path | None) -> int:
    """按 GB/T 9704—2012 检查公文（.docx），是不是本程序生成的都可以。

    逐条说明依据哪一条、在哪里、现为什么、应为什么；不改动文件。
    """
    from formgen.conformity.checking import judge
    from formgen.errors import FormgenError

    held = profile_named(profile, workspace)
    outcome = ExitCode.DONE
    rendered, excuse = _rendered(files, no_render)
    for file in files:
        try:
            data = _bytes(file)
            report = judge(data, held, rendered.get(file), excuse.get(file, ""))
        except FormgenError as fault:
            failed = {"schema_version": 1, "file": file.name, "error": str(fault)}
            click.echo(to_json(failed)) if in_json else click.echo(f"■ {file.name}\n  [读不了] {fault}")
            outcome = fault.exit_code if outcome == ExitCode.DONE and len(files) == 1 else ExitCode.NEEDS_A_PERSON
            continue
        click.echo(to_json(report_json(file.name, report)) if in_json else report_text(file.name, report))
        if any(finding.severity == "error" for finding in report.findings) and outcome == ExitCode.DONE:
            outcome = ExitCode.NEEDS_A_PERSON
    return int(outcome)


def _bytes(file: Path) -> bytes:
    from formgen.errors import FileAccessError, UnreadableInputError

    try:
        if file.stat().st_size > _LARGEST:
            raise UnreadableInputError("文件大于 64 MB，不予打开", "too-large")
        return file.read_bytes()
    except OSError as error:
        raise FileAccessError(f"不能读取“{file}”：{error.strerror or error}") from error


def _rendered(files: Sequence[Path], no_render: bool) -> tuple[dict[Path, bytes], dict[Path, str]]:
    """The PDF of each file that LibreOffice can make, and why there is none for the others."""
    from formgen.conformity.reading import read
    from formgen.errors import FormgenError, ProgramFailedError
    from formgen.libreoffice import convert, convert_many, find

    if no_render or find() is None:
        why = "按 --no-render" if no_render else "本机没有 LibreOffice"
        return {}, dict.fromkeys(files, f"{why}，没有排版测量：{UNMEASURED}")
    sound = []
    for file in files:
        try:
            read(_bytes(file))
        except FormgenError:
            continue  # said when the file is judged
        sound.append(file)
    made: dict[Path, bytes] = {}
    excuse: dict[Path, str] = {}
    with tempfile.TemporaryDirectory(prefix="formgen-check-", ignore_cleanup_errors=True) as room:
        folder = Path(room)
        try:
            outputs = convert_many(sound, "pdf", folder)
            made = {file: output.read_bytes() for file, output in zip(sound, outputs, strict=True)}
        except ProgramFailedError:
            for index, file in enumerate(sound):
                try:
                    made[file] = convert(file, "pdf", folder / str(index)).read_bytes()
                except ProgramFailedError:
                    excuse[file] = f"LibreOffice 没能排出这个文件，没有测量：{UNMEASURED}"
    return made, excuse


#: What is not checked without a rendered page.
UNMEASURED = "发文机关标志、红色分隔线、版记末线的位置（mm），信函双线，页码高度，首页有无正文，每面行数和每行字数"
