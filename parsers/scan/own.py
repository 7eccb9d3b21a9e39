"""A page of our own form: each cell that is to be answered, cut out where it stands and read by its field's rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from formgen.model import Form, Issue, IssueCode, Locator, PageLayout, Severity, Slot, Subject
from formgen.pagecode import PageCode
from parsers.scan import faded, signatures, signs, straddling, strikes
from parsers.scan.allowed import Candidate
from parsers.scan.fields import FieldRule, rule_of
from parsers.scan.lines import inked_lines
from parsers.scan.printed_lines import as_printed, at_foot, continued, labelled, named, printed_only, unsigned
from parsers.scan.seen import OwnPage, SeenSlot
from parsers.scan.variants import simplified

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage
    from parsers.scan.pages import Image
    from parsers.scan.recogniser import Recogniser
    from parsers.scan.snapping import Placed, Placement

FREE = 0.35  #: Less white about a line is read no better, and more with less time, but worse from 0.4 on.
_PRINT = 1.0  #: The same for a line of print, which is clearer …
_PERIOD = 1.25  #: … and for the period under the title.
_RULED = 0.85  #: Share of its rules from which it is not these that a page does not agree by.
_BENT = 5.0  #: Millimetres that flat paper is not bent.
_FOOT = 5.0  #: Millimetres: a line of a box that ends so near to its lower edge is the one for a signature.


@dataclass(slots=True)
class _Answer:
    """A slot that is to be read."""

    place: int
    rule: FieldRule
    crop: Image
    strips: list[Image]
    known: list[str] | None = None  #: The lines in their order: what is printed there and not read, "" for a strip.
    margin: float = FREE  #: White that is left about a line that is read freely, as a share of its height.
    crossing: float = 0.0  #: How probable it is that something in it is crossed out; of figures only.
    name: Image | None = None  #: What stands where one signs; it is not in the strips then.
    signing: int = 0  #: So many of the last strips may hold a signature, which is misread as words if it is squeezed.


def read_own(
    page: SeenPage,
    placement: Placement,
    form: Form,
    code: PageCode | None,
    recogniser: Recogniser,
    known: Sequence[Subject] = (),
) -> OwnPage:
    """All that stands in the answer cells of a page. ``known``: the roster, for names written by hand."""
    from parsers.scan import ink
    from parsers.scan.cells import Cells

    layout = placement.layout
    cells = Cells(page, placement)
    slots: list[SeenSlot] = []
    wanted: list[_Answer] = []
    subjects = (*((code.subject,) if code is not None else ()), *known)
    widths = _widened(layout)
    period, top = bool(form.subtitle), min((other.y for other in layout.slots if other.ruled), default=0.0)
    for place, found in enumerate(placement.placed):
        slot = SeenSlot(found.slot, found.box)
        if found.slot.tags:
            rule = rule_of(form, found.slot.tags[0], subjects)
            cell = cells.seen(found, rule, widths.get(place))
            slot = cell.slot
            if cell.view is not None:
                answer = _answer(place, rule, cell.view, found.slot)
                answer.crossing = cell.crossing
                if rule.sort == "name" and code is not None and getattr(code.subject, rule.id):
                    answer.margin = _PRINT  # the blank has it printed
                wanted.append(answer)
        elif period and _names_period(found.slot, top):
            view = _line(cells.sheet.page, found, layout.width)
            slot = replace(slot, struck=signs.struck_out(view, ink.DENSITY, words=True))
            wanted.append(_Answer(place, FieldRule("", "text"), view, [view], margin=_PERIOD))
        slots.append(slot)
    for place, slot in _recognised(wanted, recogniser, slots):
        slots[place] = slot
    slots = faded.doubted(straddling.doubted(cells.sheet, placement.placed, slots, form), form)
    return OwnPage(
        page.image.number,
        form.id,
        layout.edition,
        layout.page,
        layout.pages,
        tuple(slots),
        code,
        round(placement.agreement, 3),
        tuple(_doubts(page, placement, form.title)),
    )


def _answer(place: int, rule: FieldRule, view: Image, slot: Slot) -> _Answer:
    from parsers.scan import ink

    if rule.sort not in ("box", "text") or slot.height <= 9:
        return _Answer(place, rule, view, [view])
    if rule.sort == "box":
        return _box(place, rule, view, slot.text)
    strips = [strip for _, strip, _ in inked_lines(view, ink.DENSITY)]
    count = printed_only(strips, slot.text, ink.DENSITY) if slot.text else 0
    known = [slot.text] if count else []
    return _Answer(place, rule, view, strips[count:], [*known, *("" for _ in strips[count:])])


def _box(place: int, rule: FieldRule, view: Image, printed: str) -> _Answer:
    """A box with an opinion; who signed it is read by itself where nothing else is written on that line."""
    from parsers.scan import ink

    rest, name = unsigned(view, printed, ink.DENSITY) if rule.signed else (view, None)
    seen = inked_lines(rest, ink.DENSITY)
    known = _known_lines(rest, seen, rule, printed)
    if name is not None and not any("签" in line for line in known):  # a date, or print that is not plain
        seen, name = inked_lines(view, ink.DENSITY), None
        known = _known_lines(view, seen, rule, printed)
    unread = [
        (start + dark.shape[0], strip) for (start, strip, dark), said in zip(seen, known, strict=True) if not said
    ]
    foot = view.shape[0] - _FOOT * ink.DENSITY
    signing = sum(lower > foot for lower, _ in unread) if rule.signed else 0
    return _Answer(place, rule, view, [strip for _, strip in unread], known, name=name, signing=signing)


def _known_lines(view: Image, seen: Sequence[tuple[int, Image, Any]], rule: FieldRule, printed: str) -> list[str]:
    """For each line of a box what is printed there if that is all there is; ``""`` for one that must be read."""
    from parsers.scan import ink

    known = ["" for _ in seen]
    if printed and (not rule.signed or signatures.has_room(printed)):
        for number, (start, _, dark) in enumerate(seen):
            above = (view.shape[0] - start - dark.shape[0]) / ink.DENSITY
            known[number] = at_foot(dark, above, printed, ink.DENSITY)
    if seen and not known[0]:
        known[0] = labelled([seen[0][1]], printed, ink.DENSITY)
    return known


def _names_period(slot: Slot, top: float) -> bool:
    """Whether printed words are the line under the title, where the period stands. ``top``: of the tables."""
    return not slot.ruled and slot.y < top and slot.text.startswith("（") and slot.text.endswith("）")


def _line(page: SeenPage, found: Placed, width: float) -> Image:
    """The whole line of the page that a slot stands on: what is printed there may be longer than on a bare blank."""
    import numpy as np

    from parsers.scan import ink

    slot, aside = found.slot, 0.3 * width
    along = (found.corners[1] - found.corners[0]) / slot.width
    middle = (found.corners[0] + found.corners[1]) / 2, (found.corners[3] + found.corners[2]) / 2
    upper, lower = middle[0] - along * aside, middle[1] - along * aside
    corners = np.stack([upper, upper + along * 2 * aside, lower + along * 2 * aside, lower])
    return ink.crop(page, replace(found, slot=replace(slot, width=2 * aside), corners=corners))


def _widened(layout: PageLayout) -> dict[int, float]:
    """For each blank outside a table the room to the next words on its line: people write over the end of a blank."""
    found: dict[int, float] = {}
    for place, slot in enumerate(layout.slots):
        if slot.ruled or not slot.tags:
            continue
        right = [
            other.x for other in layout.slots if other.x > slot.x + 1 and abs(other.y - slot.y) < 2 and not other.ruled
        ]
        found[place] = min([*right, slot.x + slot.width + 6]) - slot.x - 0.5
    return found


def _recognised(
    wanted: Sequence[_Answer], recogniser: Recogniser, slots: Sequence[SeenSlot]
) -> list[tuple[int, SeenSlot]]:
    """The filled slots with what stands in them."""
    from parsers.scan import ink
    from parsers.scan.text import NAMES

    narrow = [answer for answer in wanted if answer.rule.candidates]
    found: list[tuple[int, SeenSlot]] = []
    lists: list[Sequence[str | Candidate]] = [answer.rule.candidates for answer in narrow]
    how = [NAMES if answer.rule.sort == "name" else recogniser.weighing for answer in narrow]
    margins = [one.margin for one in narrow]
    rankings = recogniser.allowed([one.crop for one in narrow], lists, how, margins)
    crossed = [n for n, one in enumerate(narrow) if strikes.is_crossed(rankings[n], one.crossing)]
    beside = [strikes.uncrossed(narrow[n].crop, ink.DENSITY) for n in crossed]
    for n, ranking in zip(crossed, recogniser.allowed(beside, [lists[n] for n in crossed]), strict=True):
        rankings[n] = strikes.beside(rankings[n], ranking)
    for n, (answer, ranking) in enumerate(zip(narrow, rankings, strict=True)):
        slot = slots[answer.place]
        slot = replace(slot, struck=slot.struck or n in crossed)
        found.append((answer.place, replace(slot, text=ranking.text, confidence=ranking.confidence, ranking=ranking)))
    free = [answer for answer in wanted if not answer.rule.candidates]
    strips = [
        (strip, answer.margin, number < len(answer.strips) - answer.signing)
        for answer in free
        for number, strip in enumerate((*answer.strips, *([answer.name] if answer.name is not None else [])))
    ]
    views, white, squeezing = (
        [one for one, _, _ in strips],
        [one for _, one, _ in strips],
        [one for _, _, one in strips],
    )
    texts = iter(recogniser.free(views, white, squeezing))
    for answer in free:
        lines = [next(texts) for _ in answer.strips]
        sure = min((line.confidence for line in lines if line.text.strip()), default=1.0)
        read = iter(lines)
        known = answer.known if answer.known is not None else ["" for _ in lines]
        said = [line for line in (text or next(read).text for text in known) if line.strip()]
        text = continued(*said) if answer.rule.sort == "text" and any(known) and len(said) == 2 else "\n".join(said)
        if answer.rule.sort == "box":
            text = "\n".join(as_printed(simplified(line), slots[answer.place].slot.text) for line in said)
        if answer.name is not None:
            text, sure = named(text, next(texts), sure)
        slot = replace(slots[answer.place], text=text, confidence=sure)
        if answer.rule.signed and not signatures.has_room(slot.slot.text):
            slot = replace(slot, signed=signs.signed(answer.strips, [line.text for line in lines], ink.DENSITY))
        found.append((answer.place, slot))
    return found


def _doubts(page: SeenPage, placement: Placement, title: str) -> list[Issue]:
    if placement.consistent:
        return []
    if placement.agreement < _RULED:
        how = f"只对上{placement.agreement:.0%}"
    elif placement.bend > _BENT:
        how = f"纸弯了或者拍得太斜，差到{placement.bend:.0f}毫米"
    else:
        how = "线对得上，印的字不像"
    number = page.image.number
    message = f"第{number}页的表格线与《{title}》的版面对不上（{how}），每一格都要人看"
    return [Issue(IssueCode.LOW_CONFIDENCE, Severity.ERROR, message, Locator(f"page {number}"))]
