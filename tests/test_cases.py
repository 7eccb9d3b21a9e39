"""The law, case by case: formgen/schemes/*/cases.toml comes out as it was worked by hand; a wrong case says where."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from formgen.casebook import Case, load_casebook
from formgen.cli.law import scheme as scheme_group
from formgen.errors import SchemeError
from formgen.resources import scheme_folders
from formgen.scheme.loading import load_regulation, load_scheme
from formgen.trials import outcomes, try_case, try_cases

FOLDERS = {folder.name: folder for folder in scheme_folders()}
SCHEMES = {name: load_scheme(folder) for name, folder in FOLDERS.items()}
TEXTS = {name: load_regulation(folder) for name, folder in FOLDERS.items()}
BOOKS = {name: load_casebook(FOLDERS[name], SCHEMES[name], TEXTS[name]) for name in FOLDERS}
CASES = [pytest.param(name, case, id=f"{name} {case.why}") for name, book in BOOKS.items() for case in book.cases]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_the_law_says(name: str, case: Case) -> None:
    outcome = try_case(BOOKS[name], case)

    assert outcome.differences == ()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_regulation_has_its_cases(name: str) -> None:
    cases = BOOKS[name].cases

    assert len(cases) >= 25
    assert sum(case.settled for case in cases) >= 7
    assert len({case.why for case in cases}) == len(cases)


@pytest.mark.parametrize("name", FOLDERS)
def test_every_kind_of_fact_that_a_rule_counts_is_given_in_a_case(name: str) -> None:
    given = {fact.kind for case in BOOKS[name].cases for party in case.parties for fact in party.facts}

    counted = [kind.id for kind in SCHEMES[name].fact if kind.role != "exempt"]
    assert [kind for kind in counted if kind not in given] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_every_gap_that_matters_to_grade_or_consequence_is_decided_in_two_ways(name: str) -> None:
    """Both answers of a choice are tried, or one of them and its absence."""
    scheme, book = SCHEMES[name], BOOKS[name]
    purposes = ("quota-base", "ties", "zero-places", "sequence-gap")
    ways = {gap.id: {str(book.decisions.get(gap.id))} for gap in scheme.gap if gap.purpose in purposes}
    for case in book.cases:
        for gap, value in case.decisions.items():
            ways.get(gap, set()).add(str(value))
        for gap in case.undecided:
            ways.get(gap, set()).add("")

    assert [gap for gap, found in ways.items() if len(found) < 2] == []


# --- a case that does not come out says where ------------------------------------------------------------------


def _differences(name: str, **expected: object) -> tuple[str, ...]:
    case = Case.model_validate({"why": "四、2：试", "scores": {"2.2": 18}, **expected})
    return try_case(BOOKS[name], case).differences


def test_a_wrong_total_names_both_figures() -> None:
    assert _differences("dayang-2023", lines={"total": 97}) == ("total 应为 97，算得 98",)


def test_a_wrong_grade_names_both() -> None:
    assert _differences("dayang-2023", grade="称职") == ("等次应为 称职，算得 优秀",)


def test_wrong_consequences_are_listed() -> None:
    (words,) = _differences("dayang-2023", facts=[{"kind": "poor-work"}], consequences=["law"])

    assert words == "后果应为 law，算得 criticism"


def test_a_wrong_rank_or_pay_is_told() -> None:
    found = _differences("dayang-2023", rank=2, base_pay=500, paid={"pay": 400})

    assert found == ("名次应为 2，算得 1", "定等次后的 pay 应为 400，算得 500")


def test_a_doubt_that_is_not_there_is_missed() -> None:
    (missing, final) = _differences("dayang-2023", lines={"total": 98}, doubts=["涂改"])

    assert "应存疑“涂改”" in missing
    assert final == "不应定稿，却定了稿"


def test_a_doubt_that_was_not_expected_is_told() -> None:
    (words, *_) = _differences("dayang-2023", scores={"2.1": ""}, lines={"2.2": 20})

    assert words.startswith("应可定稿，却存疑：")


def test_a_note_that_was_not_expected_is_told() -> None:
    (words,) = _differences("dayang-2023", scores={"2.2": 20}, grade="优秀")

    assert words.startswith("不应有提示：第7项评为满分的人数")


def test_a_case_that_should_stop_and_does_not_is_told() -> None:
    assert _differences("dayang-2023", stops="名额不足1人") == ("应当中断，却算出了结果",)


def test_a_case_that_stops_for_something_else_is_told() -> None:
    (words,) = _differences("dayang-2023", undecided=["bands"], needs="floor")

    assert words.startswith("应当请求决定“floor”，实际：需要本级决定“bands”")


def test_a_computation_that_stops_is_a_difference() -> None:
    (words,) = _differences("dayang-2023", undecided=["bands"], lines={"total": 98})

    assert words.startswith("计算中断：需要本级决定“bands”")


def test_decisions_of_a_case_are_laid_over_those_of_the_file() -> None:
    assert _differences("dayang-2023", decisions={"bands": {"优秀": 99, "称职": 60}}, grade="称职") == ()


def test_several_alike_are_named_apart_and_told_apart() -> None:
    case = {"why": "附件2：试", "subject": [{"name": "甲", "times": 2, "scores": {"2.2": 18}, "lines": {"total": 1}}]}

    outcome = try_case(BOOKS["dayang-2023"], Case.model_validate(case))

    assert outcome.differences == ("甲1：total 应为 1，算得 98", "甲2：total 应为 1，算得 98")


# --- a wrong file ----------------------------------------------------------------------------------------------


def _refused(tmp_path: Path, text: str) -> str:
    (tmp_path / "cases.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SchemeError) as refused:
        load_casebook(tmp_path, SCHEMES["dayang-2023"], TEXTS["dayang-2023"])
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[case]]\nwhy = "四、2：x"\nscroes = {}', "不认识的项目“scroes”，是否想写“scores”"),
        ('[[case]]\nwhy = "四、2：x"\n[[case.subject]]\nnmae = "甲"', "不认识的项目“nmae”，是否想写“name”"),
        ('[[case]]\nwhy = "第九十条：x"', "没有以条款开头"),
        ('[[case]]\nwhy = "四、2：x"\n[[case]]\nwhy = "四、2：x"', "与 case[1] 的 why 相同"),
        ('[[case]]\nwhy = "四、2：x"\nform = "no-form"', "没有表“no-form”"),
        ('[[case]]\nwhy = "四、2：x"\nperiod = "2023-Q1"', "不是这张表的时段"),
        ('[[case]]\nwhy = "四、2：x"\nundecided = ["bonds"]', "没有空白“bonds”"),
        ('[[case]]\nwhy = "四、2：x"\nfacts = [{ kind = "prized" }]', "没有事项“prized”"),
        ('[[case]]\nwhy = "四、2：x"\nscores = { "9.9" = 1 }', "不认识的项目“9.9”"),
        ('[[case]]\nwhy = "四、2：x"\ndecisions = { bands = 3 }', "要写成一张表"),
        ("[decisions]\nbonds = 3", "不认识的项目“bonds”，是否想写“bands”"),
        ('[[case]]\nwhy = "四、2：x"\ntimes = 100000', "times"),
        ("[[case", "不是正确的 TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_key(tmp_path: Path, text: str, words: str) -> None:
    message = _refused(tmp_path, text)

    assert "cases.toml" in message
    assert words in message


def test_an_edition_without_cases_has_none(tmp_path: Path) -> None:
    book = load_casebook(tmp_path, SCHEMES["dayang-2023"], TEXTS["dayang-2023"])

    assert list(try_cases(book)) == []


def test_outcomes_are_those_of_the_folder() -> None:
    scheme, tried = outcomes(FOLDERS["tongshi-2023"])

    assert scheme.id == "tongshi-2023"
    assert [outcome.case for outcome in tried] == list(BOOKS["tongshi-2023"].cases)


# --- the commands ----------------------------------------------------------------------------------------------


def _office(tmp_path: Path, old: str, new: str, file: str = "cases.toml") -> Path:
    """A workspace whose own edition of tongshi differs in one place."""
    office = tmp_path / "镇政府"
    (office / "schemes").mkdir(parents=True)
    (office / "存档").mkdir()
    (office / "formgen.toml").write_text('[workspace]\nscheme = "tongshi-2023"\n', encoding="utf-8")
    folder = shutil.copytree(FOLDERS["tongshi-2023"], office / "schemes" / "tongshi-2023")
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return office


def _run(*words: str | Path) -> Result:
    return CliRunner().invoke(scheme_group, list(map(str, words)), standalone_mode=False)


def test_scheme_test_counts_the_cases() -> None:
    run = _run("test", "tongshi-2023")

    assert run.return_value == 0
    assert re.fullmatch(r"■ tongshi-2023　《.+》：\d+ 例，0 例不符\n", run.stdout)


def test_scheme_test_names_what_differs_and_ends_with_nine(tmp_path: Path) -> None:
    office = _office(tmp_path, 'lines = { "1.1" = 18.6, total = 78.6 }', 'lines = { "1.1" = 18.6, total = 78.7 }')

    run = _run("test", "tongshi-2023", "-w", office)

    assert run.return_value == 9
    assert "✗ 二（一）1：一级2条、二级1条、三级1条，20−1−0.3−0.1=18.6" in run.stdout
    assert "total 应为 78.7，算得 78.6" in run.stdout


def test_scheme_test_as_json_is_a_line_a_case() -> None:
    run = _run("test", "tongshi-2023", "--json")

    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(lines) == len(BOOKS["tongshi-2023"].cases)
    assert {line["passed"] for line in lines} == {True}
    assert {"scheme", "why", "differences", "articles"} <= lines[0].keys()


def test_scheme_coverage_is_full_and_lists_reasons() -> None:
    run = _run("coverage", "tongshi-2023", "--all")

    assert run.return_value == 0
    assert "：100%" in run.stdout
    assert "不用规则：条目的标题。" in run.stdout


def test_scheme_coverage_names_what_is_open(tmp_path: Path) -> None:
    office = _office(tmp_path, "一律取消评先评优。", "一律取消评先评优，并扣20分。", "regulation.md")

    run = _run("coverage", "tongshi-2023", "-w", office)

    assert run.return_value == 9
    assert "[没有着落] 三" in run.stdout
    assert "【20分】" in run.stdout


def test_scheme_coverage_names_a_rule_without_a_case(tmp_path: Path) -> None:
    office = _office(tmp_path, 'kind = "veto"', 'kind = "late"')

    run = _run("coverage", "tongshi-2023", "-w", office)

    assert run.return_value == 9
    assert "规则没有例：consequence no-honours" in run.stdout


def test_scheme_coverage_as_json_is_a_line_an_article() -> None:
    run = _run("coverage", "tongshi-2023", "--json")

    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert {line["state"] for line in lines} == {"bound", "waived"}
    assert all(clause["rules"] or clause["waived"] for line in lines for clause in line["clauses"])


def test_an_unknown_scheme_is_refused() -> None:
    assert "没有编号为“nonsense”的办法" in str(_run("test", "nonsense").exception)
