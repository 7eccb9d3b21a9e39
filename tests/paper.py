"""What the tests of made papers share: the schemes, the namespace, and a document opened as XML."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path

from lxml import etree

from formgen.model import Form, Subject, Value
from formgen.rendering.context import form_context
from formgen.rendering.word import render
from formgen.resources import find_template
from formgen.scheme.loading import load_schemes
from formgen.scheme.types import Scheme

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NS = {"w": W[1:-1]}
PERIODS = {"month": "2023-03", "quarter": "2023-Q1", "year": "2023"}


@cache
def all_forms() -> dict[str, tuple[Scheme, Form]]:
    return {form.id: (scheme, form) for scheme in load_schemes(None) for form in scheme.form}


def rendered(form_id: str, values: dict[str, Value] | None = None, subject: Subject | None = None) -> bytes:
    """The form's Word paper, blank but for the values."""
    scheme, form = all_forms()[form_id]
    context = form_context(form, subject or Subject(), PERIODS[form.period], values or {}, scheme)
    return render(find_template(f"docx/{form_id}.docx"), context)


def part(data: bytes | Path, name: str = "word/document.xml") -> etree._Element:
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    with zipfile.ZipFile(source) as archive:
        return etree.fromstring(archive.read(name))


def parts(data: bytes | Path, prefix: str) -> list[etree._Element]:
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    with zipfile.ZipFile(source) as archive:
        return [etree.fromstring(archive.read(n)) for n in archive.namelist() if n.startswith(prefix)]


def text(element: etree._Element) -> str:
    """The words of an element, line breaks as ``\\n``, paragraphs too."""
    words = []
    for child in element.iter(W + "t", W + "br", W + "tab", W + "p"):
        match child.tag.removeprefix(W):
            case "t":
                words.append(child.text or "")
            case "br":
                words.append("\n")
            case "tab":
                words.append("\t")
            case "p":
                words.append("\n")
    return "".join(words).strip("\n")


def controls(root: etree._Element) -> dict[str, etree._Element]:
    """Tag → content control. Fails where a tag stands twice."""
    found: dict[str, etree._Element] = {}
    for control in root.iter(W + "sdt"):
        tag = control.find("w:sdtPr/w:tag", NS)
        if tag is not None:
            assert tag.get(W + "val") not in found
            found[str(tag.get(W + "val"))] = control
    return found


def field_ids(form: Form) -> set[str]:
    """All answers that a form takes."""
    remarks = any(head in form.columns for head in ("备注", "扣分情况"))
    ids = {blank.id for blank in form.blanks} | {box.id for box in form.fields} | {item.id for item in form.items}
    return ids | ({f"{item.id}.remark" for item in form.items} if remarks else set())
