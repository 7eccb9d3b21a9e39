"""The audit log: who did what and when, before and after, from which file. Lines are chained and never change.

A line is written in the transaction that it tells of, by the database itself: no command can forget to. The last line
of a transaction also holds the hash over the seals of all rows that it added. Who changes a row and seals it anew, or
takes a line out, breaks the chain; who makes the whole chain anew is found only by a head that was noted elsewhere.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import secrets
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol, cast

from formgen.store.audit_events import Event, events
from formgen.store.seals import SEALED, digest_of
from formgen.store.values import restored, storable

Row = tuple[object, ...]
WORDS = ("event", "account", "by", "what", "before", "after", "file", "why")  #: Columns of ``audit_words``.
START = "0" * 64  #: What the first line has for the hash of the line before it.
#: Table → the column that counts its rows in the order in which they were added, where that is not its key.
_ORDER = {"withdrawal": "COALESCE((SELECT number FROM withdrawal WHERE assessment = seal.row), 0)"}
Heights = dict[str, int]  #: Table → its last row.
Covers = dict[str, tuple[int, int]]  #: Table → the rows after the first number, up to the second.


class Queries(Protocol):
    """What of a database is needed here."""

    def query(self, sql: str, *parameters: object) -> list[Row]:
        """All rows that a SELECT gives."""

    def one(self, sql: str, *parameters: object) -> Row | None:
        """The first row, None if there is none."""

    def insert(self, table: str, **columns: object) -> int:
        """Add a row; its id."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the log."""

    id: int
    at: str  #: ISO 8601.
    event: Event
    account: str  #: User and machine.
    sha256: str


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line of the log that is not as it was written."""

    id: int
    what: str  #: Chinese.


@cache
def account() -> str:
    """Who works, as the operating system knows it: user and machine."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):
        user = "?"
    return f"{user}@{socket.gethostname()}"[:200]


def write(database: Queries, notes: Sequence[Event], at: datetime) -> None:
    """Add the lines for what a transaction did. Inside it, after its rows were sealed."""
    last = database.one("SELECT id, sha256, heights FROM audit ORDER BY id DESC LIMIT 1")
    number, previous, plain = cast("tuple[int, str, str]", last) if last else (0, START, "{}")
    former: Heights = json.loads(plain)
    heights = {table: height for table in SEALED if (height := _height(database, table)) > _first(table)}
    covers = _between(former, heights)
    told = [*events(database, covers, begun=not number), *notes]
    if covers and not told:
        listed = "、".join(f"{table} {to - first}" for table, (first, to) in covers.items())
        told = [Event("kept", f"存入台账：{listed}")]
    for place, event in enumerate(told, 1):
        number += 1
        whole = place == len(told)
        body, digest = json.dumps(heights if whole else former), _digest(database, covers if whole else {})
        words = (event.event, account(), event.by, event.what, event.before, event.after, event.file, event.why)
        salt = secrets.token_hex(16)
        hashed = words_hash(number, salt, *words)
        sha256 = line_hash(number, at.isoformat(), body, digest, hashed, previous)
        database.insert(
            "audit", id=number, at=at.isoformat(), heights=body, digest=digest, words=hashed, previous=previous,
            sha256=sha256,
        )  # fmt: skip
        columns = dict(zip(WORDS, map(storable, words), strict=True))
        database.insert("audit_words", id=number, salt=salt, **columns)
        previous = sha256


def words_hash(number: int, salt: str, *words: str) -> str:
    """The hash of what a line tells: event, account, by, what, before, after, file, why."""
    return digest_of("words", number, salt, *(word.encode("utf-8", "surrogatepass") for word in words))


def line_hash(number: int, at: str, covers: str, digest: str, words: str, previous: str) -> str:
    """The hash of a line, by which the next one is bound to it."""
    return digest_of("line", number, at, covers, digest, words, previous)


def lines(database: Queries) -> list[AuditLine]:
    """All lines, oldest first."""
    rows = database.query(
        f"SELECT a.id, a.at, a.sha256, {', '.join('w.' + name for name in WORDS)} "
        "FROM audit a LEFT JOIN audit_words w ON w.id = a.id ORDER BY a.id"
    )
    found = []
    for number, at, sha256, *words in rows:
        event, who, by, what, before, after, file, why = (restored(cast("str", word or "")) for word in words)
        told = Event(event, what, by, before, after, file, why)
        found.append(AuditLine(cast("int", number), str(at), told, who, str(sha256)))
    return found


def head(database: Queries) -> tuple[int, str]:
    """Number and hash of the newest line; 0 and zeros where there is none."""
    row = database.one("SELECT id, sha256 FROM audit ORDER BY id DESC LIMIT 1")
    return cast("tuple[int, str]", row) if row else (0, START)


def broken(database: Queries) -> Iterator[BrokenLine]:
    """The lines that are not as they were written, and rows that no line tells of."""
    forgotten: dict[int, tuple[str, str]] = {}
    for row, before, after in database.query(
        "SELECT row, before, after FROM forgotten_row WHERE kind = 'audit_words' ORDER BY id"
    ):
        key = cast("int", row)
        forgotten[key] = (forgotten.get(key, (str(before),))[0], str(after))
    previous, number = START, 0
    heights: Heights = {}
    for row in database.query(
        "SELECT a.id, a.at, a.heights, a.digest, a.words, a.previous, a.sha256, "
        f"w.salt, {', '.join('w.' + name for name in WORDS)} "
        "FROM audit a LEFT JOIN audit_words w ON w.id = a.id ORDER BY a.id"
    ):
        key, at, body, digest, words, before, sha256 = cast("tuple[int, str, str, str, str, str, str]", row[:7])
        if key != number + 1:
            yield BrokenLine(number + 1, f"第 {number + 1} 行{'' if key == number + 2 else f'到第 {key - 1} 行'}不见了")
        elif before != previous:
            yield BrokenLine(key, f"第 {key} 行接不上第 {number} 行：其中一行被换过")
        if line_hash(key, at, body, digest, words, before) != sha256:
            yield BrokenLine(key, f"第 {key} 行与写入时不同")
        if row[7] is None:
            yield BrokenLine(key, f"第 {key} 行的文字不见了")
        else:
            original, now = forgotten.get(key, (words, words))
            told = [restored(cast("str", word)) for word in row[8:]]
            if original != words or words_hash(key, str(row[7]), *told) != now:
                yield BrokenLine(key, f"第 {key} 行的文字与写入时不同")
        try:
            now_at: Heights = json.loads(body)
            covers = _between(heights, now_at)
            if not covers.keys() <= SEALED.keys() or not all(isinstance(one, int) for one in now_at.values()):
                raise ValueError
        except (ValueError, TypeError, AttributeError):
            yield BrokenLine(key, f"第 {key} 行所记的范围读不懂")
            now_at, covers = heights, {}
        if _digest(database, covers) != digest:
            tables = "、".join(covers) or "没有"
            yield BrokenLine(key, f"第 {key} 行所记的存入内容（{tables}）被改动后又重新封存过")
        previous, number, heights = sha256, key, now_at
    for (stray,) in database.query("SELECT id FROM audit_words WHERE id NOT IN (SELECT id FROM audit)"):
        yield BrokenLine(cast("int", stray), f"第 {stray} 行只剩文字，链上没有它")
    for kind, row in database.query(
        "SELECT f.kind, f.row FROM forgotten_row f LEFT JOIN seal s ON s.kind = f.kind AND s.row = f.row "
        "WHERE f.kind <> 'audit_words' AND s.sha256 IS NOT f.after "
        "AND f.id = (SELECT MAX(id) FROM forgotten_row WHERE kind = f.kind AND row = f.row)"
    ):
        yield BrokenLine(number, f"{kind} 第 {row} 条在姓名删去以后又被改动并重新封存过")
    for table in SEALED:
        if _height(database, table) != heights.get(table, _first(table)):
            yield BrokenLine(number, f"第 {number} 行以后，{table} 的内容与登记的不相符（多出或缺少）")


def _between(former: Heights, heights: Heights) -> Covers:
    """Table → the rows that were added between two lines. A table that shrank is told by its last row of before."""
    return {
        table: (former.get(table, _first(table)), height)
        for table, height in heights.items()
        if height != former.get(table, _first(table))
    }


def _first(table: str) -> int:
    return -1 if table in _ORDER else 0


def _height(database: Queries, table: str) -> int:
    if table in _ORDER:
        row = database.one(f"SELECT MAX({_ORDER[table]}) FROM seal WHERE kind = ?", table)
    else:
        row = database.one("SELECT MAX(row) FROM seal WHERE kind = ?", table)
    return _first(table) if row is None or row[0] is None else int(cast("int", row[0]))


def _digest(database: Queries, covers: Covers) -> str:
    """The hash over the seals of rows as they were added: where a name was forgotten since, the seals of before."""
    if not covers:
        return ""
    hashed = hashlib.sha256()
    for table, (first, last) in sorted(covers.items()):
        order = _ORDER.get(table, "row")
        for row, sha256 in database.query(
            "SELECT row, COALESCE((SELECT before FROM forgotten_row f WHERE f.kind = seal.kind AND f.row = seal.row "
            f"ORDER BY f.id LIMIT 1), sha256) FROM seal WHERE kind = ? AND {order} > ? AND {order} <= ? ORDER BY row",
            table, first, last,
        ):  # fmt: skip
            hashed.update(f"{table} {row} {sha256}\n".encode())
    return hashed.hexdigest()
