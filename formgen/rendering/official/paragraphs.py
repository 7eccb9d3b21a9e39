"""The body of a draft as blocks: levels of headings by their numbers, Markdown tables with their merges. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil

from formgen.rendering.official.elements import Block, Cell, Table, Text
from formgen.rendering.official.geometry import length

_LEVELS = (
    (1, re.compile(r"^[一二三四五六七八九十]+、")),
    (2, re.compile(r"^[（(][一二三四五六七八九十]+[）)]")),
    (3, re.compile(r"^\d{1,2}[.．、]\s*(?!\d)")),
    (4, re.compile(r"^[（(]\d{1,2}[）)]")),
)
_CHAPTER = re.compile(r"^(第[一二三四五六七八九十\d]+[章节编]|[总附]\s*则$)")
_ARTICLE = re.compile(r"^第[一二三四五六七八九十百]+条(?=[\s　])")
_ANCHOR = re.compile(r"^\s*<a id=\"[^\"]*\"></a>\s*$")
_RULE = re.compile(r"^\|(\s*:?-{3,}:?\s*\|)+$")
_HEADING_LIMIT = 56  #: 字: a longer first sentence is body, not a heading.
_HEAD, _PADDING, _ACROSS = 210, 140, 8844  #: Twips: a character of a head, what a cell adds, the 版心.
_LARGE = 245  #: Twips of a character of 小四.
_SIGNED = ("签名", "签字", "盖章")


def blocks(lines: Sequence[str]) -> tuple[Block, ...]:
    """The blocks of Markdown or plain text: a line is a paragraph; ``##`` a heading; ``|…|`` lines a table."""
    found: list[Block] = []
    rows: list[str] = []
    for line in (*lines, ""):
        bare = line.strip(" \t\u3000")
        if bare.startswith("|") and bare.endswith("|") and len(bare) > 1:
            rows.append(bare)
            continue
        if rows:
            found.append(_table(rows))
            rows = []
        if bare and not _ANCHOR.match(line):
            found.append(_text(bare))
    return tuple(found)


def _text(line: str) -> Text:
    marked = re.match(r"^(#{1,6})\s+(.*)$", line)
    words = marked.group(2).strip() if marked else line
    words = re.sub(r"\*\*(.+?)\*\*", r"\1", words)
    if _CHAPTER.match(words) and len(words) <= 40:
        return Text(words, level=1, lead=len(words), centred=True)
    if article := _ARTICLE.match(words):
        return Text(words, level=1, lead=article.end())
    for level, pattern in _LEVELS:
        if pattern.match(words):
            return Text(words, level=level, lead=_lead(words, level, bool(marked)))
    if marked:
        return Text(words, level=1, lead=len(words))
    return Text(words)


def _lead(words: str, level: int, marked: bool) -> int:
    """How much of a numbered paragraph is heading: all of a short one without a full stop, else its first sentence."""
    if level >= 3:
        return 0
    stop = words.find("。")
    if stop < 0:
        return len(words) if marked or (len(words) <= _HEADING_LIMIT and words[-1] not in "；;，,：:") else 0
    if stop == len(words) - 1:
        return len(words) if marked else 0
    return stop + 1 if level == 2 and stop < _HEADING_LIMIT // 2 else 0


def _cells(row: str) -> list[str]:
    parts = re.split(r"(?<!\\)\|", row[1:-1])
    return [re.sub(r"<br\s*/?>", "\n", part.strip()).replace("\\|", "|") for part in parts]


def _table(lines: Sequence[str]) -> Block:
    rows = [_cells(line) for line in lines if not _RULE.match(line)]
    if not rows:
        return Text(" ".join(lines))
    columns = max(len(row) for row in rows)
    rows = [row + [""] * (columns - len(row)) for row in rows]
    if any(not cell for cell in rows[0]):
        return _register(rows, columns)
    widths = _widths(rows, columns)
    return Table(_scored(rows), widths, large=_is_large(rows, widths))


def _is_large(rows: list[list[str]], widths: tuple[int, ...]) -> bool:
    """Whether every cell fits its column on one line in 小四."""
    room = [_ACROSS * width // sum(widths) - _PADDING for width in widths]
    return all(_LARGE * length(_spread(words)) <= space for row in rows for words, space in zip(row, room, strict=True))


def _scored(rows: list[list[str]]) -> tuple[tuple[Cell, ...], ...]:
    """A score sheet: a blank at the beginning of a row belongs to the cell above."""
    made = [tuple(Cell(_spread(words)) for words in rows[0])]
    for row in rows[1:]:
        cells, leading = [], any(row)
        for words in row:
            leading = leading and not words
            cells.append(Cell(words, joined=leading and len(made) > 1))
        made.append(tuple(cells))
    return tuple(made)


def _spread(words: str) -> str:
    """A head that was spread with blanks to fill its cell (``考    评    指    标``) as one word."""
    return re.sub(r"(?<=\S)\s{2,}(?=\S)", "", words)


def _register(rows: list[list[str]], columns: int) -> Table:
    """A register: label and blank in turn, what is left of a row belongs to its last cell."""
    return Table(tuple(_register_row(row, columns) for row in rows), _register_widths(columns), heads=0, tall=True)


def _register_row(row: list[str], columns: int) -> tuple[Cell, ...]:
    used = max((index for index, words in enumerate(row) if words), default=0) + 1
    words = row[:used]
    signed = any(mark in words[-1] for mark in _SIGNED) or "意见：" in words[-1]
    if not signed and used < columns:
        words = [*words, ""]  # the blank that answers the last label
    spans = [1] * len(words)
    left = columns - len(words)
    if signed and len(words) > 2:  # several boxes share the row
        share, rest = divmod(columns - 1, len(words) - 1)
        spans = [1] + [share + (1 if index < rest else 0) for index in range(len(words) - 1)]
    else:
        spans[-1] += left
    return tuple(Cell(text, span) for text, span in zip(words, spans, strict=True))


def _register_widths(columns: int) -> tuple[int, ...]:
    return tuple(12 if index % 2 == 0 else 19 for index in range(columns))


def _widths(rows: list[list[str]], columns: int) -> tuple[int, ...]:
    """Parts of the width: by what each column holds, less than in proportion, and wide enough for its head."""
    weights, heads = [], []
    for column in range(columns):
        content = [len(row[column]) for row in rows[1:]] or [0]
        weights.append(max(1, round((sum(content) / len(content) + max(content)) ** 0.65 * 2)))
        heads.append((min(max(len(_spread(rows[0][column])), 2), 4) * _HEAD + _PADDING) / _ACROSS)
    for _ in range(4):  # a wider column makes the others narrower: until all heads fit
        total = sum(weights)
        weights = [max(weight, ceil(head * total)) for weight, head in zip(weights, heads, strict=True)]
    return tuple(weights)
