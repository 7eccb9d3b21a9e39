"""Who has returned in a period, and who has not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from formgen.dossiers import Dossiers, Known
from formgen.errors import UsageError
from formgen.excusals import excusals
from formgen.keeping import undated
from formgen.model import Subject
from formgen.periods import kind_of
from formgen.reckoning import missing
from formgen.scheme.types import Scheme
from formgen.store import Store


@dataclass(frozen=True, slots=True)
class Returned:
    """A return that counts, in an overview."""

    form: str
    subject: Subject
    file: str
    received: datetime
    doubts: int  #: Issues that a person must still look at.


@dataclass(frozen=True, slots=True)
class Overview:
    """Who has returned in a period, and who has not."""

    returned: tuple[Returned, ...]
    missing: tuple[Subject, ...]  #: In the roster, but nothing came back.
    unknown: tuple[Subject, ...]  #: Came back, but the roster does not know them; empty without a roster.
    notes: tuple[str, ...] = ()


def overview(store: Store, scheme: Scheme, period: str) -> Overview:
    """Who has returned a form of the scheme in the period, and who has not. Raises UsageError for a wrong period."""
    try:
        kind = kind_of(period)
    except ValueError as fault:
        raise UsageError(str(fault)) from fault
    known = Known(store)
    dossiers = Dossiers(store, scheme, period, known)
    forms = [one for one in scheme.form if one.period == kind]
    returned = []
    notes = []
    for one in forms:
        for stored in store.records(one.id, period=period):
            returned.append(
                Returned(one.id, stored.subject, stored.file, stored.received, len(dossiers.open_issues(stored)))
            )
        notes += undated(store, one)
    subjects = [one.subject for one in returned]
    roster = dossiers.roster
    unknown = tuple(one for one in dict.fromkeys(subjects) if roster.entries and not roster.knows(one))
    notes += excusals(known, scheme, period).remarks
    return Overview(tuple(returned), absent(known, scheme, period, subjects), unknown, tuple(notes))


def absent(known: Known, scheme: Scheme, period: str, returned: Iterable[Subject]) -> tuple[Subject, ...]:
    """Those of the roster in force in the period from whom nothing came back and who are not excused."""
    forms = [one for one in scheme.form if one.period == kind_of(period)]
    due = [one for one in forms if one.is_score_sheet] or forms
    return missing(known.roster(scheme.id, period), due, returned, excusals(known, scheme, period).subjects)
