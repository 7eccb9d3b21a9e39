"""Wordings: a draft with tags, set as official paper; values stay words, faults are said with their line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from paper import NS, W, part, parts, text
from papers_made import LI, OU, SUN, WANG, ZHAO, assessed, decisions_of, main_form, settled, table

from formgen.conformity.checking import judge
from formgen.conformity.model import PROFILES
from formgen.errors import TemplateError, UsageError
from formgen.generate import Output, results
from formgen.generate.announcing import announcement
from formgen.model import Assessment, Decision, Standing, Subject
from formgen.rendering.official import profile as profiles
from formgen.rendering.official.elements import Table, Text
from formgen.rendering.official.press import PaperPress, set_paper
from formgen.rendering.official.wordings import Wording
from formgen.resources import find_template
from formgen.scheme.types import Scheme

KINDS = (
    "results",
    "announcement",
    "return-notice",
    "letter-incompetent",
    "letter-criticism",
    "letter-admonition",
    "letter-replacement",
)
TITLES = {
    "results": "关于2023年3月乡村振兴小组长考核结果的通报",
    "announcement": "关于2023年3月乡村振兴小组长考核结果的公示",
    "return-notice": "退改通知",
    "letter-incompetent": "不称职告知书",
    "letter-replacement": "免职告知书",
}
HEAD = "标题：关于{{ name }}的通知\n机关：石桥镇人民政府\n日期：2023-02-03\n\n"


def wording(name: str) -> Wording:
    return Wording(name, find_template(f"notices/{name}.md").read_text(encoding="utf-8"))


def context_of(kind: str, count: int = 3, **more: object) -> dict[str, object]:
    """Every variable that any of the wordings prints."""
    rows = [
        {
            "no": str(n),
            "village": "张庄村",
            "team": "",
            "name": f"李四{n}",
            "score": "98",
            "grade": "优秀",
            "money": "+40",
        }
        | {
            "note": "",
            "whom": "张庄村/李四",
            "item": "走访",
            "place": "第2行第5列",
            "found": "不是数",
            "wanted": "请改写",
        }
        | {"full": "10", "steps": "10−1", "article": "附件2", "label": "批评教育"}
        for n in range(1, count + 1)
    ]
    given = {
        "title": TITLES.get(kind, "批评教育通知"),
        "organ": "石桥镇人民政府",
        "to": "各村民委员会",
        "number": "",
        "date": "2023年4月5日",
        "paragraphs": ["根据《办法》，进行了考核。"],
        "measures": ["依照上述规定：批评教育。"],
        "rows": rows,
        "consequences": rows[:2],
        "closing": ["请改正后重新报送。"],
        "objection": [],
        "days": "2023年4月3日至2023年4月10日",
        "contact": "镇组织办",
        "has_team": False,
        "has_name": True,
        "has_score": True,
        "has_money": True,
        "has_note": False,
        "has_whom": True,
        "draft": "",
        "properties": {"scheme": "dayang-2023"},
    }
    return given | more


def made_from(body: str, **context: object) -> tuple[Text | Table, ...]:
    return Wording("试.md", HEAD + body).paper({"name": "考核"} | context).blocks


# --- the wordings that come with formgen ------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["compat", "strict"])
@pytest.mark.parametrize("number", ["", "石政〔2023〕4号"])
@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("kind", KINDS)
def test_check_finds_nothing_on_what_they_make(
    kind: str, count: int, number: str, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formgen.libreoffice.find", lambda: None)
    data = set_paper(wording(kind), context_of(kind, count, number=number), profiles.PROFILES[profile])

    findings = judge(data, PROFILES[profile]).findings

    assert findings == (), [(one.code, one.found, one.wanted) for one in findings]


def test_a_notice_with_a_number_has_a_red_head_and_a_letter_with_one_is_a_信函() -> None:
    notice = wording("results").paper(context_of("results", number="石政〔2023〕4号"))
    letter = wording("letter-criticism").paper(context_of("letter", number="石政函〔2023〕4号"))

    assert (notice.kind, notice.mark) == ("文件", ("石桥镇人民政府文件",))
    assert (letter.kind, letter.mark) == ("信函", ("石桥镇人民政府",))


# --- values are words -------------------------------------------------------------------------------------------

HOSTILE = [
    "{{ 7*7 }}",
    "{% for x in y %}",
    "=cmd|' /C calc'!A0",
    "# 附件：别的办法",
    "@引用 dayang-2023#附件1",
    "| 一 | 二 |",
    "**粗**",
    "一、粗体",
    "李<br>四",
    "\\",
    "文号：石政〔2023〕9号",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_ever_words(name: str) -> None:
    paper = Wording("试.md", HEAD + "{{ name }}\n\n| 序号 | 姓名 |\n| 1 | {{ name }} |\n").paper({"name": name})

    first, cells = paper.blocks
    assert isinstance(first, Text)
    assert (first.words, first.level, paper.pieces, paper.number) == (name, 0, (), "")
    assert isinstance(cells, Table)
    assert [cell.words for cell in cells.rows[1]] == ["1", name]
    assert paper.title == f"关于{name}的通知"


def test_a_line_end_in_a_value_makes_no_other_line_of_the_head() -> None:
    paper = Wording("试.md", HEAD).paper({"name": "甲\n\n# 附件：乙\n文号：丙"})

    assert paper.pieces == ()
    assert paper.number == ""
    assert paper.organs == ("石桥镇人民政府",)


def test_a_name_of_60_characters_stays_within_its_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formgen.libreoffice.find", lambda: None)
    context = context_of("results")
    context["rows"] = [row | {"name": "买" * 60} for row in context["rows"]]  # type: ignore[attr-defined]

    root = part(set_paper(wording("results"), context, profiles.COMPAT))

    grid = [int(one.get(W + "w")) for one in root.findall(".//w:tbl", NS)[0].findall("w:tblGrid/w:gridCol", NS)]
    assert sum(grid) == profiles.COMPAT.width
    assert "买" * 60 in text(root)


def test_a_blank_value_leaves_its_cell_blank_and_unmerged() -> None:
    (cells,) = made_from(
        "| 村 | 姓名 |\n{% for row in rows %}\n| {{ row.v }} | {{ row.n }} |\n{% endfor %}\n",
        rows=[{"v": "张庄村", "n": "李四"}, {"v": "", "n": "王五"}],
    )

    assert isinstance(cells, Table)
    assert [(cell.words, cell.joined) for cell in cells.rows[2]] == [("", False), ("王五", False)]


def test_a_paragraph_of_blank_values_is_not_printed() -> None:
    assert made_from("{{ empty }}\n正文。\n", empty="") == (Text("正文。"),)


# --- faults -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (HEAD + "{{ grde }}\n", r"第 5 行：没有“grde”这一项；可以用的有 name"),
        (HEAD + "{% for row in %}\n", "第 5 行写错了"),
        (HEAD + "{% if name %}\n没有结束\n", "写错了"),
        (HEAD + "{{ name.__class__.__mro__ }}\n", "有误"),
        ("机关：石桥镇人民政府\n\n正文。\n", "没有标题"),
        ("标题：甲\n机管：乙\n\n正文。\n", "机关"),
        ("标题：甲\n落款：随便\n\n正文。\n", "落款“随便”写得不对"),
    ],
)
def test_a_fault_in_a_wording_is_said(words: str, said: str) -> None:
    with pytest.raises(TemplateError, match=said) as caught:
        Wording("通报.md", words).paper({"name": "考核"})

    assert "通报.md" in str(caught.value)


# --- the workspace ----------------------------------------------------------------------------------------------


def own(workspace: Path, name: str, words: str) -> None:
    folder = workspace / "templates" / "notices"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(words, encoding="utf-8")


def test_a_wording_of_the_workspace_goes_before(tmp_path: Path) -> None:
    own(tmp_path, "results.md", HEAD.replace("{{ name }}", "{{ organ }}") + "本镇自己的话。\n")

    made = PaperPress("results", "results", Output(tmp_path / "出", tmp_path)).listing(context_of("results"), ("通报",))

    assert "本镇自己的话。" in text(part(made.path))


def test_a_word_template_that_a_clerk_has_changed_is_still_used(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "docx"
    folder.mkdir(parents=True)
    document = docx.Document()
    document.add_paragraph("自己的 Word 模板 {{ title }} {{ draft }}")
    document.save(str(folder / "results.docx"))

    made = PaperPress("results", "results", Output(tmp_path / "出", tmp_path)).listing(context_of("results"), ("通报",))

    assert "自己的 Word 模板 关于2023年3月" in text(part(made.path))


def test_two_templates_of_one_paper_are_refused(tmp_path: Path) -> None:
    own(tmp_path, "results.md", HEAD)
    (tmp_path / "templates" / "docx").mkdir()
    (tmp_path / "templates" / "docx" / "results.docx").write_bytes(b"")

    with pytest.raises(TemplateError, match="请移走一个"):
        PaperPress("results", "results", Output(tmp_path, tmp_path))


@pytest.mark.parametrize(("data", "said"), [(b"\xff\xfe\x00", "UTF-8"), (b"x" * 1_000_001, "千字节")])
def test_a_wording_that_is_none_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    own(tmp_path, "results.md", "")
    (tmp_path / "templates" / "notices" / "results.md").write_bytes(data)

    with pytest.raises(TemplateError, match=said):
        PaperPress("results", "results", Output(tmp_path, tmp_path))


def test_a_draft_says_so_on_every_side_and_the_file_keeps_its_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formgen.libreoffice.find", lambda: None)
    data = set_paper(
        wording("letter-criticism"),
        context_of("letter", number="石函〔2023〕1号", draft="草稿：未核实"),
        profiles.STRICT,
    )

    types = {one.get(W + "type") for one in part(data).findall(".//w:sectPr/w:headerReference", NS)}
    assert types == {"first", "default", "even"}
    assert {text(one) for one in parts(data, "word/header")} == {"草稿：未核实"}
    assert b"formgen.scheme" in b"".join(_members(data, "docProps/custom.xml"))


def _members(data: bytes, name: str) -> Iterable[bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield archive.read(name)


# --- 公示 -------------------------------------------------------------------------------------------------------

FIVE = (LI, WANG, ZHAO, SUN, OU)


@pytest.fixture(scope="module")
def graded() -> tuple[Scheme, list[Assessment], tuple[Standing, ...], tuple[Decision, ...]]:
    scheme, form = main_form("dayang-2023")
    decisions = decisions_of(scheme)
    made = [
        assessed(
            scheme, form, one, "2023-03", decisions, scores={"3.1": Decimal(30 - 6 * n), "4.1": Decimal(30 - 6 * n)}
        )
        for n, one in enumerate(FIVE)
    ]
    return scheme, made, settled(scheme, form, made, decisions), decisions


def announced(graded: tuple, folder: Path, **given: object) -> Path:  # type: ignore[type-arg]
    scheme, made, standings, _ = graded
    return announcement(
        scheme,
        scheme.form_of(None),
        "2023-03",
        made,
        Output(folder),
        standings=standings,
        **given,  # type: ignore[arg-type]
    ).path


def test_an_announcement_says_who_until_when_and_to_whom_one_may_object(graded: tuple, tmp_path: Path) -> None:  # type: ignore[type-arg]
    path = announced(graded, tmp_path, start=date(2023, 4, 3), until=date(2023, 4, 10), contact="电话0557-7000000")

    words = text(part(path))
    assert path.name == "乡村振兴小组长考核结果公示-2023年3月.docx"
    assert "考核结果的公示" in words.replace("\n", "")
    assert "公示时间：2023年4月3日至2023年4月10日。" in words
    assert "可以向大杨镇人民政府反映（电话0557-7000000）。" in words
    assert [row["姓名"] for row in table(path)] == [one.name for one in FIVE]
    assert "补贴" not in words


def test_days_that_nobody_gave_are_left_to_be_written(graded: tuple, tmp_path: Path) -> None:  # type: ignore[type-arg]
    assert "公示时间：　　　　年　　月　　日至　　　　年" in text(part(announced(graded, tmp_path)))


def test_one_grade_alone_may_be_announced(graded: tuple, tmp_path: Path) -> None:  # type: ignore[type-arg]
    path = announced(graded, tmp_path, grades=("优秀",))

    assert {row["等次"] for row in table(path)} == {"优秀"}
    assert "拟评定为“优秀”的乡村振兴小组长" in text(part(path))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"grades": ("良好",)}, "没有“良好”这个等次；有：优秀、称职、不称职"),
        ({"start": date(2023, 4, 10), "until": date(2023, 4, 3)}, "早于开始"),
    ],
)
def test_a_wrong_announcement_is_refused(graded: tuple, given: dict[str, object], said: str, tmp_path: Path) -> None:  # type: ignore[type-arg]
    with pytest.raises(UsageError, match=said):
        announced(graded, tmp_path, **given)


def test_what_is_open_is_not_announced(graded: tuple, tmp_path: Path) -> None:  # type: ignore[type-arg]
    scheme, made, standings, decisions = graded
    open_one = [replace(made[0], final=False, doubts=("得分看不清",)), *made[1:]]

    with pytest.raises(UsageError, match="得分看不清"):
        announced((scheme, open_one, standings, decisions), tmp_path)


def test_the_notice_is_set_in_the_profile_that_is_asked_for(graded: tuple, tmp_path: Path) -> None:  # type: ignore[type-arg]
    scheme, made, standings, decisions = graded
    output = Output(tmp_path, profile="strict")

    path = results(scheme, scheme.form_of(None), "2023-03", made, output, standings=standings, decisions=decisions).path

    margins = part(path).find(".//w:pgMar", NS)
    assert margins is not None
    assert [margins.get(W + side) for side in ("top", "bottom")] == ["1960", "1847"]


def test_a_person_whose_name_is_a_formula_is_announced_by_it(graded: tuple, tmp_path: Path) -> None:  # type: ignore[type-arg]
    scheme, made, standings, decisions = graded
    odd = Subject("张庄村", "=cmd|", "一组")
    changed = [replace(made[0], subject=odd), *made[1:]]
    places = tuple(replace(one, subject=odd) if one.subject == made[0].subject else one for one in standings)

    path = announced((scheme, changed, places, decisions), tmp_path)

    assert "=cmd|" in [row["姓名"] for row in table(path)]
