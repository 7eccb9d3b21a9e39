"""A page whose writing a copier has washed out: what looks blank there may have been written. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from formgen.model import Form
from parsers.scan import remnants
from parsers.scan.fields import TOTAL
from parsers.scan.seen import SeenSlot

DOUBT = "这一页的笔迹像是复印褪掉了，空白的格未必没有写"  #: Why a blank cell there is doubtful.
_FEW = 4  #: Cells that must be filled, from which it tells something that most of them look blank.
_MOST = 2 / 3  #: Share of them.


def doubted(slots: Sequence[SeenSlot], form: Form) -> list[SeenSlot]:
    """The slots of a page: those that must be filled, the total, and scores with a speck, doubtful where they look
    blank on such a page.

    Such a page is one on which a cell holds no more than remnants of writing, or on which most of what must be filled
    looks blank: nobody hands that in. Broken writing is no doubt where words were read.
    """
    slots = [replace(one, doubt="") if one.doubt == remnants.BROKEN and one.text.strip() else one for one in slots]
    wanted = {item.id for item in form.items if item.required}
    needed = [slot for slot in slots if slot.slot.tags and slot.slot.tags[0] in wanted and not slot.slot.text]
    empty = sum(not slot.filled for slot in needed)
    if not any(slot.doubt == remnants.DOUBT for slot in slots) and not (
        len(needed) >= _FEW and empty >= _MOST * len(needed)
    ):
        return slots
    wanted.add(TOTAL)
    others = {item.id for item in form.items} - wanted

    def lost(slot: SeenSlot) -> bool:
        tag = slot.slot.tags[0] if slot.slot.tags else ""
        empty = not (slot.filled or slot.doubt or slot.slot.text)
        return empty and (tag in wanted or (tag in others and slot.speck))

    return [replace(slot, doubt=DOUBT) if lost(slot) else slot for slot in slots]
