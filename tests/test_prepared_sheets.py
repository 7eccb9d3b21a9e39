"""An Excel form prepared once: openpyxl reads from it what it reads from its own book."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from paper import PERIODS, all_forms
from test_prepared import NAMES, context

from formgen.errors import TemplateError
from formgen.model import Subject
from formgen.rendering import excel
from formgen.rendering.context import form_context
from formgen.rendering.sheet_fill import PreparedSheet
from formgen.rendering.sheet_reading import facts, same_book
from formgen.resources import find_template


@pytest.mark.parametrize("form_id", all_forms())
def test_a_prepared_form_reads_as_openpyxls_own(form_id: str) -> None:
    path = find_template(f"xlsx/{form_id}.xlsx")
    ready = PreparedSheet(path)
    contexts = [context(form_id, seed) for seed in range(6)]

    made = [ready.render_form(one) for one in contexts]

    for one, data in zip(contexts, made, strict=True):
        assert list(facts(data)) == list(facts(excel.render_form(path, one)))
    assert (ready.quick, ready.slow, ready.reason) == (6, 0, "")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_whatever_it_begins_with(name: str) -> None:
    scheme, form = all_forms()["dayang-monthly"]
    ready = PreparedSheet(find_template("xlsx/dayang-monthly.xlsx"))

    made = ready.render_form(form_context(form, Subject("=1+1", name), PERIODS[form.period], {}, scheme))

    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    assert (sheet["C3"].value, sheet["C3"].data_type, sheet["C3"].quotePrefix) == ("=1+1", "s", True)
    assert sheet["E3"].value == name.replace("\x00", "\ufffd").replace("\x0b", "\ufffd")
    assert sheet["E3"].data_type == "s"


def test_books_that_differ_are_not_the_same() -> None:
    path = find_template("xlsx/tongshi-annual.xlsx")

    assert not same_book(*(excel.render_form(path, context("tongshi-annual", seed)) for seed in (1, 2)))


def test_a_clerks_own_formula_stays_and_a_fault_is_named(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(find_template("xlsx/dayang-monthly.xlsx"))
    book.worksheets[0]["L3"] = "=SUM(G5:G14)"
    book.save(tmp_path / "自改.xlsx")
    good = PreparedSheet(tmp_path / "自改.xlsx").render_form(context("dayang-monthly", 1))
    book.worksheets[0]["L4"] = "{{ nobody }}"
    book.save(tmp_path / "自改.xlsx")

    with pytest.raises(TemplateError, match=r"自改\.xlsx.*L4.*nobody"):
        PreparedSheet(tmp_path / "自改.xlsx").render_form(context("dayang-monthly", 1))

    assert openpyxl.load_workbook(io.BytesIO(good)).worksheets[0]["L3"].value == "=SUM(G5:G14)"
