"""All faults of a template at once, each with its place and words; a template with one cannot be used to issue."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from paper import PERIODS, all_forms
from test_generate_commands import dayang, run  # noqa: F401 - a fixture
from word_templates import template

from formgen.cli import formgen
from formgen.errors import ExitCode, TemplateError
from formgen.model import Subject
from formgen.rendering.context import form_context
from formgen.rendering.linting import Fault, lint, names_of
from formgen.resources import find_template
from formgen.workspace import Workspace

SCHEME, FORM = all_forms()["dayang-monthly"]
NAMES = names_of(form_context(FORM, Subject(), PERIODS[FORM.period], {}, SCHEME), {"name": "姓名"})


FAULTS = {
    "{{ title": "括号没有在同一段里成对",
    "{{ title }": "括号没有在同一段里成对",
    "｛｛ title ｝｝": "全角",
    "{{ title| }}": "写错了",
    "{{ title|nofilter }}": "nofilter",
    "{{ 7 + }}": "写错了",
    "{% if title %}": "没有用 {% endif %} 结束",
    "{% endif %}": "没有与它配对",
    "{% else %}": "没有与它配对",
    "{%p for one in rows %}": "没有用 {% endfor %} 结束",
    "{%tr if title %}{%tr endif %}": "要写在表格里",
    "{%p if title %}{% endif %}": "同一种",
    "{% unless title %}": "不是可用的标记",
    "{{ titel }}": "没有“titel”这个变量；是不是 title",
    "{% for row in rows %}{{ row.scor }}{% endfor %}": "“row”没有“scor”这一项；是不是 score",
    "{{ box.nmae }}": "“box”没有“nmae”这一项",
    "{{ title|safe }}": "safe",
    "{% for row in rows %}": "没有用 {% endfor %} 结束",
    "{% if title = 1 %}{% endif %}": "写错了",
}


@pytest.mark.parametrize("words", FAULTS)
def test_each_fault_is_found_with_its_place_and_words(words: str) -> None:
    faults = [fault for fault in lint(template("好的一段 {{ title }}", words), "docx", NAMES) if fault.serious]

    assert faults
    assert any(FAULTS[words] in fault.message for fault in faults), faults
    assert all(fault.place == "正文第2段" for fault in faults)
    assert all(fault.words == words for fault in faults)


def test_all_faults_are_told_at_once() -> None:
    data = template(*FAULTS, [["{{ 7 + }}", "乙"]])

    faults = [fault for fault in lint(data, "docx", NAMES) if fault.serious]

    assert {fault.place for fault in faults} >= {f"正文第{number}段" for number in (1, 3, 4, 5, 14, 15, 16)}
    assert "正文表1第1行第1格" in {fault.place for fault in faults}


@pytest.mark.parametrize(
    "words",
    [
        "{{ title }}",
        "{# 说明 #}",
        "{% if title %}{{ title|blank(6) }}{% elif draft %}x{% else %}y{% endif %}",
        "{% set a = 1 %}{{ a }}",
        "{% for row in rows %}{{ loop.index }}{{ row.score }}{% endfor %}",
        "{{ “” ~ title }}",
        "{%r if title %}a{%r endif %}",
        "{{ range(3)|length }}",
    ],
)
def test_what_is_right_is_left_alone(words: str) -> None:
    assert [fault for fault in lint(template(words), "docx", NAMES) if fault.serious] == []


def test_names_that_are_not_used_and_answers_without_a_place_are_mentioned() -> None:
    faults = lint(template("{{ title }}"), "docx", NAMES)

    assert not any(fault.serious for fault in faults)
    assert any("“姓名”没有地方填" in fault.message for fault in faults)
    assert any("没有用到" in fault.message and "rows" in fault.message for fault in faults)


def test_a_tag_split_over_runs_is_mentioned() -> None:
    import docx

    document = docx.Document()
    paragraph = document.add_paragraph("")
    for piece in ("{{ ti", "tle }}"):
        paragraph.add_run(piece).bold = piece == "tle }}"
    output = io.BytesIO()
    document.save(output)

    (fault,) = lint(output.getvalue(), "docx")

    assert (fault.place, fault.words, fault.serious) == ("正文第1段", "{{ title }}", False)


def test_faults_of_a_workbook_are_told_by_cell() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B2"], sheet["C3"], sheet["C4"] = "{{ titel }}", "{{ title", "{{ row.score }}", "{{ row.text }}"
    output = io.BytesIO()
    book.save(output)

    faults = lint(output.getvalue(), "xlsx", NAMES)

    places = [fault.place for fault in faults if fault.serious]
    assert places[:2] == ["工作表“Sheet”单元格 A1", "工作表“Sheet”单元格 B2"]
    assert any("第 3、4 行都写了 row" in fault.message for fault in faults)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no", b"plain words"])
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_what_is_no_office_file_is_one_fault(data: bytes, kind: str) -> None:
    (fault,) = lint(data, kind)

    assert fault.serious
    assert fault.place == "整个文件"


def test_a_fault_reads_as_a_sentence() -> None:
    assert str(Fault("正文第3段", "{{ a", "坏了")) == "错误：正文第3段“{{ a”：坏了"


# --- the commands ----------------------------------------------------------------------------------------------


def own(place: Workspace, changed: tuple[str, str] | None = None) -> Path:
    """The workspace's own copy of the month's form, with some of its words changed."""
    target = place.root / "templates" / "docx" / "dayang-monthly.docx"
    target.parent.mkdir(parents=True, exist_ok=True)
    source = find_template("docx/dayang-monthly.docx")
    if changed is None:
        shutil.copyfile(source, target)
        return target
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as made:
        for name in archive.namelist():
            data = archive.read(name).decode()
            made.writestr(name, data.replace(*changed) if name == "word/document.xml" else data)
    return target


def command(place: Workspace, *words: str) -> int:
    return int(formgen.main(["template", *words, "-w", str(place.root)], standalone_mode=False) or 0)


def test_lint_of_a_workspace_names_each_place(dayang: Workspace, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    own(dayang, ("{{ row.score }}", "{{ row.scroe }}"))

    assert command(dayang, "lint") == ExitCode.CONFIGURATION

    assert "正文表1第3行第5格“{{ row.scroe }}”：“row”没有“scroe”这一项；是不是 score" in capsys.readouterr().out


def test_a_template_with_a_fault_cannot_be_used_to_issue(dayang: Workspace) -> None:  # noqa: F811
    own(dayang, ("{%tr endfor %}", "{%tr endif %}"))

    with pytest.raises(TemplateError, match="不能用来发文"):
        run(dayang, "blank", "-p", "2023-05")

    assert not list(dayang.outbox.glob("2023-05/空白表/*"))


@pytest.mark.libreoffice
def test_a_template_that_loses_an_answer_cannot_be_used_until_it_is_mended(
    dayang: Workspace,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    own(dayang, ("{{ row.score }}", ""))
    assert command(dayang, "verify") == ExitCode.VERIFICATION_FAILED
    assert "读到“（无）”" in capsys.readouterr().out
    with pytest.raises(TemplateError, match="没有通过校验"):
        run(dayang, "blank", "-p", "2023-05")

    own(dayang)

    assert command(dayang, "verify") == 0
    assert run(dayang, "blank", "-p", "2023-05") == 0


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["ningxia-opinion-annual.docx", "village-cadre-quarterly.xlsx"])
def test_a_built_in_template_gives_back_what_is_put_in(dayang: Workspace, name: str) -> None:  # noqa: F811
    assert command(dayang, "verify", name) == 0


def test_a_template_that_there_is_not_is_said(dayang: Workspace) -> None:  # noqa: F811
    from formgen.errors import UsageError

    with pytest.raises(UsageError, match="没有模板"):
        command(dayang, "lint", "没有.docx")
