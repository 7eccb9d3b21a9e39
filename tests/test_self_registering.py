"""A blank of ours files itself when it comes back, whatever was done to its name, title, head or printed words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.cell.cell import MergedCell
from paper import NS, PERIODS, W, all_forms, part, rendered, text
from test_generate_commands import office, run
from test_return_slip import GOOD, intake
from test_round_trip_excel import made as made_sheet
from test_round_trip_word import filled, replaced

from formgen import libreoffice
from formgen.errors import UsageError
from formgen.model import Form, Issue, IssueCode, Severity, Subject
from formgen.parsing import FileReading, Limits
from formgen.resources import find_template
from parsers import excel, word
from parsers.reading import read_file

FORMS = [form for _, form in all_forms().values()]
KINDS = ("docx", "xlsx")
LIMITS = Limits()
WHO = {
    "person": Subject("张庄村", "李四"),
    "village": Subject("张庄村"),
    "team": Subject("张庄村", team="县交通运输局"),
}
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
each_kind = pytest.mark.parametrize("kind", KINDS)


def blank(form: Form, kind: str) -> bytes:
    who = WHO[form.subject]
    return rendered(form.id, subject=who) if kind == "docx" else made_sheet(form, subject=who)


def headless(data: bytes, kind: str, title: str = "") -> bytes:
    """The blank without the lines above its table, or with another title in their place."""
    if kind == "docx":
        root = part(data)
        body = root.find("w:body", NS)
        assert body is not None
        for child in list(body):
            if child.tag != W + "p":
                continue
            words = [one for one in child.iter(W + "t") if one.text]
            if title and words:
                for one in words:
                    one.text = ""
                words[0].text, title = title, ""
            else:
                body.remove(child)
        return replaced(data, etree.tostring(root, encoding="UTF-8"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row in book.worksheets[0].iter_rows():
        if sum(cell.value is not None for cell in row) >= 3:
            break
        for cell in row:
            if cell.value is not None and not isinstance(cell, MergedCell):
                cell.value, title = title or None, ""
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def read(data: bytes, folder: Path, name: str) -> FileReading:
    path = folder / name
    path.write_bytes(data)
    return read_file(path, FORMS)


def doubts(reading: FileReading) -> list[Issue]:
    return [issue for issue in reading.issues if issue.needs_person and issue.code is not IssueCode.MISSING_SCORE]


def filed(reading: FileReading) -> list[tuple[str, str | None, Subject]]:
    return [(record.form, record.period, record.subject) for record in reading.records]


# --- what a blank carries --------------------------------------------------------------------------------------


@each_kind
@each_form
def test_a_blank_carries_form_edition_period_and_subject_unseen(form: Form, kind: str) -> None:
    data = blank(form, kind)

    document = word.decode(data, LIMITS) if kind == "docx" else excel.decode(data, LIMITS, "xlsx")

    marks = document.properties
    who = WHO[form.subject]
    assert (marks["form"], marks["scheme"], marks["period"]) == (form.id, form.scheme, PERIODS[form.period])
    assert (marks["village"], marks.get("name", ""), marks.get("team", "")) == (who.village, who.name, who.team)
    tags = {tag for grid in document.grids for cell in grid.cells for tag in cell.tags}
    assert {item.id for item in form.items} <= tags
    assert {box.id for box in form.fields} <= tags


# --- what may happen to it -------------------------------------------------------------------------------------


@each_kind
@each_form
@pytest.mark.parametrize("name", ["新建文件.{}", "2019年12月 王家洼村 赵六.{}"])
def test_another_file_name_changes_nothing(name: str, form: Form, kind: str, tmp_path: Path) -> None:
    reading = read(blank(form, kind), tmp_path, name.format(kind))

    assert filed(reading) == [(form.id, PERIODS[form.period], WHO[form.subject])]
    assert doubts(reading) == []


@each_kind
@each_form
@pytest.mark.parametrize("title", ["", "情况统计表"])
def test_a_blank_whose_head_was_cut_off_files_itself(title: str, form: Form, kind: str, tmp_path: Path) -> None:
    reading = read(headless(blank(form, kind), kind, title), tmp_path, f"新建.{kind}")

    assert filed(reading) == [(form.id, PERIODS[form.period], WHO[form.subject])]
    assert IssueCode.PERIOD_ASSUMED in {issue.code for issue in reading.issues}


def test_whose_it_is_by_the_mark_alone_is_a_doubt(tmp_path: Path) -> None:
    form = all_forms()["dayang-monthly"][1]

    reading = read(headless(blank(form, "docx"), "docx"), tmp_path, "新建.docx")

    said = {issue.field: issue.message for issue in doubts(reading)}
    assert "按空白表是发给“李四”的登记，请核对" in said["name"]
    assert reading.records[0].readings["name"].text == ""
    assert reading.records[0].readings["name"].confidence < 1


@pytest.mark.libreoffice
@each_kind
def test_it_files_itself_after_libreoffice_has_saved_it_without_its_head(kind: str, tmp_path: Path) -> None:
    for form in FORMS:
        (tmp_path / f"{form.id}.{kind}").write_bytes(headless(blank(form, kind), kind, "情况统计表"))

    saved = libreoffice.convert_many([tmp_path / f"{form.id}.{kind}" for form in FORMS], kind, tmp_path / "saved")

    for path, form in zip(saved, FORMS, strict=True):
        assert filed(read_file(path, FORMS)) == [(form.id, PERIODS[form.period], WHO[form.subject])]


@each_kind
@each_form
def test_the_title_of_another_form_is_a_doubt(form: Form, kind: str, tmp_path: Path) -> None:
    other = next(one for one in FORMS if one.id != form.id and one.is_score_sheet == form.is_score_sheet)

    reading = read(headless(blank(form, kind), kind, other.title), tmp_path, f"新建.{kind}")

    assert filed(reading) == [(form.id, PERIODS[form.period], WHO[form.subject])]
    assert [issue for issue in doubts(reading) if f"标题被改成《{other.title}》" in issue.message]


def test_the_rows_of_another_form_in_our_blank_are_a_doubt(tmp_path: Path) -> None:
    data = rendered("tongshi-annual", subject=Subject("张庄村"))
    with_mark = _remarked(data, "tongshi-annual", "dayang-monthly")

    reading = read(with_mark, tmp_path, "新建.docx")

    assert [record.form for record in reading.records] == ["tongshi-annual"]
    assert [
        issue for issue in doubts(reading) if "空白表发出时是《大杨镇乡村振兴小组长月度考核评价表》" in issue.message
    ]


def _remarked(data: bytes, old: str, new: str) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(output, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old.encode(), new.encode()) if "custom" in name else content)
    return output.getvalue()


@pytest.mark.parametrize(
    ("field", "other", "said"),
    [
        ("name", "王五", "空白表是发给“李四”的，表上写的是“王五”"),
        ("village", "李楼村", "空白表是发给“张庄村”的，表上写的是“李楼村”"),
    ],
)
def test_another_name_on_the_paper_is_taken_and_doubted(field: str, other: str, said: str, tmp_path: Path) -> None:
    data = filled(rendered("dayang-monthly", subject=WHO["person"]), {**GOOD, field: other})

    reading = read(data, tmp_path, "李四.docx")

    assert getattr(reading.records[0].subject, field) == other
    assert [issue.field for issue in doubts(reading) if said in issue.message] == [field]


def test_another_period_on_the_paper_is_taken_and_doubted(tmp_path: Path) -> None:
    root = part(filled(rendered("dayang-monthly", subject=WHO["person"]), GOOD))
    for words in root.iter(W + "t"):
        words.text = (words.text or "").replace("2023年3月", "2023年4月")
    data = replaced(rendered("dayang-monthly", subject=WHO["person"]), etree.tostring(root, encoding="UTF-8"))

    reading = read(data, tmp_path, "李四.docx")

    assert reading.records[0].period == "2023-04"
    assert [issue.code for issue in doubts(reading)] == [IssueCode.PERIOD_MISMATCH]


# --- what was altered in the printed words ---------------------------------------------------------------------


def reworded(data: bytes, old: str, new: str) -> bytes:
    root = part(data)
    found = [one for one in root.iter(W + "t") if old in (one.text or "")]
    assert found
    for one in found:
        one.text = (one.text or "").replace(old, new)
    return replaced(data, etree.tostring(root, encoding="UTF-8"))


@pytest.mark.parametrize("form", [form for form in FORMS if form.is_score_sheet], ids=lambda form: form.id)
def test_an_altered_word_of_a_blank_is_shown_beside_what_was_printed(form: Form, tmp_path: Path) -> None:
    words = form.items[0].text
    data = reworded(blank(form, "docx"), words[:6], "另外的文字")

    reading = read(data, tmp_path, "李四.docx")

    altered = [issue for issue in reading.issues if issue.code is IssueCode.TAMPERED_WORDING]
    assert {issue.field for issue in altered if "另外的文字" in issue.message} == {form.items[0].id}
    assert all(issue.severity is Severity.WARNING for issue in altered)


def change_template(root: Path, change: Callable[[bytes], bytes]) -> None:
    folder = root / "templates" / "docx"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dayang-monthly.docx").write_bytes(change(find_template("docx/dayang-monthly.docx").read_bytes()))


def test_what_the_office_itself_printed_otherwise_is_not_held_against_the_sender(tmp_path: Path) -> None:
    place = office(tmp_path, "dayang-2023")
    change_template(place.root, lambda data: reworded(data, "{{ row.text", "（新版）{{ row.text"))
    run(place, "blank", "-p", "2023-03", "--village", "张庄村", "--name", "李四")
    (sent,) = place.outbox.rglob("*.docx")
    (place.inbox / "回收.docx").write_bytes(filled(sent.read_bytes(), GOOD))
    intake(place)

    with pytest.raises(UsageError, match="本单位发出的空白表上印的"):
        run(place, "return-slip")

    altered = reworded(filled(sent.read_bytes(), GOOD), "工作职责的了解", "工作的一般印象")
    (place.inbox / "回收2.docx").write_bytes(altered)
    intake(place)
    assert run(place, "return-slip") == 0
    notice = next(path for path in (place.outbox / "退改").iterdir() if "退改通知" in path.name)
    assert text(part(notice)).count("与印制的不同") == 1
