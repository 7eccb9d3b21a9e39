"""Word comments on the faulty cells of somebody else's .docx or .docm; everything else in it stays as it came.

A place is counted as ``Locator`` counts it: tables and paragraphs of the body from 1, rows without those that a tracked
change deletes or a mark hides, columns in the layout grid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from lxml import etree

from formgen.model import Locator
from formgen.rendering.marks import plain
from formgen.rendering.slip_parts import Element, Note, Parts, UntouchableError

AUTHOR = "formgen"
_TABLE = re.compile(r"^table (\d+(?:\.\d+)*)$")
_PARAGRAPH = re.compile(r"^paragraph (\d+)$")
_SPOT = re.compile(r"^row (\d+)(?:, column (\d+))?$")
_STRICT = "http://purl.oclc.org/ooxml/"
_USUAL_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_STRICT_LINK = "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_OFF = ("0", "false", "off")
_MOST_DEPTH = 200


def annotate(parts: Parts, notes: Sequence[Note], at: datetime) -> tuple[bool, ...]:
    """Add a comment for each note; for each, whether it stands on its very place.

    What has no place, or one where other words stand than were read, stands at the beginning of its table or of the
    document, and says its place in words. Raises UntouchableError.
    """
    main = parts.linked("", "officeDocument") or "word/document.xml"
    root = parts.xml(main)
    page = _Page(root)
    comments = parts.linked(main, "comments")
    if comments is None:
        comments = parts.free("word/comments{}.xml") if "word/comments.xml" in parts else "word/comments.xml"
        listed = etree.Element(page.w + "comments", nsmap={"w": page.w[1:-1]})
        parts.link(main, comments, _STRICT_LINK if page.w[1:].startswith(_STRICT) else _USUAL_LINK)
        parts.declare(comments, _CONTENT_TYPE)
    else:
        listed = parts.xml(comments)
    used = [one.get(page.w + "id", "") for tree in (root, listed) for one in tree.iter(*page.comment_marks)]
    number = max((int(one) for one in used if one.isdecimal() and len(one) < 9), default=-1) + 1
    exact = []
    for note in notes:
        place, sure = page.place(note)
        text = note.text if sure or not note.where.chinese else f"{note.where.chinese}：{note.text}"
        page.mark(place, str(number))
        listed.append(page.comment(text, str(number), at))
        number += 1
        exact.append(sure)
    parts.put(comments, listed)
    parts.put(main, root)
    return tuple(exact)


class _Page:
    """The body of a document, in which places are found."""

    def __init__(self, root: Element) -> None:
        name = etree.QName(root)
        if name.localname != "document" or name.namespace is None:
            raise UntouchableError("里面没有 Word 正文")
        self.w = f"{{{name.namespace}}}"
        self.comment_marks = tuple(
            self.w + name for name in ("comment", "commentRangeStart", "commentRangeEnd", "commentReference")
        )
        body = root.find(self.w + "body")
        if body is None:
            raise UntouchableError("里面没有 Word 正文")
        self._tables: dict[str, Element] = {}
        self._paragraphs: list[Element] = []
        self._shown: dict[Element, list[Element]] = {}
        self._count = 0
        self._look(body, 0)
        first = next((one for one in self._paragraphs if self._words(one)), None)
        first = first if first is not None else next(body.iter(self.w + "p"), None)
        if first is None:
            raise UntouchableError("正文里没有段落")
        self._first = first

    def _look(self, parent: Element, depth: int) -> None:
        """Count the blocks as the reader of Word documents counts them."""
        if depth > _MOST_DEPTH:
            raise UntouchableError("文档结构嵌套过深")
        w = self.w
        for child in parent.iterchildren("{*}*"):
            local = etree.QName(child).localname
            if child.tag == w + "p" or local in ("oMath", "oMathPara"):
                self._paragraphs.append(child)
            elif child.tag == w + "tbl":
                self._count += 1
                self._tables[str(self._count)] = child
            elif child.tag == w + "sdt":
                content = child.find(w + "sdtContent")
                if content is not None:
                    held = list(content.iterchildren("{*}*"))
                    if len(held) == 1 and held[0].tag == w + "p":
                        self._paragraphs.append(held[0])
                    else:
                        self._look(content, depth + 1)
            elif local == "AlternateContent":
                branch = next(child.iterchildren("{*}*"), None)
                if branch is not None:
                    self._look(branch, depth + 1)
            elif child.tag not in (w + "del", w + "moveFrom", w + "sectPr", w + "altChunk", w + "subDoc"):
                self._look(child, depth + 1)

    # --- places --------------------------------------------------------------------------------------------------

    def place(self, note: Note) -> tuple[list[Element], bool]:
        """The paragraphs to put a comment on, and whether they are the very place that was meant."""
        found = self._found(note.where)
        if found is None:
            return [self._first], not str(note.where)
        if etree.QName(found).localname != "tbl":
            held = self._held(found)
            if held and self._agrees(found, note.stands):
                return held, True
        table = self._table(note.where)
        if table is not None:
            for cell in self._cells_of(table):
                if held := self._held(cell):
                    return held, not note.where.spot
        return [self._first], False

    def _found(self, where: Locator) -> Element | None:
        """The cell, paragraph or table at a place, None if there is none."""
        if match := _PARAGRAPH.match(where.part):
            number = int(match[1])
            return self._paragraphs[number - 1] if 0 < number <= len(self._paragraphs) else None
        table = self._table(where)
        spot = _SPOT.match(where.spot)
        if table is None or spot is None:
            return table
        rows = self._rows(table)
        row, column = int(spot[1]), int(spot[2] or 1)
        if not 0 < row <= len(rows):
            return None
        return self._cell(rows[row - 1], column) if spot[2] else next(self._within(rows[row - 1], "tc"), None)

    def _table(self, where: Locator) -> Element | None:
        match = _TABLE.match(where.part)
        if match is None:
            return None
        first, *inner = match[1].split(".")
        table = self._tables.get(first)
        for number in inner:
            if table is None:
                return None
            nested = [one for cell in self._cells_of(table) for one in self._within(cell, "tbl")]
            table = nested[int(number) - 1] if 0 < int(number) <= len(nested) else None
        return table

    def _cells_of(self, table: Element) -> Iterator[Element]:
        return (cell for row in self._rows(table) for cell in self._within(row, "tc"))

    def _rows(self, table: Element) -> list[Element]:
        """The rows that are shown, looked for once."""
        if (known := self._shown.get(table)) is not None:
            return known
        w = self.w
        shown = self._shown[table] = []
        for row in self._within(table, "tr"):
            marks = row.find(w + "trPr")
            if marks is not None:
                hidden = marks.find(w + "hidden")
                if marks.find(w + "del") is not None or (hidden is not None and hidden.get(w + "val") not in _OFF):
                    continue
            shown.append(row)
        return shown

    def _cell(self, row: Element, column: int) -> Element | None:
        """The cell that covers a column of the layout grid, counted from 1."""
        w = self.w
        place = _number(row.find(f"{w}trPr/{w}gridBefore"), w, 0)
        last: Element | None = None
        for cell in self._within(row, "tc"):
            joined = cell.find(f"{w}tcPr/{w}hMerge")
            if last is None or joined is None or joined.get(w + "val") == "restart":
                last = cell
            place += max(1, _number(cell.find(f"{w}tcPr/{w}gridSpan"), w, 1))
            if column <= place:
                return last
        return None

    def _within(self, element: Element, wanted: str) -> Iterator[Element]:
        """The elements of a name within another one, down to tables, text boxes and each other."""
        w = self.w
        stack = [element.iterchildren("{*}*")]
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
            elif child.tag == w + wanted:
                yield child
            elif child.tag not in (w + "tbl", w + "txbxContent", w + "del"):
                if len(stack) > _MOST_DEPTH:
                    raise UntouchableError("文档结构嵌套过深")
                stack.append(child.iterchildren("{*}*"))

    def _held(self, element: Element) -> list[Element]:
        """The first and the last paragraph of a cell, or a paragraph itself."""
        if element.tag == self.w + "p":
            return [element]
        found = list(self._within(element, "p"))
        return found if len(found) < 2 else [found[0], found[-1]]

    def _agrees(self, element: Element, stands: str) -> bool:
        """Whether the words that were read can be those that stand here; a drop-down or a symbol cannot be compared."""
        if _bare(stands) in _bare(self._words(element)):
            return True
        return next(element.iter(self.w + "ffData", self.w + "sym"), None) is not None

    def _words(self, element: Element) -> str:
        return "".join(one.text or "" for one in element.iter(self.w + "t"))

    # --- comments ------------------------------------------------------------------------------------------------

    def mark(self, place: Sequence[Element], number: str) -> None:
        """Anchor a comment on the paragraphs from the first to the last."""
        w = self.w
        start = etree.Element(w + "commentRangeStart", {w + "id": number})
        marks = place[0].find(w + "pPr")
        if marks is None:
            place[0].insert(0, start)
        else:
            tail, marks.tail = marks.tail, None
            marks.addnext(start)
            start.tail = tail
        etree.SubElement(place[-1], w + "commentRangeEnd", {w + "id": number})
        run = etree.SubElement(place[-1], w + "r")
        etree.SubElement(run, w + "commentReference", {w + "id": number})

    def comment(self, text: str, number: str, at: datetime) -> Element:
        """A comment with a paragraph for each line."""
        w = self.w
        made = etree.Element(
            w + "comment",
            {
                w + "id": number,
                w + "author": AUTHOR,
                w + "date": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                w + "initials": "FG",
            },
        )
        for line in plain(text).replace("\t", " ").split("\n"):
            run = etree.SubElement(etree.SubElement(made, w + "p"), w + "r")
            face = etree.SubElement(etree.SubElement(run, w + "rPr"), w + "rFonts")
            face.set(w + "hint", "eastAsia")
            words = etree.SubElement(run, w + "t")
            words.set(_SPACE, "preserve")
            words.text = line
        return made


def _number(element: Element | None, w: str, usual: int) -> int:
    value = element.get(w + "val", "") if element is not None else ""
    return min(int(value), 64) if value.isdecimal() and len(value) < 9 else usual


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))
