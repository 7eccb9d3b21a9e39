"""Our own blanks, printed through LibreOffice once for a run: their pages as pictures, and where everything stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from paper import PERIODS, all_forms

from formgen.generate.forms import blank as make_blank
from formgen.libreoffice import convert_many
from formgen.model import Form, PageLayout, RosterEntry, Subject
from formgen.rendering.layout import page_layouts
from formgen.rendering.press import Output
from formgen.scheme.types import Scheme
from scans.measuring import PrintedPage, printed_pages
from scans.strokes import Page

DPI = 300.0
PEOPLE = (
    Subject("张庄村", "李守田", "东张庄"),
    Subject("王家洼村", "欧阳春兰", "第三组"),
    Subject("柳树湾村", "马德胜", "前庄"),
    Subject("沙沟村", "杨玉兰", "北组"),
)
TEAMS = (Subject("沙沟村", team="县交通运输局"), Subject("黑城村", team="市第二人民医院"))


@dataclass(frozen=True)
class Blank:
    """A blank form of one subject, printed."""

    form: Form
    scheme: Scheme
    subject: Subject
    period: str
    docx: Path
    pdf: Path
    layouts: tuple[PageLayout, ...]

    @cached_property
    def printed(self) -> tuple[PrintedPage, ...]:
        """What stands where in the PDF: measured, not computed."""
        return printed_pages(self.pdf)

    def page(self, number: int) -> Page:
        """A page (from 1) as a picture at 300 dots an inch."""
        return drawn_page(self.pdf, number)


def drawn_page(pdf: Path, number: int) -> Page:
    """A page of a PDF (from 1) as a picture at 300 dots an inch."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    page = document[number - 1]
    drawn: Page = np.array(page.render(scale=DPI / 72, rev_byteorder=True).to_numpy()[:, :, :3])
    page.close()
    document.close()
    return drawn


def subjects_of(form: Form, count: int) -> list[Subject]:
    """Invented people, villages or teams who may be the subject of a form."""
    match form.subject:
        case "village":
            return [Subject(person.village) for person in PEOPLE[:count]]
        case "team":
            return list(TEAMS[:count])
        case _:
            return list(PEOPLE[:count])


def printed_blanks(folder: Path, forms: Iterable[str] | None = None, each: int = 2) -> tuple[Blank, ...]:
    """Blanks of the forms (all nine without names), ``each`` for so many subjects, made below ``folder``."""
    wanted = list(forms) if forms is not None else list(all_forms())
    made: list[tuple[Form, Scheme, Subject, str, Path]] = []
    for form_id in wanted:
        scheme, form = all_forms()[form_id]
        period = PERIODS[form.period]
        for number, subject in enumerate(subjects_of(form, each)):
            place = folder / f"{form_id}-{number}"
            place.mkdir(parents=True, exist_ok=True)
            (paper,) = make_blank(scheme, form, [RosterEntry(subject)], period, Output(place))
            target = folder / f"{form_id}-{number}.docx"
            paper.path.replace(target)
            made.append((form, scheme, subject, period, target))
    pdfs = convert_many([docx for *_, docx in made], "pdf", folder)
    return tuple(
        Blank(form, scheme, subject, period, docx, pdf, page_layouts(docx.read_bytes(), form.id, ""))
        for (form, scheme, subject, period, docx), pdf in zip(made, pdfs, strict=True)
    )
