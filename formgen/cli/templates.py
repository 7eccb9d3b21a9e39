"""``formgen template``: which templates are used, what is wrong with them, whether they give back what was put in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from formgen.cli.console import ChineseCommand, ChineseGroup, table, to_json
from formgen.cli.workspaces import found, opened, workspace_option
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.model import Form
    from formgen.rendering.linting import Fault
    from formgen.scheme.types import Scheme
    from formgen.workspace import Workspace

_KINDS = ("docx/*.docx", "xlsx/*.xlsx", "notices/*.md")


@click.group(cls=ChineseGroup)
def template() -> None:
    """查看、检查、校验、导入模板。"""


_json_option = click.option("--json", "json_wanted", is_flag=True, help="每个模板输出一行 JSON。")


@template.command("list", cls=ChineseCommand)
@workspace_option
@_json_option
def list_templates(workspace: Path | None, json_wanted: bool) -> int:
    """列出模板：工作区 templates 文件夹里的优先，其余用自带的。"""
    from formgen.resources import template_roots

    place = found(workspace)
    rows: dict[str, tuple[str, str, str]] = {}
    for root in reversed(template_roots(place.root if place else None)):
        own = place is not None and root.is_relative_to(place.root)
        for path in sorted(path for pattern in _KINDS for path in root.glob(pattern)):
            name = f"{path.parent.name}/{path.name}"
            if not path.name.startswith("~$"):
                rows[name] = (name, "本工作区" if own else "自带", str(path))
    if json_wanted:
        for name, _, place_of in rows.values():
            own = place is not None and Path(place_of).is_relative_to(place.root)
            click.echo(to_json({"template": name, "own": own, "path": place_of}))
        return ExitCode.DONE
    click.echo(table(("模板", "来源", "文件"), rows.values(), widest=80))
    click.echo("要改模板：把自带的文件复制到工作区 templates/docx 或 templates/xlsx，用 Word、WPS 打开修改。", err=True)
    return ExitCode.DONE


def _chosen(files: tuple[Path, ...], place: Workspace | None) -> list[Path]:
    """The templates named, by path or by name; the workspace's own where none is. Raises UsageError."""
    from formgen.resources import template_roots

    roots = template_roots(place.root if place else None)
    if not files:
        own = [path for root in roots[:-1] for pattern in _KINDS for path in root.glob(pattern)]
        if not own:
            raise UsageError("工作区里没有自己的模板；请写明要检查的模板文件")
        return sorted(path for path in own if not path.name.startswith("~$"))
    found_files = []
    for file in files:
        folder = "notices" if file.suffix == ".md" else file.suffix.lstrip(".")
        places = [file, *(root / folder / file.name for root in roots)]
        path = next((one for one in places if one.is_file()), None)
        if path is None or path.suffix.lower() not in (".docx", ".xlsx", ".md"):
            raise UsageError(f"没有模板“{file}”；用 formgen template list 查看")
        found_files.append(path)
    return found_files


def _form_of(path: Path, place: Workspace | None) -> tuple[Scheme, Form] | None:
    """The form that a template is of, by its name; None where it is a notice or a list."""
    from formgen.scheme.loading import load_schemes

    schemes = load_schemes(place.root if place else None)
    return next(((scheme, form) for scheme in schemes for form in scheme.form if form.id == path.stem), None)


def _faults(path: Path, place: Workspace | None) -> tuple[Fault, ...]:
    from formgen.rendering import excel
    from formgen.rendering.context import form_context
    from formgen.rendering.fitness import faults_of
    from formgen.rendering.linting import names_of
    from formgen.rendering.proving import sample_subject, sample_values

    kind = path.suffix.lower().removeprefix(".")
    known = _form_of(path, place)
    if known is None:
        return faults_of(path.read_bytes(), path.name)
    scheme, form = known
    context = form_context(form, sample_subject(form), None, sample_values(form), scheme)
    if kind == "xlsx":
        context = excel.form_variables(context)
        context["row"] = next(iter(context["rows"]), {})
    answers = {one.id: one.label for one in form.blanks} | {one.id: one.label for one in form.fields}
    return faults_of(path.read_bytes(), path.name, names_of(context, answers))


@template.command("lint", cls=ChineseCommand)
@click.argument("files", metavar="[模板…]", nargs=-1, type=click.Path(path_type=Path))
@workspace_option
@_json_option
def lint_templates(files: tuple[Path, ...], workspace: Path | None, json_wanted: bool) -> int:
    """一次列出模板的全部毛病：在第几段或哪一格、附近的字、怎么改；不写模板则检查工作区自己的全部模板。"""
    place = found(workspace)
    serious = 0
    for path in _chosen(files, place):
        faults = _faults(path, place)
        serious += sum(fault.serious for fault in faults)
        if json_wanted:
            told = [{"serious": fault.serious, "message": str(fault)} for fault in faults]
            click.echo(to_json({"template": str(path), "faults": told}))
            continue
        click.echo(f"{path}：{'没有毛病' if not faults else f'{len(faults)} 处'}")
        for fault in faults:
            click.echo(f"  {fault}")
    if serious:
        click.echo(f"共 {serious} 处错误；有错误的模板不能用来发文。", err=True)
    return ExitCode.CONFIGURATION if serious else ExitCode.DONE


@template.command("verify", cls=ChineseCommand)
@click.argument("files", metavar="[模板…]", nargs=-1, type=click.Path(path_type=Path))
@workspace_option
@_json_option
def verify_templates(files: tuple[Path, ...], workspace: Path | None, json_wanted: bool) -> int:
    """用样例填好、经 LibreOffice 再保存、读回来逐项比对；没通过的模板不能用来发文。"""
    import tempfile

    from formgen import libreoffice
    from formgen.cli.workspaces import loaded_forms
    from formgen.rendering.fitness import remember
    from formgen.rendering.proving import prove
    from parsers.reading import read_file

    place = found(workspace)
    forms = loaded_forms(place)
    failed = 0
    for path in _chosen(files, place):
        known = _form_of(path, place)
        differences = [str(fault) for fault in _faults(path, place) if fault.serious]
        if known is None and not differences:
            if json_wanted:
                click.echo(to_json({"template": str(path), "passed": None, "checks": [], "differences": []}))
            else:
                click.echo(f"{path}：标记没有毛病；不是表格的模板，不收回，无须读回校验")
            continue
        checks = ["检查标记"]
        if known is not None and not differences:
            with tempfile.TemporaryDirectory(prefix="formgen-", ignore_cleanup_errors=True) as room:
                convert = libreoffice.convert if libreoffice.find() else None
                checks, differences = prove(
                    path, *known, lambda paper: read_file(paper, forms), Path(room), convert=convert
                )
        if place is not None and path.resolve().is_relative_to(place.root):
            remember(path, place.root, differences, checks)
        failed += bool(differences)
        if json_wanted:
            told = {"template": str(path), "passed": not differences, "checks": checks, "differences": differences}
            click.echo(to_json(told))
            continue
        click.echo(f"{path}：{'没有通过' if differences else '通过'}（{'；'.join(checks)}）")
        for line in differences:
            click.echo(f"  {line}")
    return ExitCode.VERIFICATION_FAILED if failed else ExitCode.DONE


@template.command("import", cls=ChineseCommand)
@click.argument("source", metavar="邮件合并文档", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--map", "pairs", metavar="域=变量", multiple=True, help="某个合并域印什么，如 --map 姓名=box.name；可写多次。"
)
@click.option(
    "-o",
    "--output",
    metavar="文件",
    type=click.Path(path_type=Path),
    help="存到哪里；不给则放进工作区 templates/docx。",
)
@workspace_option
@click.option("-n", "--dry-run", is_flag=True, help="只列出对应关系和会存到哪里，不写文件。")
def import_template(
    source: Path, pairs: tuple[str, ...], output: Path | None, workspace: Path | None, dry_run: bool
) -> int:
    """把 Word 邮件合并文档的合并域（MERGEFIELD）改成模板标记，并列出对应关系。"""
    from formgen.rendering.filing import file_away
    from formgen.rendering.mergefields import import_merge_fields

    if wrong := [pair for pair in pairs if not all(part.strip() for part in pair.partition("=")[::2])]:
        raise UsageError(f"--map {wrong[0]}：应写作 域=变量，例如 --map 姓名=box.name")
    names = {key.strip(): value.strip() for key, _, value in (pair.partition("=") for pair in pairs)}
    made = import_merge_fields(source.read_bytes(), names)
    if not made.mapping:
        raise UsageError(f"“{source.name}”里没有合并域（MERGEFIELD），没有改动")
    if output is None:
        output = opened(workspace).root / "templates" / "docx" / f"{source.stem}.docx"
    path = file_away(made.data, output.parent, [output.stem], ".docx", taken=set(), dry_run=dry_run)
    click.echo(table(("合并域", "标记"), [(field, "{{ " + name + " }}") for field, name in made.mapping.items()]))
    for words in made.left:
        click.echo(f"其他域没有改动：{words}", err=True)
    click.echo(("会生成：" if dry_run else "") + str(path))
    return ExitCode.DONE
