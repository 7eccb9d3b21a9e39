"""A blank that is made in Excel, filled in and read again gives exactly the values that were written."""

from __future__ import annotations

import html
import io
import random
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from filling import FORMS, answers_of, read_again
from paper import PERIODS, all_forms

from formgen import generate, libreoffice
from formgen.generate import Output
from formgen.model import Form, IssueCode, RosterEntry, Subject, Value
from formgen.rendering import excel
from formgen.rendering.context import form_context
from formgen.rendering.press import FileKind
from formgen.resources import find_template
from parsers.reading import read_file

FILLINGS = 56  #: Of each of the nine forms: 504 in each program, 1,008 in both.
RESAVED = 8  #: Of these, as many are saved by LibreOffice each time; the rest are behind the mark ``slow``.


def made(form: Form, values: Mapping[str, Value] | None = None, subject: Subject | None = None) -> bytes:
    """The form's Excel paper, blank but for the values."""
    scheme, _ = all_forms()[form.id]
    context = form_context(form, subject or Subject(), PERIODS[form.period], values or {}, scheme)
    return excel.render_form(find_template(f"xlsx/{form.id}.xlsx"), context)


def filled(data: bytes, answers: Mapping[str, str]) -> bytes:
    """The workbook after somebody typed these words into its answer cells; what is printed there stays."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    for field, words in answers.items():
        cell = sheet[sheet.defined_names[excel.answer_name(field)].attr_text.split("!")[1].replace("$", "")]
        cell.value = typed(cell.value, words)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def typed(printed: object, words: str) -> Any:
    """What stands in a cell after the words were typed: before the lines to sign on, after a printed remark."""
    if printed is None:
        return float(words) if re.fullmatch(r"[\d.]+", words) and words.isascii() else words
    before, gap, closing = str(printed).partition("\n\n")
    if gap:
        return "\n".join(filter(None, (before, words))) + "\n\n" + closing
    return f"{printed}\n{words}"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_what_is_typed_into_a_blank_is_read_exactly(form: Form, tmp_path: Path) -> None:
    chance = random.Random(form.id)
    blank = made(form)

    for number in range(FILLINGS):
        written, wanted = answers_of(form, chance)
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(filled(blank, written))

        read_again(path, form, written, wanted)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_an_untouched_blank_holds_nothing(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    path.write_bytes(made(form, subject=Subject("张庄村", "李四")))
    named = {"village": "张庄村", "name": "李四"} if form.subject == "person" else {"village": "张庄村"}

    reading = read_file(path, FORMS)

    assert [record.form for record in reading.records] == [form.id]
    read = {field: r.value for field, r in reading.records[0].readings.items() if r.value is not None}
    assert read == named


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_what_we_print_we_read(form: Form, tmp_path: Path) -> None:
    chance = random.Random(f"printed {form.id}")
    written, wanted = answers_of(form, chance)
    known = {field: value for field, value in wanted.items() if value is not None}
    path = tmp_path / "printed.xlsx"
    path.write_bytes(made(form, known))

    read_again(path, form, written, wanted)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_blank_of_another_year_names_that_year_alone_and_is_known_again(kind: FileKind, tmp_path: Path) -> None:
    scheme, form = all_forms()["tongshi-annual"]

    (paper,) = generate.blank(scheme, form, [RosterEntry(Subject("张庄村"))], "2025", Output(tmp_path, kind=kind))

    reading = read_file(paper.path, FORMS)
    assert [(record.form, record.period) for record in reading.records] == [("tongshi-annual", "2025")]
    assert not [issue for issue in reading.issues if issue.needs_person and issue.code is not IssueCode.MISSING_SCORE]
    assert "2023" not in paper.path.name
    words = zipfile.ZipFile(paper.path)
    printed = html.unescape("".join(words.read(n).decode() for n in words.namelist() if n.endswith(".xml")))
    assert "2025年度村级目标管理考核评分表" in printed
    assert "2023年" not in printed


def saved_in_between(fillings: range, folder: Path) -> None:
    """Fillings of each form, saved by LibreOffice and read again; ``fillings`` tells one set from another."""
    cases = {}
    for form in FORMS:
        chance = random.Random(f"libreoffice {form.id} {fillings.start}")
        blank = made(form)
        for number in fillings:
            written, wanted = answers_of(form, chance)
            path = folder / f"{form.id}-{number}.xlsx"
            path.write_bytes(filled(blank, written))
            cases[path.name] = (form, written, wanted)

    saved = libreoffice.convert_many([folder / name for name in cases], "xlsx", folder / "saved")

    assert len(saved) == len(FORMS) * len(fillings)
    for path, (form, written, wanted) in zip(saved, cases.values(), strict=True):
        read_again(path, form, written, wanted)


@pytest.mark.libreoffice
def test_libreoffice_may_save_it_in_between(tmp_path: Path) -> None:
    saved_in_between(range(RESAVED), tmp_path)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("start", range(RESAVED, FILLINGS, 12))
def test_libreoffice_may_save_any_of_many_in_between(start: int, tmp_path: Path) -> None:
    saved_in_between(range(start, min(start + 12, FILLINGS)), tmp_path)
