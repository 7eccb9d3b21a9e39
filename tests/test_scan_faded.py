"""On a page whose writing a copier has washed out, a blank that must be filled is a doubt."""

from __future__ import annotations

from dataclasses import replace

from paper import all_forms

from formgen.model import Slot
from parsers.scan import faded, remnants
from parsers.scan.seen import SeenSlot

FORM = all_forms()["village-cadre-quarterly"][1]
NEEDED = [item.id for item in FORM.items if item.required]
FREE = [item.id for item in FORM.items if not item.required]


def page(filled: set[str], faint: set[str] | frozenset[str] = frozenset()) -> list[SeenSlot]:
    """The answer cells of a form, some of them filled, some of these with remnants alone."""
    return [
        SeenSlot(
            Slot(20, 20 + 9 * row, 16, 9, tags=(field,), row=row, column=1, table=0),
            (),
            filled=field in filled | faint,
            doubt=remnants.DOUBT if field in faint else "",
        )
        for row, field in enumerate((*NEEDED, *FREE, "total"))
    ]


def doubts(slots: list[SeenSlot]) -> set[str]:
    return {slot.slot.tags[0] for slot in faded.doubted(slots, FORM) if slot.doubt == faded.DOUBT}


def test_a_blank_on_an_ordinary_page_is_a_blank() -> None:
    assert doubts(page({*NEEDED[1:], "total"})) == set()


def test_where_remnants_are_seen_the_other_blanks_that_must_be_filled_are_doubtful() -> None:
    slots = page({*NEEDED[2:]}, {NEEDED[1]})

    assert doubts(slots) == {NEEDED[0], "total"}


def test_where_most_of_what_must_be_filled_looks_blank_it_is_doubtful() -> None:
    assert doubts(page({NEEDED[0]})) == {*NEEDED[1:], "total"}


def test_what_may_stay_blank_is_left_alone_unless_a_speck_is_in_it() -> None:
    remark = SeenSlot(Slot(20, 20, 16, 9, tags=(f"{NEEDED[0]}.remark",)), (), filled=False, speck=True)
    bare = [*page(set()), remark]
    specked = [replace(slot, speck=slot.slot.tags[0] == FREE[0]) for slot in bare]

    assert not doubts(bare) & {*FREE}
    assert doubts(specked) - doubts(bare) == {FREE[0]}


def test_broken_writing_in_which_nothing_was_read_is_doubtful() -> None:
    broken = SeenSlot(Slot(20, 20, 16, 9, tags=(f"{NEEDED[0]}.remark",)), (), filled=True, doubt=remnants.BROKEN)

    unread, read = faded.doubted([broken, replace(broken, text="已核实")], FORM)

    assert unread.doubt == remnants.BROKEN
    assert read.doubt == ""
