"""The place for the total below the table of a blank: printed where the form has points, read, and compared."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from formgen.model import Form, IssueCode, Item, Subject, Value
from formgen.parsing import FileReading
from formgen.rendering.context import form_context
from formgen.rendering.prepared import prepared
from formgen.resources import find_template
from formgen.scheme.loading import load_schemes
from formgen.scheme.types import Scheme
from parsers.reading import read_file

SCHEMES = {form.id: (scheme, form) for scheme in load_schemes(None) for form in scheme.form}
WITH_POINTS = sorted(name for name, (_, form) in SCHEMES.items() if form.base_points is not None)
PERIODS = {"month": "2023-03", "quarter": "2020-Q3", "year": "2023"}


def returned(form_id: str, folder: Path, total: str | None) -> FileReading:
    """A blank as it comes back, every item with a point or two, and this total."""
    scheme, form = SCHEMES[form_id]
    values: dict[str, Value] = {item.id: score(item) for item in form.items}
    values |= {"total": Decimal(total)} if total is not None else {}
    context = form_context(form, Subject("张庄村", "李四", team="县水务局"), PERIODS[form.period], values, scheme)
    path = folder / "回收.docx"
    path.write_bytes(prepared(find_template(f"docx/{form_id}.docx", None)).render(context))
    return read_file(path, [form])


def score(item: Item) -> Decimal | None:
    return None if item.money_only else min(item.tiers, default=Decimal(1))


def summed(form: Form) -> Decimal:
    return sum(((-1 if item.deduction else 1) * (score(item) or Decimal(0)) for item in form.items), Decimal(0))


@pytest.mark.parametrize("form_id", WITH_POINTS)
def test_a_total_that_is_the_sum_is_read_without_a_word(form_id: str, tmp_path: Path) -> None:
    total = summed(SCHEMES[form_id][1])

    reading = returned(form_id, tmp_path, str(total))

    assert reading.records[0].readings["total"].value == total
    assert [issue for issue in reading.issues if issue.field == "total"] == []


@pytest.mark.parametrize("form_id", WITH_POINTS)
def test_a_total_that_is_not_the_sum_is_doubted(form_id: str, tmp_path: Path) -> None:
    total = summed(SCHEMES[form_id][1]) + 1

    reading = returned(form_id, tmp_path, str(total))

    assert [issue.code for issue in reading.issues if issue.field == "total"] == [IssueCode.TOTAL_MISMATCH]


@pytest.mark.parametrize("form_id", WITH_POINTS)
def test_a_total_that_was_left_blank_is_no_doubt(form_id: str, tmp_path: Path) -> None:
    reading = returned(form_id, tmp_path, None)

    assert [issue for issue in reading.issues if issue.field == "total"] == []
    assert reading.records[0].readings.get("total") is None or reading.records[0].readings["total"].value is None


@pytest.mark.parametrize("form_id", sorted(set(SCHEMES) - set(WITH_POINTS)))
def test_a_form_without_points_has_no_place_for_a_total(form_id: str) -> None:
    scheme: Scheme = SCHEMES[form_id][0]

    context = form_context(SCHEMES[form_id][1], Subject("张庄村"), None, {}, scheme)

    assert context["total"] is None
