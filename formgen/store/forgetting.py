"""Take a person's name out of the store: a pseudonym takes its place, the numbers stay, and the chain tells.

This is the one change of rows that there is. Each row that changes is named with its seal before and after, so that
the audit log still proves what the rows were; nothing leads from the pseudonym back to the name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from formgen.model import Subject
from formgen.store import seals
from formgen.store.audit import WORDS, words_hash
from formgen.store.database import Database
from formgen.store.values import packed, restored, storable, unpacked
from formgen.subjects import clean

_KEPT = frozenset(("line_head", "law", "mark", "forgetting", "forgotten_row", "forgotten_file", "image_place"))
_PACKED = frozenset((("assessment", "body"), ("standing", "body")))
_READING = ("field", "text", "value", "part", "spot")
_PLACES = ("record", "identity", "assessment", "standing")

Told = Callable[[str], str]  #: A text with the pseudonym in place of the name.


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of a name."""

    pseudonym: str
    rows: int  #: In which the pseudonym took its place.
    files: tuple[tuple[str, str], ...]  #: (sha256, name) of the originals that are about nobody else.
    shared: tuple[str, ...]  #: Names of originals that are about others too.


def papers(database: Database, subject: Subject) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The originals (sha256, name) that are about a person alone, and those that are about others too."""
    whole = _Person(database, subject)
    return whole.files, whole.shared


def forget(
    database: Database,
    subject: Subject,
    pseudonym: str,
    by: str,
    why: str,
    at: datetime,
    also: Iterable[tuple[str, str]] = (),
) -> Forgotten:
    """Put the pseudonym in the place of a person's name, in one transaction.

    ``also``: originals (sha256, name) to be given up beside those that are about the person alone.
    """
    whole = _Person(database, subject)
    whole.files += [file for file in also if file not in whole.files]
    files, shared = whole.files, whole.shared
    database.run("PRAGMA secure_delete = ON")  # no copy of the name is left in free pages
    with database.transaction():
        row = database.insert("forgetting", pseudonym=pseudonym, by=storable(by), why=storable(why), at=at.isoformat())
        with _open_for_change(database):
            changed = list(_renamed(database, whole, pseudonym))
            for table, key in changed:
                before, after = seals.seal_again(database, table, key)
                _say(database, row, table, key, before, after)
            told = list(_audit_renamed(database, whole, pseudonym))
            for key, before, after in told:
                _say(database, row, "audit_words", key, before, after)
        database.insert_many("forgotten_file", "forgetting, sha256", [(row, sha256) for sha256, _ in files])
    return Forgotten(
        pseudonym,
        len(changed) + len(told),
        tuple((sha256, whole.anywhere(name, pseudonym)) for sha256, name in files),
        tuple(whole.anywhere(name, pseudonym) for _, name in shared),
    )


class _Person:
    """Where a person stands in the store."""

    def __init__(self, database: Database, subject: Subject) -> None:
        self._database = database
        self._own = (clean(subject.village), clean(subject.name))
        found: set[tuple[str, str]] = set()
        places: set[str] = set()
        for table in _PLACES:
            for row in database.query(f"SELECT DISTINCT village, name, grp, team FROM {table}"):
                village, name, group, team = (restored(cast("str", one)) for one in row)
                found.add((village, name))
                places |= {village, group, team}
        mine = {(village, name) for village, name in found if (clean(village), clean(name)) == self._own}
        self._names = sorted(
            {name for _, name in mine} | {self._own[1], subject.name}, key=lambda one: (-len(one), one)
        )
        self._villages = sorted({village for village, _ in mine} | {subject.village, self._own[0]} - {""})
        others = {clean(name) for village, name in found if (village, name) not in mine} | set(map(clean, places))
        #: Nobody and nothing else has the name, nor a longer one that holds it: it can be replaced wherever it stands.
        self.alone = len(self._own[1]) > 1 and not any(self._own[1] in other for other in others)
        self.records = {
            cast("int", key)
            for table, column in (("record", "id"), ("identity", "record"))
            for key, village, name in database.query(f"SELECT {column}, village, name FROM {table}")
            if self.is_it(village, name)
        }
        #: The originals (sha256, name) that are about the person alone; those that are about others too.
        self.files, self.shared = self._files()

    def is_it(self, village: object, name: object) -> bool:
        """Whether these columns name the person."""
        one = clean(restored(cast("str", village))), clean(restored(cast("str", name)))
        return one == self._own or (self.alone and one[1] == self._own[1])

    def own(self, text: str, pseudonym: str) -> str:
        """A text that is about the person alone."""
        for name in self._names:
            text = text.replace(name, pseudonym)
        return text

    def anywhere(self, text: str, pseudonym: str) -> str:
        """A text that may be about others too: a namesake's name is left."""
        if self.alone:
            return self.own(text, pseudonym)
        for village in self._villages:
            for name in self._names:
                for between in ("/", "", "-", " ", "　"):
                    text = text.replace(f"{village}{between}{name}", f"{village}{between}{pseudonym}")
        return text

    def _files(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        alone, shared = [], []
        whose: dict[tuple[str, str], set[bool]] = {}
        for sha256, name, record in self._database.query(
            "SELECT s.sha256, s.name, r.id FROM submission s JOIN generation g ON g.submission = s.id "
            "JOIN record r ON r.generation = g.id ORDER BY s.id"
        ):
            whose.setdefault((str(sha256), restored(cast("str", name))), set()).add(record in self.records)
        for file, mine in whose.items():
            if mine == {True}:
                alone.append(file)
            elif True in mine:
                shared.append(file)
        return alone, shared


class _open_for_change:  # noqa: N801 - a context manager, read as a verb
    """The triggers that refuse a change are put aside, and put back as they were. Inside a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._triggers: list[tuple[str, str]] = []

    def __enter__(self) -> None:
        rows = self._database.query(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_is_final_update'"
        )
        self._triggers = [(str(name), str(sql)) for name, sql in rows]
        for name, _ in self._triggers:
            self._database.run(f"DROP TRIGGER {name}")

    def __exit__(self, *fault: object) -> None:
        for _, statement in self._triggers:
            self._database.run(statement)


def _renamed(database: Database, person: _Person, pseudonym: str) -> Iterator[tuple[str, int]]:
    """Rename in all sealed tables; the rows (table, key) that changed."""
    for table, (key, listed) in seals.SEALED.items():
        if table in _KEPT:
            continue
        columns = listed.split(", ")
        owned = _owned(database, table, person)
        changed = set()
        for number, *values in database.query(f"SELECT {key}, {listed} FROM {table}"):
            row = cast("int", number)
            told = _teller(person, pseudonym, row in owned)
            fresh = {
                column: new
                for column, value in zip(columns, values, strict=True)
                if (new := _told(table, column, value, told)) != value
            }
            if fresh:
                _update(database, table, f"{key} = ?", (row,), fresh)
                changed.add(row)
        if table == "record":
            changed |= _readings(database, person, pseudonym)
        for row in sorted(changed):
            yield table, row


def _owned(database: Database, table: str, person: _Person) -> Collection[int]:
    """The rows of a table that are about the person alone."""
    if table == "record":
        return person.records
    if table == "identity":
        rows = database.query("SELECT id, record FROM identity")
        return {cast("int", key) for key, record in rows if record in person.records}
    if table in ("assessment", "standing"):
        rows = database.query(f"SELECT id, village, name FROM {table}")
        return {cast("int", key) for key, village, name in rows if person.is_it(village, name)}
    wanted = {
        "submission": "SELECT s.id, s.sha256 FROM submission s",
        "arrival": "SELECT a.id, s.sha256 FROM arrival a JOIN submission s ON s.id = a.submission",
        "correction": "SELECT c.id, s.sha256 FROM correction c JOIN submission s ON s.id = c.submission",
        "issue": "SELECT q.id, s.sha256 FROM issue q JOIN generation g ON g.id = q.generation "
        "JOIN submission s ON s.id = g.submission",
    }.get(table)
    files = {sha256 for sha256, _ in person.files}
    return {cast("int", key) for key, sha256 in database.query(wanted) if sha256 in files} if wanted else ()


def _readings(database: Database, person: _Person, pseudonym: str) -> set[int]:
    """Rename in readings; the records that they are of."""
    changed = set()
    for record, field, number, *values in database.query(
        f"SELECT record, field, number, {', '.join(_READING)} FROM reading"
    ):
        told = _teller(person, pseudonym, record in person.records)
        fresh = {
            column: new
            for column, value in zip(_READING, values, strict=True)
            if (new := _told("reading", column, value, told)) != value
        }
        if fresh:
            _update(database, "reading", "record = ? AND field = ? AND number = ?", (record, field, number), fresh)
            changed.add(cast("int", record))
    return changed


def _audit_renamed(database: Database, person: _Person, pseudonym: str) -> Iterator[tuple[int, str, str]]:
    """Rename in the words of the audit log; (line, hash of its words before, and after)."""
    own = {sha256[:12] for sha256, _ in person.files}
    for key, words, salt, *values in database.query(
        f"SELECT a.id, COALESCE((SELECT after FROM forgotten_row f WHERE f.kind = 'audit_words' AND f.row = a.id "
        f"ORDER BY f.id DESC LIMIT 1), a.words), w.salt, {', '.join('w.' + name for name in WORDS)} "
        "FROM audit a JOIN audit_words w ON w.id = a.id"
    ):
        texts = [restored(cast("str", value)) for value in values]
        told = _teller(person, pseudonym, texts[WORDS.index("file")][:12] in own)
        fresh = {
            name: storable(new)
            for name, text in zip(WORDS, texts, strict=True)
            if name != "account" and (new := told(text)) != text
        }
        if fresh:
            _update(database, "audit_words", "id = ?", (key,), fresh)
            now = [restored(cast("str", fresh.get(name, text))) for name, text in zip(WORDS, texts, strict=True)]
            yield cast("int", key), str(words), words_hash(cast("int", key), str(salt), *now)


def _teller(person: _Person, pseudonym: str, own: bool) -> Told:
    change = person.own if own else person.anywhere
    return lambda text: change(text, pseudonym)


def _told(table: str, column: str, value: object, told: Told) -> object:
    """The value of a column with the name replaced; the very same value where it does not hold it."""
    if (table, column) in _PACKED and isinstance(value, bytes):
        text = unpacked(value)
        new = told(text)
        return value if new == text else packed(new)
    if isinstance(value, str | bytes):
        text = restored(value)
        new = told(text)
        return value if new == text else storable(new)
    return value


def _update(database: Database, table: str, where: str, keys: tuple[Any, ...], fresh: Mapping[str, object]) -> None:
    names = ", ".join(f"{column} = ?" for column in fresh)
    database.run(f"UPDATE {table} SET {names} WHERE {where}", *fresh.values(), *keys)


def _say(database: Database, forgetting: int, kind: str, row: int, before: str, after: str) -> None:
    database.insert("forgotten_row", forgetting=forgetting, kind=kind, row=row, before=before, after=after)
