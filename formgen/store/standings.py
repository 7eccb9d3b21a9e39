"""Standings: rows of standing and standing_withdrawal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from formgen.model import Citation, ConsequenceDue, Decision, Reason, Standing, Subject
from formgen.scoring import making
from formgen.store import selection
from formgen.store.database import Database
from formgen.store.rows import StoredStanding
from formgen.store.values import (
    BasisTable,
    basis_of,
    digest,
    dump_source,
    load_sources,
    packed,
    restored,
    storable,
    unpacked,
)
from formgen.subjects import same

#: Gives the hashes of what a standing was made from.
StandingFrom = Callable[[Standing], Sequence[str]]

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_PLACE = "scheme, form, period, village, name, grp, team"
_COLUMNS = f"sha256, {_PLACE}, grade, grade_final, final, body, made_from, at"
_NEWEST = (
    "t.id = (SELECT MAX(b.id) FROM standing b WHERE b.scheme = t.scheme AND b.form = t.form "
    "AND b.period = t.period AND b.village = t.village AND b.team = t.team AND b.name = t.name AND b.grp = t.grp) "
    "AND NOT EXISTS (SELECT 1 FROM standing_withdrawal WHERE standing = t.id)"
)


def encoded(standing: Standing, made_from: Sequence[str]) -> tuple[str, str]:
    """The hash under which a standing is kept, and its body as JSON."""
    files: dict[str, int] = {}
    bases = BasisTable()

    def sources(given: Iterable[Any]) -> list[object]:
        return [dump_source(source, files) for source in given]

    def reasons(given: Iterable[Reason]) -> list[object]:
        return [[one.effect, one.text, bases.numbers(one.basis), sources(one.sources)] for one in given]

    consequences = [
        [one.id, one.label, one.kind, bases.numbers([one.basis]), reasons(one.reasons), sources(one.sources), one.doubt]
        for one in standing.consequences
    ]
    money = [
        [line.id, line.label, line.kind, _plain(line.value), line.unit, line.steps, bases.numbers(line.basis),
         sources(line.sources), line.doubt]
        for line in standing.money
    ]  # fmt: skip
    parts = [standing.computed_grade, standing.rank, standing.of, consequences, reasons(standing.reasons)]
    body = _JSON.encode([*parts, standing.doubts, money, list(files), bases.texts])
    subject = standing.subject
    sha256 = digest(
        standing.scheme, standing.form, standing.period, subject.village, subject.name, subject.group, subject.team,
        standing.grade or "", f"{standing.grade_final} {standing.final}", body, json.dumps(list(made_from)),
    )  # fmt: skip
    return sha256, body


def _plain(value: Decimal | str | None) -> str | None:
    return None if value is None else f"s{value}" if isinstance(value, str) else f"d{value}"


def _value(plain: str | None) -> Decimal | str | None:
    return None if plain is None else plain[1:] if plain[0] == "s" else Decimal(plain[1:])


def _decoded(row: tuple[Any, ...]) -> Standing:
    _, scheme, form, period, village, name, group, team, grade, grade_final, final, body, _, _ = row
    computed, rank, of, consequences, reasons, doubts, money, files, texts = json.loads(unpacked(body))
    bases = [basis_of(text) for text in texts]

    def basis(numbers: Iterable[int]) -> tuple[Citation | Decision, ...]:
        return tuple([bases[number] for number in numbers])

    def real(given: Iterable[Any]) -> tuple[Reason, ...]:
        return tuple(
            Reason(effect, text, basis(numbers), load_sources(plain, files)) for effect, text, numbers, plain in given
        )

    return Standing(
        scheme=scheme,
        form=form,
        subject=Subject(*map(restored, (village, name, group, team))),
        period=period,
        grade=grade,
        computed_grade=computed,
        rank=rank,
        of=of,
        consequences=tuple(
            ConsequenceDue(
                one, label, kind, cast("Citation", bases[numbers[0]]), real(why), load_sources(plain, files), doubt
            )
            for one, label, kind, numbers, why, plain, doubt in consequences
        ),
        reasons=real(reasons),
        final=bool(final),
        doubts=tuple(doubts),
        grade_final=bool(grade_final),
        money=tuple(
            making.line(
                line, label, kind, _value(value), unit, steps, basis(numbers), load_sources(plain, files), doubt
            )
            for line, label, kind, value, unit, steps, numbers, plain, doubt in money
        ),
    )


def fresh(database: Database, standings: Iterable[Standing], made_from: StandingFrom | None) -> list[Standing]:
    """The standings that are not already the newest of their subject."""
    newest: dict[tuple[str, ...], dict[tuple[str, ...], str]] = {}
    found = []
    for standing in standings:
        place = (standing.scheme, standing.form, standing.period)
        if place not in newest:
            newest[place] = _hashes(database, place)
        subject = standing.subject
        sha256, _ = encoded(standing, made_from(standing) if made_from else ())
        if newest[place].get((subject.village, subject.name, subject.group, subject.team)) != sha256:
            found.append(standing)
    return found


def add(database: Database, standings: Iterable[Standing], made_from: StandingFrom | None, at: datetime) -> int:
    """Add standings, those left out that are already the newest of their subject. How many were added."""
    rows = []
    for standing in fresh(database, standings, made_from):
        subject = standing.subject
        sources = list(made_from(standing)) if made_from else []
        sha256, body = encoded(standing, sources)
        place = (standing.scheme, standing.form, standing.period)
        person = map(storable, (subject.village, subject.name, subject.group, subject.team))
        state = (standing.grade, standing.grade_final, standing.final)
        rows.append((sha256, *place, *person, *state, packed(body), json.dumps(sources), at.isoformat()))
    database.insert_many("standing", _COLUMNS, rows)
    return len(rows)


def subjects(database: Database, place: tuple[str, str, str]) -> tuple[Subject, ...]:
    """Of whom there is a standing of a scheme, form and period."""
    return tuple(Subject(village, name, group, team) for village, name, group, team in _hashes(database, place))


def _hashes(database: Database, place: tuple[str, ...]) -> dict[tuple[str, ...], str]:
    rows = database.query(
        "SELECT t.sha256, t.village, t.name, t.grp, t.team FROM standing t "
        f"WHERE t.scheme = ? AND t.form = ? AND t.period = ? AND {_NEWEST}",
        *place,
    )
    return {tuple(restored(cast("str", name)) for name in person): cast("str", sha) for sha, *person in rows}


def load(
    database: Database,
    scheme: str,
    form: str | None,
    period: str | None,
    subject: Subject | None,
    former: bool = False,
    after: int = 0,
) -> Iterator[StoredStanding]:
    """The newest standing of each subject and period, in the order in which they were added.

    ``former``: all that ever were, the withdrawn ones too; ``after``: only those whose id is higher.
    """
    condition, parameters = selection.wanted("t", _NEWEST, scheme, form, period, former=former, after=after)
    rows = database.each(
        f"SELECT t.id, {', '.join('t.' + name for name in _COLUMNS.split(', '))} FROM standing t "
        f"WHERE {condition} ORDER BY t.period, t.form, t.id",
        *parameters,
    )
    for number, *row in cast("Iterator[tuple[Any, ...]]", rows):
        if subject is not None and not same(subject, Subject(*map(restored, row[4:8]))):
            continue
        yield StoredStanding(
            number, row[0], _decoded(tuple(row)), tuple(json.loads(row[12])), datetime.fromisoformat(row[13])
        )


def grades(database: Database, scheme: str, before: str | None = None) -> Iterator[tuple[str, Standing]]:
    """(sha256, standing with its grade alone) for each newest standing of a scheme: what a sequence needs, quickly.

    ``before``: only periods of a year that is not later than that of this period.
    """
    rows = database.each(
        f"SELECT t.sha256, t.form, t.period, t.village, t.name, t.grp, t.team, t.grade, t.grade_final, t.final "
        f"FROM standing t WHERE t.scheme = ? AND substr(t.period, 1, 4) <= ? AND {_NEWEST} ORDER BY t.period, t.id",
        scheme,
        before[:4] if before else "9999",
    )
    for sha256, form, period, village, name, group, team, grade, grade_final, final in cast(
        "Iterator[tuple[Any, ...]]", rows
    ):
        whom = Subject(*map(restored, (village, name, group, team)))
        yield (
            sha256,
            Standing(
                scheme, form, whom, period, grade, grade, None, None, final=bool(final), grade_final=bool(grade_final)
            ),
        )


def withdraw(database: Database, standings: Iterable[int], why: str, at: datetime) -> None:
    """Record that standings no longer stand for anybody."""
    database.insert_many("standing_withdrawal", "standing, at, why", [(row, at.isoformat(), why) for row in standings])
