"""A blank that is made in Word, filled in and read again gives exactly the values that were written."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from filling import FORMS, answers_of, read_again
from lxml import etree
from paper import NS, W, controls, part, rendered

from formgen import libreoffice
from formgen.model import Form, Subject
from parsers.reading import read_file

FILLINGS = 56  #: Of each of the nine forms: 504 in each program, 1,008 in both.
RESAVED = 8  #: Of these, as many are saved by LibreOffice each time; the rest are behind the mark ``slow``.


# --- filling in, as Word does ----------------------------------------------------------------------------------


def filled(data: bytes, answers: Mapping[str, str]) -> bytes:
    """The document after somebody typed these words into its content controls."""
    root = part(data)
    found = controls(root)
    for tag, words in answers.items():
        properties, content = found[tag].find("w:sdtPr", NS), found[tag].find("w:sdtContent", NS)
        assert properties is not None
        assert content is not None
        for shown in properties.findall("w:showingPlcHdr", NS):
            properties.remove(shown)
        for child in list(content):
            content.remove(child)
        run = etree.SubElement(content, W + "r")
        for number, line in enumerate(words.split("\n")):
            if number:
                etree.SubElement(run, W + "br")
            text = etree.SubElement(run, W + "t")
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            text.text = line
    return replaced(data, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def replaced(data: bytes, document: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, document if name == "word/document.xml" else source.read(name))
    return output.getvalue()


def blank_of(form: Form) -> bytes:
    return rendered(form.id)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_what_is_typed_into_a_blank_is_read_exactly(form: Form, tmp_path: Path) -> None:
    chance = random.Random(form.id)
    blank = blank_of(form)

    for number in range(FILLINGS):
        written, wanted = answers_of(form, chance)
        path = tmp_path / f"{number}.docx"
        path.write_bytes(filled(blank, written))

        read_again(path, form, written, wanted)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_an_untouched_blank_holds_nothing(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "blank.docx"
    path.write_bytes(rendered(form.id, subject=Subject("张庄村", "李四")))
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
    path = tmp_path / "printed.docx"
    path.write_bytes(rendered(form.id, known))

    read_again(path, form, written, wanted)


def saved_in_between(fillings: range, folder: Path) -> None:
    """Fillings of each form, saved by LibreOffice and read again; ``fillings`` tells one set from another."""
    cases = {}
    for form in FORMS:
        chance = random.Random(f"libreoffice {form.id} {fillings.start}")
        blank = blank_of(form)
        for number in fillings:
            written, wanted = answers_of(form, chance)
            path = folder / f"{form.id}-{number}.docx"
            path.write_bytes(filled(blank, written))
            cases[path.name] = (form, written, wanted)

    saved = libreoffice.convert_many([folder / name for name in cases], "docx", folder / "saved")

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
