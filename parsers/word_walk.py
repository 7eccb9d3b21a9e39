"""The walk through paragraphs and tables of a Word document: one pass, in document order, over elements that matter.

``lxml`` hands over a flat stream of start tags, filtered in C. What needs an end (a content control, a tracked change)
takes as many elements from the same stream as it holds, so nothing is visited twice and nothing is skipped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from formgen.errors import UnreadableInputError
from formgen.model import IssueCode, Severity
from parsers import word_controls, word_inline, word_names, word_rows, word_runs, word_sections
from parsers.word_names import CELL, PARAGRAPH, TEXT
from parsers.word_passage import Passage
from parsers.word_rows import Row
from parsers.word_sections import Section
from parsers.word_symbols import UNKNOWN, plain

if TYPE_CHECKING:
    from lxml import etree

    Stream = Iterator[etree._Element]

MOST_DEPTH = 40  #: Content controls and tracked changes within one another.


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a document before the walk."""

    rows: int  #: How many rows all tables may have together.
    styled: bool = False  #: There is raised text, or text in a symbol font: those marks must be looked at in every run.
    hidden_styles: frozenset[str] = frozenset()  #: Styles that hide their text.


class Walker:
    """Reads passages. What it finds on the way and cannot read in place waits in ``tables`` and ``boxes``."""

    def __init__(self, traits: Traits) -> None:
        self.traits = traits
        self.tables: list[etree._Element] = []  #: Tables within cells, to be read after the outer one.
        self.boxes: list[etree._Element] = []  #: Text boxes, to be read after the block they hang on.
        self.pictures = False  #: There was a picture or an embedded object.
        self.sections: list[Section] = []  #: Marks of sections, which name headers and footers.
        self.notes = False  #: There was a reference to a footnote, an endnote or a comment.
        self.styles: set[str] = set()  #: Styles that were used by runs and paragraphs.
        self.rows: list[Row] = []  #: The rows of the table we are in.
        self.cells: list[Passage] = []  #: The cells of the last of them.
        self.row_count = 0  #: How many rows all tables have had.
        self.mark = 0  #: The end of the paragraph: -1 it is deleted, 1 it is inserted.
        self.tracking = False  #: The passage has tracked changes: its text before them is kept too.
        self.placeholder = 0  #: How many controls around us show their placeholder.
        self.deleted = self.inserted = self.hidden = 0  #: How many changes, and hidden runs, we are within.
        self.code = 0  #: How many fields around us are still in their code.
        self.struck = 0  #: How many crossed-out runs we are within.
        self.font = ""  #: The symbol font that we are in.
        self.raised = ""  #: What stands before text that is raised or lowered.
        self.around: tuple[str, ...] = ()  #: Tags of the controls that hold the cell we are in as a whole.
        self.fields: list[word_inline.Field] = []
        self.handled = _STYLED_HANDLERS if traits.styled else _HANDLERS
        self._names = _STYLED_NAMES if traits.styled else _NAMES
        self.matched: frozenset[str] = frozenset()  #: What the present stream is filtered by; empty if it is not.
        self._depth = 0
        self.hidden_paragraph = False  #: The style of the paragraph hides its text.
        self.run: etree._Element | None = None  #: The run whose marks have been seen to.
        self.begin()

    # --- passages ----------------------------------------------------------------------------------------------

    def begin(self) -> Passage:
        """Start a passage; what is walked from now on stands in it."""
        self.passage = Passage()
        self.fresh = True  # no paragraph of it has begun
        self.tracking = False
        self.mark = 0
        self.update()
        return self.passage

    def paragraph(self, element: etree._Element) -> bool:
        """Walk a paragraph, or a control that holds one; whether its end is deleted, so that the next one joins it."""
        self.walk(element.iter())
        return self.mark < 0

    def table(self, element: etree._Element) -> list[Row]:
        """Walk a table. Tables within its cells are left in ``tables``."""
        self.rows, self.cells = [], []
        self.matched = self._names
        stream = element.iter(*self._names)
        next(stream)  # the table itself
        self.walk(stream)
        self.matched = frozenset()
        rows, self.rows = self.rows, []
        return rows

    def walk(self, stream: Stream) -> None:
        """Go through the elements of a stream."""
        handlers = self.handled
        passage, plain = self.passage, self.plain  # at hand, because only what is called from here changes them
        for element in stream:
            tag = element.tag
            if tag == TEXT:
                if plain:
                    passage.append(element.text or "")
                else:
                    self.put(element.text or "")
                    plain = self.plain
            elif tag == PARAGRAPH:
                if self.fields:
                    word_inline.abandon_fields(self)
                    plain = self.plain
                if self.hidden_paragraph:
                    self.show_paragraph()
                    plain = self.plain
                if self.fresh:
                    self.fresh = False
                else:
                    self._separate()
                    plain = self.plain
                self.mark = 0
            elif tag == CELL:
                self.passage = passage = Passage()
                self.fresh = True
                self.cells.append(passage)
                if self.tracking:
                    self.tracking = False
                    self.update()
                    plain = self.plain
                if self.around:
                    passage.rare.around = self.around
                    passage.rare.empty_control = bool(self.placeholder)
            elif (handler := handlers.get(tag)) is not None:
                handler(self, element, stream)
                passage, plain = self.passage, self.plain

    def put(self, text: str) -> None:
        """Write text where it belongs in the present state: shown, hidden, placeholder, old or new."""
        if self.code:
            self.fields[-1].lost.append(text)
        elif self.hidden or self.placeholder or self.struck:
            if not self.deleted:
                notes = self.passage.rare
                (notes.hidden if self.hidden else notes.faint if self.placeholder else notes.struck).append(text)
        else:
            if self.font:
                text = plain(self.font, text)
            text = self.raised + text
            if UNKNOWN in text:
                self.doubt(IssueCode.LOW_CONFIDENCE, f"有无法识别的符号，以“{UNKNOWN}”代替，请核对。")
            self._write(text)

    def doubt(self, code: IssueCode, message: str, severity: Severity = Severity.WARNING) -> None:
        """Note something that will be reported with the place of the passage."""
        doubts = self.passage.rare.doubts
        if (code, severity, message) not in doubts[-8:]:
            doubts.append((code, severity, message))

    def update(self) -> None:
        """Renew ``plain``, after a change of state: whether text can simply be added to the passage."""
        self.plain = not (
            self.code
            or self.placeholder
            or self.hidden
            or self.struck
            or self.deleted
            or self.inserted
            or self.font
            or self.raised
            or self.tracking
        )

    @property
    def absent(self) -> bool:
        """Whether what stands here is not shown: tables and text boxes in it are not read either."""
        gone = bool(self.rows) and (self.rows[-1].deleted or self.rows[-1].hidden)
        return bool(gone or self.code or self.hidden or self.deleted or self.placeholder)

    def show_paragraph(self) -> None:
        """Leave a paragraph that its style hides."""
        self.hidden_paragraph = False
        self.hidden -= 1
        self.update()

    def _write(self, text: str) -> None:
        if (self.deleted or self.inserted) and not self.tracking:
            self.passage.rare.old = list(self.passage)
            self.passage.rare.changed = self.tracking = True
            self.update()
        if not self.deleted:
            self.passage.append(text)
        if self.tracking and not self.inserted:
            self.passage.rare.old.append(text)

    def _separate(self) -> None:
        """Begin another paragraph of the same passage."""
        if self.plain and not self.mark:
            self.passage.append("\n")
        elif self.placeholder:
            self.passage.rare.faint.append("\n")
        else:
            gone, new = self.mark < 0, self.mark > 0
            self.deleted += gone
            self.inserted += new
            self._write("\n")
            self.deleted -= gone
            self.inserted -= new

    # --- taking what an element holds --------------------------------------------------------------------------

    def size(self, element: etree._Element) -> int:
        """How many elements of the stream an element and its content are; quick for little content."""
        if self.matched:
            return sum(1 for inner in element.iter() if inner.tag in self.matched)
        return sum(1 for _ in element.iter())

    def drop(self, element: etree._Element, stream: Stream) -> None:
        """Pass over the content of the element that has just come from the stream; quick for much content."""
        count = sum(1 for _ in element.iter(*self.matched))
        deque(islice(stream, count - 1), maxlen=0)

    def take(self, stream: Stream, count: int) -> None:
        """Walk the next ``count`` elements of the stream, in the state that the caller has set."""
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise UnreadableInputError(f"文档结构嵌套过深（超过 {MOST_DEPTH} 层），没有读取。", "too-large")
        self.update()
        self.walk(islice(stream, count))
        self._depth -= 1

    # --- handlers: (walker, element, stream) -------------------------------------------------------------------

    def insertion(self, element: etree._Element, stream: Stream) -> None:
        """Inserted content counts; without content it is a mark of a row or of the end of a paragraph."""
        if count := self.size(element) - 1:
            self.inserted += 1
            self.take(stream, count)
            self.inserted -= 1
            self.update()
        else:
            self._mark(element, 1)

    def deletion(self, element: etree._Element, stream: Stream) -> None:
        """Deleted content does not count; without content it is a mark of a row or of the end of a paragraph."""
        if count := self.size(element) - 1:
            self.deleted += 1
            self.take(stream, count)
            self.deleted -= 1
            self.update()
        else:
            self._mark(element, -1)

    def deleted_text(self, element: etree._Element, stream: Stream) -> None:
        """The text of a deletion, wherever it stands."""
        self.deleted += 1
        self.put(element.text or "")
        self.deleted -= 1

    def _mark(self, element: etree._Element, change: int) -> None:
        """A change without content: of a row, or of the end of a paragraph, if it stands among their marks."""
        marks = element.getparent()
        if marks is not None and marks.tag == word_names.ROW_MARKS and self.rows:
            self.rows[-1].inserted = change > 0
            self.rows[-1].deleted = self.rows[-1].deleted or change < 0
        elif marks is not None and marks.tag == word_names.RUN_MARKS:
            owner = marks.getparent()
            if owner is not None and owner.tag == word_names.PARAGRAPH_MARKS:
                self.mark = change

    def nested_table(self, element: etree._Element, stream: Stream) -> None:
        """A table within a cell is a table of its own."""
        self.drop(element, stream)
        if not self.absent:
            self.tables.append(element)

    def alternatives(self, element: etree._Element, stream: Stream) -> None:
        """Only one branch of an AlternateContent is shown."""
        shown = word_names.branch(element)
        for child in element:
            count = self.size(child)
            if child is shown:
                self.take(stream, count)
            else:
                deque(islice(stream, count), maxlen=0)

    def section(self, element: etree._Element, stream: Stream) -> None:
        """The marks of a section."""
        self.drop(element, stream)
        self.sections.append(word_sections.section(element))

    def note(self, element: etree._Element, stream: Stream) -> None:
        """A reference to a note or comment."""
        self.notes = True
        if element.tag == word_names.COMMENT_REFERENCE:
            self.passage.rare.comments.append(element.get(word_names.ID, ""))


_HANDLERS: dict[str, word_inline.Handler] = {
    word_names.ROW_MARKS_BEFORE: Walker.drop,
    word_names.CELL_MARKS_BEFORE: Walker.drop,
    word_names.TABLE: Walker.nested_table,
    word_names.CONTROL: word_controls.control,
    word_names.INSERTED: Walker.insertion,
    word_names.MOVED_HERE: Walker.insertion,
    word_names.DELETED: Walker.deletion,
    word_names.MOVED_AWAY: Walker.deletion,
    word_names.DELETED_TEXT: Walker.deleted_text,
    word_names.ALTERNATIVES: Walker.alternatives,
    word_names.SECTION: Walker.section,
    word_names.FOOTNOTE_REFERENCE: Walker.note,
    word_names.ENDNOTE_REFERENCE: Walker.note,
    word_names.COMMENT_REFERENCE: Walker.note,
    **word_inline.HANDLERS,
    **word_rows.HANDLERS,
    **word_runs.HANDLERS,
}
_STYLED_HANDLERS = {**_HANDLERS, **word_runs.STYLED_HANDLERS}
_NAMES = frozenset({TEXT, PARAGRAPH, CELL, *_HANDLERS})
_STYLED_NAMES = _NAMES | _STYLED_HANDLERS.keys()
