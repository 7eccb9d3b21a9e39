"""A year of each regulation, worked by hand: tests/years/SCHEME/expected.csv comes out to the cent and to the grade.

Three ways to the same figures: the tables (with their working in words in README.md) and the reckoner that was written
from the regulations' texts; the pure core; and returned files, taken in and assessed period by period.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from year_core import LAWS, Worked, decisions_of, differences, fact_of, scheme_of, work
from year_law_tongshi import public_rows
from year_reckoner import MARK, reckon, workings
from year_returned import Office
from year_tables import COLUMNS, FOLDER, SCHEMES, Row, Year, expected, load, months_of, plain, rows_of

from formgen.errors import DecisionNeededError
from formgen.intake import Outcome
from formgen.model import Assessment, Citation, IssueCode, Line, Reason, Standing, Subject
from formgen.scheme.laws import Consequence, Law, Quota, Selection
from formgen.scheme.types import Judged, MoneyRule, PaySplit, PointRule, Scheme
from formgen.scoring.running import running

HERE = Path(__file__).parent


@cache
def by_the_core(scheme_id: str) -> Worked:
    """The year through Assessor and settle."""
    scheme = scheme_of(scheme_id)
    return work(load(scheme_id), scheme, decisions_of(scheme))


def faults(scheme_id: str, worked: Worked) -> dict[str, list[str]]:
    """Every row of expected.csv that does not come out, with the differences; and every result that no row expects."""
    scheme, rows = scheme_of(scheme_id), expected(scheme_id)
    found = {_words(row): said for row in rows if (said := differences(row, worked, scheme))}
    strange = set(worked.results) - {(row.form, row.period, row.village, row.name) for row in rows}
    return found | {"/".join(place): ["没有列在 expected.csv"] for place in strange}


def _words(row: Row) -> str:
    return f"{row.form} {row.period} {row.village}/{row.name}"


# --- the tables --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_the_tables_are_what_the_reckoner_makes_of_the_text(scheme_id: str) -> None:
    reckoned = reckon(scheme_id)

    assert [[getattr(row, name) for name in COLUMNS] for row in reckoned] == [
        [getattr(row, name) for name in COLUMNS] for row in expected(scheme_id)
    ]


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_every_row_is_worked_in_words(scheme_id: str) -> None:
    page = (FOLDER / scheme_id / "README.md").read_text(encoding="utf-8")

    assert page.partition(MARK)[2].strip() == workings(reckon(scheme_id)).strip()


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_a_year_has_a_dozen_subjects_and_somebody_in_doubt(scheme_id: str) -> None:
    rows = expected(scheme_id)

    assert len({row.whom for row in rows}) >= 12
    assert any(row.doubt for row in rows)
    assert len({row.period for row in rows}) == len(load(scheme_id).periods)


def test_the_reckoner_knows_nothing_of_formgen() -> None:
    ours = [*HERE.glob("year_law_*.py"), HERE / "year_reckoner.py", HERE / "year_tables.py"]

    imported = {name.split(".")[0] for path in ours for name in _imports(path)}

    assert len(ours) == len(SCHEMES) + 2
    assert not imported & {"formgen", "parsers", "year_core", "year_returned"}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


# --- two ways through formgen --------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_the_core_gives_the_year(scheme_id: str) -> None:
    assert faults(scheme_id, by_the_core(scheme_id)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_returned_files_give_the_year(scheme_id: str, tmp_path: Path) -> None:
    scheme = scheme_of(scheme_id)
    office = Office(tmp_path, load(scheme_id), scheme, decisions_of(scheme))

    worked = office.work()

    assert faults(scheme_id, worked) == {}
    assert office.notes == []
    files = [file for result in office.results for file in result.files]
    assert {file.outcome for file in files} <= {Outcome.TAKEN, Outcome.DOUBTFUL}
    assert {issue.code for file in files for issue in file.issues} <= {IssueCode.MISSING_SCORE}


def test_the_villages_are_made_public_month_by_month() -> None:
    year, scheme = load("tongshi-2023"), scheme_of("tongshi-2023")
    villages = [Subject(person.village) for person in year.people]
    facts = [fact_of(event, scheme, Subject(event.village)) for event in year.events]

    found = running(scheme, scheme.form_of(None), decisions_of(scheme), villages, facts, "2023-12")

    table = rows_of(FOLDER / "tongshi-2023" / "public.csv")
    assert table == public_rows(year)
    totals = {(one.subject.village, one.month): plain(one.total) for one in found}
    assert totals == {(row["village"], month): row[month] for row in table for month in months_of("2023")}


# --- every rule has its day ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_every_rule_fires_in_the_year(scheme_id: str) -> None:
    scheme, worked = scheme_of(scheme_id), by_the_core(scheme_id)
    results = list(worked.results.values())

    idle = [rule.id for rule in scheme.rule if not any(_scored(rule, scheme, one) for one, _ in results)]
    idle += [rule.id for rule in scheme.money if not any(_paid(rule, scheme, one) for _, one in results)]
    idle += [law.id for law in scheme.laws if not _applied(law, worked)]

    assert idle == []


def _scored(rule: PointRule, scheme: Scheme, assessment: Assessment) -> bool:
    line = assessment.line(rule.item) if assessment.form == (rule.form or scheme.main_form) else None
    if line is None or line.value is None or not _cited(rule.article, rule.quote, line):
        return False
    return isinstance(rule, Judged) or any((one.kind, one.ref) == ("fact", rule.fact) for one in line.sources)


def _paid(rule: MoneyRule, scheme: Scheme, standing: Standing) -> bool:
    if standing.form != (rule.form or scheme.main_form):
        return False
    if isinstance(rule, PaySplit):
        return any(_cited(rule.article, rule.quote, line) for line in standing.money)
    return any(
        line.id == f"money.{rule.id}" and line.value is not None and line.sources and "没有记录" not in line.steps
        for line in standing.money
    )


def _applied(law: Law, worked: Worked) -> bool:
    standings = [standing for _, standing in worked.results.values()]
    if isinstance(law, Consequence | Selection):
        return any(one.id == law.id and not one.doubt for standing in standings for one in standing.consequences)
    if isinstance(law, Quota):
        return any(one.id == law.id for one in worked.quotas)
    return any(
        _cited(law.article, law.quote, reason) and law.label in reason.text
        for standing in standings
        for reason in standing.reasons
    )


def _cited(article: str, quote: str, told: Line | Reason) -> bool:
    return any(isinstance(part, Citation) and (part.article, part.quote) == (article, quote) for part in told.basis)


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_every_word_of_the_tables_names_a_law(scheme_id: str) -> None:
    laws = {law.id for law in scheme_of(scheme_id).laws}
    words = {
        word.rstrip("？") for row in expected(scheme_id) for cell in (row.consequences, row.advice)
        for word in cell.split("；") if word
    }  # fmt: skip

    assert words <= LAWS[scheme_id].keys()
    assert {law for ids in LAWS[scheme_id].values() for law in ids} <= laws


# --- what must be decided first --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme_id", "gap", "words"),
    [
        ("village-cadre-2020", "zero-places", "名额不足1人"),
        ("village-cadre-2020", "ties", "吕光明"),
        ("village-cadre-2020", "transfers", "换了村"),
        ("damao-2022", "zero-places", "名额不足1人"),
        ("damao-2022", "ties", "郑海英"),
        ("damao-2022", "removal", "罢免"),
        ("ningxia-2015", "zero-places", "名额不足1人"),
        ("ningxia-2015", "ties", "罗凤霞"),
        ("dayang-2023", "sequence-gap", "连续3个月"),
        ("tongshi-2023", "floor-routine", "上不封顶"),
    ],
)
def test_without_the_decision_the_year_stops_and_says_why(scheme_id: str, gap: str, words: str) -> None:
    scheme = scheme_of(scheme_id)
    given = [decision for decision in decisions_of(scheme) if decision.gap != gap]

    with pytest.raises(DecisionNeededError, match=words):
        work(load(scheme_id), scheme, given)


def test_the_tables_are_read_as_they_stand() -> None:
    year: Year = load("dayang-2023")

    assert [person.name for person in year.roster("2023-07") if person.village == "王集村"] == [
        "冯春生",
        "王建业",
        "丁秀荣",
    ]
    assert [person.name for person in year.roster("2023-09") if person.village == "王集村"] == ["冯春生", "丁秀荣"]
