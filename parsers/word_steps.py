"""The markup between two texts of a plain Word part, checked tag by tag and made into the steps that it stands for.

Only what stands in the lists here is plain. Each stretch of markup is checked once and kept, for forms repeat theirs.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from parsers.word_names import is_switched_on
from parsers.word_rows import columns
from parsers.word_sections import Section
from parsers.word_tags import IDLE, PARENTS, Tag, tag

#: What a step does: the first of a pair; the second is said here.
PUT: Final = 0  #: Text.
CELL: Final = 1  #: None, or its span and its merge.
ROW: Final = 2  #: Places before and after its cells.
PARAGRAPH: Final = 3  #: None; not for those in cells.
TABLE: Final = 4  #: None.
CONTROL: Final = 5  #: Its tag, and whether it shows its placeholder.
CONTROL_END: Final = 6  #: None.
SECTION: Final = 7  #: A ``Section``.
STYLES: Final = 8  #: The styles that are used.

Actions = tuple[tuple[int, Any], ...]
OPENINGS = (b"<w:t", b'<w:t xml:space="preserve"')  #: How a text may begin, without the last bracket.

_FIRST = r'(?: w:rsidR="[0-9A-F]{8}")?'
_NUMBERS = r' w14:paraId="[0-9A-F]{8}" w14:textId="[0-9A-F]{8}"'
_OTHERS = r'(?: w:rsidRPr="[0-9A-F]{8}")?(?: w:rsid(?:RDefault|Tr)="[0-9A-F]{8}")?(?: w:rsidP="[0-9A-F]{8}")?(?=/?>)'
#: What Word writes anew at every saving, and what would make each stretch another. A tag that has just these, each at
#: most once, is as good as one without. The second is for parts that declare ``w14``.
_NEW = (
    re.compile(f"<w:(p|r|tr)(?= w){_FIRST}{_OTHERS}".encode()),
    re.compile(f"<w:(p|r|tr)(?= w)(?:{_NUMBERS}{_FIRST}|{_FIRST}(?:{_NUMBERS})?){_OTHERS}".encode()),
)
_MOST_KEPT = 2_000_000  #: Bytes of markup that are kept with their steps.
_MOST_DEPTH = 60  #: Elements within one another; libxml2 takes 256.

_WRITTEN = {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-", "w:t": ""}

#: Elements whose beginning does nothing, and those whose end does something.
_SILENT = frozenset({"w:pPr", "w:r", "w:rPr", "w:rFonts", "w:color", "w:vertAlign", "w:hyperlink", "w:trPr", "w:tcPr"})
_ENDS = frozenset({"w:tc", "w:tr", "w:sdtContent", "w:sdt", "w:sectPr", "w:document"})


class Step(NamedTuple):
    """What a stretch of markup does, and where it leads."""

    actions: Actions
    then: State


class State:
    """Between two tags: the elements we are in, and all stretches of markup that are known from here."""

    __slots__ = ("ends", "known", "prefixes", "stack")

    def __init__(self, stack: tuple[str, ...], prefixes: frozenset[str]) -> None:
        self.stack = stack
        self.prefixes = prefixes
        self.known: dict[bytes, Step] = {}  # those with a text behind them
        self.ends: dict[bytes, Step] = {}  # those behind the last text of a part


_states: dict[tuple[tuple[str, ...], frozenset[str]], State] = {}  # few: plain markup nests in few ways
_kept = 0  # bytes of all known stretches


def forget() -> None:
    """Forget all markup that is known."""
    global _kept
    for state in list(_states.values()):
        state.known, state.ends = {}, {}
    _kept = 0


def state(stack: tuple[str, ...], prefixes: frozenset[str]) -> State:
    """The state of being in certain elements, outermost first, below a root that declares certain ``prefixes``."""
    return _states.get((stack, prefixes)) or _states.setdefault((stack, prefixes), State(stack, prefixes))


def step(here: State, markup: bytes) -> Step | None:
    """What a stretch of markup does that begins in a state; None if it is malformed or not plain.

    It ends with one of ``OPENINGS``, or, after the last text of a part, with the end of the root.
    """
    global _kept
    if b" w:rsid" in markup or b" w14:paraId" in markup:
        markup = _NEW["w14" in here.prefixes].sub(rb"<w:\1", markup)
        if (met := here.known.get(markup)) is not None:
            return met
    stretch = _Stretch(here)
    opening = next((opening for opening in OPENINGS if markup.endswith(opening)), b"")
    checked = markup[: len(markup) - len(opening)]
    if checked and not stretch.read(checked):
        return None
    if stretch.stack[-1:] != (["w:r"] if opening else []):
        return None
    found = Step(stretch.actions(), state(tuple(stretch.stack), here.prefixes))
    if len(markup) > _MOST_KEPT // 50:
        return found
    if _kept + len(markup) > _MOST_KEPT:
        forget()
    _kept += len(markup)
    (here.known if opening else here.ends)[markup] = found
    return found


class _Stretch:
    """A stretch of markup while it is read."""

    def __init__(self, here: State) -> None:
        self.stack = list(here.stack)
        self._prefixes = here.prefixes
        self._started = len(here.stack) == 1  # we are directly in the root: before all, for no text stands there
        self._done: list[list[Any]] = []
        self._styles: set[str] = set()
        self._cell: list[Any] | None = None  # the cell that was opened and not yet closed in this stretch
        self._row: list[Any] | None = None
        self._first = False  # no paragraph of that cell has begun
        self._control: list[Any] | None = None  # the marks of the control whose content has not begun
        self._held = False  # the control that we are in has had its content
        self._references: list[tuple[bool, str, str]] = []
        self._title_page: bool | None = None
        self._begins = False
        self._bodies = 0

    def actions(self) -> Actions:
        """What was read."""
        if self._styles:
            self._done.append([STYLES, frozenset(self._styles)])
        return tuple((action, tuple(given) if isinstance(given, list) else given) for action, given in self._done)

    def read(self, markup: bytes) -> bool:
        """Read it; whether it is plain."""
        if markup[:1] != b"<" or markup[-1:] != b">":
            return False
        stack, declared = self.stack, self._prefixes
        idle, parents = IDLE, PARENTS.get
        before = ""
        for written in markup[1:-1].split(b"><"):
            found = tag(written)
            if found is idle:
                before = ""
                continue
            if found is None:
                return False
            name, opens, closes, _, prefixes = found
            if opens:
                if not stack or (prefixes and not prefixes <= declared) or len(stack) > _MOST_DEPTH:
                    return False
                if (allowed := parents(name)) is not None and (
                    stack[-1] not in allowed or (name not in _SILENT and not self._open(found, before))
                ):
                    return False
                stack.append(name)
            if closes and (not stack or stack.pop() != name or (name in _ENDS and not self._close(name))):
                return False
            before = name
        return bool(stack) or before != ""  # nothing stands after the root

    def _open(self, found: Tag, before: str) -> bool:
        """Note the beginning of an element; whether it is plain where it stands. ``before`` names the tag before it."""
        name, value = found.name, found.attributes.get("w:val", "")
        stack, done = self.stack, self._done
        if name == "w:p":
            if stack[-1] != "w:tc":
                done.append([PARAGRAPH, None])
            elif self._cell is not None and self._first:
                self._first = False
            else:
                done.append([PUT, "\n"])
        elif name == "w:tc":
            self._cell, self._first = [CELL, None], True
            done.append(self._cell)
        elif name == "w:pStyle" or name == "w:rStyle":
            self._styles.add(value)
        elif name in _WRITTEN:
            if stack[-1] == "w:r":
                if name == "w:t" and not found.closes:
                    return False
                done.append([PUT, _WRITTEN[name]])
        elif name == "w:gridSpan" or name == "w:vMerge":
            if self._cell is None:
                return False
            marks = self._cell[1] = self._cell[1] or [1, ""]
            if name == "w:gridSpan":
                marks[0] = columns(value, least=1)
            else:
                marks[1] = "restart" if value == "restart" else "continue"
        elif name == "w:tr":
            self._row = [ROW, [0, 0]]
            done.append(self._row)
        elif name == "w:gridBefore" or name == "w:gridAfter":
            if self._row is None:
                return False
            self._row[1][name == "w:gridAfter"] = columns(value, least=0)
        elif name == "w:tbl":
            done.append([TABLE, None])
        elif name == "w:sdt":
            self._held, self._control = False, None
        elif name == "w:sdtPr":
            self._control = ["", False]
            return before == "w:sdt"
        elif name == "w:tag" and self._control is not None:
            self._control[0] = value
        elif name == "w:showingPlcHdr" and self._control is not None:
            self._control[1] = is_switched_on(found.attributes.get("w:val", "1"))
        elif name == "w:sdtContent":
            if self._control is None:
                return False
            done.append([CONTROL, self._control])
            self._control = None
        elif name == "w:sectPr":
            self._references, self._title_page, self._begins = [], None, False
        elif name == "w:headerReference" or name == "w:footerReference":
            self._begins = self._begins or before == "w:sectPr"
            kind, link = found.attributes.get("w:type", "default"), found.attributes.get("r:id", "")
            self._references.append((name == "w:headerReference", kind, link))
        elif name == "w:titlePg" and self._title_page is None:
            self._title_page = is_switched_on(found.attributes.get("w:val", "1"))
        elif name == "w:body":
            self._bodies += 1
            return self._started and self._bodies == 1
        return True

    def _close(self, name: str) -> bool:
        """Note the end of an element; whether it is plain."""
        if name == "w:tc":
            self._cell = None
        elif name == "w:tr":
            self._row = None
        elif name == "w:sdtContent":
            self._held = True
            self._done.append([CONTROL_END, None])
        elif name == "w:sdt":
            return self._held
        elif name == "w:sectPr":
            self._done.append([SECTION, Section(tuple(self._references), self._begins, bool(self._title_page))])
        elif name == "w:document":
            return not self._started or self._bodies == 1
        return True
