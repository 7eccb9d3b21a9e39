"""One file into records: every fault of the file is an issue that names what to do, never a traceback."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from sheets import compound, xlsx, zipped

from formgen.errors import FileAccessError, MissingProgramError, ProgramFailedError
from formgen.model import Form, Issue, IssueCode, Locator, Record, Severity, Subject
from formgen.parsing import Claim, Extraction, Hints, Limits, choose
from parsers.grid import Document
from parsers.reading import fingerprint, read_file

FORM = Form(id="monthly", scheme="s-2023", title="月度表", subject="person", period="month")


class Known:
    """A parser that claims what holds a word."""

    def __init__(self, name: str, word: str, fault: BaseException | None = None) -> None:
        self.name = name
        self._word = word
        self._fault = fault

    def identify(self, document: Document, forms: object) -> tuple[Claim, ...]:
        words = [cell.text for grid in document.grids for cell in grid.cells] + [p.text for p in document.paragraphs]
        return (Claim(self.name, "monthly", 0.9, (f"有“{self._word}”",)),) if self._word in words else ()

    def extract(self, document: Document, forms: object, hints: Hints) -> Extraction:
        if self._fault:
            raise self._fault
        record = Record("monthly", "s-2023", Subject(name=self._word), hints.period)
        issue = Issue(IssueCode.MISSING_SCORE, Severity.ERROR, "没有得分", Locator("sheet 考核表", "A1"), "1.1", 0)
        return Extraction((record,), (issue, issue))


def read(path: Path, *parsers: Known, **options):
    return read_file(path, [FORM], parsers=parsers or (Known("甲", "序号"),), **options)


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def only_issue(reading):
    (issue,) = reading.issues
    return issue


# --- what can be read ------------------------------------------------------------------------------------------


def test_a_form_gives_records_issues_claims_and_its_hash(tmp_path):
    data = xlsx({"A1": "序号"})
    path = written(tmp_path, "张庄村.xlsx", data)

    reading = read(path, hints=Hints(period="2023-03"))

    assert (reading.name, reading.kind, reading.sha256) == ("张庄村.xlsx", "xlsx", hashlib.sha256(data).hexdigest())
    assert reading.records == (Record("monthly", "s-2023", Subject(name="序号"), "2023-03"),)
    assert [claim.evidence for claim in reading.claims] == [("有“序号”",)]


def test_the_same_issue_is_said_once(tmp_path):
    reading = read(written(tmp_path, "a.xlsx", xlsx({"A1": "序号"})))

    assert only_issue(reading).code == IssueCode.MISSING_SCORE


def test_a_name_that_lies_is_said_and_the_content_is_read(tmp_path):
    reading = read(written(tmp_path, "张庄村.docx", xlsx({"A1": "序号"})))

    first = reading.issues[0]
    assert (first.code, first.severity, reading.kind) == (IssueCode.MISLABELLED, Severity.INFO, "xlsx")
    assert len(reading.records) == 1


def test_what_the_decoder_saw_stands_before_what_the_parser_saw(tmp_path):
    def hide(book):
        page = book.create_sheet("底稿")
        page["A1"] = "x"
        page.sheet_state = "hidden"

    reading = read(written(tmp_path, "a.xlsx", xlsx({"A1": "序号"}, hide)))

    assert [issue.code for issue in reading.issues] == [IssueCode.HIDDEN_CONTENT, IssueCode.MISSING_SCORE]


# --- one parser, or none ---------------------------------------------------------------------------------------


def test_nobodys_form_is_not_a_form(tmp_path):
    reading = read(written(tmp_path, "a.xlsx", xlsx({"A1": "会议通知"})))

    assert (only_issue(reading).code, reading.records, reading.claims) == (IssueCode.NOT_A_FORM, (), ())


def test_two_claims_are_an_error_that_names_both_and_nothing_is_read(tmp_path):
    path = written(tmp_path, "a.xlsx", xlsx({"A1": "序号", "A2": "姓名"}))

    reading = read(path, Known("评分表", "序号"), Known("花名册", "姓名"))

    issue = only_issue(reading)
    assert (issue.code, issue.severity, reading.records) == (IssueCode.AMBIGUOUS_FORM, Severity.ERROR, ())
    assert "评分表" in issue.message
    assert "花名册" in issue.message
    assert len(reading.claims) == 2


def test_one_parser_may_claim_several_forms():
    class Several(Known):
        def identify(self, document, forms):
            return (Claim("甲", "monthly", 0.5, ()), Claim("甲", "annual", 0.8, ()))

    parser = Several("甲", "")

    choice = choose([parser], Document("xlsx", ()), [FORM])

    assert choice.parser is parser
    assert [claim.form for claim in choice.claims] == ["annual", "monthly"]


# --- what cannot be read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("空.docx", b"", IssueCode.EMPTY_FILE),
        ("照片.jpg", b"\xff\xd8\xff\xe0", IssueCode.UNREADABLE),
        ("材料.zip", zipped({"a.docx": "x"}), IssueCode.UNSUPPORTED),
        ("材料.rar", b"Rar!\x1a\x07\x01\x00", IssueCode.UNSUPPORTED),
        ("说明.txt", "行政村：张庄村".encode(), IssueCode.UNSUPPORTED),
        ("乱码.bin", b"\x00\x01\x02", IssueCode.UNSUPPORTED),
        ("加密.xlsx", compound({"EncryptedPackage": b""}), IssueCode.ENCRYPTED),
        ("断了.xlsx", xlsx({"A1": 1})[:2000], IssueCode.UNREADABLE),
        ("坏的.pdf", b"%PDF-1.7 nothing", IssueCode.UNREADABLE),
    ],
)
def test_what_cannot_be_read_is_one_named_issue_in_chinese(tmp_path, name, data, code):
    reading = read(written(tmp_path, name, data))

    issue = only_issue(reading)
    assert (issue.code, issue.severity, reading.records) == (code, Severity.ERROR, ())
    assert any("\u4e00" <= character <= "\u9fff" for character in issue.message)
    assert reading.sha256 == hashlib.sha256(data).hexdigest()


def test_text_renamed_to_a_document_is_said_to_be_both(tmp_path):
    reading = read(written(tmp_path, "考核表.docx", "行政村：张庄村".encode()))

    assert [issue.code for issue in reading.issues] == [IssueCode.MISLABELLED, IssueCode.UNSUPPORTED]


def test_a_file_beyond_the_limit_is_not_read_but_hashed(tmp_path):
    data = xlsx({"A1": "序号"})

    reading = read(written(tmp_path, "a.xlsx", data), limits=Limits(file_bytes=100))

    assert only_issue(reading).code == IssueCode.TOO_LARGE
    assert reading.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("fault", [KeyError("x"), RecursionError(), OverflowError("y"), UnicodeError("z")])
def test_an_unexpected_fault_is_unreadable_and_no_traceback(tmp_path, fault):
    reading = read(written(tmp_path, "a.xlsx", xlsx({"A1": "序号"})), Known("甲", "序号", fault))

    issue = only_issue(reading)
    assert (issue.code, reading.records) == (IssueCode.UNREADABLE, ())
    assert "另存后重发" in issue.message
    assert type(fault).__name__ not in issue.message  # a clerk cannot use it; it is in the debug log


def test_no_memory_is_too_large(tmp_path):
    reading = read(written(tmp_path, "a.xlsx", xlsx({"A1": "序号"})), Known("甲", "序号", MemoryError()))

    assert only_issue(reading).code == IssueCode.TOO_LARGE


def test_the_user_may_interrupt(tmp_path):
    path = written(tmp_path, "a.xlsx", xlsx({"A1": "序号"}))

    with pytest.raises(KeyboardInterrupt):
        read(path, Known("甲", "序号", KeyboardInterrupt()))


@pytest.mark.parametrize("name", ["没有.docx", "."])
def test_a_path_that_is_no_file_is_no_fault_of_the_file(tmp_path, name):
    with pytest.raises(FileAccessError):
        read(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "管道.docx")

    with pytest.raises(FileAccessError):
        read(tmp_path / "管道.docx")


def test_the_hash_of_a_file_that_takes_too_long_is_left_out(tmp_path):
    path = written(tmp_path, "a.bin", b"x" * 10)

    assert fingerprint(path, seconds=-1) == ""
    assert fingerprint(path) == hashlib.sha256(b"x" * 10).hexdigest()


# --- legacy files ----------------------------------------------------------------------------------------------

DOC = compound({"WordDocument": b""})


def test_a_legacy_file_without_libreoffice_says_what_is_missing(tmp_path):
    issue = only_issue(read(written(tmp_path, "旧.doc", DOC)))

    assert (issue.code, issue.severity) == (IssueCode.MISSING_PROGRAM, Severity.ERROR)
    assert "LibreOffice" in issue.message


@pytest.mark.parametrize(
    ("name", "data", "ending", "target"),
    [
        ("旧.doc", DOC, ".doc", "docx"),
        ("旧.wps", DOC, ".wps", "docx"),
        ("旧.rtf", b"{\\rtf1 x}", ".rtf", "docx"),
        ("汇总.xls", b"<html><table><tr><td>1</td></tr></table></html>", ".html", "xlsx"),
        ("说明.html", b"<html><table><tr><td>1</td></tr></table></html>", ".html", "docx"),
        ("汇总.xml", b'<?xml version="1.0"?><W xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', ".xml", "xlsx"),
    ],
)
def test_a_legacy_file_is_converted_and_then_read(tmp_path, name, data, ending, target):
    asked = []

    def convert(source, to, folder):
        asked.append((source.suffix, to, source.read_bytes()))
        folder.mkdir()
        return written(folder, f"anything.{to}", xlsx({"A1": "序号"}))

    reading = read(written(tmp_path, name, data), convert=convert)

    assert asked == [(ending, target, data)]
    assert len(reading.records) == (1 if target == "xlsx" else 0)


def test_a_conversion_that_gives_something_else_is_unreadable(tmp_path):
    def convert(source, to, folder):
        folder.mkdir()
        return written(folder, "x.docx", b"<html></html>")

    assert only_issue(read(written(tmp_path, "旧.doc", DOC), convert=convert)).code == IssueCode.UNREADABLE


@pytest.mark.parametrize(
    ("fault", "code"),
    [(MissingProgramError("没有"), IssueCode.MISSING_PROGRAM), (ProgramFailedError("失败"), IssueCode.UNREADABLE)],
)
def test_a_conversion_that_fails_is_an_issue(tmp_path, fault, code):
    def convert(source, to, folder):
        raise fault

    assert only_issue(read(written(tmp_path, "旧.doc", DOC), convert=convert)).code == code


def test_a_damaged_xls_is_tried_with_libreoffice(tmp_path):
    def convert(source, to, folder):
        folder.mkdir()
        return written(folder, "x.xlsx", xlsx({"A1": "序号"}))

    path = written(tmp_path, "旧.xls", compound({"Workbook": b"\x09\x08\x10\x00\x00\x06\x05\x00 broken"}))

    assert only_issue(read(path)).code == IssueCode.UNREADABLE
    assert len(read(path, convert=convert).records) == 1


@pytest.mark.libreoffice
def test_a_table_of_html_named_xls_is_read_through_libreoffice(tmp_path):
    from formgen.libreoffice import convert

    html = '<html><meta charset="utf-8"><table><tr><td>序号</td><td>8.5</td></tr></table></html>'

    reading = read(written(tmp_path, "汇总.xls", html.encode()), convert=convert)

    assert len(reading.records) == 1
    assert reading.kind == "html"
