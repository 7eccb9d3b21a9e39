"""Find labels such as ``行政村：`` in a line, however they are spaced, and what is written after each. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from formgen.model import Form
from parsers.forms.vocabulary import BLANKS, OTHER_LABELS, PERIOD_LABELS, TOTAL_LABELS
from parsers.forms.wording import compact

_FILL = " \t\r\n\u3000\u00a0_＿…＿‗"
_EDGE = _FILL + "，,；;、。|｜.·:：︰∶"
_SUBJECT_SIGN = re.compile("[村名组庄长位象人队]")
_COLONS = ":︰∶"
_STRANGER = re.compile(r"(?:(?<=[\s_\u3000])|^)([\u4e00-\u9fff（）()]{2,12})[ \u3000]*[：:]")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and what stands after it, up to the next label."""

    id: str  #: Field id, ``period``, ``total``, ``other``, or ``?`` for a label that no form of ours knows.
    label: str  #: As it stands.
    value: str  #: As it stands, without fill lines; empty if blank.
    start: int  #: Where the label begins in the text.
    whole: bool  #: The label fills the text: the value must stand elsewhere.


@lru_cache(maxsize=32)
def vocabulary(form: Form) -> tuple[tuple[str, str], ...]:
    """(label without blanks, field id) for the blanks of a form and the labels that go with any form, longest first."""
    found: dict[str, str] = {}
    for name in OTHER_LABELS:
        found[compact(name)[0]] = "other"
    for name in PERIOD_LABELS:
        found[compact(name)[0]] = "period"
    if form.base_points is not None or not form.judgements:
        found.update({compact(name)[0]: "total" for name in TOTAL_LABELS})
    ids = {blank.id for blank in form.blanks}
    for field_id, names in BLANKS.items():
        if field_id in ids:
            found.update({compact(name)[0]: field_id for name in names})
    for blank in form.blanks:
        found[compact(blank.label)[0]] = blank.id
    return tuple(sorted(found.items(), key=lambda entry: -len(entry[0])))


@lru_cache(maxsize=1)
def _subject_labels() -> tuple[tuple[str, str], ...]:
    found = {compact(name)[0]: field_id for field_id, names in BLANKS.items() for name in names if field_id != "post"}
    return tuple(sorted(found.items(), key=lambda entry: -len(entry[0])))


def names_subject(text: str) -> bool:
    """Whether a line has a blank for a village, a name or a group: it may open a form."""
    if len(text) > 300 or not _SUBJECT_SIGN.search(text):
        return False
    return any(found.id != "?" for found in labelled(text, _subject_labels()))


def _candidates(
    text: str, plain: str, places: Sequence[int], names: Sequence[tuple[str, str]]
) -> list[tuple[int, int, str, bool]]:
    """(start, end, id, sure) in the compact text; overlaps resolved in favour of the longest."""
    taken = [False] * len(plain)
    found: list[tuple[int, int, str, bool]] = []
    for name, field_id in names:
        start = plain.find(name)
        while start >= 0:
            end = start + len(name)
            if not any(taken[start:end]):
                colon = end < len(plain) and plain[end] in _COLONS
                before = text[places[start] - 1] if places[start] else " "
                after = text[places[end - 1] + 1] if places[end - 1] + 1 < len(text) else " "
                left = start == 0 or before in _EDGE + "（(【[)）" or plain[start - 1] in _COLONS
                right = after in _FILL or end == len(plain)
                fills = start == 0 and end == len(plain)
                if fills or (colon and (left or len(name) > 1)) or (left and right and len(name) > 1):
                    found.append((start if left else _label_start(text, plain, places, start), end, field_id, True))
                    taken[start:end] = [True] * len(name)
                elif left and len(name) >= 3 and field_id != "other":
                    found.append((start, end, field_id, False))
                    taken[start:end] = [True] * len(name)
            start = plain.find(name, start + 1)
    sure = sum(entry[3] for entry in found)
    return sorted(entry for entry in found if entry[3] or sure or len(found) > 1)


def _label_start(text: str, plain: str, places: Sequence[int], start: int) -> int:
    """Where a label begins that has more words before it: ``负责自然庄：`` after a blank is one label."""
    first = start
    while first and start - first < 5 and "\u4e00" <= plain[first - 1] <= "\u9fff":
        if places[first] - places[first - 1] > 1:
            return first
        first -= 1
    return start


def labelled(text: str, names: Sequence[tuple[str, str]]) -> list[Labelled]:
    """The labels in a text with what is written after each, in order."""
    if not text or len(text) > 2000:
        return []
    plain, places = compact(text)
    marks = [
        (places[start], places[end - 1] + 1, field_id)
        for start, end, field_id, _ in _candidates(text, plain, places, names)
    ]
    for match in _STRANGER.finditer(text):
        start, end = match.span(1)
        if not any(first < end and start < last for first, last, _ in marks):
            marks.append((start, end, "?"))
    marks.sort()
    found = []
    for number, (start, end, field_id) in enumerate(marks):
        stop = marks[number + 1][0] if number + 1 < len(marks) else len(text)
        value = text[end:stop].strip(_EDGE)
        if value.endswith(("（", "(", "【")):
            value = value[:-1].strip(_EDGE)
        found.append(Labelled(field_id, text[start:end], value, start, start == 0 and not value and len(marks) == 1))
    return found


def before_first(text: str, found: Sequence[Labelled]) -> str:
    """What stands before the first label."""
    return (text[: found[0].start] if found else text).strip(_EDGE)
