"""Gather what is known of one subject in one period: return, issues, corrections, facts, roster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from formgen.model import Correction, Form, Issue, Subject
from formgen.periods import contains
from formgen.review import open_issues
from formgen.scheme.types import Scheme
from formgen.scoring import Evidence
from formgen.store import FactRow, Store, StoredRecord
from formgen.store.lists import counted
from formgen.store.values import digest
from formgen.subjects import RosterIndex, clean, cleaned, same


class Known:
    """What the store holds beside the returns: roster, facts, issues, corrections; fetched once for all periods."""

    def __init__(self, store: Store, anew: str | None = None) -> None:
        """``anew``: the period that takes the rosters of today, not those that it was assessed with before."""
        self.store = store
        self._anew = anew
        self._rosters: dict[tuple[str, str | None], RosterIndex] = {}
        self.issues: dict[str, list[Issue]] = defaultdict(list)
        for one in store.issues():
            self.issues[one.submission].append(one.issue)
        self.corrections: dict[str, list[Correction]] = defaultdict(list)
        for correction in store.corrections():
            self.corrections[correction.submission].append(correction)
        self._fact_records = store.records("facts")
        self._facts: dict[tuple[str, str | None], tuple[FactRow, ...]] = {}

    def roster(self, scheme: str, period: str | None) -> RosterIndex:
        """The roster that is in force for a period of a scheme; None: the newest."""
        if (scheme, period) not in self._rosters:
            self._rosters[scheme, period] = RosterIndex(
                self.store.roster(period, scheme if period != self._anew else None)
            )
        return self._rosters[scheme, period]

    def fact_rows(self, scheme: Scheme, period: str | None) -> tuple[FactRow, ...]:
        """As ``Store.fact_rows``."""
        if (scheme.id, period) not in self._facts:
            self._facts[scheme.id, period] = self.store.fact_rows(scheme, period, self._fact_records)
        return self._facts[scheme.id, period]


class Dossiers:
    """What the store holds for a period of a scheme, given out subject by subject."""

    def __init__(
        self,
        store: Store,
        scheme: Scheme,
        period: str | None,
        known: Known | None = None,
        roster: RosterIndex | None = None,
    ) -> None:
        """``period`` None: for the facts of all periods alone. ``roster``: where another than the period's counts."""
        known = known or Known(store)
        self.roster = roster or known.roster(scheme.id, period)
        self._scheme = scheme
        self._period = period or ""
        self._placed: set[int] = set()
        self._rows = tuple(row for row in known.fact_rows(scheme, period) if not row.withdrawn)
        self._rows_by_name: dict[str, list[FactRow]] = defaultdict(list)
        for row in self._rows:
            self._rows_by_name[clean(_whose(row).name)].append(row)
        exempt = {kind.id for kind in scheme.fact if kind.role == "exempt"} if period else set()
        self._touching = tuple(
            row
            for row in (known.fact_rows(scheme, None) if exempt else ())
            if row.fact is not None and row.fact.kind in exempt and row.fact.count and _touches(row, self._period)
        )
        self._issues = known.issues
        self._corrections = known.corrections

    @property
    def period(self) -> str:
        """The period that they are of, empty for all."""
        return self._period

    def evidence(self, stored: StoredRecord, others: Sequence[StoredRecord]) -> Evidence:
        """All that is known of a record's subject; ``others``: the records of the same form and period."""
        subject = stored.subject
        rows = list(self.rows_of(subject, (one.subject for one in others)))
        self._placed |= {row.stored.id for row in rows}
        doubts = [doubt for row in rows for doubt in row.doubts]
        for row in rows:
            doubts += [
                f"《{row.stored.file}》{issue.where.chinese}：{issue.message}" for issue in self.open_issues(row.stored)
            ]
        doubts += [
            f"《{row.stored.file}》登记了不参加考核（编号{row.stored.id}），却收到了考核表；"
            f"请撤销登记（formgen facts withdraw {row.stored.id}），或退回考核表"
            for row in self._touching
            if row.fact is not None and contains(row.fact.period, self._period) and same(row.fact.subject, subject)
        ]
        entry = self.roster.entry(subject)
        if entry is None and (several := len(self.roster.matches(subject))):
            doubts.append(f"花名册中“{subject}”有{several}行而内容不同，不知以哪一行为准")
        return Evidence(
            subject=subject,
            period=self._period,
            record=stored.record,
            submission=stored.submission,
            issues=self._issues_of(stored),
            corrections=tuple(self._corrections.get(stored.submission, ())),
            facts=tuple(replace(row.fact, subject=subject) for row in rows if row.fact),
            roster=entry,
            index=stored.index,
            doubts=tuple(dict.fromkeys(doubts)),
        )

    def excusing(self) -> tuple[FactRow, ...]:
        """The facts by which somebody takes no part in the period, in a longer one, or in a part of it."""
        return self._touching

    def open_issues(self, stored: StoredRecord) -> tuple[Issue, ...]:
        """The issues of a record and of its whole file that a person must still look at."""
        given = self._corrections.get(stored.submission, ())
        return tuple(issue for issue in open_issues(self._issues_of(stored), given) if issue.needs_person)

    def left_over(self, forms: Iterable[Form]) -> Iterator[str]:
        """What there is to say, in Chinese, of facts that the forms' rules count and that went to nobody."""
        kinds = counted(self._scheme, forms)
        labels = {kind.id: kind.label for kind in self._scheme.fact}
        for row in self._rows:
            if row.stored.id in self._placed:
                continue
            if row.fact is None:
                yield from row.doubts
            elif row.fact.kind in kinds:
                yield (
                    f"《{row.stored.file}》{row.fact.where.chinese}：“{row.fact.subject}”的“{labels[row.fact.kind]}”"
                    "没有计入：这一时段没有收到其表。"
                )

    def unplaced(self) -> set[Subject]:
        """Those who have facts in the period and no return: a longer period may count them."""
        return {row.fact.subject for row in self.unplaced_rows() if row.fact}

    def unplaced_rows(self) -> list[FactRow]:
        """The facts of the period that went to nobody so far."""
        return [row for row in self._rows if row.stored.id not in self._placed]

    def _issues_of(self, stored: StoredRecord) -> tuple[Issue, ...]:
        return tuple(i for i in self._issues.get(stored.submission, ()) if i.record in (None, stored.index))

    def rows_of(self, subject: Subject, others: Iterable[Subject]) -> Iterator[FactRow]:
        """The rows of facts tables that are the subject's; ``others``: who else is in the period.

        A row without a village counts by its name alone where nobody else has it; else it is a doubt of each.
        """
        for row in self._rows_by_name.get(clean(subject.name), ()):
            whose = _whose(row)
            if same(whose, subject):
                yield row
            elif whose.name and not whose.village:
                namesakes = {cleaned(one) for one in others if clean(one.name) == clean(whose.name)}
                namesakes |= {cleaned(entry.subject) for entry in self.roster.matches(whose)}
                named = {(one.village, one.name) for one in namesakes if one.name == clean(whose.name)}
                if len(named) == 1:
                    yield row
                else:
                    doubt = (
                        f"《{row.stored.file}》“{whose}”没有写明村，有{len(named)}个同名的人，不知是谁的；请补上村名"
                    )
                    yield FactRow(row.stored, None, (*row.doubts, doubt))


def made_from(evidence: Evidence, stored: StoredRecord) -> tuple[str, ...]:
    """The hashes of what an assessment rests on, but for the law."""
    return (
        f"return:{stored.submission}#{stored.index}/{stored.generation}",
        f"issues:{digest(*map(repr, evidence.issues), *evidence.doubts)}",
        f"corrections:{digest(*(repr(c) for c in evidence.corrections if c.record == stored.index))}",
        f"facts:{digest(*sorted(map(repr, evidence.facts)))}",
        f"roster:{digest(repr(evidence.roster))}",
    )


def _touches(row: FactRow, period: str) -> bool:
    return row.fact is not None and (contains(row.fact.period, period) or contains(period, row.fact.period))


def _whose(row: FactRow) -> Subject:
    return row.fact.subject if row.fact else row.stored.subject
