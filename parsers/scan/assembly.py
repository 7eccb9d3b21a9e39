"""A paper of our own as a document, as the Word file of the same form would give it: for the parsers of the forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from formgen.model import Form, Locator
from formgen.pagecode import PageCode
from parsers.forms.wording import key
from parsers.grid import Cell, Document, Grid, Paragraph
from parsers.scan.papers import Paper
from parsers.scan.seen import OwnPage, SeenSlot, TypedPage
from parsers.scan.settling import Said
from parsers.scan.typed_pages import parted

KIND = "scan"


def document(paper: Paper, form: Form, said: Mapping[str, Said]) -> Document:
    """The pages of a paper that came, in the order of the form; what they print is known and not read.

    Of typed pages it is what stands there.
    """
    blocks: list[Paragraph | Grid] = []
    done: set[tuple[int, int, int]] = set()
    if 1 not in paper.found:  # its title stands on the page that is missing
        blocks.append(Paragraph(form.title, Locator(f"page {paper.first}")))
    typed = {page.number: page for page in parted([one for one in paper.found.values() if isinstance(one, TypedPage)])}
    for part in sorted(paper.found):
        page = paper.found[part]
        if isinstance(page, TypedPage):
            blocks += typed[page.number].blocks
            continue
        place = f"page {page.number}"
        outside = [slot for slot in page.slots if not slot.slot.ruled]
        above: list[Paragraph | Grid] = []
        below: list[Paragraph | Grid] = []
        lowest = min((slot.slot.y for slot in page.slots if slot.slot.ruled), default=0.0)
        for number, line in enumerate(_lines(outside), 1):
            (above if line[0].slot.y < lowest else below).append(_paragraph(line, said, place, number))
        blocks += above
        for number in sorted({slot.slot.table for slot in page.slots if slot.slot.ruled}):
            blocks.append(_grid(page, number, f"{place}, table {number + 1}", form, said, done))
        blocks += below
    issues = tuple(issue for page in typed.values() for issue in page.issues)
    return Document(KIND, tuple(blocks), issues, _properties(paper, form))


def _properties(paper: Paper, form: Form) -> dict[str, str]:
    """What the code on the pages says, as the properties of our Word files do."""
    found = {"form": form.id, "scheme": form.scheme}
    code: PageCode | None = paper.code
    if code is not None:
        subject = code.subject
        parts = (("period", code.period), ("village", subject.village), ("name", subject.name))
        found |= {name: part for name, part in (*parts, ("group", subject.group), ("team", subject.team)) if part}
    return found


def _lines(slots: list[SeenSlot]) -> Iterator[list[SeenSlot]]:
    """The slots outside the tables, line by line."""
    line: list[SeenSlot] = []
    for slot in sorted(slots, key=lambda one: (round(one.slot.y, 1), one.slot.x)):
        if line and abs(slot.slot.y - line[0].slot.y) > 1.0:
            yield line
            line = []
        line.append(slot)
    if line:
        yield line


def _paragraph(line: list[SeenSlot], said: Mapping[str, Said], place: str, number: int) -> Paragraph:
    words: list[str] = []
    tags: list[tuple[str, str]] = []
    box: tuple[int, ...] = ()
    for slot in line:
        for tag in slot.slot.tags:
            text = said[tag].text if tag in said else ""
            tags.append((tag, text))
            words.append(text)
            box = slot.box
        if not slot.slot.tags:
            words.append(slot.text or slot.slot.text)  # the period under the title was read
    where = Locator(place, f"line {number}", box=box if len(tags) == 1 else ())
    return Paragraph("\t".join(words) if len(line) > 1 and not tags else "".join(words), where, tuple(tags))


def _grid(
    page: OwnPage, number: int, part: str, form: Form, said: Mapping[str, Said], done: set[tuple[int, int, int]]
) -> Grid:
    """The cells of one table of a page; a head that is repeated on a later page is left out there."""
    cells = []
    boxes = {box.id for box in form.fields}
    fresh = [
        slot
        for slot in page.slots
        if slot.slot.table == number and (number, slot.slot.row, slot.slot.column) not in done
    ]
    first = min((slot.slot.row for slot in fresh), default=0)
    for slot in sorted(fresh, key=lambda one: (one.slot.row, one.slot.column)):
        found = slot.slot
        done.add((number, found.row, found.column))
        row = found.row - first
        where = Locator(part, f"row {row + 1}, column {found.column + 1}", box=slot.box)
        cell = Cell(row, found.column, found.text, where, found.rowspan, found.colspan, found.tags)
        cells.append(_answered(cell, slot, said, boxes) if found.tags else cell)
    rows = max((cell.row + cell.rowspan for cell in cells), default=0)
    columns = max((cell.column + cell.colspan for cell in cells), default=0)
    return Grid(part, rows, columns, tuple(cells))


def _answered(cell: Cell, slot: SeenSlot, said: Mapping[str, Said], boxes: set[str]) -> Cell:
    answers = [(tag, said[tag].text) for tag in slot.slot.tags if tag in said]
    sure = min((said[tag].confidence for tag, _ in answers), default=1.0)
    words = [text for _, text in answers if text]
    printed = slot.slot.text
    if printed and words and not boxes & {tag for tag, _ in answers}:
        words = [beside(printed, word) for word in words]
        answers = [(tag, word) for (tag, _), word in zip(answers, words, strict=False)]
        whole = "\n".join(filter(None, (printed, *words)))
    else:
        whole = "\n".join(words) or printed
    return replace(cell, text=whole, confidence=sure, controls=tuple(answers))


def beside(printed: str, seen: str) -> str:
    """What stands in a cell beside its printed words, from what was read in the whole of it.

    The printed words are recognised with some faults: the whole is laid along them, and what is put in between, or a
    line that is unlike them, was added; also words that are printed elsewhere in the same cell.
    """
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Levenshtein

    lines = [line.strip() for line in seen.splitlines() if key(line)]
    wanted, whole = key(printed), "".join(map(key, lines))
    how = ""  # for each character: = printed, x another in its place, + put in between
    most = 0
    for step in Levenshtein.opcodes(wanted, whole):
        size = step.dest_end - step.dest_start
        how += {"equal": "=", "replace": "x", "insert": "+"}.get(step.tag, "") * size
        most = max(most, size if step.tag == "insert" else 0)
    if most < _SLIP and fuzz.ratio(wanted, whole) >= _SAME:
        return ""
    rest, end = [], 0
    for line in lines:
        bare = key(line)
        start, end = end, end + len(bare)
        if how.count("=", start, end) < _PART * len(bare):
            rest.append(line)
            continue
        added = max(re.findall(r"\++", how[start:end]), key=len, default="")
        if len(added) > _SLIP:
            at = start + how[start:end].index(added)
            rest.append(whole[at : at + len(added)])
    return "\n".join(rest)


_SAME = 92.0  #: A cell so like its printed words holds nothing else, if nothing is put in between.
_PART = 0.5  #: A line of which a smaller share is printed was written.
_SLIP = 2  #: So many characters beside it are faults of recognition.
