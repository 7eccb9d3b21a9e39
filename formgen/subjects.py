"""Who is meant: subjects compared and looked up by name, on a cleaned copy only. Pure."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from formgen.model import Subject


def clean(text: str) -> str:
    """A copy to compare by: full-width made half-width, no spaces, no invisible characters. Never stored as a value."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


def cleaned(subject: Subject) -> Subject:
    """A copy of the subject to compare by."""
    return Subject(clean(subject.village), clean(subject.name), clean(subject.group), clean(subject.team))


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def same(one: Subject, other: Subject) -> bool:
    """Whether two subjects are the same one.

    Village and name must be equal. A group (or, of a person, a team) that only one of them gives does not part them;
    two different ones do: namesakes in two groups of a village are two people.
    """
    one, other = cleaned(one), cleaned(other)
    if one.village != other.village or one.name != other.name:
        return False
    if not one.name and one.team != other.team:
        return False
    return _agree(one.team, other.team) and _agree(one.group, other.group)


def complete(subject: Subject, named: bool) -> bool:
    """Whether the subject tells whom it is about; ``named``: the form is about a person, who must have a name."""
    return bool(clean(subject.name)) if named else bool(clean(subject.village) or clean(subject.team))


def find(words: str, subjects: Iterable[Subject]) -> tuple[Subject, ...]:
    """The subjects that a person's words may mean: ``李四``, ``张庄村/李四``, ``张庄村/一组/李四``, ``张庄村``.

    Each subject is given once; empty if nobody fits, several if the words do not tell them apart.
    """
    *places, last = [clean(part) for part in unicodedata.normalize("NFKC", words).split("/")]
    found: list[Subject] = []
    for subject in subjects:
        plain = cleaned(subject)
        around = {plain.village, plain.team, plain.group}
        fits = plain.name == last if plain.name else last in (plain.village, plain.team)
        if last and fits and all(place in around for place in places) and subject not in found:
            found.append(subject)
    return tuple(found)


def near(words: str, subjects: Iterable[Subject], count: int = 3) -> tuple[Subject, ...]:
    """The subjects whose names are most like the words, best first; empty if none is."""
    wanted = clean(words)
    short = wanted.rpartition("/")[2]
    ranked: list[tuple[float, str, Subject]] = []
    for subject in dict.fromkeys(subjects):
        key = clean(subject.key)
        own = clean(subject.name) or key
        likeness = max(
            difflib.SequenceMatcher(None, wanted, key).ratio(), difflib.SequenceMatcher(None, short, own).ratio()
        )
        if likeness >= 0.6 or (len(short) > 1 and sorted(short) == sorted(own)):
            ranked.append((-likeness, key, subject))
    ranked.sort(key=lambda entry: entry[:2])
    return tuple(subject for _, _, subject in ranked[:count])
