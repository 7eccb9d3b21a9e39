"""The return slip: a note on each faulty cell of a copy, the 退改通知, and the next return that closes it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import click
import openpyxl
import pytest
from lxml import etree
from paper import NS, W, all_forms, part, rendered, text
from papers_made import table
from returns import NINE
from test_generate_commands import office, run
from test_round_trip_excel import filled as filled_sheet
from test_round_trip_excel import made as made_sheet
from test_round_trip_word import filled, replaced

from formgen import libreoffice
from formgen.cli import formgen
from formgen.errors import UnreadableInputError, UsageError
from formgen.generate import Output
from formgen.generate.slips import return_slips
from formgen.model import Correction, Form, Issue, IssueCode, Locator, Record, Severity, Subject
from formgen.parsing import FileReading, Limits
from formgen.rendering.slip_parts import Note, UntouchableError
from formgen.rendering.slips import MOST_FAULTS, Annotated, Returned, annotate, notes_of, notice_context, wanted
from formgen.store import Store
from formgen.workspace import Workspace
from parsers import excel, word
from parsers.grid import Document, Grid
from parsers.reading import read_file

SAMPLES = Path(__file__).parent.parent / "samples"
FORMS = [form for _, form in all_forms().values()]
BY_ID = {form.id: form for form in FORMS}
OURS = ("批注（formgen）", "单元格有批注")
LI = Subject("张庄村", "李四")
HEADS = {"village": "张庄村", "name": "李四"}
GOOD = {"1.1": "2", "1.2": "2", "1.3": "2", "1.4": "4", "2.1": "10", "2.2": "20", "3.1": "30", "4.1": "30"}


def faulty_docx(**scores: str) -> bytes:
    """A monthly sheet of 李四 with these scores laid over good ones: ``s21="99"``."""
    given = {f"{name[1]}.{name[2]}": words for name, words in scores.items()}
    return filled(rendered("dayang-monthly", subject=LI), {**GOOD, **given})


def faulty_xlsx(**scores: str) -> bytes:
    given = {f"{name[1]}.{name[2]}": words for name, words in scores.items()}
    return filled_sheet(made_sheet(BY_ID["dayang-monthly"], subject=LI), {**GOOD, **given})


def reading_of(data: bytes, path: Path) -> FileReading:
    path.write_bytes(data)
    return read_file(path, FORMS)


def returned_of(reading: FileReading) -> Returned:
    issues = tuple(issue for issue in reading.issues if issue.needs_person)
    return Returned("ab" * 32, reading.name, reading.kind, dict(enumerate(reading.records)), issues)


def told(issues: tuple[Issue, ...]) -> list[Issue]:
    """The issues without those that only speak of our notes."""
    return [issue for issue in issues if not issue.message.startswith(OURS)]


def comments(data: bytes) -> list[tuple[str, str]]:
    """(author, words) of each Word comment."""
    root = part(data, "word/comments.xml")
    return [(str(one.get(W + "author")), text(one)) for one in root.iter(W + "comment")]


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    output = io.BytesIO(data)
    with zipfile.ZipFile(output, "a") as archive:
        archive.writestr(name, content)
    return output.getvalue()


def mark(data: bytes, kind: str, *notes: Note) -> Annotated:
    return annotate(data, kind, notes, NINE, Limits())


# --- the copy --------------------------------------------------------------------------------------------------


def returned_samples() -> Iterator[Path]:
    yield from sorted(path for kind in ("docx", "docm", "xlsx", "xlsm") for path in SAMPLES.rglob(f"*.{kind}"))


@pytest.mark.parametrize("path", list(returned_samples()), ids=lambda path: path.stem)
def test_a_copy_holds_what_the_original_held(path: Path, tmp_path: Path) -> None:
    reading = read_file(path, FORMS)
    returned = returned_of(reading)
    notes = notes_of(returned, BY_ID) or (Note(Locator(), "请核对"),)
    try:
        copy = annotate(path.read_bytes(), reading.kind, notes, NINE, Limits())
    except UntouchableError:
        assert not reading.records  # damaged, encrypted, or no office file at all
        return

    again = reading_of(copy.data, tmp_path / path.name)

    assert again.records == reading.records
    assert told(again.issues) == told(reading.issues)
    before, after = members(path.read_bytes()), members(copy.data)
    touched = {name for name, content in before.items() if after[name] != content}
    assert not [name for name in touched if "media" in name or "vba" in name.lower() or "styles" in name]


def every_place(document: Document) -> list[tuple[Locator, str]]:
    cells = [(cell.where, cell.text) for block in document.blocks if isinstance(block, Grid) for cell in block.cells]
    return cells + [(block.where, block.text) for block in document.blocks if not isinstance(block, Grid)]


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.doc[xm]")), ids=lambda path: path.stem)
def test_each_cell_and_paragraph_is_found_where_the_reader_found_it(path: Path) -> None:
    try:
        document = word.decode(path.read_bytes(), Limits())
    except UnreadableInputError:
        return
    places = every_place(document)
    notes = [Note(where, f"N{number}", stands) for number, (where, stands) in enumerate(places)]

    copy = mark(path.read_bytes(), "docx", *notes)

    read = {
        issue.message.rpartition("“")[2].split("”")[0].rpartition("：")[2]: issue.where
        for issue in word.decode(copy.data, Limits()).issues
        if issue.message.startswith(OURS)
    }
    strayed = [str(n.where) for n, exact in zip(notes, copy.exact, strict=True) if exact and read[n.text] != n.where]
    lost = [str(n.where) for n, exact in zip(notes, copy.exact, strict=True) if not exact]
    assert strayed == []
    assert [where for where in lost if not where.startswith(("text box", "header", "footer"))] == []


def test_each_fault_has_a_comment_on_its_cell_that_says_what_to_do(tmp_path: Path) -> None:
    data = faulty_docx(s21="99", s31="三十分左右")
    returned = returned_of(reading_of(data, tmp_path / "李四.docx"))

    copy = mark(data, "docx", *notes_of(returned, BY_ID))

    assert copy.exact == (True, True)
    said = comments(copy.data)
    assert {author for author, _ in said} == {"formgen"}
    assert "得分99超过本项满分10分" in said[0][1]
    assert said[0][1].endswith("请核对后改填（满分10分）。")
    cell = next(one for one in part(copy.data).iter(W + "tc") if text(one).strip() == "99")
    start, end = cell.find(".//w:commentRangeStart", NS), cell.find(".//w:commentRangeEnd", NS)
    assert start is not None
    assert end is not None
    assert start.get(W + "id") == end.get(W + "id") == cell.find(".//w:commentReference", NS).get(W + "id")


def test_a_note_stands_on_each_faulty_cell_of_a_workbook(tmp_path: Path) -> None:
    data = faulty_xlsx(s21="99", s31="三十分左右")
    reading = reading_of(data, tmp_path / "李四.xlsx")

    copy = mark(data, "xlsx", *notes_of(returned_of(reading), BY_ID))

    sheet = openpyxl.load_workbook(io.BytesIO(copy.data)).worksheets[0]
    wrong = [reading.records[0].readings[field].where.spot for field in ("2.1", "3.1")]
    assert [cell.coordinate for row in sheet for cell in row if cell.comment] == sorted(wrong, key=lambda s: int(s[1:]))
    assert "得分99超过本项满分10分" in sheet[wrong[0]].comment.text
    assert sheet[wrong[0]].comment.author == "formgen"
    assert sheet[wrong[0]].value == 99
    assert not [
        name for name, content in members(data).items() if "styles" in name and members(copy.data)[name] != content
    ]


def test_macros_come_back_as_they_were_and_are_not_run() -> None:
    macros = bytes(range(256)) * 40
    data = with_member(faulty_docx(s21="99"), "word/vbaProject.bin", macros)

    copy = mark(data, "docm", Note(Locator("table 1", "row 2, column 1"), "请改"))

    assert members(copy.data)["word/vbaProject.bin"] == macros
    untouched = {"word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    assert {name for name, content in members(data).items() if members(copy.data)[name] != content} == untouched


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_notes_of_others_stay_beside_ours(kind: str) -> None:
    data = faulty_docx() if kind == "docx" else faulty_xlsx()
    where = Locator("table 1", "row 3, column 2") if kind == "docx" else Locator("sheet 考核表", "E5")
    if kind == "xlsx":
        where = Locator(f"sheet {openpyxl.load_workbook(io.BytesIO(data)).sheetnames[0]}", "E5")
    once = mark(data, kind, Note(where, "第一次"))

    twice = mark(
        once.data, kind, Note(where, "第二次"), Note(Locator(where.part, where.spot.replace("3", "4")), "另一处")
    )

    if kind == "docx":
        assert [words for _, words in comments(twice.data)] == ["第一次", "第二次", "另一处"]
        ids = [one.get(W + "id") for one in part(twice.data, "word/comments.xml")]
        assert len(set(ids)) == 3
    else:
        comment = openpyxl.load_workbook(io.BytesIO(twice.data)).worksheets[0]["E5"].comment
        assert "第一次" in comment.text
        assert "第二次" in comment.text


def test_a_place_where_other_words_stand_is_not_believed() -> None:
    note = Note(Locator("table 1", "row 2, column 1"), "请改", "这里没有的字")

    copy = mark(faulty_docx(), "docx", note)

    assert copy.exact == (False,)
    assert comments(copy.data) == [("formgen", "第1个表第2行第1列：请改")]


@pytest.mark.parametrize(
    "where",
    [Locator("table 9", "row 1, column 1"), Locator("table 1", "row 99, column 1"), Locator("header", "line 1")],
)
def test_what_has_no_place_is_said_at_the_beginning_with_its_place(where: Locator) -> None:
    copy = mark(faulty_docx(), "docx", Note(where, "请改"))

    assert copy.exact == (False,)
    assert comments(copy.data)[0][1] == f"{where.chinese}：请改"


def test_a_note_on_a_hidden_sheet_stands_where_it_is_seen() -> None:
    book = openpyxl.load_workbook(io.BytesIO(faulty_xlsx()))
    book.create_sheet("底稿").sheet_state = "hidden"
    saved = io.BytesIO()
    book.save(saved)

    copy = mark(saved.getvalue(), "xlsx", Note(Locator("sheet 底稿", "B2"), "请取消隐藏"))

    again = openpyxl.load_workbook(io.BytesIO(copy.data))
    assert copy.exact == (False,)
    assert again.worksheets[0]["A1"].comment.text == "工作表“底稿”B2：请取消隐藏"
    assert again["底稿"]["B2"].comment is None


def test_control_characters_and_markup_in_a_message_are_words() -> None:
    copy = mark(faulty_docx(), "docx", Note(Locator("table 1", "row 2, column 1"), "<b>&\x00{{ 1 }}"))

    assert comments(copy.data) == [("formgen", "<b>&\ufffd{{ 1 }}")]


@pytest.mark.libreoffice
def test_libreoffice_shows_the_notes_on_their_cells(tmp_path: Path) -> None:
    spot = Locator("table 1", "row 7, column 5")
    (tmp_path / "copy.docx").write_bytes(mark(faulty_docx(s21="99"), "docx", Note(spot, "请改这一格")).data)
    data = faulty_xlsx(s21="99")
    name = openpyxl.load_workbook(io.BytesIO(data)).sheetnames[0]
    (tmp_path / "copy.xlsx").write_bytes(mark(data, "xlsx", Note(Locator(f"sheet {name}", "E7"), "请改这一格")).data)

    saved = [libreoffice.convert(tmp_path / f"copy.{kind}", kind, tmp_path / "saved") for kind in ("docx", "xlsx")]

    (note,) = [i for i in word.decode(saved[0].read_bytes(), Limits()).issues if i.message.startswith(OURS)]
    assert (note.where, "请改这一格" in note.message) == (spot, True)
    (note,) = [i for i in excel.decode(saved[1].read_bytes(), Limits(), "xlsx").issues if i.message.startswith(OURS)]
    assert (note.where.spot, "请改这一格" in note.message) == ("E7", True)


# --- hostile files ---------------------------------------------------------------------------------------------


def bomb() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 60_000_000)
    return output.getvalue()


def doctype(words: bytes) -> bytes:
    data = faulty_docx()
    document = members(data)["word/document.xml"]
    head, _, rest = document.partition(b"?>")
    return replaced(data, head + b"?>" + words + rest)


def deep() -> bytes:
    opened = "".join('<w:customXml w:element="a">' for _ in range(250))
    body = f'<w:document xmlns:w="{NS["w"]}"><w:body>{opened}<w:p/>{"</w:customXml>" * 250}</w:body></w:document>'
    return replaced(faulty_docx(), body.encode())


def sheet_with(old: bytes, new: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(faulty_xlsx())) as source, zipfile.ZipFile(output, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old, new, 1) if name.startswith("xl/worksheets/sheet") else content)
    return output.getvalue()


HOSTILE_SHEETS = {
    "nothing": lambda: b"",
    "cut": lambda: faulty_xlsx()[:-200],
    "no xml": lambda: sheet_with(b"<sheetData", b"<sheetData<"),
    "entities": lambda: sheet_with(b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet'),
    "lost drawing": lambda: sheet_with(
        b"</worksheet>",
        b'<legacyDrawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="x"/>'
        b"</worksheet>",
    ),
    "a document": faulty_docx,
}


@pytest.mark.parametrize("name", HOSTILE_SHEETS)
def test_a_hostile_workbook_is_not_touched(name: str) -> None:
    data = HOSTILE_SHEETS[name]()

    with pytest.raises(UntouchableError):
        mark(data, "xlsx", Note(Locator("sheet 考核表", "E5"), "请改"))


def test_a_strict_document_gets_strict_comments() -> None:
    usual, strict = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as target:
        for name, content in members(faulty_docx()).items():
            for words in (b"wordprocessingml/", b"officeDocument/"):
                year = b"2006/" if b"2006" in content else b""
                content = content.replace(usual + words + year, strict + words)
            target.writestr(name, content)

    copy = mark(output.getvalue(), "docx", Note(Locator("table 1", "row 7, column 5"), "请改", "10"))

    (note,) = [i for i in word.decode(copy.data, Limits()).issues if i.message.startswith(OURS)]
    assert copy.exact == (True,)
    assert str(note.where) == "table 1, row 7, column 5"


def test_thousands_of_faults_are_marked_and_listed_within_bounds(tmp_path: Path) -> None:
    row = "<w:tr><w:tc><w:p><w:r><w:t>8</w:t></w:r></w:p></w:tc></w:tr>"
    body = f'<w:document xmlns:w="{NS["w"]}"><w:body><w:tbl>{row * 5000}</w:tbl><w:p/></w:body></w:document>'
    data = replaced(faulty_docx(), body.encode())
    issues = tuple(
        Issue(IssueCode.EXTRA_ROW, Severity.WARNING, f"多出第{n}行", Locator("table 1", f"row {n}, column 1"), record=0)
        for n in range(1, 5001)
    )
    record = Record("dayang-monthly", "dayang-2023", LI, "2023-03", {})
    returned = Returned("ab" * 32, "李四.docx", "docx", {0: record}, issues)

    copy, notice = return_slips([(returned, data)], FORMS, Output(tmp_path), organ="某镇", at=NINE, limits=Limits())

    assert len(comments(copy.path.read_bytes())) == len(table(notice.path)) == MOST_FAULTS
    assert f"有5000处需要改正，下面列出前{MOST_FAULTS}处：" in text(part(notice.path))


HOSTILE = {
    "bomb": bomb,
    "nothing": lambda: b"",
    "cut": lambda: faulty_docx()[:-200],
    "entities": lambda: doctype(b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "twice": lambda: with_member(faulty_docx(), "WORD/document.xml", b"<a/>"),
    "outside": lambda: with_member(faulty_docx(), "../../x.xml", b"<a/>"),
    "deep": deep,
    "no body": lambda: replaced(faulty_docx(), f'<w:document xmlns:w="{NS["w"]}"/>'.encode()),
    "no xml": lambda: replaced(faulty_docx(), b"\x00\x01"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_a_notice_and_no_copy(name: str, tmp_path: Path) -> None:
    issue = Issue(IssueCode.UNREADABLE, Severity.ERROR, "文件打不开")
    returned = Returned("ab" * 32, "坏.docx", "docx", {}, (issue,))

    made = return_slips([(returned, HOSTILE[name]())], FORMS, Output(tmp_path), organ="某镇", at=NINE, limits=Limits())

    (notice,) = made
    words = text(part(notice.path))
    assert "文件打不开" in words
    assert "原文件未加批注（" in words


@pytest.mark.parametrize("kind", ["pdf", "xls", "ods", "doc", "xlsb", "zip", ""])
def test_kinds_that_carry_no_notes_are_listed_alone(kind: str) -> None:
    with pytest.raises(UntouchableError, match="不能加批注"):
        annotate(b"x", kind, (), NINE, Limits())


# --- the notice ------------------------------------------------------------------------------------------------


def test_the_notice_says_whom_which_form_which_fault_and_what_to_do(tmp_path: Path) -> None:
    data = faulty_docx(s21="99", s11="")
    returned = returned_of(reading_of(data, tmp_path / "李四.docx"))

    copy, notice = return_slips(
        [(returned, data)],
        FORMS,
        Output(tmp_path / "out"),
        organ="某镇人民政府",
        at=NINE,
        limits=Limits(),
        on=date(2023, 4, 5),
        deadline=date(2023, 4, 10),
    )

    words = text(part(notice.path))
    assert copy.path.name == "李四-退改.docx"
    assert notice.path.name == "张庄村-李四-退改通知-2023年3月.docx"
    assert "2023年3月《大杨镇乡村振兴小组长月度考核评价表》（张庄村/李四）" in words
    assert "请于2023年4月10日前改正后重新报送。" in words
    assert "李四-退改.docx" in words
    assert words.endswith("某镇人民政府\n2023年4月5日")
    rows = table(notice.path)
    assert [(row["位置"], row["应当怎样改"]) for row in rows] == [
        ("第1个表第2行第5列", "请补填得分；确实不得分的写0（满分2分）"),
        ("第1个表第7行第5列", "请核对后改填（满分10分）"),
    ]
    assert rows[1]["查出的问题"] == "得分99超过本项满分10分"


def test_a_deadline_is_printed_only_if_one_was_given() -> None:
    issue = Issue(IssueCode.MISSING_SCORE, Severity.ERROR, "没有得分", field="2.1", record=0)
    returned = Returned("ab" * 32, "李四.docx", "docx", {}, (issue,))

    context = notice_context(returned, BY_ID, organ="某镇")

    assert context["closing"] == ["请改正后重新报送。"]


def test_a_deadline_before_the_day_of_the_notice_is_refused(tmp_path: Path) -> None:
    issue = Issue(IssueCode.UNREADABLE, Severity.ERROR, "打不开")
    pairs = [(Returned("ab" * 32, "坏.pdf", "pdf", {}, (issue,)), b"")]

    with pytest.raises(UsageError, match="期限早于"):
        return_slips(
            pairs, FORMS, Output(tmp_path), organ="某镇", at=NINE, limits=Limits(), on=date(2023, 4, 5),
            deadline=date(2023, 4, 4),
        )  # fmt: skip


@pytest.mark.parametrize("code", [code for code in IssueCode if code not in (IssueCode.MACRO,)])
def test_every_fault_says_what_to_do(code: IssueCode) -> None:
    assert wanted(Issue(code, Severity.WARNING, "疑点"), None).startswith("请")


def test_a_form_without_points_asks_for_one_of_its_words() -> None:
    form: Form = BY_ID["damao-annual"]

    said = wanted(Issue(IssueCode.MISSING_SCORE, Severity.ERROR, "没有评价", field=form.items[0].id), form)

    assert said == f"请填{'、'.join(form.judgements)}之一"


# --- from a workspace ------------------------------------------------------------------------------------------


def intake(place: Workspace) -> int:
    return int(formgen.main(["intake", "-w", str(place.root)], standalone_mode=False) or 0)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace that has taken in a faulty return, a good one, and a file that is none."""
    place = office(tmp_path_factory.mktemp("slips"), "dayang-2023")
    (place.inbox / "李四.docx").write_bytes(faulty_docx(s21="99"))
    good = filled(rendered("dayang-monthly", subject=Subject("张庄村", "王五")), GOOD)
    (place.inbox / "王五.docx").write_bytes(good)
    (place.inbox / "扫描.pdf").write_bytes(b"%PDF-1.4\nbroken")
    intake(place)
    return place


def test_a_slip_is_open_until_the_next_return_of_the_same_person_and_period(
    kept: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(kept, "return-slip", "--by", "2023-04-10") == 0
    assert sorted(path.name for path in (kept.outbox / "退改").iterdir()) == [
        "张庄村-李四-退改通知-2023年3月.docx",
        "扫描-退改通知.docx",
        "李四-退改.docx",
    ]
    capsys.readouterr()

    assert run(kept, "return-slip", "--open", "--json") == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["file"]: line["whom"] for line in lines} == {"李四.docx": ["张庄村/李四 2023-03"], "扫描.pdf": []}
    with pytest.raises(UsageError, match="没有要退改的表"):
        run(kept, "return-slip")

    (kept.inbox / "李四（改）.docx").write_bytes(faulty_docx(s21="9"))
    intake(kept)
    run(kept, "return-slip", "--all", "--json")
    states = {line["file"]: line["answer"] for line in map(json.loads, capsys.readouterr().out.splitlines()[-2:])}
    assert states == {"李四.docx": "已重报：李四（改）.docx", "扫描.pdf": ""}
    with pytest.raises(UsageError, match="没有要改的地方"):
        run(kept, "return-slip", "李四.docx")


def test_what_a_person_has_put_right_is_closed_and_not_sent_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = office(tmp_path, "dayang-2023")
    (place.inbox / "李四.docx").write_bytes(faulty_docx(s21="99"))
    intake(place)
    run(place, "return-slip")
    with Store(place.database) as store:
        (file,) = store.submissions()
        store.add_correction(Correction(file.submission.sha256, 0, "2.1", Decimal(9), "张三", NINE, "电话核实"))
    capsys.readouterr()

    assert run(place, "return-slip", "--all", "--json") == 0

    assert json.loads(capsys.readouterr().out)["answer"] == "已核实更正"


def test_a_file_in_which_nobody_could_be_read_is_closed_by_a_person_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = office(tmp_path, "dayang-2023")
    (place.inbox / "张庄村-李四.docx").write_bytes(faulty_docx()[:-200])
    intake(place)
    run(place, "return-slip")
    (place.inbox / "张庄村-李四.docx").write_bytes(faulty_docx())
    intake(place)
    capsys.readouterr()
    assert run(place, "return-slip", "--open", "--json") == 1  # whose the damaged file was is not guessed by its name
    with Store(place.database) as store:
        damaged = store.submissions()[0].submission.sha256
        (issue,) = [one.issue for one in store.issues(damaged) if one.issue.needs_person]
        store.add_correction(Correction(damaged, 0, f"!{issue.code.value}", None, "张三", NINE, "李四已重报"))

    assert run(place, "return-slip", "--open") == 0


def test_verify_finds_nothing_wrong_with_slips(tmp_path: Path) -> None:
    place = office(tmp_path, "dayang-2023")
    (place.inbox / "李四.docx").write_bytes(faulty_docx(s21="99"))
    intake(place)
    run(place, "return-slip")

    assert int(formgen.main(["verify", "-w", str(place.root)], standalone_mode=False) or 0) == 0


@pytest.mark.parametrize("by", ["file", "name", "hash", "subject"])
def test_a_return_is_named_by_file_name_hash_or_subject(by: str, tmp_path: Path) -> None:
    place = office(tmp_path, "dayang-2023")
    outside = tmp_path / "拷贝.docx"
    outside.write_bytes(faulty_docx(s21="99"))
    (place.inbox / "李四.docx").write_bytes(outside.read_bytes())
    intake(place)
    with Store(place.database) as store:
        (file,) = store.submissions()
    words = {"file": str(outside), "name": "李四.docx", "hash": file.submission.sha256[:10], "subject": "李四"}[by]

    assert run(place, "return-slip", words) == 0

    with Store(place.database) as store:
        (issued,) = store.issuances("return-slip")
    assert issued.made_from == (f"slip:{file.submission.sha256}",)
    assert (place.outbox / "退改" / "李四-退改.docx").is_file()


def test_a_file_that_was_never_taken_in_or_has_no_fault_is_refused(tmp_path: Path) -> None:
    place = office(tmp_path, "dayang-2023")
    strange = tmp_path / "别的.docx"
    strange.write_bytes(faulty_docx(s21="98"))
    (place.inbox / "王五.docx").write_bytes(faulty_docx())
    intake(place)

    with pytest.raises(UsageError, match="还没有收进存档"):
        run(place, "return-slip", str(strange))
    with pytest.raises(UsageError, match="没有要改的地方"):
        run(place, "return-slip", "王五.docx")
    with pytest.raises((UsageError, click.UsageError)):
        run(place, "return-slip", "没有此人")


def test_a_dry_run_writes_and_records_nothing(tmp_path: Path) -> None:
    place = office(tmp_path, "dayang-2023")
    (place.inbox / "李四.docx").write_bytes(faulty_docx(s21="99"))
    intake(place)

    assert run(place, "return-slip", "-n") == 0

    assert not (place.outbox / "退改").exists()
    with Store(place.database) as store:
        assert store.issuances() == ()


def test_the_marked_copy_that_is_put_right_and_sent_back_files_itself(tmp_path: Path) -> None:
    place = office(tmp_path, "dayang-2023")
    (place.inbox / "李四.docx").write_bytes(faulty_docx(s21="99"))
    intake(place)
    run(place, "return-slip")
    copy = (place.outbox / "退改" / "李四-退改.docx").read_bytes()
    root = part(copy)
    for words in root.iter(W + "t"):
        if words.text == "99":
            words.text = "9"
    (place.inbox / "改好了.docx").write_bytes(replaced(copy, etree.tostring(root, encoding="UTF-8")))

    assert intake(place) == 0

    assert run(place, "return-slip", "--open") == 0
    with Store(place.database) as store:
        (record,) = store.records("dayang-monthly")
        assert record.record.readings["2.1"].text == "9"
        assert record.received > datetime(2023, 1, 1, tzinfo=record.received.tzinfo)
