"""A blank as it is handed out, with marks, code and number, says nothing about itself when it comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper import PERIODS, all_forms

from formgen.generate.forms import blank
from formgen.libreoffice import convert_many
from formgen.model import Form, Issue, IssueCode, RosterEntry, Subject
from formgen.parsing import FileReading
from formgen.rendering.press import Output
from parsers.reading import read_file

FORMS = [form for _, form in all_forms().values()]
WHO = Subject("张庄村", "李守田", "东张庄", "县水务局")


def made(form: Form, folder: Path) -> Path:
    """The blank of a form for somebody, as ``generate blank`` files it."""
    scheme, _ = all_forms()[form.id]
    subject = {"person": WHO, "village": Subject("张庄村"), "team": Subject("张庄村", team="县水务局")}[form.subject]
    (paper,) = blank(scheme, form, [RosterEntry(subject)], PERIODS[form.period], Output(folder / form.id))
    assert paper.marked
    return paper.path


def doubts(reading: FileReading) -> list[Issue]:
    return [issue for issue in reading.issues if issue.needs_person and issue.code is not IssueCode.MISSING_SCORE]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_as_word(form: Form, tmp_path: Path) -> None:
    reading = read_file(made(form, tmp_path), FORMS)

    assert [(record.form, record.period) for record in reading.records] == [(form.id, PERIODS[form.period])]
    assert doubts(reading) == []


@pytest.mark.libreoffice
def test_as_pdf(tmp_path: Path) -> None:
    papers = [made(form, tmp_path) for form in FORMS if form.is_score_sheet]

    for form, path in zip(
        [form for form in FORMS if form.is_score_sheet], convert_many(papers, "pdf", tmp_path / "pdf"), strict=True
    ):
        reading = read_file(path, FORMS)

        assert [(record.form, record.period) for record in reading.records] == [(form.id, PERIODS[form.period])]
        assert [issue.message for issue in doubts(reading)] == [], form.id
