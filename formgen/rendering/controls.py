"""What is put right in a rendered Word document: content controls, line breaks, and where signature and date stand.

Answer cells are run-level rich-text content controls. LibreOffice 7.4 writes the Chinese text of a plain-text control
(``w:text``), or of one around a paragraph or cell, two to four times when it saves; a run-level one without ``w:text``
it keeps as it is, though without its tag.
"""

from __future__ import annotations

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NS = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
PLACEHOLDER = "\u3000\u3000"  #: Shown in a blank that the template gives no width.

#: Paragraph styles whose right indent follows from their length (GB/T 9704 7.3.5.1, with a seal).
SIGNATURE, ISSUE_DATE = "Signature", "IssueDate"
_CHARACTER = 320  #: One 字 of 三号 in twips.

Element = etree._Element


def set_controls(root: Element) -> None:
    """Number the content controls, and mark the empty ones as showing a placeholder, which is what a blank is."""
    for number, control in enumerate(root.iter(_W + "sdt"), start=1):
        properties = control.find("w:sdtPr", _NS)
        content = control.find("w:sdtContent", _NS)
        if properties is None or content is None or properties.find("w:tag", _NS) is None:
            continue
        _number(properties, number)
        shown = properties.find("w:showingPlcHdr", _NS)
        if "".join(text.text or "" for text in content.iter(_W + "t")).strip():
            if shown is not None:
                properties.remove(shown)
            continue
        if shown is None:
            etree.SubElement(properties, _W + "showingPlcHdr")
        _show_placeholder(content)


def _number(properties: Element, number: int) -> None:
    """Give a control its own id: a loop has copied the template's."""
    identifier = properties.find("w:id", _NS)
    if identifier is None:
        identifier = etree.Element(_W + "id")
        tag = properties.find("w:tag", _NS)
        assert tag is not None  # the caller has looked
        tag.addnext(identifier)
    identifier.set(_W + "val", str(number))


def _show_placeholder(content: Element) -> None:
    text = next(content.iter(_W + "t"), None)
    if text is None:
        run = next(content.iter(_W + "r"), None)
        if run is None:
            return  # around a whole paragraph or cell that holds no run: it is empty as it is
        text = etree.SubElement(run, _W + "t")
    if not text.text:
        text.text = PLACEHOLDER


def set_line_breaks(root: Element) -> None:
    """Turn line ends and tabs within texts into ``w:br`` and ``w:tab``, and keep outer spaces."""
    for text in list(root.iter(_W + "t")):
        words = text.text or ""
        if not words:
            text.text = ""  # written alike whether it was empty from the start or became so
        if words != words.strip():
            text.set(_SPACE, "preserve")
        if "\n" not in words and "\t" not in words:
            continue
        pieces: list[Element] = []
        start = 0
        for index, character in enumerate(words + "\n"):
            if character in "\n\t":
                pieces.append(_piece(words[start:index]))
                if index < len(words):
                    pieces.append(etree.Element(_W + ("br" if character == "\n" else "tab")))
                start = index + 1
        last = text
        for piece in pieces:
            last.addnext(piece)
            last = piece
        run = text.getparent()
        if run is not None:
            run.remove(text)


def _piece(words: str) -> Element:
    piece = etree.Element(_W + "t")
    piece.set(_SPACE, "preserve")
    piece.text = words
    return piece


def set_closing(root: Element) -> None:
    """Put the date four 字 from the right and the signature above it, centred on it, as under a seal.

    A table that stands before the signature keeps its last rows with it, so that no page holds the signature alone.
    """
    dates = [p for p in root.iter(_W + "p") if _style(p) == ISSUE_DATE]
    signatures = [p for p in root.iter(_W + "p") if _style(p) == SIGNATURE]
    if not dates:
        return
    length = _length(dates[-1])
    for date_line in dates:
        _indent(date_line, 4 * _CHARACTER)
    for signature in signatures:
        _keep_company(signature)
        _indent(signature, max(0, round((4 + (length - _length(signature)) / 2) * _CHARACTER)))


def _keep_company(signature: Element) -> None:
    before = signature.getprevious()
    if before is None or before.tag != _W + "tbl":
        return
    for row in before.findall("w:tr", _NS)[-2:]:
        for properties in row.iter(_W + "pPr"):
            if properties.find("w:keepNext", _NS) is None:
                style = properties.find("w:pStyle", _NS)
                properties.insert(0 if style is None else 1, etree.Element(_W + "keepNext"))


def _style(paragraph: Element) -> str:
    style = paragraph.find("w:pPr/w:pStyle", _NS)
    return style.get(_W + "val", "") if style is not None else ""


def _length(paragraph: Element) -> float:
    """The length of a line in 字; a half-width character counts half."""
    words = "".join(text.text or "" for text in paragraph.iter(_W + "t"))
    return sum(0.5 if character.isascii() else 1.0 for character in words)


def _indent(paragraph: Element, right: int) -> None:
    properties = paragraph.find("w:pPr", _NS)
    assert properties is not None  # it names the style
    indent = properties.find("w:ind", _NS)
    if indent is None:
        indent = etree.Element(_W + "ind")
        after = [child for child in properties if etree.QName(child).localname in _AFTER_INDENT]
        if after:
            after[0].addprevious(indent)
        else:
            properties.append(indent)
    indent.set(_W + "right", str(right))


#: What must stand after ``w:ind`` in ``w:pPr`` (CT_PPr is a sequence).
_AFTER_INDENT = frozenset(
    [
        *("contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment"),
        *("textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr", "pPrChange"),
    ]
)
