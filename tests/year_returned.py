"""A hand-worked year as returned files: blanks made by formgen, filled, sent back, taken in and assessed in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from year_core import Worked, entry_of, place_of
from year_tables import Event, Person, Sheet, Year, within

from formgen import generate, workspace
from formgen.archive import Archive
from formgen.assess import assess_period
from formgen.entries import Entry, add_fact
from formgen.generate import Output
from formgen.intake import IntakeResult, intake
from formgen.model import Decision, Form, RosterEntry, Subject
from formgen.parsing import FileReading, Hints
from formgen.periods import in_chinese
from formgen.rendering import excel
from formgen.scheme.types import Scheme
from formgen.store import Store
from formgen.workspace import Workspace
from parsers.reading import read_file

ROSTER = (
    ("village", "村"), ("name", "姓名"), ("group", "组"), ("team", "派出单位"), ("post", "职务"), ("series", "序列"),
    ("level", "选派级别"), ("since", "任职时间"), ("pay", "补贴标准"),
)  # fmt: skip


def clock() -> Iterator[datetime]:
    """Moments a minute apart."""
    moment = datetime(2023, 1, 1, 8, 0)
    while True:
        yield moment
        moment += timedelta(minutes=1)


class Office:
    """A workspace into which a year comes back, file by file."""

    def __init__(self, root: Path, year: Year, scheme: Scheme, decisions: Sequence[Decision]) -> None:
        self.year, self.scheme, self.decisions = year, scheme, decisions
        self.place: Workspace = workspace.create(root / "office", scheme=scheme.id)
        self.made = root / "made"
        self.moments = clock()
        self.results: list[IntakeResult] = []
        self.notes: list[str] = []

    def work(self) -> Worked:
        """The year, period by period: roster, facts and forms taken in, then assessed."""
        worked = Worked()
        with Store(self.place.database) as store:
            before: list[Person] = []
            for period in self.year.periods:
                roster = self.year.roster(period)
                if roster != before:
                    _roster(self.place.inbox / f"花名册{period}.xlsx", roster)
                    before = roster
                events = self._new_events(period)
                _facts(self.place.inbox / f"考核事项{period}.xlsx", [event for event in events if not event.team])
                self._forms(period)
                self.results.append(self._take(store))
                self._entered(store, [event for event in events if event.team])
                assessed = assess_period(store, self.scheme, self.decisions, period, at=next(self.moments))
                self.notes += assessed.notes
                standings = {place_of(standing): standing for standing in assessed.standings}
                for assessment in assessed.assessments:
                    subject = assessment.subject
                    place = (assessment.form, assessment.period, subject.village, subject.name or subject.team)
                    worked.results[place] = (assessment, standings[place])
                for standing in [one for kept in assessed.later for one in kept.standings]:
                    worked.results[place_of(standing)] = (worked.results[place_of(standing)][0], standing)
        return worked

    def _new_events(self, period: str) -> list[Event]:
        """What happened in a period, and is not of a shorter one."""
        first = {event: next(one for one in self.year.periods if within(one, event.when)) for event in self.year.events}
        return [event for event in self.year.events if first[event] == period]

    def _take(self, store: Store) -> IntakeResult:
        def reader(path: Path, hints: Hints) -> FileReading:
            return read_file(path, self.scheme.form, hints=hints)

        return intake(self.place, store, reader, now=lambda: next(self.moments))

    def _forms(self, period: str) -> None:
        for form in self.scheme.form:
            sheets = [sheet for sheet in self.year.sheets if (sheet.form, sheet.period) == (form.id, period)]
            if not sheets:
                continue
            people = {(person.village, person.name): entry_of(person) for person in self.year.roster(period)}
            entries = [people.get(sheet.whom) or RosterEntry(_subject(sheet)) for sheet in sheets]
            papers = generate.blank(
                self.scheme, form, entries, period, Output(self.made / form.id / period, kind="xlsx")
            )
            for sheet, paper in zip(sheets, papers, strict=True):
                _fill(paper.path, form, sheet, self.place.inbox / f"{form.id}-{paper.path.name}")

    def _entered(self, store: Store, events: Sequence[Event]) -> None:
        """Of teams by hand: a facts table names villages and people."""
        archive = Archive(self.place.archive)
        for event in events:
            entry = Entry(
                f"{event.village}/{event.team}", event.kind, "王敏", event.text or "台账",
                datetime.fromisoformat(event.date).date() if event.date else None, event.period, event.count,
                event.level, event.mended,
            )  # fmt: skip
            add_fact(store, archive, self.scheme, entry, next(self.moments))


def _subject(sheet: Sheet) -> Subject:
    return Subject(sheet.village, sheet.name, team=sheet.team)


# --- the files ---------------------------------------------------------------------------------------------------


def _fill(blank: Path, form: Form, sheet: Sheet, filled: Path) -> None:
    """The blank with what was written on it; what is printed in a cell stays."""
    book = openpyxl.load_workbook(blank)
    page = book.worksheets[0]
    for name, words in sheet.written.items():
        if form.fields:
            box, _, dated = name.partition(".")
            cell = page[_place(page, "township_opinion" if name == "grade" else box)]
            if dated:
                day = f"{words[:4]}年{int(words[5:7])}月{int(words[8:])}日"
                cell.value = re.sub(r"年\s*月\s*日", day, str(cell.value))
            else:
                cell.value = f"同意评定为{words}等次。{cell.value or ''}"
        else:
            number = re.fullmatch(r"\d+(\.\d+)?", words, re.ASCII)
            page[_place(page, name)].value = float(words) if number else words
    if form.fields:
        summary = page[_place(page, "summary")]
        summary.value = f"走访农户，落实帮扶项目。{summary.value or ''}"
    book.save(filled)


def _place(page: Any, name: str) -> str:
    text: str = page.defined_names[excel.answer_name(name)].attr_text
    return text.split("!")[1].replace("$", "")


def _roster(path: Path, people: Sequence[Person]) -> None:
    columns = [(key, head) for key, head in ROSTER if any(getattr(person, key) for person in people)]
    if len(columns) == 1:
        columns.append(("group", "组"))
    _table(path, "花名册", [head for _, head in columns], [[getattr(p, key) for key, _ in columns] for p in people])


def _facts(path: Path, events: Sequence[Event]) -> None:
    if not events:
        return
    heads = ["日期", "考核时段", "村", "姓名", "事项", "级别", "数量", "是否整改", "说明"]
    rows = [
        [
            event.date, in_chinese(event.period) if event.period else "", event.village, event.name, event.kind,
            event.level, float(event.count), "是" if event.mended else "否", event.text,
        ]
        for event in events
    ]  # fmt: skip
    _table(path, "考核事项登记表", heads, rows)


def _table(path: Path, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append([title])
    page.append(list(heads))
    for row in rows:
        page.append([value if value != "" else None for value in row])
    book.save(path)
