"""Who is meant: subjects compared and looked up by name, on a cleaned copy only. Pure."""

from __future__ import annotations

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from formgen.model import RosterEntry, Subject


def clean(text: str) -> str:
    """A copy to compare by: full-width made half-width, no spaces, no invisible characters. Never stored as a value."""
    if not text or (text.isalnum() and unicodedata.is_normalized("NFKC", text)):
        return text  # nearly every name: letters alone
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
    ranked: list[tuple[float, float, str, Subject]] = []
    for subject in dict.fromkeys(subjects):
        key = clean(subject.key)
        own = clean(subject.name) or key.rpartition("/")[2]
        likeness = difflib.SequenceMatcher(None, short, own).ratio()
        if likeness >= 0.5 or (len(short) > 1 and sorted(short) == sorted(own)):
            ranked.append((-likeness, -difflib.SequenceMatcher(None, wanted, key).ratio(), key, subject))
    ranked.sort(key=lambda entry: entry[:3])
    return tuple(subject for *_, subject in ranked[:count])


class RosterIndex:
    """The roster, ready to be asked for one subject after the other."""

    def __init__(self, roster: Iterable[RosterEntry]) -> None:
        self.entries = tuple(roster)
        self._by_key: dict[tuple[str, str], list[RosterEntry]] = defaultdict(list)
        self._by_name: dict[str, list[RosterEntry]] = defaultdict(list)
        self._places: set[str] = set()
        self._places_of: dict[RosterEntry, int] = {}
        self._first_of: dict[tuple[str, str], int] = {}
        for number, entry in enumerate(self.entries):
            self._places_of.setdefault(entry, number)
            plain = cleaned(entry.subject)
            self._first_of.setdefault((plain.village, plain.team), number)
            self._first_of.setdefault((plain.village, ""), number)
            self._by_key[plain.village, plain.name].append(entry)
            if plain.name:
                self._by_name[plain.name].append(entry)
            self._places |= {plain.village, plain.team} - {""}

    def matches(self, subject: Subject) -> tuple[RosterEntry, ...]:
        """The rows that may be the subject's; by the name alone where no village is given."""
        plain = cleaned(subject)
        found = [entry for entry in self._by_key[plain.village, plain.name] if same(entry.subject, subject)]
        if not found and plain.name and not plain.village:
            found = self._by_name[plain.name]
        return tuple(found)

    def entry(self, subject: Subject) -> RosterEntry | None:
        """The row of a subject; None if there is none, or several that differ."""
        found = self.matches(subject)
        rows = {(cleaned(entry.subject), entry.post, entry.base_pay, entry.series) for entry in found}
        return found[0] if len(rows) == 1 else None

    def place(self, subject: Subject) -> int:
        """Where a subject stands in the roster, to sort by: a village where its first row does; unknown ones last."""
        found = self.matches(subject)
        if found:
            return self._places_of[found[0]]
        plain = cleaned(subject)
        known = None if plain.name else self._first_of.get((plain.village, plain.team))
        return len(self.entries) if known is None else known

    def knows(self, subject: Subject) -> bool:
        """Whether the subject is in the roster, and one person; a village or a team also as that of somebody in it."""
        if len({cleaned(entry.subject) for entry in self.matches(subject)}) == 1:
            return True
        plain = cleaned(subject)
        return not plain.name and all(place in self._places for place in (plain.village, plain.team) if place)

    def near(self, subject: Subject) -> tuple[Subject, ...]:
        """The subjects of the roster that may have been meant, best first."""
        return near(subject.key, (entry.subject for entry in self.entries))
