"""Blanks filled in as people do: pages with the truth about every field, signature and seal on them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from formgen.model import Slot, Value
from scans.blanks import DPI, Blank
from scans.measuring import Box
from scans.seals import name_seal, round_seal
from scans.strokes import RED, Page, press, signature, size_of
from scans.values import Entries, Entry, Odds, entries
from scans.writing import Writer, put, spaced, writer

DOTS = DPI / 25.4
_SIGN = ("签名", "签字")
_NARROW = 26.0  #: Millimetres: the room kept for a signature to the right of its word.


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in one answer."""

    field: str
    page: int  #: From 1.
    slot: Slot
    text: str = ""  #: As written; empty for a blank.
    value: Value = None
    ink: Box | None = None  #: Where the writing lies, millimetres; None for a blank.
    struck: str = ""
    beyond: bool = False
    printed: bool = False  #: It stands there since the blank was made.


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form that somebody filled in: what is on it, and how to draw it."""

    blank: Blank
    seed: int
    by: Writer
    written: dict[str, Written]
    faults: frozenset[str]  #: wrong-total, out-of-range, corrected, unsigned, unsealed.
    signatures: dict[str, bool]  #: By field: whether its line for a signature is signed.
    seals: dict[str, bool]
    total: Value = None  #: What the scores add up to.

    @property
    def total_agrees(self) -> bool | None:
        """Whether the written total is the sum; None where no total is written."""
        written = self.written.get("total")
        return None if written is None or written.value is None else written.value == self.total

    def pages(self) -> Iterator[Page]:
        """The pages as pictures at 300 dots an inch, one after another."""
        for layout in self.blank.layouts:
            yield self.page(layout.page)

    def page(self, number: int) -> Page:
        """One page (from 1)."""
        page = self.blank.page(number)
        for one in self.written.values():
            if one.page == number and one.ink is not None:
                chance = random.Random(f"{self.seed} {one.field}")
                box = self._room(one)
                put(page, one.text, box, self.by, chance, DOTS, beyond=one.beyond, struck=one.struck)
        for field, where in _spots(self.blank, number, _SIGN).items():
            if self.signatures.get(field):
                self._sign(page, number, field, where)
        for field, where in _spots(self.blank, number, ("盖章",)).items():
            if self.seals.get(field):
                self._seal(page, field, where)
        return page

    def _room(self, one: Written) -> Box:
        return _room(self.blank, one.page, one.slot)

    def _sign(self, page: Page, number: int, field: str, where: Box) -> None:
        chance = random.Random(f"{self.seed} sign {field}")
        if chance.random() < 0.12:  # a name seal instead of a signature
            cover = name_seal("李守", chance, DOTS, chance.uniform(9, 12))
            press(page, cover, where.x + where.width + 1, where.middle[1] - 5, RED, DOTS)
            return
        hand = replace(self.by.hand, weight=min(0.7, max(0.4, self.by.hand.weight)))
        end = where.x + where.width
        words = self.blank.printed[number - 1].words
        beside = [word.x for word in words if word.x > end and abs(word.middle[1] - where.middle[1]) < 2]
        room = min([*beside, end + 20.0]) - end
        cover = signature(hand, chance, DOTS, min(chance.uniform(9, 17), room * chance.uniform(0.85, 1.1)))
        high = size_of(cover, DOTS)[1]
        press(page, cover, where.x + where.width + 0.5, where.middle[1] - high * 0.6, hand.colour, DOTS)

    def _seal(self, page: Page, field: str, where: Box) -> None:
        chance = random.Random(f"{self.seed} seal {field}")
        wide = chance.uniform(36, 42)
        cover = round_seal(chance.choice(("张庄村民委员会", "沙沟乡人民政府", "县农牧局")), chance, DOTS, wide)
        x, y = where.middle
        press(page, cover, x - wide / 2 + chance.gauss(0, 3), y - wide / 2 + chance.gauss(0, 3), RED, DOTS)


def fill(
    blank: Blank,
    seed: int,
    odds: Odds | None = None,
    family: int | None = None,
    kind: str | None = None,
    made: Entries | None = None,
) -> Sheet:
    """A sheet of somebody, decided by the seed. ``family``, ``kind``: see ``strokes.Hand`` and ``writing.writer``.

    ``made``: what is written, where it is not for the seed to decide.
    """
    odds = odds or Odds()
    chance = random.Random(f"sheet {seed}")
    places = {tag: (layout.page, slot) for layout in blank.layouts for slot in layout.slots for tag in slot.tags}
    subject = {name: getattr(blank.subject, name) for name in ("village", "name", "group", "team") if name in places}
    known = {name: words for name, words in subject.items() if words}
    made = made or entries(blank.form, blank.scheme, places.keys(), known.keys(), seed, odds)
    by = writer(seed, family, kind)
    if odds.touching is not None:
        by = spaced(by, odds.touching, seed)
    written: dict[str, Written] = {}
    for tag, (page, slot) in places.items():
        if tag in known:
            written[tag] = Written(tag, page, slot, known[tag], known[tag], printed=True)
            continue
        entry = made.fields.get(tag, Entry(""))
        room = _room(blank, page, slot)
        ink = Box(room.x, room.y, room.width, room.height, entry.text) if entry.text else None
        beyond = bool(entry.text) and slot.ruled and not entry.struck and chance.random() < odds.beyond
        beyond = beyond and by.kind in ("drawn", "kai")  # a printer keeps to its cell
        written[tag] = Written(tag, page, slot, entry.text, entry.value, ink, entry.struck, beyond)
    faults = set(made.faults)
    signed: dict[str, bool] = {}
    sealed: dict[str, bool] = {}
    for layout in blank.layouts:
        for field in _spots(blank, layout.page, _SIGN):
            signed[field] = chance.random() >= odds.unsigned
        for field in _spots(blank, layout.page, ("盖章",)):
            sealed[field] = chance.random() >= odds.unsealed
    if not all(signed.values()):
        faults.add("unsigned")
    if not all(sealed.values()):
        faults.add("unsealed")
    return Sheet(blank, seed, by, written, frozenset(faults), signed, sealed, made.total)


def _spots(blank: Blank, number: int, words: tuple[str, ...]) -> dict[str, Box]:
    """Where a page prints these words within an answer: field → the word, as it stands in the PDF."""
    found: dict[str, Box] = {}
    slots = [slot for slot in blank.layouts[number - 1].slots if slot.tags and slot.ruled]
    for word in blank.printed[number - 1].words:
        if any(part in word.text for part in words):
            for slot in slots:
                if Box(slot.x, slot.y, slot.width, slot.height).holds(*word.middle):
                    found[slot.tags[0]] = word
    return found


def _room(blank: Blank, number: int, slot: Slot) -> Box:
    """The part of an answer in which nothing is printed: above the first printed line of its lower part."""
    box = Box(slot.x, slot.y, slot.width, slot.height)
    if not slot.ruled:
        return Box(slot.x + 0.5, slot.y + 0.3, slot.width - 1, slot.height - 0.6)
    inside = [word for word in blank.printed[number - 1].words if box.holds(*word.middle)]
    inside = [word for word in inside if not any(value and value in word.text for value in _names(blank))]
    tops = [word.y for word in inside if word.y > box.y + 2 * word.height]
    heads = [word.y + word.height for word in inside if word.y <= box.y + 2 * word.height]
    top = max([box.y, *heads]) if tops else box.y
    end = min([box.y + box.height, *(place - 0.3 for place in tops)])
    if not tops and heads:  # something is printed in a flat cell: write behind it
        right = max(word.x + word.width for word in inside)
        return Box(right + 0.5, box.y, max(4.0, box.x + box.width - right - 0.5), box.height)
    return Box(box.x, top, box.width, end - top)


def _names(blank: Blank) -> tuple[str, ...]:
    subject = blank.subject
    return (subject.village, subject.name, subject.group, subject.team)
