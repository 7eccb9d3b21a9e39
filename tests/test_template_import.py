"""A mail-merge document becomes a template: each MERGEFIELD a tag, its format kept, the mapping told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from paper import NS, W, part, text
from test_generate_commands import dayang  # noqa: F401 - a fixture
from test_template_lint import command
from word_templates import template

from formgen.errors import TemplateError, UsageError
from formgen.rendering.mergefields import import_merge_fields
from formgen.rendering.prepared import Prepared
from formgen.workspace import Workspace

SIMPLE = (
    '<w:fldSimple w:instr=" MERGEFIELD  姓名  \\* MERGEFORMAT "><w:r>'
    "<w:rPr><w:b/></w:rPr><w:t>«姓名»</w:t></w:r></w:fldSimple>"
)


def complex_field(instruction: str, result: str) -> str:
    half = len(instruction) // 2
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction[:half]}</w:instrText></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction[half:]}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r><w:rPr><w:i/></w:rPr><w:t>{result}</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def document(*runs: str) -> bytes:
    data = template(*["@"] * len(runs))
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(output, "w") as made:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "word/document.xml":
                xml = content.decode()
                for one in runs:
                    xml = xml.replace("<w:r><w:t>@</w:t></w:r>", one, 1)
                content = xml.encode()
            made.writestr(name, content)
    return output.getvalue()


def test_simple_and_complex_fields_become_tags() -> None:
    made = import_merge_fields(
        document(
            SIMPLE, complex_field(' MERGEFIELD "行政村" ', "«行政村»"), complex_field(" MERGEFIELD 奖金额 ", "«奖金额»")
        )
    )

    assert made.mapping == {"姓名": "box.name", "行政村": "box.village", "奖金额": "奖金额"}
    assert text(part(made.data)).split("\n") == ["{{ box.name }}", "{{ box.village }}", "{{ 奖金额 }}"]
    assert not list(part(made.data).iter(W + "fldChar", W + "fldSimple", W + "instrText"))


def test_the_format_of_the_result_stays() -> None:
    made = part(import_merge_fields(document(SIMPLE, complex_field(" MERGEFIELD 村 ", "«村»"))).data)

    assert made.find(".//w:r/w:rPr/w:b", NS) is not None
    assert made.find(".//w:r/w:rPr/w:i", NS) is not None


def test_other_fields_stay_and_are_named() -> None:
    made = import_merge_fields(document(SIMPLE, complex_field(" PAGE ", "1")))

    assert made.left == ("PAGE",)
    assert len(list(part(made.data).iter(W + "fldChar"))) == 3


def test_a_given_name_wins_and_the_template_prints() -> None:
    made = import_merge_fields(document(SIMPLE), {"姓名": "who"})

    assert text(part(Prepared(made.data, "合并.docx").render({"who": "李<四>"}))) == "李<四>"


@pytest.mark.parametrize(("field", "name"), [("1 号", "f_1_号"), ("a-b", "a_b"), ("«村名»", "box.village")])
def test_a_field_gets_a_name_that_a_variable_may_have(field: str, name: str) -> None:
    made = import_merge_fields(document(complex_field(f' MERGEFIELD "{field}" ', "x")))

    assert list(made.mapping.values()) == [name]


def test_what_is_no_document_is_said() -> None:
    with pytest.raises(TemplateError, match="不是完好的"):
        import_merge_fields(b"no")


def test_the_command_prints_the_mapping_and_keeps_the_template(
    dayang: Workspace,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "通知.docx").write_bytes(document(SIMPLE))

    assert command(dayang, "import", str(tmp_path / "通知.docx")) == 0

    assert "姓名" in (out := capsys.readouterr().out)
    assert "{{ box.name }}" in out
    assert (dayang.root / "templates" / "docx" / "通知.docx").is_file()


def test_a_document_without_fields_is_said(dayang: Workspace, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "白.docx").write_bytes(template("没有域"))

    with pytest.raises(UsageError, match="没有合并域"):
        command(dayang, "import", str(tmp_path / "白.docx"))
