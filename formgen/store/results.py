"""Assessments and issuances: rows of assessment, line_head, withdrawal and issuance."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from formgen.model import Assessment, Citation, Issuance, Line, Subject
from formgen.scoring import making
from formgen.store import selection
from formgen.store.database import Database
from formgen.store.rows import StoredAssessment
from formgen.store.values import (
    digest,
    dump_head,
    dump_source,
    load_head,
    load_sources,
    packed,
    restored,
    storable,
    unpacked,
)
from formgen.subjects import same

#: Gives the hashes of what an assessment was made from.
MadeFrom = Callable[[Assessment], Sequence[str]]

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_COLUMNS = "sha256, scheme, form, period, village, name, grp, team, final, heads, body, made_from, at"
_NEWEST = (
    "a.id = (SELECT MAX(b.id) FROM assessment b WHERE b.scheme = a.scheme AND b.form = a.form "
    "AND b.period = a.period AND b.village = a.village AND b.team = a.team AND b.name = a.name AND b.grp = a.grp) "
    "AND NOT EXISTS (SELECT 1 FROM withdrawal WHERE assessment = a.id)"
)


class _Heads:
    """The line heads of the database, each written once; known ones are kept by content."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = {restored(cast("str", body)): cast("int", row) for row, body in _head_rows(database)}
        self._known: dict[object, tuple[int, str]] = {}

    def row(self, line: Line) -> tuple[int, str]:
        """The row of a line's head, added if new, and the hash of its content."""
        basis = tuple(b if isinstance(b, Citation) else (b.scheme, b.gap, repr(b)) for b in line.basis)
        key = (line.id, line.label, line.kind, line.unit, basis)
        known = self._known.get(key)
        if known is None:
            body = dump_head(line)
            if body not in self._rows:
                self._rows[body] = self._database.insert("line_head", body=storable(body))
            known = self._known[key] = (self._rows[body], digest(body)[:16])
        return known


def _head_rows(database: Database) -> list[tuple[object, ...]]:
    return database.query("SELECT id, body FROM line_head")


def add(database: Database, assessments: Iterable[Assessment], made_from: MadeFrom | None, at: datetime) -> int:
    """Add assessments, those left out that are already the newest of their subject. How many were added."""
    heads = _Heads(database)
    newest: dict[tuple[str, str, str], dict[tuple[str, ...], str]] = {}
    count = 0
    moment = at.isoformat()

    def rows() -> Iterator[tuple[object, ...]]:
        nonlocal count
        for assessment in assessments:
            place = (assessment.scheme, assessment.form, assessment.period)
            if place not in newest:
                newest[place] = _hashes(database, place)
            subject = assessment.subject
            person = (subject.village, subject.name, subject.group, subject.team)
            sources = json.dumps(list(made_from(assessment)) if made_from else [])
            sha256, numbers, body = _encoded(assessment, sources, heads)
            if newest[place].get(person) == sha256:
                continue
            newest[place][person] = sha256
            count += 1
            names = map(storable, person)
            yield (sha256, *place, *names, assessment.final, numbers, packed(body), sources, moment)

    database.insert_many("assessment", _COLUMNS, rows())
    return count


def hashes(database: Database, place: tuple[str, str, str]) -> dict[Subject, str]:
    """The sha256 of the newest assessment of each subject of a scheme, form and period."""
    return {
        Subject(village, name, group, team): sha256
        for (village, name, group, team), sha256 in _hashes(database, place).items()
    }


def _hashes(database: Database, place: tuple[str, str, str]) -> dict[tuple[str, ...], str]:
    rows = database.query(
        "SELECT a.sha256, a.village, a.name, a.grp, a.team FROM assessment a "
        f"WHERE a.scheme = ? AND a.form = ? AND a.period = ? AND {_NEWEST}",
        *place,
    )
    return {tuple(restored(cast("str", name)) for name in person): cast("str", sha) for sha, *person in rows}


def _encoded(assessment: Assessment, sources: str, heads: _Heads) -> tuple[str, str, str]:
    """The hash of an assessment, the rows of its line heads as JSON, and the rest of it as JSON."""
    files: dict[str, int] = {}
    numbers: list[int] = []
    hashes: list[str] = []
    lines: list[list[object]] = []
    for line in assessment.lines:
        number, head = heads.row(line)
        numbers.append(number)
        hashes.append(head)
        value = line.value
        plain = None if value is None else f"s{value}" if isinstance(value, str) else f"d{value}"
        lines.append([plain, line.steps, line.doubt, [dump_source(source, files) for source in line.sources]])
    body = _JSON.encode([lines, assessment.doubts, list(files)])
    subject = assessment.subject
    place = (assessment.scheme, assessment.form, assessment.period)
    person = (subject.village, subject.name, subject.group, subject.team)
    sha256 = digest(*place, *person, "final" if assessment.final else "", " ".join(hashes), body, sources)
    return sha256, _JSON.encode(numbers), body


def load(
    database: Database,
    scheme: str,
    form: str | None,
    period: str | None,
    subject: Subject | None,
    former: bool = False,
    after: int = 0,
) -> Iterator[StoredAssessment]:
    """The newest assessment of each subject and period, in the order in which they were added.

    ``former``: all that ever were, the withdrawn ones too; ``after``: only those whose id is higher.
    """
    condition, parameters = selection.wanted("a", _NEWEST, scheme, form, period, former=former, after=after)
    heads = {cast("int", row): load_head(cast("str", body)) for row, body in _head_rows(database)}
    rows = database.each(
        f"SELECT a.id, {', '.join('a.' + name for name in _COLUMNS.split(', '))} FROM assessment a "
        f"WHERE {condition} ORDER BY a.period, a.form, a.id",
        *parameters,
    )
    for row in cast("Iterator[tuple[Any, ...]]", rows):
        village, name, group, team = map(restored, row[5:9])
        whom = Subject(village, name, group, team)
        if subject is not None and not same(subject, whom):
            continue
        lines, doubts, files = json.loads(unpacked(row[11]))
        assessment = Assessment(
            scheme=row[2],
            form=row[3],
            subject=whom,
            period=row[4],
            lines=tuple(
                _line(heads[number], files, *parts) for number, parts in zip(json.loads(row[10]), lines, strict=True)
            ),
            final=bool(row[9]),
            doubts=tuple(doubts),
        )
        yield StoredAssessment(row[0], row[1], assessment, tuple(json.loads(row[12])), datetime.fromisoformat(row[13]))


def _line(head: Line, files: list[str], value: str | None, steps: str, doubt: str, sources: list[list[Any]]) -> Line:
    real = None if value is None else value[1:] if value[0] == "s" else Decimal(value[1:])
    return making.line(
        head.id, head.label, head.kind, real, head.unit, steps, head.basis, load_sources(sources, files), doubt
    )


def withdraw(database: Database, assessments: Iterable[int], why: str, at: datetime) -> None:
    """Record that assessments no longer stand for anybody."""
    (number,) = cast("tuple[int]", database.one("SELECT COALESCE(MAX(number), 0) FROM withdrawal"))
    rows = [(row, at.isoformat(), why, number + place) for place, row in enumerate(assessments, 1)]
    database.insert_many("withdrawal", "assessment, at, why, number", rows)


def add_issuance(database: Database, issuance: Issuance) -> int:
    """Add a document that was made; its row."""
    return database.insert(
        "issuance",
        kind=issuance.kind,
        path=storable(issuance.path),
        sha256=issuance.sha256,
        template_sha256=issuance.template_sha256,
        made_from=json.dumps(issuance.made_from),
        at=issuance.at.isoformat(),
    )


def load_issuances(database: Database, kind: str | None) -> list[Issuance]:
    """The documents that were made, oldest first."""
    rows = database.query(
        "SELECT kind, path, sha256, template_sha256, made_from, at FROM issuance "
        "WHERE ? IS NULL OR kind = ? ORDER BY id",
        kind,
        kind,
    )
    return [
        Issuance(sort, restored(path), sha256, template, tuple(json.loads(made_from)), datetime.fromisoformat(at))
        for sort, path, sha256, template, made_from, at in cast("list[tuple[Any, ...]]", rows)
    ]
