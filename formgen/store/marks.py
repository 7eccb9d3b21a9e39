"""Runs of assess: the law they went by, and how much of the store they had seen, so that each can be done again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from formgen.model import Decision
from formgen.scheme.types import Scheme
from formgen.store.database import ORDER, Database
from formgen.store.rows import Closing, Law, Mark
from formgen.store.values import digest, dump, packed, restored, storable, unpacked
from formgen.store.values import load as load_plain

#: The tables that results are made from, and those of the results.
EVIDENCE = ("submission", "generation", "record", "issue", "settlement", "correction", "identity", "supersession")
ROSTER = "roster"  #: Key among the evidence of a mark: the highest id of a file whose roster counted; no table.
RESULTS = ("assessment", "standing", "standing_withdrawal", "withdrawal")


def heights(database: Database, tables: Sequence[str]) -> dict[str, int]:
    """Table → its highest id now; 0 where it is empty."""
    found = {}
    for table in tables:
        row = database.one(f"SELECT COALESCE(MAX({ORDER.get(table, 'id')}), 0) FROM {table}")
        found[table] = cast("int", row[0]) if row else 0
    return found


def law_sha256(scheme: Scheme, decisions: Sequence[Decision]) -> str:
    """The hash of a scheme and the decisions on it; the order of the decisions does not matter."""
    return digest(_law_text(scheme, decisions))


def _law_text(scheme: Scheme, decisions: Sequence[Decision]) -> str:
    plain = sorted(dump([one.scheme, one.gap, one.value, one.authority, one.date, one.example]) for one in decisions)
    return dump([scheme.model_dump_json(by_alias=True), plain])


def add_law(database: Database, scheme: Scheme, decisions: Sequence[Decision]) -> int:
    """Keep a law, once; its row."""
    text = _law_text(scheme, decisions)
    sha256 = digest(text)
    row = database.one("SELECT id FROM law WHERE sha256 = ?", sha256)
    if row:
        return cast("int", row[0])
    return database.insert("law", sha256=sha256, scheme=scheme.id, body=packed(text))


def load_law(database: Database, sha256: str) -> Law | None:
    """A kept law, None if there is none of this hash. Raises ValueError where it cannot be understood any more."""
    row = database.one("SELECT body FROM law WHERE sha256 = ?", sha256)
    if row is None:
        return None
    text, decisions = cast("tuple[str, list[str]]", load_plain(unpacked(cast("bytes", row[0]))))
    scheme = Scheme.model_validate_json(text)
    return Law(sha256, scheme, tuple(Decision(*cast("list[Any]", load_plain(one))) for one in decisions))


def add_mark(
    database: Database,
    *,
    law: int,
    scheme: str,
    period: str,
    steps: str,
    program: str,
    evidence: Mapping[str, int],
    first: Mapping[str, int],
    at: datetime,
) -> int:
    """Keep what a run of assess had seen; its results are those added since ``first``. Its row."""
    return database.insert(
        "mark",
        law=law,
        scheme=scheme,
        period=period,
        steps=steps,
        program=program,
        evidence=json.dumps(dict(evidence)),
        first=json.dumps(dict(first)),
        last=json.dumps(heights(database, RESULTS)),
        at=at.isoformat(),
    )


def load_marks(database: Database, scheme: str | None = None) -> list[Mark]:
    """The runs of assess that added or confirmed results, oldest first."""
    rows = database.query(
        "SELECT m.id, l.sha256, m.scheme, m.period, m.steps, m.program, m.evidence, m.first, m.last, m.at "
        "FROM mark m JOIN law l ON l.id = m.law WHERE ? IS NULL OR m.scheme = ? ORDER BY m.id",
        scheme,
        scheme,
    )
    return [
        Mark(
            number, law, of, period, tuple(steps.split(",")), program,
            json.loads(evidence), json.loads(first), json.loads(last), datetime.fromisoformat(at),
        )
        for number, law, of, period, steps, program, evidence, first, last, at in cast("list[tuple[Any, ...]]", rows)
    ]  # fmt: skip


def add_closing(database: Database, closing: Closing) -> None:
    """Add that a period was closed, or opened again."""
    database.insert(
        "closing",
        scheme=closing.scheme,
        period=closing.period,
        closed=int(closing.closed),
        by=storable(closing.by),
        why=storable(closing.why),
        at=closing.at.isoformat(),
    )


def load_closings(database: Database, scheme: str | None, period: str | None) -> list[Closing]:
    """Each time that a period was closed or opened again, oldest first."""
    rows = database.query(
        "SELECT scheme, period, closed, by, why, at FROM closing "
        "WHERE (? IS NULL OR scheme = ?) AND (? IS NULL OR period = ?) ORDER BY id",
        *(scheme, scheme, period, period),
    )
    return [
        Closing(of, when, bool(closed), restored(by), restored(why), datetime.fromisoformat(at))
        for of, when, closed, by, why, at in cast("list[tuple[Any, ...]]", rows)
    ]
