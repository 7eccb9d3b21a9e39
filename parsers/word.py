"""Decode a Word document (.docx, .docm) into paragraphs and tables, by one walk over its XML.

Headers come first, then the body, then footers and notes. A table within a cell, and a text box, follow the block they
hang on. Faults of the paper (tracked changes, hidden text, macros) come back as issues of the document.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from formgen.errors import UnreadableInputError
from formgen.model import IssueCode, Locator, Severity
from parsers import ooxml, word_names
from parsers.grid import Document, Grid, Paragraph
from parsers.word_controls import survey
from parsers.word_passage import Passage, Report, excerpt, settle
from parsers.word_runs import is_styled
from parsers.word_scan import DOCUMENT, MARGINS, Scan, scan
from parsers.word_sections import section, shown_margins
from parsers.word_styles import hiding_styles
from parsers.word_table import grid
from parsers.word_walk import Traits, Walker

if TYPE_CHECKING:
    from lxml import etree

    from formgen.parsing import Limits
    from parsers.word_rows import Row

MOST_NESTING = 20  #: Tables within tables, and text boxes within text boxes.
MOST_BLOCKS = 50_000  #: Paragraphs outside tables, and tables; a thousand pages.

_STORIES = ("header", "footer", "footnotes", "endnotes", "comments")


def decode(data: bytes, limits: Limits) -> Document:
    """The paragraphs, tables and issues of a .docx or .docm file.

    Raises EncryptedInputError for a password, and UnreadableInputError with an issue code for what cannot be read:
    ``unreadable``, ``empty-file``, ``too-large`` (beyond ``limits``), ``unsupported`` (only pictures in it).
    """
    package = ooxml.open_package(data, limits)
    main = ooxml.main_part(package, "word/document.xml")
    if main not in package:
        raise ooxml.damaged("里面没有 Word 正文 word/document.xml")
    reading = _read(package, main, package.read(main), limits)
    macros = ooxml.has_macros(package)
    if macros:
        reading.report.add(IssueCode.MACRO, Severity.INFO, "文件含有宏；宏不会运行，只读取文字。")
    if reading.walker.pictures and not any(map(_has_words, reading.blocks)):
        raise UnreadableInputError("文件里只有图片，没有文字和表格（可能是扫描件）。请录入文字后重发。", "unsupported")
    return Document(
        "docm" if macros else "docx",
        tuple(reading.blocks),
        reading.report.issues(),
        ooxml.custom_properties(package),
    )


def _read(package: ooxml.Package, main: str, content: bytes, limits: Limits) -> _Reading:
    """All that stands in the parts of a document: scanned if it is plain, else walked."""
    if (scanned := scan(content, DOCUMENT)) is not None:
        reading = _Reading(package, main, Traits(limits.rows), plain=True)
        try:
            reading.stories(scanned)
            if not hiding_styles(package, reading.walker.styles):
                return reading
        except (_NotPlainError, UnreadableInputError):  # the walk says what is wrong
            pass
    body = next((child for child in ooxml.xml(content) if child.tag == word_names.BODY), None)
    if body is None:
        raise ooxml.damaged("Word 正文里没有 body")
    traits = Traits(limits.rows, styled=is_styled(content))
    reading = _Reading(package, main, traits)
    reading.stories(body)
    if hidden := hiding_styles(package, reading.walker.styles):  # very rare: only then is a second walk needed
        reading = _Reading(package, main, replace(traits, hidden_styles=hidden))
        reading.stories(body)
    return reading


def _once_each(links: dict[str, ooxml.Relationship], shown: dict[str, list[str]]) -> dict[str, ooxml.Relationship]:
    """The links that are shown, or lead to notes, by id; of several that lead to the same part, the first.

    Thousands of links to one large part are a way to make a bomb of a small file.
    """
    met: set[tuple[str, str]] = set()
    kept: dict[str, ooxml.Relationship] = {}
    for identity in (*shown["header"], *shown["footer"], *links):
        link = links.get(identity)
        if link is not None and identity not in kept and (link.type, link.target) not in met:
            met.add((link.type, link.target))
            kept[identity] = link
    return kept


def _has_words(block: Paragraph | Grid) -> bool:
    if isinstance(block, Grid):
        return any(cell.text.strip() or cell.controls for cell in block.cells)
    return bool(block.text.strip() or block.tags)


class _NotPlainError(Exception):
    """A part that the plain main part of a document refers to has to be walked, and so the whole document."""


class _Reading:
    """The blocks and issues of one document while its parts are read, ``plain`` ones by a scan."""

    def __init__(self, package: ooxml.Package, main: str, traits: Traits, *, plain: bool = False) -> None:
        self._plain = plain
        self.package = package
        self.main = main
        self.walker = Walker(traits)
        self.report = Report()
        self.blocks: list[Paragraph | Grid] = []
        self._comments: dict[str, Locator] = {}  # by id: where it is anchored
        self._part = ""  # header, footer, text box 2 …; "" in the body
        self._counts = {"paragraph": 0, "table": 0, "text box": 0}
        self._around: tuple[str, ...] = ()  # tags of the controls that hold the paragraphs we are at
        self._open: Passage | None = None  # a paragraph whose end is deleted: the next one joins it
        self._boxes = 0  # how many text boxes we are within
        self._left = MOST_BLOCKS

    # --- the parts of the file ---------------------------------------------------------------------------------

    def stories(self, body: etree._Element | Scan) -> None:
        """Read the body, and with it the headers, footers, notes and comments that it refers to."""
        self._story(body, "")
        sections = self.walker.sections
        if not (self.walker.notes or any(marks.begins for marks in sections)):
            return
        links = _once_each(
            {
                link.id: link
                for link in ooxml.relationships(self.package, self.main, _STORIES)
                if not link.external and link.target in self.package
            },
            shown := shown_margins(sections, self.package),
        )
        main, self.blocks = self.blocks, []
        for identity in shown["header"]:
            if identity in links:
                self._story(self._margin(links[identity]), "header")
        self.blocks += main
        for identity in shown["footer"]:
            if identity in links:
                self._story(self._margin(links[identity]), "footer")
        for link in links.values() if self.walker.notes else ():
            if link.type in ("footnotes", "endnotes"):
                for note in self._root(link):
                    if note.get(word_names.TYPE, "normal") == "normal":
                        self._story(note, f"{link.type[:-1]} {note.get(word_names.ID, '')}")
            elif link.type == "comments":
                self._report_comments(self._root(link))

    def _root(self, link: ooxml.Relationship) -> etree._Element:
        return ooxml.xml(self.package.read(link.target))

    def _margin(self, link: ooxml.Relationship) -> etree._Element | Scan:
        """The content of a header or footer."""
        if not self._plain:
            return self._root(link)
        if (scanned := scan(self.package.read(link.target), MARGINS)) is None:
            raise _NotPlainError
        return scanned

    def _report_comments(self, root: etree._Element) -> None:
        for comment in root.iterchildren(word_names.COMMENT):
            text = excerpt(" ".join(part.text or "" for part in comment.iter(word_names.TEXT)))
            author = excerpt(comment.get(word_names.AUTHOR) or "未署名")
            where = self._comments.get(comment.get(word_names.ID, ""), Locator())
            self.report.add(IssueCode.UNEXPECTED_TEXT, Severity.INFO, f"批注（{author}）：“{text}”。", where)

    # --- blocks ------------------------------------------------------------------------------------------------

    def _story(self, element: etree._Element | Scan, part: str) -> None:
        """Read a part, a note or a text box whose blocks are counted for themselves."""
        outer = self._part, self._counts["paragraph"], self._counts["table"]
        self._part, self._counts["paragraph"], self._counts["table"] = part, 0, 0
        if isinstance(element, Scan):
            self._scanned(element)
        elif element.tag in (word_names.DRAWN_PARAGRAPH, word_names.VML_TEXT):
            text = "".join(run.text or "" for run in element.iter(word_names.DRAWN_TEXT)) or element.get("string", "")
            if text:
                self.blocks.append(Paragraph(text, self._next_line()))
        else:
            self._blocks(element)
            self._close()
        self._part, self._counts["paragraph"], self._counts["table"] = outer

    def _scanned(self, found: Scan) -> None:
        walker = self.walker
        walker.row_count += found.rows
        if walker.row_count > walker.traits.rows:
            raise _NotPlainError
        walker.sections += found.sections
        walker.styles |= found.styles
        for block in found.blocks:
            if isinstance(block, Passage):
                self._counts["paragraph"] += 1
                self._open = block
                self._close()
            else:
                self._add_table(block, self._next_table())

    def _blocks(self, parent: etree._Element) -> None:
        for child in parent:
            tag = child.tag
            if tag == word_names.PARAGRAPH:
                self._paragraph(child)
            elif tag == word_names.TABLE:
                self._table(child)
            elif tag == word_names.CONTROL:
                self._control(child)
            elif tag == word_names.ALTERNATIVES:
                if (shown := word_names.branch(child)) is not None:
                    self._blocks(shown)
            elif tag in (word_names.ALT_CHUNK, word_names.SUB_DOCUMENT):
                message = "文件中嵌入了另一份文件，其内容没有读取，请核对。"
                self.report.add(IssueCode.UNEXPECTED_TEXT, Severity.WARNING, message, Locator(self._part))
            elif tag in (word_names.DELETED, word_names.MOVED_AWAY):
                words = excerpt("".join(part.text or "" for part in child.iter(word_names.TEXT)))
                message = f"修订删去了“{words}”，没有读取。"
                self.report.add(IssueCode.TRACKED_CHANGE, Severity.WARNING, message, Locator(self._part))
            elif tag == word_names.SECTION:
                self.walker.sections.append(section(child))
            elif tag == word_names.FORMULA or tag.endswith("}oMathPara"):
                self._paragraph(child)
            elif len(child):  # custom XML, an insertion, or a container that we do not know
                self._blocks(child)

    def _control(self, element: etree._Element) -> None:
        """A control around blocks. With one paragraph in it, it is read as a control of that paragraph."""
        content = element.find(word_names.CONTROL_CONTENT)
        if content is None:
            return
        if len(content) == 1 and content[0].tag == word_names.PARAGRAPH:
            self._paragraph(element)
            return
        outer = self._around
        traits = survey(self.walker, element)
        if traits.tag and traits.holds == word_names.PARAGRAPH:
            self._around = (*outer, traits.tag)
        self.walker.placeholder += traits.placeholder
        self._blocks(content)
        self.walker.placeholder -= traits.placeholder
        self._around = outer

    def _paragraph(self, element: etree._Element) -> None:
        self._counts["paragraph"] += 1
        if self._open is None:
            self._open = self.walker.begin()
        joins = self.walker.paragraph(element)
        if not joins:
            self._close()

    def _count_block(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise UnreadableInputError(f"文档的段落和表格超过上限 {MOST_BLOCKS:,} 个，没有读取。", "too-large")

    def _next_line(self) -> Locator:
        if self._part:
            return Locator(self._part, f"line {max(self._counts['paragraph'], 1)}")
        return Locator(f"paragraph {self._counts['paragraph']}")

    def _close(self) -> None:
        """End the paragraph that is open, then read the text boxes that hang on it."""
        passage, self._open = self._open, None
        if passage is None:
            return
        self._count_block()
        notes = passage.notes
        text = passage.text
        controls: tuple[tuple[str, str], ...] = tuple((tag, text) for tag in self._around)
        if notes is not None:
            where = self._next_line()
            settle(notes, text, where, self.report)
            self._comments.update(dict.fromkeys(notes.comments, where))
            controls += tuple(notes.controls)
        if text or controls:
            self.blocks.append(Paragraph(text, self._next_line(), controls))
        if self.walker.boxes:
            self._read_boxes()

    def _table(self, element: etree._Element) -> None:
        self._close()
        self._read_table(element, self._next_table(), 1)
        if self.walker.boxes:
            self._read_boxes()

    def _next_table(self) -> str:
        self._count_block()
        self._counts["table"] += 1
        name = f"table {self._counts['table']}"
        return f"{self._part}, {name}" if self._part else name

    def _add_table(self, rows: list[Row], part: str) -> None:
        table, comments = grid(rows, part, self.report)
        if table is not None:
            self.blocks.append(table)
        self._comments.update(comments)

    def _read_table(self, element: etree._Element, part: str, depth: int) -> None:
        """A table, then the tables within its cells."""
        if depth > MOST_NESTING:
            raise UnreadableInputError(f"表格嵌套超过 {MOST_NESTING} 层，没有读取。", "too-large")
        rows = self.walker.table(element)
        inner, self.walker.tables = self.walker.tables, []
        self._add_table(rows, part)
        for number, nested in enumerate(inner, 1):
            self._read_table(nested, f"{part}.{number}", depth + 1)

    def _read_boxes(self) -> None:
        boxes, self.walker.boxes = self.walker.boxes, []
        self._boxes += 1
        if self._boxes > MOST_NESTING:
            raise UnreadableInputError(f"文本框嵌套超过 {MOST_NESTING} 层，没有读取。", "too-large")
        for box in boxes:
            self._counts["text box"] += 1
            margin = self._part if self._part in ("header", "footer") else ""
            self._story(box, margin or f"text box {self._counts['text box']}")
        self._boxes -= 1
