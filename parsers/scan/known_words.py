"""Printed words read by what the forms print: a character that is unclear is taken as the form has it.

What stands clearly on the paper stays as it was read: the recogniser's own probabilities decide, and for figures and
negations they must all but favour the form's. Nothing else is put in: an addition or another wording is news.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from formgen.model import Form
from parsers.scan.variants import simplified

if TYPE_CHECKING:
    from parsers.scan.alphabet import Floats
    from parsers.scan.pages import Image
    from parsers.scan.recogniser import Recogniser, Text

_SHORTEST = 3  #: Characters: a shorter line is like too much.
_LIKE = 78.0  #: How like a printed passage a line must be, in per cent.
_MOST = 6  #: More differences in a line are another wording.
_UNCLEAR = 6.0  #: The log of the odds against the form's character up to which it is taken …
_SURE = 1.5  #: … and for a figure or a negation.
_WEIGHTY = frozenset("0123456789.%一二三四五六七八九十百两半不未无非没勿")


@dataclass(frozen=True, slots=True)
class _Edit:
    """A difference between a line as it was read and as it is printed, in places of the line."""

    start: int
    end: int
    known: str


def passages(forms: Iterable[Form]) -> tuple[str, ...]:
    """Everything that forms print, folded; the longer first."""
    found: set[str] = set()
    for form in forms:
        found |= {form.title, *form.columns}
        found |= {blank.label for blank in form.blanks} | {box.label for box in form.fields}
        for item in form.items:
            found |= {item.category, item.text, item.note, item.standard, item.points_text}
    folded = {"".join(_folded(text).split()) for text in found if text}
    return tuple(sorted((text for text in folded if len(text) >= _SHORTEST), key=lambda text: (-len(text), text)))


def corrected(
    texts: Sequence[Text], views: Sequence[Image], known: Sequence[str], recogniser: Recogniser
) -> list[Text]:
    """The lines, unclear characters as the known passages have them. ``views``: the pictures they were read from."""
    from parsers.scan.recogniser import tidied

    whole = "\n".join(known)
    changes: dict[int, list[_Edit]] = {}
    result = list(texts)
    for number, text in enumerate(texts):
        bare = _folded(text.text).strip()
        if len(bare) < _SHORTEST or bare in whole:
            continue
        if simplified(bare) in whole:
            result[number] = replace(text, text=simplified(text.text))
            continue
        edits = list(_edits(_folded(text.text), known))
        if 0 < len(edits) <= _MOST:
            changes[number] = edits
    numbers = sorted(changes)
    for number, steps in zip(numbers, recogniser.line_steps([tidied(views[n]) for n in numbers]), strict=True):
        better = _weighed(texts[number].text, changes[number], steps, recogniser)
        result[number] = replace(texts[number], text=better)
    return result


def _folded(text: str) -> str:
    """The text in one width, character by character, so that places stay what they are."""
    wide = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(one if len(one) == 1 else character for one, character in zip(wide, text, strict=True))


def _edits(line: str, known: Sequence[str]) -> Iterator[_Edit]:
    """How a folded line differs from the passage that it is most like; nothing where it is like none."""
    from rapidfuzz import fuzz, process
    from rapidfuzz.distance import Levenshtein

    best = process.extractOne(line, known, scorer=fuzz.partial_ratio, score_cutoff=_LIKE)
    if best is None:
        return
    passage = best[0]
    match = fuzz.partial_ratio_alignment(line, passage, score_cutoff=_LIKE)
    if match is None:
        return
    part, printed = line[match.src_start : match.src_end], passage[match.dest_start : match.dest_end]
    if len(part) < max(_SHORTEST, 0.6 * len(line)):
        return
    for step in Levenshtein.opcodes(part, printed):
        start, end = match.src_start + step.src_start, match.src_start + step.src_end
        outer = step.src_start == 0 or step.src_end == len(part)
        if step.tag == "equal" or (outer and step.tag != "replace"):
            continue
        if end - start <= 2 and step.dest_end - step.dest_start <= 2:
            yield _Edit(start, end, printed[step.dest_start : step.dest_end])


def _weighed(text: str, edits: Sequence[_Edit], steps: Floats, recogniser: Recogniser) -> str:
    """The line with those edits that its picture does not speak against."""
    from parsers.scan.allowed import FLOOR, candidates_of, forward, plan

    ways = [text, *(text[: edit.start] + edit.known + text[edit.end :] for edit in edits)]
    layout = plan(candidates_of(dict.fromkeys(ways)))
    likely = forward(recogniser.alphabet.emissions(steps, layout.symbols, 0.0, FLOOR), layout)
    by_text = {way.text: float(value) for way, value in zip(layout.spellings, likely, strict=True)}
    taken = []
    for edit, way in zip(edits, ways[1:], strict=True):
        read = text[edit.start : edit.end]
        odds = _SURE if set(read + edit.known) & _WEIGHTY else _UNCLEAR
        if by_text[text] - by_text[way] <= odds or simplified(read) == simplified(edit.known):
            taken.append(edit)
    for edit in reversed(taken):
        text = text[: edit.start] + edit.known + text[edit.end :]
    return text
