"""Plain Word parts are read from their bytes, without a tree: five times as fast as with one.

A part is cut at its texts. The markup between two of them repeats in a form and in all forms like it; each stretch is
checked once (``parsers.word_steps``) and then only looked up. Whatever is not surely plain and well-formed is left to
the walk, and so are all its errors.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import zip_longest

from parsers import word_steps
from parsers.word_passage import Passage
from parsers.word_rows import Row
from parsers.word_sections import Section
from parsers.word_steps import (
    CELL,
    CONTROL,
    CONTROL_END,
    OPENINGS,
    PARAGRAPH,
    PUT,
    ROW,
    SECTION,
    STYLES,
    TABLE,
    Actions,
    State,
)

DOCUMENT = ("w:document",)  #: The root of a main part.
MARGINS = ("w:hdr", "w:ftr")  #: The roots of headers and footers.

_LARGEST = 1_000_000  #: Bytes of a part; a form has some 100,000. Beyond it the walk takes less memory and time.
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#: Namespaces whose attributes a plain part may have.
_MEANT = {
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
}
_DECLARED = r' xmlns:([A-Za-z]\w*)="(https?://[\w.-]+(?:/[\w./-]*)?|urn:[\w:.-]+)"'
_ROOT = re.compile(
    r"""(?:\ufeff)?<\?xml version=(["'])1\.0\1 encoding=(["'])(?:UTF|utf)-8\2"""
    r"""(?: standalone=(["'])(?:yes|no)\3)?\?>[ \t\r\n]*"""
    rf'<w:(document|hdr|ftr)((?:{_DECLARED})+)(?: mc:Ignorable="[\w ]*")?>',
    re.ASCII,
)
_NAMESPACE = re.compile(_DECLARED, re.ASCII)
_CONTROL_CHARACTERS = bytes(set(range(32)) - set(b"\t\n\r"))
_NO_CHARACTERS = re.compile("[\ufffe\uffff]|]]>")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|);?")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Scan:
    """What stands in a plain part."""

    __slots__ = ("blocks", "rows", "sections", "styles")

    def __init__(self) -> None:
        self.blocks: list[Passage | list[Row]] = []  #: Paragraphs, and tables row by row.
        self.sections: list[Section] = []
        self.styles: set[str] = set()  #: Styles of paragraphs and runs.
        self.rows = 0  #: Of all tables.


def scan(data: bytes, roots: tuple[str, ...]) -> Scan | None:
    """Read a part whose root is one of ``roots``; None if it is not plain, and so has to be walked."""
    if len(data) > _LARGEST:
        return None
    end = data.find(b">", data.find(b"<w:")) + 1
    here = root(data[:end]) if 0 < end < 8192 else None
    if here is None or here.stack[0] not in roots:
        return None
    pieces = data[end:].rstrip(b" \t\r\n").split(b"</w:t>")
    rest = pieces.pop()
    steps: list[Actions] = []
    contents: list[bytes] = []
    for piece in pieces:
        markup, _, content = piece.rpartition(b">")
        found = here.known.get(markup)
        if found is None:
            if not markup.endswith(OPENINGS):  # there is a bracket in the text
                opening = piece.find(b">", max(piece.rfind(b"<"), 0))
                markup, content = piece[:opening], piece[opening + 1 :]
            found = word_steps.step(here, markup) if markup.endswith(OPENINGS) else None
            if found is None:
                return None
        actions, here = found
        contents.append(content)
        steps.append(actions)
    found = here.ends.get(rest) or (None if rest.endswith(OPENINGS) else word_steps.step(here, rest))
    if found is None:
        return None
    steps.append(found.actions)
    words = _words(contents)
    return None if words is None else _carried_out(steps, words)


@lru_cache(maxsize=64)
def root(head: bytes) -> State | None:
    """Where a part begins that has a certain head; None if that is not plain."""
    try:
        match = _ROOT.fullmatch(head.decode())
    except UnicodeDecodeError:
        return None
    if match is None:
        return None
    declared = _NAMESPACE.findall(match[5])
    spaces = dict(declared)
    if (
        len(spaces) < len(declared)
        or len(set(spaces.values())) < len(declared)
        or spaces.get("w") != _MAIN
        or "xml" in spaces
        or "xmlns" in spaces
        or ("mc:" in head.decode() and "mc" not in spaces)
    ):
        return None
    meant = frozenset(prefix for prefix, space in _MEANT.items() if spaces.get(prefix) == space)
    return word_steps.state((f"w:{match[4]}",), meant)


def _words(contents: list[bytes]) -> list[str] | None:
    """Texts as XML gives them; None if one is not well-formed."""
    if not contents:
        return []
    joined = b"<".join(contents)
    if len(joined.translate(None, _CONTROL_CHARACTERS)) < len(joined):
        return None
    try:
        text = joined.decode()
    except UnicodeDecodeError:
        return None
    if _NO_CHARACTERS.search(text):
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    words = text.split("<")
    if len(words) != len(contents):
        return None
    if "&" in text:
        try:
            return [_REFERENCE.sub(_character, word) if "&" in word else word for word in words]
        except ValueError:
            return None
    return words


def _character(match: re.Match[str]) -> str:
    """The character that a reference stands for. Raises ValueError if it is none."""
    name, decimal, hexadecimal = match.groups()
    if match[0][-1:] != ";" or match[0] == "&;":
        raise ValueError
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return chr(code)
    raise ValueError


def _carried_out(steps: list[Actions], words: list[str]) -> Scan:
    """Do what the steps say, with a text after each but the last."""
    found = Scan()
    blocks, styles = found.blocks, found.styles
    rows: list[Row] = []
    passage = Passage()
    target: list[str] = passage  # target: where texts are written, the passage or its control
    cells: list[Passage] = []
    control = ("", False)
    row_count = 0
    for actions, text in zip_longest(steps, words):
        for action, given in actions:
            if action == CELL:
                passage = target = Passage()
                cells.append(passage)
                if given is not None:
                    passage.marked = True
                    passage.span, passage.vertical = given
            elif action == STYLES:
                styles |= given
            elif action == CONTROL:
                control, target = given, []
            elif action == CONTROL_END:
                _fill(passage, *control, "".join(target))
                target = passage
            elif action == PUT:
                target.append(given)
            elif action == ROW:
                row = Row([], *given)
                rows.append(row)
                cells = row.cells
                row_count += 1
            elif action == PARAGRAPH:
                passage = target = Passage()
                blocks.append(passage)
            elif action == TABLE:
                rows = []
                blocks.append(rows)
            elif action == SECTION:
                found.sections.append(given)
        if text is not None:
            target.append(text)
    found.rows = row_count
    return found


def _fill(passage: Passage, tag: str, placeholder: bool, text: str) -> None:
    """Write what stands in a control."""
    if placeholder:
        passage.rare.faint.append(text)
        passage.rare.empty_control = True
        text = ""
    else:
        passage.append(text)
    if tag:
        passage.rare.controls.append((tag, text))
