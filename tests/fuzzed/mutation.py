"""A mutant by its name: ``KIND:SEED:NUMBER``, or ``KIND:SEED:NUMBER+NUMBER`` for one that was made of another."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fuzzed import markup, pdfs, pictures, raw, records, texts, zips
from fuzzed.corpus import Seed, seeds

PLANTS = (
    "乙玖玖",
    "73.61",
    "玖玖丙 41分",
    "丁卯，未核",
)  #: Words that stand nowhere else: what becomes of them is followed.
_PLANTED = {"docx": ("t",), "xlsx": ("t", "v"), "ods": ("p",)}
_SHARE_PLANTED = 0.15


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file that was made of a sound one."""

    name: str
    seed: str  #: Name of the sound file.
    data: bytes
    planted: str = ""  #: The words that were put in place of visible ones, if that is all that was changed.

    @property
    def kind(self) -> str:
        """What it was before."""
        return self.name.partition(":")[0]


def mutant(name: str, corpus: Sequence[Seed] | None = None) -> Mutant:
    """The mutant of this name. ``corpus``: the seeds of its kind, if they are at hand. Raises ValueError."""
    kind, seed, numbers = name.split(":")
    known = seeds(kind) if corpus is None else corpus
    first, *more = map(int, numbers.split("+"))
    chance = random.Random(f"{kind}:{seed}:{first}")
    sound = chance.choices(known, [one.weight for one in known])[0]
    if kind in _PLANTED and chance.random() < _SHARE_PLANTED:
        token = chance.choice(PLANTS)
        if (planted := _plant(sound, kind, token, chance)) is not None and not more:
            return Mutant(name, sound.name, planted, token)
        data = planted or sound.data
    else:
        data = _stacked(sound.data, kind, sound.name, chance)
    for number in more:
        data = _stacked(data, kind, sound.name, random.Random(f"{kind}:{seed}:{first}+{number}"))
    return Mutant(name, sound.name, data)


def _stacked(data: bytes, kind: str, name: str, chance: random.Random) -> bytes:
    """One to four mutations, one upon another; bytes only at the end, as they may spoil what the others look for."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        data = _once(data, kind, name, chance)
    if chance.random() < 0.06:
        data = raw.mutated(data, chance)
    return data


def _once(data: bytes, kind: str, name: str, chance: random.Random) -> bytes:
    operation: Callable[[bytes, random.Random], bytes] = {
        "xls": records.compound,
        "old": records.compound,
        "xlsb": records.xlsb,
        "pdf": pdfs.mutated,
        "picture": pdfs.mutated if data.startswith(b"%PDF") else pictures.mutated,
        "scan": pdfs.mutated if data.startswith(b"%PDF") else pictures.mutated,
        "text": texts.mutated,
        "scheme": texts.mutated,
        "settings": texts.mutated,
        "template": texts.mutated if name.endswith(".md") else zips.mutated,
    }.get(kind, zips.mutated)
    try:
        return operation(data, chance)
    except Exception:  # a mutant that is no longer what its kind takes apart: its bytes are left to change
        return raw.mutated(data, chance)


def _plant(sound: Seed, kind: str, token: str, chance: random.Random) -> bytes | None:
    try:
        members = zips.members_of(sound.data)
    except Exception:  # the samples hold a few that are broken
        return None
    wanted = {"docx": "word/document.xml", "ods": "content.xml"}.get(kind)
    parts = [
        number
        for number, (name, _) in enumerate(members)
        if name == wanted
        or (kind == "xlsx" and (name == "xl/sharedStrings.xml" or name.startswith("xl/worksheets/sheet")))
    ]
    if not parts:
        return None
    number = chance.choice(parts)
    name, content = members[number]
    changed = markup.planted(content, token, chance, _PLANTED[kind] if "worksheets" not in name else ("t",))
    if changed is None:
        return None
    members[number] = name, changed
    return zips.zipped(members)
