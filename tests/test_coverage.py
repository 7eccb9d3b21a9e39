"""Coverage: each number, share, deadline, grade and consequence of the texts has a rule and a case, or a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from formgen.casebook import load_casebook
from formgen.resources import scheme_folders
from formgen.scheme.coverage import TABLES, Coverage, Trial, articles_named, coverage
from formgen.scheme.loading import load_regulation, load_scheme
from formgen.scheme.regulation import own_texts, sections
from formgen.trials import Outcome, covered, try_case, try_cases

FOLDERS = {folder.name: folder for folder in scheme_folders()}
SCHEMES = {name: load_scheme(folder) for name, folder in FOLDERS.items()}
TEXTS = {name: load_regulation(folder) for name, folder in FOLDERS.items()}
BOOKS = {name: load_casebook(FOLDERS[name], SCHEMES[name], TEXTS[name]) for name in FOLDERS}


@cache
def _tried(name: str) -> tuple[Outcome, ...]:
    return tuple(try_cases(BOOKS[name]))


def _trials(name: str) -> list[Trial]:
    return [outcome.trial for outcome in _tried(name)]


def _cover(name: str, trials: list[Trial] | None = None, **changed: object) -> Coverage:
    scheme = SCHEMES[name].model_copy(update=changed)
    return coverage(scheme, TEXTS[name], _trials(name) if trials is None else trials)


def _rules() -> Iterator[Any]:
    for name, scheme in SCHEMES.items():
        for table in TABLES:
            for number, rule in enumerate(getattr(scheme, table)):
                if getattr(rule, "kind", "") != "judged":
                    yield pytest.param(name, table, number, id=f"{name} {table} {getattr(rule, 'id', number)}")


RULES = list(_rules())


@pytest.mark.parametrize("name", FOLDERS)
def test_a_regulation_is_covered_article_by_article(name: str) -> None:
    scheme, found = covered(FOLDERS[name])

    assert scheme.id == name
    assert [state.article for state in found.articles if not state.covered] == []
    assert found.stale == ()
    assert found.percent == 100
    assert found.complete


@pytest.mark.parametrize("name", FOLDERS)
def test_every_rule_is_tried_by_a_case(name: str) -> None:
    uses = {use.rule: use.cases for state in _cover(name).articles for use in state.rules}

    assert [rule for rule, cases in uses.items() if not cases] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_without_cases_nothing_that_a_rule_binds_is_covered(name: str) -> None:
    found = _cover(name, trials=[])

    assert [state.article for state in found.articles if state.rules and state.covered] == []
    assert found.percent < 100


@pytest.mark.parametrize(("name", "table", "number"), RULES)
def test_without_its_cases_a_rule_is_a_hole(name: str, table: str, number: int) -> None:
    rule = getattr(SCHEMES[name], table)[number]
    others = [trial for trial in _trials(name) if (rule.article, rule.quote) not in trial.cited]

    found = _cover(name, others)

    label = f"{table} {getattr(rule, 'id', None) or rule.name}"
    assert [use.rule for state in found.articles for use in state.rules if use.rule == label and use.cases] == []
    assert not found.complete


@pytest.mark.parametrize(("name", "table", "number"), [param for param in RULES if param.values[1] != "grade"])
def test_without_a_rule_its_cases_fail_and_coverage_falls(name: str, table: str, number: int) -> None:
    scheme = SCHEMES[name]
    rules = getattr(scheme, table)
    left = scheme.model_copy(update={table: rules[:number] + rules[number + 1 :]})
    book = replace(BOOKS[name], scheme=left)
    concerned = [one for one in _tried(name) if (rules[number].article, rules[number].quote) in one.trial.cited]

    again = [try_case(book, one.case) for one in concerned]
    failed = {one.case.why for one in again if one.differences}
    found = coverage(left, TEXTS[name], [trial for trial in _trials(name) if trial.case not in failed])

    assert failed or not found.complete


@pytest.mark.parametrize("name", FOLDERS)
def test_without_a_waiver_its_article_is_open(name: str) -> None:
    provisions = SCHEMES[name].provision

    for number, provision in enumerate(provisions):
        found = _cover(name, provision=provisions[:number] + provisions[number + 1 :])

        state = next(state for state in found.articles if state.article == provision.article)
        assert not state.covered, provision


@pytest.mark.parametrize("name", FOLDERS)
def test_a_waiver_says_why(name: str) -> None:
    for provision in SCHEMES[name].provision:
        assert len(provision.why) >= 3


def test_a_waiver_that_waives_nothing_is_stale() -> None:
    scheme = SCHEMES["dayang-2023"]
    needless = scheme.provision[0].model_copy(update={"article": "二（1）"})

    found = _cover("dayang-2023", provision=(*scheme.provision, needless))

    assert found.stale == ("二（1）",)
    assert not found.complete


def test_a_new_number_in_the_text_has_no_rule() -> None:
    text = TEXTS["dayang-2023"].replace("应及时撤换；", "应及时撤换，并扣发补贴300元；")

    found = coverage(SCHEMES["dayang-2023"], text, _trials("dayang-2023"))

    (state,) = [state for state in found.articles if not state.covered]
    assert state.article == "四、3"
    assert [clause.kind for clause in state.clauses if not clause.settled] == ["consequence", "consequence", "number"]
    assert "【300元】" in "".join(clause.words for clause in state.clauses if not clause.settled)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("不超过15%。", "share"),
        ("不应超过总数的1/3", "share"),
        ("3月底前上报", "deadline"),
        ("每季度汇报", "deadline"),
        ("上任1个月内公示", "deadline"),
        ("不少于20个工作日", "number"),
        ("分别加10、7、4、2分", "number"),
        ("任期为2年", "number"),
        ("上不封顶", "number"),
        ("评为优秀", "grade"),
        ("予以撤换", "consequence"),
        ("取消其资格", "consequence"),
    ],
)
def test_words_that_bind_are_seen(words: str, kind: str) -> None:
    (state,) = coverage(SCHEMES["dayang-2023"], f'<a id="第一条"></a>第一条 {words}', []).articles

    assert state.clauses[0].kind == kind


@pytest.mark.parametrize("words", ["第三条所列", "2023年2月3日", "〔2015〕24号", "不折不扣", "第一书记", "认真负责"])
def test_words_that_bind_nobody_are_not_seen(words: str) -> None:
    assert coverage(SCHEMES["dayang-2023"], f'<a id="第一条"></a>第一条 {words}', []).articles == ()


@pytest.mark.parametrize(
    ("why", "named"),
    [
        ("第十条：x", {"第十条"}),
        ("第十条和本级决定：x", {"第十条"}),
        ("第七条（三）、第十一条：x", {"第七条（三）", "第十一条"}),
        ("第八条（一）1和本级决定：x", {"第八条（一）1"}),
        ("第八条：第九条", {"第八条"}),
        ("第十二条以外", {"第十二条"}),
        ("本办法：x", set()),
    ],
)
def test_a_case_names_its_articles(why: str, named: set[str]) -> None:
    assert articles_named(why, tuple(own_texts(TEXTS["village-cadre-2020"]))) == named


def test_a_number_after_the_article_is_no_article() -> None:
    anchors = tuple(own_texts(TEXTS["dayang-2023"]))

    assert articles_named("附件2 一5：迟到", anchors) == {"附件2"}
    assert articles_named("四、3：撤换", anchors) == {"四、3"}


def test_every_word_stands_under_one_anchor() -> None:
    for name, text in TEXTS.items():
        own = own_texts(text)
        nested = sections(text)

        assert own.keys() == nested.keys(), name
        assert all(nested[anchor].startswith(words) for anchor, words in own.items())
