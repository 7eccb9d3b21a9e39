"""What is plain in the body of a Word document, read in C: a stylesheet writes it out as one string.

The string holds text with marks in between, and the walk (``parsers.word_walk``) reads only the cells and paragraphs
in which the stylesheet met anything that it has no words for. Plain are text, breaks, merges, empty places, and content
controls in a line. Everything else that the walk has a handler for is special, so that a handler added there is never
passed over here.

A mark is a carriage return and a letter. No text of an XML file holds one, unless by a reference such as ``&#13;``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import quoteattr

from parsers import word_names, word_walk
from parsers.word_passage import Passage
from parsers.word_rows import Row, columns, open_row
from parsers.word_runs import WHITE

if TYPE_CHECKING:
    from lxml import etree

    from parsers.word_walk import Walker

_SIGNS = {
    word_names.BREAK: "\n",
    word_names.RETURN: "\n",
    word_names.NO_BREAK_HYPHEN: "-",
    word_names.POSITION_TAB: "\t",
}
_VALUES = {  # marks with the value of an element
    word_names.GRID_SPAN: "S",
    word_names.V_MERGE: "V",
    word_names.GRID_BEFORE: "B",
    word_names.GRID_AFTER: "A",
    word_names.TAG: "G",
    word_names.PLACEHOLDER: "H",
    word_names.CHECKED_CONTROL: "D",
}
#: A cell or paragraph that holds one control: its tag, the value of the mark for its placeholder, its words.
_ANSWER = re.compile(r"(?:\rP)?\rK\rG([^\r]*)\r\.(?:\rH([^\r]*)\r\.)?([^\r]*)\rk")
_STYLES = (word_names.PARAGRAPH_STYLE, word_names.RUN_STYLE)
_TREATED = {*_SIGNS, *_VALUES, *_STYLES, word_names.COLOR, word_names.RAISED, word_names.RUN_FONTS}

# A mode says where we are: among blocks of the body, rows of a table, cells of a row, in a text; none: in a line.
_STYLESHEET = """\
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="{main}">
<xsl:output method="text"/>
<xsl:template match="w:body"><xsl:apply-templates select="*" mode="block"/></xsl:template>
<xsl:template match="*" mode="block">&#13;N&#13;X</xsl:template>
<xsl:template match="w:p" mode="block">&#13;N<xsl:apply-templates/></xsl:template>
<xsl:template match="w:tbl" mode="block">&#13;N<xsl:apply-templates select="*" mode="row"/></xsl:template>
<xsl:template match="*" mode="row"><xsl:apply-templates select="."/></xsl:template>
<xsl:template match="w:tr" mode="row">&#13;R<xsl:apply-templates select="*" mode="cell"/></xsl:template>
<xsl:template match="*" mode="cell"><xsl:apply-templates select="."/></xsl:template>
<xsl:template match="w:tc" mode="cell">&#13;C<xsl:apply-templates/>&#13;c</xsl:template>
<xsl:template match="w:tbl|w:tr|w:tc|w:sdt">&#13;X</xsl:template>
<xsl:template match="w:p">&#13;P<xsl:apply-templates/></xsl:template>
<xsl:template match="w:p/w:sdt">&#13;K<xsl:apply-templates/>&#13;k</xsl:template>
<xsl:template match="w:t"><xsl:apply-templates mode="text"/></xsl:template>
<xsl:template match="*" mode="text">&#13;X</xsl:template>
<xsl:template match="text()" mode="text"><xsl:copy/></xsl:template>
<xsl:template match="text()"/>
<xsl:template match="w:r/w:tab"><xsl:text>&#9;</xsl:text></xsl:template>
<xsl:template match="w:color"><xsl:if test="translate(@w:val, 'f', 'F') = '{white}'">&#13;X</xsl:if></xsl:template>
{others}
</xsl:stylesheet>"""


class _Line(NamedTuple):
    """A row as the stylesheet wrote it."""

    before: int
    after: int
    cells: list[str]
    plain: bool  #: The cells hold nothing but one paragraph of words each; else they have marks.


@cache
def _transform() -> etree.XSLT:
    """The stylesheet, made once from the names that the walk handles."""
    from lxml import etree

    def template(name: str, content: str) -> str:
        uri, _, local = name[1:].partition("}")
        return f'<xsl:template xmlns:n={quoteattr(uri)} match="n:{local}">{content}</xsl:template>'

    basic = {word_names.TEXT, word_names.TAB, word_names.CONTROL, word_names.ROW, word_names.TABLE, *_TREATED}
    special = sorted(word_walk.HANDLED - basic)
    value = '&#13;{}<xsl:value-of select="@n:val"/>&#13;.'
    sheet = _STYLESHEET.format(
        main=word_names.TEXT[1:].partition("}")[0],
        white=WHITE,
        others="\n".join(
            [template(name, "&#13;X") for name in special]
            + [template(name, value.format(letter)) for name, letter in _VALUES.items()]
            + [template(name, f"<xsl:text>&#{ord(sign)};</xsl:text>") for name, sign in _SIGNS.items()]
        ),
    )
    return etree.XSLT(etree.XML(sheet))


def plain_blocks(body: etree._Element, content: bytes, walker: Walker) -> list[str] | None:
    """For each child of the body what is plain in it, with marks; None if the document cannot be read so.

    ``content`` is the file that the body was parsed from. Notes in the walker which styles are used.
    """
    if walker.traits.styled or walker.traits.hidden_styles:
        return None
    if (body.getroottree().docinfo.encoding or "").upper() != "UTF-8" or (b"&" in content and b"&#" in content):
        return None
    walker.styles.update([style.get(word_names.VAL, "") for style in body.iter(*_STYLES)])
    _, *blocks = str(_transform()(body)).split("\rN")
    return blocks if len(blocks) == len(body) else None


def plain_paragraph(source: str, walker: Walker) -> Passage | None:
    """A paragraph of the body from what the stylesheet wrote; None if it must be walked."""
    if walker.code:
        return None
    passage = Passage()
    return passage if _read(source, passage, fresh=False) else None


def plain_rows(table: etree._Element, source: str, walker: Walker) -> list[Row] | None:
    """The rows of a table of the body; None, and nothing has happened, if the table must be walked.

    Single cells that are not plain are walked here. Raises UnreadableInputError for too many rows.
    """
    before, *sources = source.split("\rR")
    lines = [*map(_line, sources)]
    if before or None in lines:
        return None
    rows = walker.rows = []
    elements: list[etree._Element] = []
    for number, line in enumerate(filter(None, lines)):
        open_row(walker)
        rows[-1].before, rows[-1].after = line.before, line.after
        if line.plain and not walker.code:
            walker.cells += line.cells
            continue
        places: list[etree._Element] = []
        for place, cell in enumerate(line.cells):
            if not walker.code and (passage := cell if line.plain else _cell(cell)) is not None:
                walker.cells.append(passage)
            else:
                elements = elements or table.findall(word_names.ROW)
                places = places or elements[number].findall(word_names.CELL)
                walker.cell(places[place])
    walker.rows = []
    return rows


def _cell(source: str) -> Passage | str | None:
    """A cell from what the stylesheet wrote, None if it must be walked."""
    if source.startswith("\rP") and source.rfind("\r") == 0:  # by far the most
        return source[2:]
    passage = Passage()
    if answer := _ANSWER.fullmatch(source):
        tag, placeholder, text = answer.groups()
        _add_control(passage, text, tag, placeholder is not None and _is_on(placeholder), None)
        return passage
    return passage if _read(source, passage, fresh=True) else None


def _line(source: str) -> _Line | None:
    """A row from what the stylesheet wrote, None if there is anything else than cells."""
    head, start, content = source.partition("\rC")
    before = after = 0
    if head:
        stray, *marks = head.split("\r")
        for mark in marks:
            if mark[0] == "B":
                before = columns(mark[1:], least=0)
            elif mark[0] == "A":
                after = columns(mark[1:], least=0)
            elif mark != ".":
                return None
        if stray:
            return None
    if not start:
        return _Line(before, after, [], True)
    if not content.endswith("\rc"):
        return None
    if content.startswith("\rP"):
        cells = content[2:-2].split("\rc\rC\rP")
        if content.count("\r") == 3 * len(cells) - 1:
            return _Line(before, after, cells, True)
    cells = content[:-2].split("\rc\rC")
    return _Line(before, after, cells, False) if content.count("\rc") == len(cells) else None


def _read(source: str, passage: Passage, fresh: bool) -> bool:
    """Fill a passage; whether that was all. ``fresh``: its first paragraph has not begun."""
    text, *pieces = source.split("\r")
    control: list[str] | None = None  # the words of the control that we are in
    tag, placeholder = "", False
    checked: bool | None = None
    if text:
        passage.append(text)
    for piece in pieces:
        kind, text = piece[:1], piece[1:]
        if control is not None:
            if kind == ".":
                control.append(text)
            elif kind == "G":
                tag = text
            elif kind == "H":
                placeholder = _is_on(text)
            elif kind == "D" and text:
                checked = text in word_names.CHECKED_VALUES
            elif kind == "k":
                _add_control(passage, "".join(control), tag, placeholder, checked)
                control = None
                passage.append(text)
            else:
                return False
        elif kind == "P":
            passage.append(text if fresh else "\n" + text)
            fresh = False
        elif kind == ".":
            passage.append(text)
        elif kind == "K":
            control, tag, placeholder, checked = [text], "", False, None
        elif kind == "V":
            passage.vertical = "restart" if text == "restart" else "continue"
        elif kind == "S":
            passage.span = columns(text, least=1)
        elif kind not in ("G", "H", "D"):
            return False
    return control is None


def _is_on(value: str) -> bool:
    return value.casefold() not in word_names.OFF


def _add_control(passage: Passage, text: str, tag: str, placeholder: bool, checked: bool | None) -> None:
    """Add a control with its words, not shown if they are only a placeholder; ``checked`` is for a box."""
    if placeholder:
        passage.rare.faint.append(text)
        passage.rare.empty_control = True
        text = ""
    if checked is not None and len(text.strip()) <= 1:
        text = "☑" if checked else "☐"
    passage.append(text)
    if tag:
        passage.rare.controls.append((tag, text))
