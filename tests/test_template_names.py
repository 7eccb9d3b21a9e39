"""Notices, letters, lists, records: each template is held to its names, and with a faulty one nothing is issued."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from test_generate_commands import dayang, run  # noqa: F401 - a fixture
from word_templates import template

from formgen.cli import formgen
from formgen.errors import ExitCode, TemplateError
from formgen.rendering import press
from formgen.rendering.fitness import faults_of, refuse_unfit
from formgen.rendering.official import press as paper_press
from formgen.rendering.vocabulary import VOCABULARY
from formgen.resources import template_roots
from formgen.workspace import Workspace

BUILT_IN = sorted(
    path for pattern in ("docx/*.docx", "xlsx/*.xlsx", "notices/*.md") for path in template_roots()[-1].glob(pattern)
)
FOLDERS = {"docx": "docx", "xlsx": "xlsx", "md": "notices"}


def book(*cells: str, second: str = "") -> bytes:
    """A workbook with these words in A1, A2 …, and a second sheet."""
    made = openpyxl.Workbook()
    for number, words in enumerate(cells, 1):
        made.active.cell(number, 1, words)
    if second:
        made.create_sheet("二")["A1"] = second
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def template_of(kind: str, *lines: str) -> bytes:
    if kind == "md":
        return "\n".join(lines).encode()
    return template(*lines) if kind == "docx" else book(*lines)


@pytest.mark.parametrize("path", BUILT_IN, ids=lambda path: path.name)
def test_no_built_in_template_has_a_fault(path: Path) -> None:
    assert [fault for fault in faults_of(path.read_bytes(), path.name) if fault.serious] == []


def test_every_kind_that_is_not_a_form_has_its_names() -> None:
    from paper import all_forms

    assert {path.stem for path in BUILT_IN} == set(VOCABULARY) | set(all_forms())


PLACES = {"docx": "正文第2段", "xlsx": "工作表“Sheet”单元格 A2", "md": "第2行"}


@pytest.mark.parametrize("kind", FOLDERS)
@pytest.mark.parametrize("stem", VOCABULARY)
def test_a_name_that_a_kind_does_not_have_is_found_with_its_place(stem: str, kind: str) -> None:
    data = template_of(kind, "{{ title }}", "{{ orgam }}")

    faults = [fault for fault in faults_of(data, f"{stem}.{kind}") if fault.serious]

    assert [(fault.place, fault.words) for fault in faults] == [(PLACES[kind], "{{ orgam }}")]
    assert "没有“orgam”这个变量；是不是 organ" in faults[0].message


@pytest.mark.parametrize("kind", ["docx", "md"])
def test_what_a_row_does_not_have_is_found_in_each_loop(kind: str) -> None:
    data = template_of(
        kind,
        "{% for row in rows %}{{ row.score }}{% endfor %}",
        "{% for due in consequences %}{{ due.label }}{{ due.score }}{% endfor %}",
    )

    messages = [fault.message for fault in faults_of(data, f"results.{kind}") if fault.serious]

    assert len(messages) == 1
    assert messages[0].startswith("“due”没有“score”这一项")


def test_a_loop_within_a_loop_knows_its_own_rows() -> None:
    words = "{% for row in rows %}{% for line in row.lines %}{{ line.amount }}{{ line.amuont }}{% endfor %}{% endfor %}"

    messages = [fault.message for fault in faults_of(template(words), "paysheet.docx") if fault.serious]

    assert messages == ["“line”没有“amuont”这一项；是不是 amount？"]


def test_each_sheet_of_a_book_repeats_its_own_rows() -> None:
    right = faults_of(book("{{ row.grade }}", second="{{ row.label }}"), "results.xlsx")
    wrong = faults_of(book("{{ row.label }}", second="{{ row.grade }}"), "results.xlsx")

    assert not [fault for fault in right if fault.serious]
    assert [fault.place for fault in wrong if fault.serious] == ["工作表“Sheet”单元格 A1", "工作表“二”单元格 A1"]


def test_what_is_not_used_is_a_reminder() -> None:
    faults = faults_of(template("{{ title }}"), "public-table.docx")

    assert all(not fault.serious for fault in faults)
    assert any("没有用到" in fault.message and "changes" in fault.message for fault in faults)


WORDINGS = {
    "{{ title": "写错了",
    "{% if title %}": "写错了",
    "｛｛ title ｝｝": "全角",
    "{{ title|nofilter }}": "写错了",
    "{% unless title %}": "写错了",
}


@pytest.mark.parametrize("words", WORDINGS)
def test_each_fault_of_a_wording_is_found_by_its_line(words: str) -> None:
    faults = [
        fault for fault in faults_of(f"标题：{{{{ title }}}}\n\n{words}\n".encode(), "results.md") if fault.serious
    ]

    assert WORDINGS[words] in faults[0].message
    assert faults[0].place in {"第3行", "第4行"}


def test_a_wording_that_is_no_text_is_one_fault() -> None:
    assert [fault.place for fault in faults_of(b"\xff\xfe\x00", "results.md")] == ["整个文件"]
    assert [fault.place for fault in faults_of(b"a" * 2_000_000, "results.md")] == ["整个文件"]


@pytest.mark.parametrize("kind", FOLDERS)
@pytest.mark.parametrize("stem", VOCABULARY)
def test_a_template_of_any_kind_with_a_fault_is_refused(stem: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "templates" / FOLDERS[kind] / f"{stem}.{kind}"
    path.parent.mkdir(parents=True)
    path.write_bytes(template_of(kind, "{{ title }}", "{% if false %}{{ orgam }}{% endif %}"))

    with pytest.raises(TemplateError, match=r"1处错误，不能用来发文"):
        refuse_unfit(path, tmp_path)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("notices/results.md", ("results", "-p", "2023-03")),
        ("docx/results.docx", ("results", "-p", "2023-03")),
        ("xlsx/results.xlsx", ("results", "-p", "2023-03", "--kind", "xlsx")),
        ("xlsx/paysheet.xlsx", ("paysheet", "-p", "2023-03")),
        ("docx/personal-archive.docx", ("archive", "张庄村/李四")),
    ],
)
def test_nothing_is_issued_with_it(dayang: Workspace, file: str, words: tuple[str, ...]) -> None:  # noqa: F811
    path = dayang.root / "templates" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(template_of(path.suffix[1:], "{{ title }}", "{{ orgam }}"))

    with pytest.raises(TemplateError, match="不能用来发文"):
        run(dayang, *words)

    assert not [one for one in dayang.outbox.rglob("*") if one.suffix in {".docx", ".xlsx"}]


def test_lint_of_a_workspace_looks_at_its_wordings_too(dayang: Workspace, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    path = dayang.root / "templates" / "notices" / "results.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("标题：{{ title }}\n\n{{ grade }}\n", encoding="utf-8")

    done = formgen.main(["template", "lint", "-w", str(dayang.root)], standalone_mode=False)

    assert done == ExitCode.CONFIGURATION
    assert "第3行“{{ grade }}”：没有“grade”这个变量" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("results", "-p", "2023-03"),
        ("results", "-p", "2023-03", "--kind", "xlsx"),
        ("paysheet", "-p", "2023-03"),
        ("archive", "张庄村/李四"),
        ("announcement", "-p", "2023-03"),
    ],
    ids=lambda words: "-".join(words[:1] + words[3:]),
)
def test_what_is_declared_is_what_is_given(
    dayang: Workspace,  # noqa: F811
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[dict[str, Any]] = []

    def listing(self: object, context: dict[str, Any], *others: Any) -> Any:
        given.append(context)
        raise TemplateError("gathered")

    monkeypatch.setattr(press.Press, "listing", listing)
    monkeypatch.setattr(paper_press.PaperPress, "listing", listing)

    with pytest.raises(TemplateError, match="gathered"):
        run(dayang, *words)

    names = VOCABULARY[{"archive": "personal-archive"}.get(words[0], words[0])]
    assert set(given[0]) == names.known
    assert set(given[0]["rows"][0]) == names.keys["rows[]"]
