"""What lies on a page of a PDF beside its print: form fields, typed notes, comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from formgen.model import Issue, IssueCode, Locator, Severity

_HIDDEN = 0x02 | 0x20  #: Flags of an annotation that is hidden, or not shown on the screen.
_MOST_MARKS = 5_000  #: On one page.
_MOST_PARENTS = 20
_CHECKED = "√"


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that stand on the page in a box of their own."""

    text: str
    box: tuple[float, float, float, float]  #: x0, top, x1, bottom.
    tag: str = ""  #: Name of the form field.
    note: str = ""  #: What the clerk is told of it, ``""`` for a form field.
    severity: Severity = Severity.INFO

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre: x, y."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


def marks_of(page: Any, issues: list[Issue]) -> Iterator[Mark]:
    """The marks of a pdfplumber page that are part of what was written; comments go to ``issues``."""
    from pdfminer.pdftypes import resolve1

    where = Locator(f"page {page.page_number}")
    for annotation in page.annots[:_MOST_MARKS]:
        data = {key: resolve1(value) for key, value in (annotation.get("data") or {}).items() if key != "Parent"}
        parent = (annotation.get("data") or {}).get("Parent")
        if isinstance(flags := data.get("F", 0), int) and flags & _HIDDEN:
            continue
        kind = _name(data.get("Subtype"))
        box = (annotation["x0"], annotation["top"], annotation["x1"], annotation["bottom"])
        words = _text(data.get("Contents")).strip()
        if kind == "Widget":
            name, value = _field(data, parent)
            if value:
                yield Mark(value, box, name)
        elif kind == "FreeText" and words:
            note = f"这些字是用批注工具写在 PDF 上的，按所在位置读取：{words[:100]}"
            yield Mark(words, box, note=note)
        elif kind == "StrikeOut":
            message = "有文字被用批注划去；仍按原文读取，请核对。"
            issues.append(Issue(IssueCode.TRACKED_CHANGE, Severity.WARNING, message, where))
        elif words and kind not in ("Link", "Popup"):
            message = f"有批注，未作为填写内容读取：{words[:200]}"
            issues.append(Issue(IssueCode.UNEXPECTED_TEXT, Severity.INFO, message, where))


def _field(data: dict[str, Any], parent: Any) -> tuple[str, str]:
    """Name and value of a form field; both may come from the fields above it."""
    from pdfminer.pdftypes import resolve1

    names = [_text(data.get("T"))]
    value, kind = data.get("V"), data.get("FT")
    for _ in range(_MOST_PARENTS):
        above = resolve1(parent)
        if not isinstance(above, dict):
            break
        names.append(_text(resolve1(above.get("T"))))
        value = resolve1(above.get("V")) if value is None else value
        kind = resolve1(above.get("FT")) if kind is None else kind
        parent = above.get("Parent")
    name = ".".join(reversed([part for part in names if part]))
    match _name(kind):
        case "Btn":
            state = _name(data.get("AS")) or _name(value)
            return name, "" if state in ("", "Off") else _CHECKED
        case "Sig":
            return name, ""
        case _:
            values = value if isinstance(value, list) else [value]
            return name, "\n".join(filter(None, (_text(resolve1(item)) for item in values)))


def _name(value: Any) -> str:
    name = getattr(value, "name", value)
    return name.decode("latin-1") if isinstance(name, bytes) else name if isinstance(name, str) else ""


def _text(value: Any) -> str:
    from pdfminer.utils import decode_text

    if isinstance(value, bytes):
        return str(decode_text(value)).replace("\r\n", "\n").replace("\r", "\n")
    return value if isinstance(value, str) else _name(value)
