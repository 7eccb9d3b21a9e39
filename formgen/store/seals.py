"""The hash of every row, taken as it is added: a byte that is changed later is found, whoever changed it.

A record is sealed together with its readings. Seals guard against damage and careless hands, not against somebody who
rewrites the seals too: of those the audit log tells (``audit``).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Protocol

Row = tuple[object, ...]

#: Table → its key, and its columns as they were when it was sealed first. A later step of the schema that adds a
#: column to one of them must leave this list alone or seal anew.
SEALED: dict[str, tuple[str, str]] = {
    "submission": ("id", "sha256, name, received"),
    "arrival": ("id", "submission, name, at, stamp"),
    "generation": ("id", "submission, number, kind, at"),
    "record": ("id", "generation, number, form, scheme, village, name, grp, team, period"),
    "issue": ("id", "generation, record, code, severity, message, field, part, spot"),
    "image_place": ("id", "record, field, box"),
    "preference": ("id", "better, worse, why, at"),
    "settlement": ("id", "issue, at, why"),
    "correction": ("id", "submission, record, field, type, value, by, at, why"),
    "identity": ("id", "record, key, village, name, grp, team, period"),
    "supersession": ("id", "record, by, at, why"),
    "line_head": ("id", "body"),
    "assessment": ("id", "sha256, scheme, form, period, village, name, grp, team, final, heads, body, made_from, at"),
    "withdrawal": ("assessment", "at, why, number"),
    "issuance": ("id", "kind, path, sha256, template_sha256, made_from, at"),
    "law": ("id", "sha256, scheme, body"),
    "standing": (
        "id",
        "sha256, scheme, form, period, village, name, grp, team, grade, grade_final, final, body, made_from, at",
    ),
    "standing_withdrawal": ("id", "standing, at, why"),
    "closing": ("id", "scheme, period, closed, by, why, at"),
    "mark": ("id", "law, scheme, period, steps, program, evidence, first, last, at"),
    "forgetting": ("id", "pseudonym, by, why, at"),
    "forgotten_row": ("id", "forgetting, kind, row, before, after"),
    "forgotten_file": ("id", "forgetting, sha256"),
    "batch": ("id", "arrival, at"),
}
_READING = "field, number, text, type, value, part, spot, confidence"
_SCATTERED = frozenset(("withdrawal",))  #: Tables whose keys do not come in order.


class Queries(Protocol):
    """What of a database is needed here."""

    def query(self, sql: str, *parameters: object) -> list[Row]:
        """All rows that a SELECT gives."""

    def one(self, sql: str, *parameters: object) -> Row | None:
        """The first row, None if there is none."""

    def run(self, sql: str, *parameters: object) -> None:
        """Carry a statement out."""


class _Readings:
    """The hash of a record's readings together; their order does not matter."""

    def __init__(self) -> None:
        self._each: list[str] = []

    def step(self, *columns: object) -> None:
        self._each.append(digest_of(*columns))

    def finalize(self) -> str:
        return digest_of(*sorted(self._each))


def digest_of(*columns: object) -> str:
    """The sha256 of values, each with its length."""
    hashed = hashlib.sha256()
    for column in columns:
        data = b"" if column is None else column if isinstance(column, bytes) else str(column).encode()
        hashed.update(b"%d:" % len(data))
        hashed.update(data)
    return hashed.hexdigest()


def prepare(connection: sqlite3.Connection) -> None:
    """Teach a connection the hashes of rows."""
    connection.create_function("row_seal", -1, digest_of, deterministic=True)
    connection.create_aggregate("readings_seal", -1, _Readings)  # type: ignore[arg-type]


def _expression(table: str) -> str:
    """The SQL that gives the hash of a row. Each value is taken as bytes, so that damaged text can be hashed too."""
    key, columns = SEALED[table]
    parts = _typed(f"{key}, {columns}", "t.")
    if table == "record":
        parts += f", (SELECT readings_seal({_typed(_READING, 'r.')}) FROM reading r WHERE r.record = t.id)"
    return f"row_seal({parts})"


def _typed(columns: str, alias: str) -> str:
    return ", ".join(f"typeof({alias}{name}), CAST({alias}{name} AS BLOB)" for name in columns.split(", "))


def seal(database: Queries) -> None:
    """Seal the rows that were added since the last time. Inside a transaction."""
    for table, (key, _) in SEALED.items():
        if table in _SCATTERED:
            fresh = f"NOT EXISTS (SELECT 1 FROM seal s WHERE s.kind = '{table}' AND s.row = t.{key})"
        else:
            newest = database.one(f"SELECT MAX({key}), (SELECT MAX(row) FROM seal WHERE kind = ?) FROM {table}", table)
            assert newest is not None
            there, sealed = newest
            if there is None or there == sealed:
                continue
            fresh = f"t.{key} > {sealed or 0}"
        database.run(
            f"INSERT INTO seal (kind, row, sha256) SELECT '{table}', t.{key}, {_expression(table)} "
            f"FROM {table} t WHERE {fresh}"
        )


def seal_again(database: Queries, table: str, key: int) -> tuple[str, str]:
    """Seal a row anew, where the triggers allow it; its seal before and after. For forgetting alone."""
    column = SEALED[table][0]
    before = database.one("SELECT sha256 FROM seal WHERE kind = ? AND row = ?", table, key)
    after = database.one(f"SELECT {_expression(table)} FROM {table} t WHERE t.{column} = ?", key)
    assert before is not None
    assert after is not None
    database.run("UPDATE seal SET sha256 = ? WHERE kind = ? AND row = ?", after[0], table, key)
    return str(before[0]), str(after[0])


def broken(database: Queries) -> Iterator[tuple[str, int, str]]:
    """(table, key, what is wrong) for each row that is not as it was added: ``changed``, ``lost`` or ``slipped-in``."""
    for table, (key, _) in SEALED.items():
        for row, there, sealed in database.query(
            f"SELECT s.row, t.{key}, s.sha256 = {_expression(table)} FROM seal s "
            f"LEFT JOIN {table} t ON t.{key} = s.row WHERE s.kind = ?",
            table,
        ):
            if there is None:
                yield table, int(str(row)), "lost"
            elif not sealed:
                yield table, int(str(row)), "changed"
        for (row,) in database.query(
            f"SELECT t.{key} FROM {table} t WHERE NOT EXISTS "
            f"(SELECT 1 FROM seal s WHERE s.kind = '{table}' AND s.row = t.{key})"
        ):
            yield table, int(str(row)), "slipped-in"
