"""Gather what the store holds on one subject over the years: the chapters of a personal record."""

from __future__ import annotations

from collections.abc import Iterable

from formgen.dossiers import Dossiers, Known
from formgen.model import Correction, Subject
from formgen.rendering.outcome import Outcome
from formgen.rendering.personal import Chapter
from formgen.scheme.types import Scheme
from formgen.store import Store
from formgen.store.rows import StoredRecord
from formgen.subjects import cleaned, same


def chapters(
    store: Store, scheme: Scheme, subject: Subject, first: str = "", last: str = ""
) -> tuple[tuple[Chapter, ...], tuple[str, ...]]:
    """A chapter for each period in which somebody was assessed, and the hashes of what they were made from.

    ``first`` and ``last`` are years or periods, inclusive: ``2023`` or ``2023-04``; empty for no bound.
    """
    known = Known(store)
    assessed = [one for one in store.assessments(scheme.id, subject=subject) if same(one.assessment.subject, subject)]
    found, hashes = [], []
    for one in assessed:
        assessment = one.assessment
        if not _within(assessment.period, first, last):
            continue
        kept = store.standings(scheme.id, assessment.form, assessment.period)
        standing = next((s for s in kept if cleaned(s.standing.subject) == cleaned(assessment.subject)), None)
        hashes += [f"assessment:{one.sha256}", *([f"standing:{standing.sha256}"] if standing else []), *one.made_from]
        found.append(
            _chapter(
                store,
                scheme,
                Outcome(assessment, standing.standing if standing else None, bool(kept) and standing is None),
                known,
            )
        )
    return tuple(found), tuple(dict.fromkeys(hashes))


def _chapter(store: Store, scheme: Scheme, outcome: Outcome, known: Known) -> Chapter:
    assessment = outcome.assessment
    of_form = store.records(assessment.form, period=assessment.period)
    returns = [stored for stored in of_form if same(stored.subject, assessment.subject)]
    dossiers = Dossiers(store, scheme, assessment.period, known)
    rows = list(dossiers.rows_of(assessment.subject, (stored.subject for stored in of_form)))
    sources = [*returns, *(row.stored for row in rows)]
    return Chapter(
        scheme.form_of(assessment.form),
        outcome,
        tuple(row.fact for row in rows if row.fact is not None),
        tuple(_corrections(known, sources)),
        {(stored.submission, stored.index): stored.record for stored in sources},
        tuple(dict.fromkeys(stored.file for stored in sources)),
        dossiers.roster.entry(assessment.subject),
    )


def _corrections(known: Known, sources: Iterable[StoredRecord]) -> list[Correction]:
    found: list[Correction] = []
    for stored in sources:
        found += [one for one in known.corrections.get(stored.submission, ()) if one.record == stored.index]
    return sorted(dict.fromkeys(found), key=lambda one: one.at)


def _within(period: str, first: str, last: str) -> bool:
    """Whether a period is not before ``first`` and not after ``last``; a year bounds all that lies in it."""
    key = _months(period)
    return (not first or key[1] >= _months(first)[0]) and (not last or key[0] <= _months(last)[1])


def _months(period: str) -> tuple[str, str]:
    """First and last month of a period: ``2023-Q2`` → ``2023-04``, ``2023-06``."""
    if len(period) == 4:
        return f"{period}-01", f"{period}-12"
    if period[5] == "Q":
        quarter = int(period[6])
        return f"{period[:4]}-{quarter * 3 - 2:02}", f"{period[:4]}-{quarter * 3:02}"
    return period, period
