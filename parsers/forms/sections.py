"""Find the score sheets in a document: which lines belong to which form, also where several stand in one file. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from formgen.model import Form
from parsers.forms.header import has_blanks
from parsers.forms.lines import Line
from parsers.forms.printed import TITLE_ALIKE, PrintedForm, head_role, printed_forms, title_likeness
from parsers.forms.wording import likeness, wording
from parsers.grid import Document, Grid

ALIKE = 0.72  #: From here on two wordings may be the same item.
_MOST_FUZZY_ROWS = 400
_TITLE_SIGN = re.compile("[表准考核评]")  #: Every title has one of these.

Hit = tuple[str, str]  #: (form id, item id)


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one filled form."""

    form: PrintedForm
    lines: tuple[Line, ...]
    score: float
    evidence: tuple[str, ...]
    rivals: tuple[PrintedForm, ...] = ()  #: Other forms that it could be just as well.


def is_head(line: Line) -> bool:
    """Whether a row is the head of a score table: two column heads or more, one of them for scores or wording."""
    if line.grid is None:
        return False
    roles = {head_role(cell.text) for cell in line.cells if cell.text.strip() and len(cell.text) < 30} - {None}
    return len(roles) >= 2 and bool(roles & {"score", "wording", "standard"})


def _exact_hits(lines: Sequence[Line], forms: Sequence[PrintedForm]) -> list[frozenset[Hit]]:
    index: dict[str, list[Hit]] = {}
    for form in forms:
        for name, ids in form.by_key.items():
            index.setdefault(name, []).extend((form.form.id, item_id) for item_id in ids)
    hits: list[frozenset[Hit]] = []
    for line in lines:
        found: list[Hit] = []
        if line.grid is not None:
            per_cell = [index[name] for cell in line.own if cell.text and (name := wording(cell.text)) in index]
            found = [hit for group in per_cell for hit in group]
            per_form = Counter(form for form, _ in set(found))
            found = [hit for hit in found if per_form[hit[0]] == 1]  # several items side by side: a summary list
        hits.append(frozenset(found))
    return hits


def _fuzzy_hits(lines: Sequence[Line], forms: Sequence[PrintedForm]) -> list[frozenset[Hit]]:
    hits: list[frozenset[Hit]] = []
    for line in lines:
        best: tuple[float, Hit] | None = None
        if line.grid is not None and line.index < _MOST_FUZZY_ROWS:
            for cell in line.own:
                plain = wording(cell.text) if len(cell.text) >= 3 else ""
                for form in forms if len(plain) >= 4 else ():
                    for item in form.items:
                        alike = max(likeness(plain, item.text), likeness(plain, item.whole))
                        if alike >= ALIKE and (best is None or alike > best[0]):
                            best = (alike, (form.form.id, item.item.id))
        hits.append(frozenset([best[1]] if best else ()))
    return hits


def title_of(lines: Sequence[Line], place: int, forms: Sequence[Form]) -> tuple[Form, float, int] | None:
    """The form whose title stands in a line (or in it and the next), how alike, and over how many lines."""
    line = lines[place]
    texts = [(cell.text, 1) for cell in line.own if 6 <= len(cell.text) <= 200 and _TITLE_SIGN.search(cell.text)]
    following = lines[place + 1] if place + 1 < len(lines) else None
    if following is not None and following.block - line.block <= 1 and len(line.own) == len(following.own) == 1:
        first, second = line.own[0].text.strip(), following.own[0].text.strip()
        if first and second and len(first) + len(second) <= 80 and _TITLE_SIGN.search(second):
            texts.append((first + second, 2))
    best: tuple[Form, float, int] | None = None
    for text, span in texts:
        for form in forms:
            alike = title_likeness(text, form.title)
            if alike >= TITLE_ALIKE and (best is None or alike > best[1] + (0.02 if span > best[2] else 0)):
                best = (form, alike, span)
    return best


def _page_starts(document: Document, lines: Sequence[Line]) -> set[int]:
    blocks = set(document.pages)
    return {line.index for line in lines if line.block in blocks and (line.row == 0 or line.grid is None)}


def _clusters(
    document: Document, lines: Sequence[Line], hits: Sequence[frozenset[Hit]], forms: Sequence[Form]
) -> list[tuple[int, int]]:
    """Ranges of lines, each with the items of one form; together they cover the whole document."""
    pages = _page_starts(document, lines)
    starts: list[int] = []
    seen: set[Hit] = set()
    count: Counter[str] = Counter()
    last = -1
    for line in lines:
        here = hits[line.index]
        if not here:
            continue
        if last < 0:
            starts.append(0)
        else:
            between = range(last + 1, line.index)
            titled = [place for place in between if title_of(lines, place, forms)]
            labelled = [place for place in between if has_blanks(lines[place])]
            headed = [place for place in between if is_head(lines[place])]
            paged = [place for place in between if place in pages]
            new_block = line.block != lines[last].block
            sheet = new_block and _sheet(line) != _sheet(lines[last])
            upcoming = [hits[place] for place in range(line.index, len(lines)) if hits[place]][:3]
            again = sum(bool(group & seen) for group in upcoming) * 3 >= len(upcoming) * 2
            stranger = new_block and not any(count[form] for form, _ in here)
            if titled or sheet or stranger or (again and (labelled or headed or new_block)):
                starts.append(min(titled[:1] or paged[:1] or labelled[:1] or headed[:1] or [_block_start(lines, line)]))
                seen, count = set(), Counter()
        seen |= here
        count.update(form for form, _ in here)
        last = line.index
    return list(zip(starts, [*starts[1:], len(lines)], strict=True)) if starts else []


def _sheet(line: Line) -> str:
    return line.grid.part if line.grid is not None and line.grid.part.startswith("sheet ") else ""


def _block_start(lines: Sequence[Line], line: Line) -> int:
    return next(other.index for other in lines if other.block == line.block)


def _judge(
    lines: Sequence[Line], hits: Sequence[frozenset[Hit]], forms: Sequence[PrintedForm], everything: Sequence[Form]
) -> Section | None:
    ranked: list[tuple[float, PrintedForm, int, float]] = []
    rows = [line for line in lines if hits[line.index]]
    printed_titles: dict[str, float] = {}
    first = rows[0].index - lines[0].index
    for place in range(len(lines)):
        if place > first and lines[place].grid is not None:
            continue  # a title stands above its table, or in a text box
        if found := title_of(lines, place, everything):
            printed_titles[found[0].id] = max(printed_titles.get(found[0].id, 0), found[1])
    for form in forms:
        columns: Counter[int] = Counter()
        found_items: dict[str, list[int]] = {}
        weights: dict[str, float] = {}
        for line in rows:
            for form_id, item_id in hits[line.index]:
                if form_id != form.form.id:
                    continue
                printed = form.printed(item_id)
                for cell in line.own:
                    plain = wording(cell.text)
                    if plain in (printed.text, printed.whole) or likeness(plain, printed.text) >= ALIKE:
                        columns[cell.column] += 1
                        found_items.setdefault(item_id, []).append(cell.column)
                weights[item_id] = max(weights.get(item_id, 0), _points_weight(line, form, item_id))
        if not columns:
            continue
        column = columns.most_common(1)[0][0]
        coverage = sum(
            weights[item_id] if column in places else 0.5 * weights[item_id] for item_id, places in found_items.items()
        ) / len(form.items)
        title = printed_titles.get(form.form.id, 0.0)
        least = 2 if title >= 0.9 else 3
        if len(found_items) >= least and (coverage >= 0.4 or (title >= TITLE_ALIKE and coverage >= 0.15)):
            ranked.append((0.75 * coverage + 0.25 * title, form, len(found_items), title))
    if not ranked:
        return None
    ranked.sort(key=lambda entry: -entry[0])
    score, form, count, title = ranked[0]
    evidence = [f"在{len(form.items)}项指标中找到{count}项"]
    if title:
        evidence.insert(0, f"标题与《{form.form.title}》相符（{title:.0%}）")
    else:
        evidence.insert(0, f"未见标题《{form.form.title}》")
    evidence.append(f"位置：{rows[0].where.chinese}起")
    rivals = tuple(entry[1] for entry in ranked[1:] if entry[0] > score - 0.05)
    return Section(form, tuple(lines), round(score, 3), tuple(evidence), rivals)


def _points_weight(line: Line, form: PrintedForm, item_id: str) -> float:
    """Less than 1 where the row prints a maximum of its own that is not the item's."""
    points = form.printed(item_id).item.points
    plain = [cell.text.strip() for cell in line.cells]
    numbers = [text for text in plain if text.isdecimal() and len(text) <= 3]
    if "points" not in form.roles or points is None or not numbers:
        return 1.0
    return 1.0 if str(points) in numbers else 0.6


def sections(document: Document, lines: Sequence[Line], forms: Sequence[Form]) -> list[Section]:
    """The score sheets in a document, in reading order; their lines do not overlap."""
    printed = printed_forms(tuple(forms))
    if not printed or not any(isinstance(block, Grid) for block in document.blocks):
        return []
    hits = _exact_hits(lines, printed)
    if sum(map(bool, hits)) < 3:
        hits = _fuzzy_hits(lines, printed)
    found = []
    for start, end in _clusters(document, lines, hits, forms):
        if section := _judge(lines[start:end], hits, printed, forms):
            found.append(section)
    return found
