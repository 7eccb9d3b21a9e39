"""Each form has a page, and the page says what the scheme says."""

from __future__ import annotations

from pathlib import Path

import pytest

from formgen.model import Form
from formgen.scheme.loading import load_schemes

PAGES = Path(__file__).parent.parent / "docs" / "forms"
FORMS = [form for scheme in load_schemes() for form in scheme.form]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_the_page_of_a_form_names_every_field_with_its_wording(form: Form) -> None:
    lines = (PAGES / f"{form.id}.md").read_text(encoding="utf-8").splitlines()

    assert lines[0] == f"# {form.title}"
    for item in form.items:
        (row,) = [line for line in lines if line.startswith(f"| `{item.id}` |")]
        assert item.text in row
        assert item.points is None or f"| {item.points}" in row
    for box in form.fields:
        assert any(line.startswith(f"| `{box.id}` | {box.label} |") for line in lines)
    for blank in form.blanks:
        assert f"{blank.label}（`{blank.id}`）" in "\n".join(lines)
