"""Paper made in Word: what a value may do to it (nothing), what is refused, and where it lies."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from paper import NS, W, all_forms, controls, part, parts, rendered, text

from formgen import generate
from formgen.errors import FileAccessError, TemplateError, UsageError
from formgen.generate import Filling, Output
from formgen.model import (
    Assessment,
    Citation,
    ConsequenceDue,
    Decision,
    Line,
    Locator,
    Reading,
    Record,
    RosterEntry,
    Standing,
    Subject,
)
from formgen.rendering.context import chinese_number, printed_title, text_of
from formgen.rendering.filing import file_name
from formgen.rendering.official.profile import COMPAT
from formgen.rendering.word import render
from formgen.resources import find_template

LI = Subject("张庄村", "李四", "一组")
SCHEME, DAYANG = "dayang-2023", "dayang-monthly"


def assessed(
    subject: Subject = LI, total: str | None = "92.5", grade: str | None = "优秀", final: bool = True, **more: object
) -> Assessment:
    points = None if total is None else Decimal(total)
    basis = more.pop("basis", ())
    lines = (
        Line("2.1", "6", "item", Decimal(8), "分"),
        Line("total", "合计", "total", points, "分"),
        Line("grade", "等次", "grade", grade, basis=basis),  # type: ignore[arg-type]
    )
    doubts = () if final else ("2.1：不是数",)
    return Assessment(SCHEME, DAYANG, subject, "2023-03", lines, final, doubts)


def notice(folder: Path, assessments: list[Assessment], **more: object) -> Path:
    scheme, form = all_forms()[DAYANG]
    return generate.results(scheme, form, "2023-03", assessments, Output(folder), **more).path  # type: ignore[arg-type]


def rows_of(path: Path) -> list[list[str]]:
    return [[text(cell) for cell in row.findall("w:tc", NS)] for row in part(path).findall(".//w:tr", NS)]


# --- values are only ever text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "甲&乙",
        "<b>李</b>",
        "{{ 7*7 }}",
        "{% raw %}",
        "{_{ x }_}",
        "{% for x in y %}",
        "李 \t四",
        "  李四  ",
        "]]>",
        "&amp;&#10;",
        "𠮷\ue863",
        "“李”—…",
        "{#注#}",
    ],
)
def test_a_name_comes_out_exactly_as_it_is(name: str) -> None:
    root = part(rendered(DAYANG, subject=Subject("村", name)))

    assert text(controls(root)["name"]) == name


def test_what_xml_cannot_hold_becomes_visible() -> None:
    root = part(rendered(DAYANG, {"2.1.remark": "a\x00b\x0bc\ud800d\ufdd0e\uffff"}))

    assert text(controls(root)["2.1.remark"]) == "a�b�c�d�e�"


def test_lines_of_a_value_are_lines_on_paper() -> None:
    control = controls(part(rendered(DAYANG, {"2.1.remark": "一\r\n二\n\n三"})))["2.1.remark"]

    assert text(control) == "一\n二\n\n三"
    assert len(control.findall(".//w:br", NS)) == 3


def test_zero_is_printed_and_a_blank_is_not() -> None:
    found = controls(part(rendered(DAYANG, {"1.1": Decimal(0), "1.2": None, "1.3": Decimal("8.50"), "1.4": ""})))

    assert text(found["1.1"]) == "0"
    assert text(found["1.3"]) == "8.5"
    assert found["1.1"].find("w:sdtPr/w:showingPlcHdr", NS) is None
    assert [text(found[i]).strip() for i in ("1.2", "1.4")] == ["", ""]
    assert found["1.2"].find("w:sdtPr/w:showingPlcHdr", NS) is not None


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Decimal("100"), "100"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0.0"), "0"),
        (Decimal("0.10"), "0.1"),
        (date(2023, 2, 3), "2023年2月3日"),
        (True, "是"),
        (False, "否"),
        (None, ""),
    ],
)
def test_values_are_written_out(value: object, printed: str) -> None:
    assert text_of(value) == printed  # type: ignore[arg-type]


@pytest.mark.parametrize(("number", "printed"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_categories_are_counted_in_chinese(number: int, printed: str) -> None:
    assert chinese_number(number) == printed


def test_the_same_input_gives_the_same_bytes() -> None:
    assert rendered(DAYANG, {"2.1": Decimal(8)}) == rendered(DAYANG, {"2.1": Decimal(8)})


def test_the_document_says_what_it_was_made_for() -> None:
    root = part(rendered(DAYANG, subject=Subject("张庄村", "李&四")), "docProps/custom.xml")

    marks = {prop.get("name"): prop[0].text for prop in root}

    assert marks == {
        "formgen.form": DAYANG,
        "formgen.scheme": SCHEME,
        "formgen.period": "2023-03",
        "formgen.village": "张庄村",
        "formgen.name": "李&四",
    }
    assert [prop.get("pid") for prop in root] == [str(n) for n in range(2, 7)]


# --- wrong templates -------------------------------------------------------------------------------------------


def spoiled(tmp_path: Path, old: str, new: str, member: str = "word/document.xml") -> Path:
    import zipfile

    path = tmp_path / "我的表.docx"
    with zipfile.ZipFile(find_template(f"docx/{DAYANG}.docx")) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name).decode()
            if name == member:
                assert old in data
                data = data.replace(old, new, 1)
            target.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{{ title }}", "大杨镇{{ titel }}表", ("titel", "大杨镇", "没有的变量")),
        ("{{ row.note }}", "{{ row.nothing }}", ("nothing", "没有的变量")),
        ("{{ title }}", "总表{{ title", ("总表", "写错")),
        ("{{ title }}", "总表{{ title %}", ("总表", "写错")),
        ("{{ title }}", "总表 title }}", ("总表", "写错")),
        ("{{ title }}", "{{ title.__class__.__mro__ }}", ("不允许",)),
        ("{{ title }}", "{% for x in 5 %}", ("写错",)),
        ("{{ title }}", "{{ title + 1 }}", ("无法计算",)),
        ("{{ title }}", "{{ title|safe }}", ("safe",)),
        ("{%tr endfor %}", "{%tr endif %}", ("写错",)),
    ],
)
def test_a_wrong_template_is_named_with_its_place_and_words(
    tmp_path: Path, old: str, new: str, words: tuple[str, ...]
) -> None:
    from formgen.rendering.context import form_context

    scheme, form = all_forms()[DAYANG]
    path = spoiled(tmp_path, old, new)

    with pytest.raises(TemplateError) as caught:
        render(path, form_context(form, LI, "2023-03", {}, scheme))

    message = str(caught.value)
    assert "我的表.docx" in message
    assert "第" in message
    for expected in words:
        assert expected in message


def test_a_fault_in_the_page_header_is_placed_there(tmp_path: Path) -> None:
    from formgen.rendering.context import form_context

    scheme, form = all_forms()[DAYANG]
    path = spoiled(tmp_path, "{{ draft }}", "{{ darft }}", "word/header1.xml")

    with pytest.raises(TemplateError, match="页眉"):
        render(path, form_context(form, LI, "2023-03", {}, scheme))


def test_a_loop_that_tears_the_table_apart_is_refused(tmp_path: Path) -> None:
    from formgen.rendering.context import form_context

    scheme, form = all_forms()[DAYANG]
    path = spoiled(tmp_path, "{%tr endfor %}", "{% endfor %}")

    with pytest.raises(TemplateError, match="我的表"):
        render(path, form_context(form, LI, "2023-03", {}, scheme))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello"])
def test_a_template_that_is_no_document_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(content)

    with pytest.raises(TemplateError, match=r"坏\.docx"):
        render(path, {})


def test_the_workspace_template_comes_first(tmp_path: Path) -> None:
    scheme, form = all_forms()[DAYANG]
    own = spoiled(tmp_path, "{{ title }}", "本镇自己的表")
    (tmp_path / "templates" / "docx").mkdir(parents=True)
    own.rename(tmp_path / "templates" / "docx" / f"{DAYANG}.docx")

    made = generate.blank(scheme, form, [RosterEntry(LI)], "2023-03", Output(tmp_path / "发文", tmp_path))

    assert "本镇自己的表" in text(part(made[0].path))


def test_a_missing_template_says_where_it_was_looked_for(tmp_path: Path) -> None:
    scheme, form = all_forms()[DAYANG]
    other = dataclasses.replace(form, id="no-such-form")

    with pytest.raises(TemplateError, match="no-such-form"):
        generate.blank(scheme, other, [RosterEntry(LI)], "2023-03", Output(tmp_path))


# --- where it lies ---------------------------------------------------------------------------------------------


def test_blanks_are_named_after_their_subjects_and_filled_from_the_roster(tmp_path: Path) -> None:
    scheme, form = all_forms()[DAYANG]
    roster = [RosterEntry(LI, post="乡村振兴小组长"), RosterEntry(Subject("张庄村", "李四", "二组"))]

    made = generate.blank(scheme, form, roster, "2023-03", Output(tmp_path))

    name = "张庄村-李四-大杨镇乡村振兴小组长月度考核评价表-2023年3月"
    assert [m.path.name for m in made] == [f"{name}.docx", f"{name}-2.docx"]
    assert [text(controls(part(m.path))["group"]) for m in made] == ["一组", "二组"]
    assert all(m.kind == "blank" for m in made)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(m.path.name for m in made)


@pytest.mark.parametrize(
    ("parts_", "expected"),
    [
        (("../../etc", "passwd"), "_.._etc-passwd.docx"),
        (("a/b\\c", 'd:*?"<>|'), "a_b_c-d_______.docx"),
        (("CON",), "_CON.docx"),
        (("com1.x",), "_com1.x.docx"),
        (("...",), "未命名.docx"),
        (("村 ", "李\n四"), "村-李_四.docx"),
        (("村\u202e", "李\u200b四"), "村-李四.docx"),
        (("", "李四", ""), "李四.docx"),
    ],
)
def test_names_are_safe_on_every_system(parts_: tuple[str, ...], expected: str) -> None:
    assert file_name(parts_, ".docx") == expected


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    name = file_name(("张庄村", "李四", "很长的表名" * 40, "2023年3月"), ".docx", 2)

    assert len(name) <= 100
    assert len(name.encode()) <= 240
    assert name.startswith("张庄村-李四-很长的表名")
    assert name.endswith("-2023年3月-2.docx")


def test_another_file_of_the_name_is_never_written_over(tmp_path: Path) -> None:
    scheme, form = all_forms()[DAYANG]
    first = generate.blank(scheme, form, [RosterEntry(LI)], "2023-03", Output(tmp_path))[0]
    first.path.write_bytes(b"filled in by a clerk")

    second = generate.blank(scheme, form, [RosterEntry(LI)], "2023-03", Output(tmp_path))[0]
    third = generate.blank(scheme, form, [RosterEntry(LI)], "2023-03", Output(tmp_path))[0]

    assert first.path.read_bytes() == b"filled in by a clerk"
    assert second.path.name.endswith("-2.docx")
    assert third == second


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    scheme, form = all_forms()[DAYANG]

    made = generate.blank(scheme, form, [RosterEntry(LI)], "2023-03", Output(tmp_path / "发文", dry_run=True))

    assert made[0].path.name.startswith("张庄村-李四")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_an_access_fault(tmp_path: Path) -> None:
    scheme, form = all_forms()[DAYANG]
    (tmp_path / "发文").write_text("a file, not a folder")

    with pytest.raises(FileAccessError, match="发文"):
        generate.blank(scheme, form, [RosterEntry(LI)], "2023-03", Output(tmp_path / "发文"))


def test_a_file_that_is_open_elsewhere_is_an_access_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scheme, form = all_forms()[DAYANG]

    def locked(self: Path, target: object) -> Path:
        raise PermissionError(13, "being used by another process")

    monkeypatch.setattr(Path, "replace", locked)

    with pytest.raises(FileAccessError, match="正在打开"):
        generate.blank(scheme, form, [RosterEntry(LI)], "2023-03", Output(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_nobody_to_make_blanks_for_is_said(tmp_path: Path) -> None:
    scheme, form = all_forms()[DAYANG]

    with pytest.raises(UsageError, match="花名册"):
        generate.blank(scheme, form, [], "2023-03", Output(tmp_path))


# --- filled tables ---------------------------------------------------------------------------------------------


def test_a_filled_table_shows_what_was_computed_and_what_was_remarked(tmp_path: Path) -> None:
    scheme, form = all_forms()[DAYANG]
    readings = {
        "2.1": Reading("扣2分", Decimal(10), Locator()),
        "2.1.remark": Reading("缺2户", "缺2户", Locator()),
        "grade": Reading("称职", "称职", Locator()),
    }
    record = Record(DAYANG, SCHEME, LI, "2023-03", readings)

    made = generate.table(scheme, form, assessed(), record, Output(tmp_path), made_from=("abc",))

    found = controls(part(made.path))
    shown = {tag: text(found[tag]).strip() for tag in ("2.1", "2.1.remark", "grade", "name", "3.1")}
    assert shown == {"2.1": "8", "2.1.remark": "缺2户", "grade": "优秀", "name": "李四", "3.1": ""}
    assert made.made_from == ("abc",)
    assert text(parts(made.path, "word/header")[0]) == ""


def test_a_table_that_is_not_final_is_a_draft_on_every_page(tmp_path: Path) -> None:
    scheme, form = all_forms()[DAYANG]

    made = generate.table(scheme, form, assessed(final=False), None, Output(tmp_path))

    assert [text(h) for h in parts(made.path, "word/header")] == ["草稿：有未核实的数据"]


# --- the notice ------------------------------------------------------------------------------------------------


def test_the_notice_lists_the_best_first(tmp_path: Path) -> None:
    wang, zhao = Subject("王家洼村", "王五"), Subject("柳树湾村", "赵六")
    assessments = [assessed(LI, "85", "称职"), assessed(wang, "95", "优秀"), assessed(zhao, "85.5", "称职")]

    path = notice(tmp_path, assessments, to="各村：", on=date(2023, 4, 3))

    assert rows_of(path) == [
        ["序号", "村", "姓名", "得分", "等次"],
        ["1", "王家洼村", "王五", "95", "优秀"],
        ["2", "柳树湾村", "赵六", "85.5", "称职"],
        ["3", "张庄村", "李四", "85", "称职"],
    ]
    words = text(part(path))
    assert "各村：\n" in words
    assert "本次考核3人，其中优秀1人、称职2人。" in words
    assert words.endswith("大杨镇人民政府\n2023年4月3日")


def test_no_document_number_is_invented(tmp_path: Path) -> None:
    without = text(part(notice(tmp_path, [assessed()])))
    with_number = text(part(notice(tmp_path, [assessed()], number="杨政〔2023〕4号")))

    assert "〔" not in without
    assert "文件" not in without
    assert with_number.startswith("大杨镇人民政府文件\n杨政〔2023〕4号")


def test_signature_and_date_stand_as_under_a_seal(tmp_path: Path) -> None:
    root = part(notice(tmp_path, [assessed()], on=date(2023, 2, 3)))

    indents = {
        p.find("w:pPr/w:pStyle", NS).get(W + "val"): p.find("w:pPr/w:ind", NS).get(W + "right")
        for p in root.iterfind(".//w:body/w:p", NS)
        if p.find("w:pPr/w:ind", NS) is not None
    }

    assert indents == {"Signature": "1102", "IssueDate": "1260"}  # 3.5 and 4 字 of 315 twips


def test_doubtful_results_are_refused_with_names_and_reasons(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        notice(tmp_path, [assessed(), assessed(Subject("张庄村", "王五"), final=False)])

    assert "张庄村/王五：2.1：不是数" in str(caught.value)
    assert "李四" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_draft_says_so_on_every_page_and_in_the_row(tmp_path: Path) -> None:
    doubtful = assessed(Subject("张庄村", "王五"), None, None, final=False)

    path = notice(tmp_path, [assessed(), doubtful], drafts=True)

    section = part(path).findall(".//w:sectPr/w:headerReference", NS)
    assert {one.get(W + "type") for one in section} == {"default", "even"}
    assert {text(h) for h in parts(path, "word/header")} == {"草稿：有未核实的数据"}
    assert rows_of(path)[2] == ["2", "张庄村", "王五", "", "", "未核实"]
    assert "草稿" in path.name
    assert "None" not in text(part(path))


def test_a_total_that_is_missing_is_never_official(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有合计分"):
        notice(tmp_path, [assessed(total=None)])


def test_what_rests_on_an_example_decision_says_so(tmp_path: Path) -> None:
    example = Decision(SCHEME, "bands", {}, "示例", date(2023, 1, 1), example=True)

    path = notice(tmp_path, [assessed(basis=(example,))])

    assert all("示例" in text(header) for header in parts(path, "word/header"))


def test_a_notice_needs_somebody_who_signs(tmp_path: Path) -> None:
    scheme, form = all_forms()["ningxia-captain-annual"]
    one = Assessment("ningxia-2015", form.id, LI, "2023", (), True)

    with pytest.raises(UsageError, match="organ"):
        generate.results(scheme, form, "2023", [one], Output(tmp_path))


def test_a_notice_without_points_has_no_column_for_them(tmp_path: Path) -> None:
    scheme, form = all_forms()["damao-annual"]
    one = Assessment("damao-2022", form.id, LI, "2023", (Line("grade", "等次", "grade", "称职"),), True)

    made = generate.results(scheme, form, "2023", [one], Output(tmp_path))

    table = part(made.path).find(".//w:tbl", NS)
    assert rows_of(made.path)[0] == ["序号", "村", "姓名", "等次"]
    assert sum(int(c.get(W + "w")) for c in table.findall("w:tblGrid/w:gridCol", NS)) == COMPAT.width


# --- the notice by standings ------------------------------------------------------------------------------------

TALK = ConsequenceDue("unfit", "批评教育或调整", "talk", Citation("办法", "四、3"))


def standing(subject: Subject, grade: str | None, *due: ConsequenceDue, final: bool = True) -> Standing:
    doubts = () if final else ("名额不足1人",)
    return Standing(SCHEME, DAYANG, subject, "2023-03", grade, "优秀", 1, 2, due, final=final, doubts=doubts)


def test_the_settled_grade_is_printed_and_sorted_by(tmp_path: Path) -> None:
    wang = Subject("王家洼村", "王五")
    standings = [standing(LI, "称职"), standing(wang, "优秀")]

    path = notice(tmp_path, [assessed(LI, "99"), assessed(wang, "90")], standings=standings)

    assert [row[2:] for row in rows_of(path)[1:]] == [["王五", "90", "优秀"], ["李四", "99", "称职"]]
    assert "其中优秀1人、称职1人。" in text(part(path))


def test_what_follows_stands_in_a_second_table_with_its_article(tmp_path: Path) -> None:
    wang = Subject("王家洼村", "王五")
    standings = [standing(LI, "不称职", TALK), standing(wang, "优秀")]

    path = notice(tmp_path, [assessed(LI), assessed(wang)], standings=standings)
    silent = notice(tmp_path, [assessed(LI), assessed(wang)], standings=standings, with_consequences=False)

    assert rows_of(path)[-2:] == [
        ["序号", "村", "姓名", "考核结果运用", "依据"],
        ["1", "张庄村", "李四", "批评教育或调整", "四、3"],
    ]
    assert len(part(silent).findall(".//w:tbl", NS)) == 1
    assert "批评教育" not in text(part(silent))


def test_a_standing_that_is_not_final_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="李四：名额不足1人"):
        notice(tmp_path, [assessed(LI)], standings=[standing(LI, None, final=False)])


def test_nobody_is_told_by_points_where_others_were_settled(tmp_path: Path) -> None:
    wang = Subject("王家洼村", "王五")

    with pytest.raises(UsageError, match="王五：还没有按名额和条件定等次"):
        notice(tmp_path, [assessed(LI), assessed(wang)], standings=[standing(LI, "优秀")])

    path = notice(tmp_path, [assessed(LI), assessed(wang)], standings=[standing(LI, "优秀")], drafts=True)
    assert rows_of(path)[2] == ["2", "王家洼村", "王五", "92.5", "", "未核实"]


def test_a_list_of_villages_names_no_person(tmp_path: Path) -> None:
    scheme, form = all_forms()["tongshi-annual"]
    lines = (Line("total", "合计", "total", Decimal(80), "分"),)
    one = Assessment(scheme.id, form.id, Subject("张庄村", "李四"), "2023", lines, True)
    due = ConsequenceDue("no-honours", "取消评先评优", "no-honours", Citation(scheme.title, "三"))
    stands = Standing(scheme.id, form.id, one.subject, "2023", None, None, 1, 1, (due,))

    path = generate.results(scheme, form, "2023", [one], Output(tmp_path), standings=[stands]).path

    assert "李四" not in text(part(path))
    assert rows_of(path)[-1] == ["1", "张庄村", "取消评先评优", "三"]


def test_the_table_and_the_opinion_show_the_settled_grade(tmp_path: Path) -> None:
    scheme, form = all_forms()[DAYANG]
    made = generate.table(scheme, form, assessed(), None, Output(tmp_path), standing=standing(LI, "称职"))
    ningxia, annual = all_forms()["ningxia-opinion-annual"]
    settled = Standing("ningxia-2015", "ningxia-captain-annual", LI, "2023", "基本称职", "称职", 1, 1)
    filling = Filling(RosterEntry(LI), {}, graded(True), standing=settled)

    (opinion,) = generate.opinion(ningxia, annual, "2023", [filling], Output(tmp_path))

    assert text(controls(part(made.path))["grade"]) == "称职"
    assert text(controls(part(opinion.path))["township_opinion"]) == "考核等次：基本称职"


# --- registers and pay -----------------------------------------------------------------------------------------


def graded(final: bool) -> Assessment:
    line = Line("grade", "等次", "grade", "称职")
    return Assessment("ningxia-2015", "ningxia-captain-annual", LI, "2023", (line,), final, () if final else ("疑",))


def test_a_register_shows_what_is_known_and_leaves_the_rest_blank(tmp_path: Path) -> None:
    scheme, form = all_forms()["ningxia-register-quarterly"]
    filling = Filling(RosterEntry(LI, post="第一书记"), {"summary": "走访群众\n两次"}, graded(True), ("x",))

    made = generate.register(scheme, form, "2023-Q1", [filling], Output(tmp_path))[0]

    shown = {tag: text(c) for tag, c in controls(part(made.path)).items() if text(c).strip()}
    assert shown == {
        "name": "李四",
        "village": "张庄村",
        "resident_post": "第一书记",
        "summary": "走访群众\n两次",
        "township_opinion": "考核等次：称职",
    }
    assert made.made_from == ("x",)


def test_a_grade_that_is_not_final_is_not_put_into_an_opinion(tmp_path: Path) -> None:
    scheme, form = all_forms()["ningxia-opinion-annual"]

    made = generate.opinion(scheme, form, "2023", [Filling(RosterEntry(LI), {}, graded(False))], Output(tmp_path))[0]

    assert text(controls(part(made.path))["township_opinion"]).strip() == ""


def test_a_score_sheet_is_not_a_register(tmp_path: Path) -> None:
    scheme, form = all_forms()[DAYANG]

    with pytest.raises(UsageError, match="不是登记表"):
        generate.register(scheme, form, "2023-03", [Filling(RosterEntry(LI))], Output(tmp_path))


def test_a_pay_sheet_refuses_doubtful_assessments(tmp_path: Path) -> None:
    scheme, _ = all_forms()[DAYANG]

    with pytest.raises(UsageError, match="补贴发放表"):
        generate.paysheet(scheme, "2023-03", [assessed(final=False)], [], Output(tmp_path))


def test_a_pay_sheet_lists_what_changes_the_pay(tmp_path: Path) -> None:
    import openpyxl

    scheme, _ = all_forms()[DAYANG]
    lines = (
        Line("money.late", "迟到、早退", "money", Decimal(-40), "元", "−20 × 2 = −40"),
        Line("money.absent", "缺席", "money", Decimal(0), "元", "没有记录，不核减"),
        Line("money", "增减合计", "money", Decimal(-40), "元"),
        Line("pay", "实发", "money", Decimal(260), "元"),
    )
    one = Assessment(SCHEME, DAYANG, LI, "2023-03", lines, True)

    made = generate.paysheet(scheme, "2023-03", [one], [RosterEntry(LI, base_pay=Decimal(300))], Output(tmp_path))

    values = [cell.value for row in openpyxl.load_workbook(made.path).active.iter_rows() for cell in row if cell.value]
    assert made.path.suffix == ".xlsx"
    assert {"李四", 300, -40, 260} <= set(values)
    assert any("迟到、早退" in str(value) for value in values)
    assert not any("缺席" in str(value) for value in values)


# --- the year in a title ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form_id", "period", "printed"),
    [
        ("tongshi-annual", "2025", "童市镇2025年度村级目标管理考核评分表"),
        ("tongshi-annual", None, "童市镇2023年度村级目标管理考核评分表"),
        ("dayang-monthly", "2025-03", "大杨镇乡村振兴小组长月度考核评价表"),
    ],
)
def test_a_yearly_title_names_the_year_that_it_is_for(form_id: str, period: str | None, printed: str) -> None:
    assert printed_title(all_forms()[form_id][1], period) == printed
