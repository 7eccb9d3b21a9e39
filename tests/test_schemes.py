"""The five regulations as data, against their own text and against the oracle of the forms."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from formgen.model import Form
from formgen.resources import scheme_folders
from formgen.scheme.citations import citations, figure_stands_in
from formgen.scheme.gaps import gap_for
from formgen.scheme.json_schema import json_schema
from formgen.scheme.loading import load_decisions, load_regulation, load_schemes
from formgen.scheme.regulation import bare, holds, repeated_anchors, sections
from formgen.scheme.types import (
    Attendance,
    BandedAccuracy,
    Gap,
    MoneyPerDay,
    MoneyPerIncident,
    MoneyShare,
    PaySplit,
    PerAmount,
    PerIncident,
    PerIncidentByLevel,
    Purpose,
    Scheme,
    Tier,
)

ROOT = Path(__file__).parents[1]
SCHEMES = {scheme.id: scheme for scheme in load_schemes()}
REGULATIONS = {folder.name: load_regulation(folder) for folder in scheme_folders()}
ORACLE: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "tests" / "oracle_forms.toml").read_text(encoding="utf-8"), parse_float=Decimal
)["form"]
FORMS = {form.id: form for scheme in SCHEMES.values() for form in scheme.form}

each_scheme = pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
each_form = pytest.mark.parametrize("oracle", ORACLE, ids=[form["id"] for form in ORACLE])


def test_all_five_regulations_stand_there() -> None:
    assert sorted(SCHEMES) == ["damao-2022", "dayang-2023", "ningxia-2015", "tongshi-2023", "village-cadre-2020"]
    assert sorted(FORMS) == sorted(form["id"] for form in ORACLE)


# --- against the text ------------------------------------------------------------------------------------------


@each_scheme
def test_every_quotation_stands_under_its_anchor(scheme: Scheme) -> None:
    found = sections(REGULATIONS[scheme.id])

    lost = [(c.key, c.article, c.quote) for c in citations(scheme) if not holds(found, c.article, c.quote)]

    assert lost == []


@each_scheme
def test_every_number_stands_in_its_quotation(scheme: Scheme) -> None:
    lost = [
        (cited.key, figure, cited.quote)
        for cited in citations(scheme)
        for figure in cited.figures
        if not figure_stands_in(figure, cited.quote)
    ]

    assert lost == []


@each_scheme
def test_every_article_and_quotation_of_the_file_is_looked_up(scheme: Scheme) -> None:
    raw = tomllib.loads((ROOT / "formgen/schemes" / scheme.id / "scheme.toml").read_text(encoding="utf-8"))

    assert len(list(citations(scheme))) == _articles(raw)


def _articles(node: object) -> int:
    if isinstance(node, dict):
        return ("article" in node) + sum(_articles(inner) for inner in node.values())
    return sum(_articles(inner) for inner in node) if isinstance(node, list) else 0


@each_scheme
def test_no_anchor_stands_twice(scheme: Scheme) -> None:
    assert repeated_anchors(REGULATIONS[scheme.id]) == ()
    assert len(sections(REGULATIONS[scheme.id])) >= 20


@each_scheme
def test_the_printed_standards_and_remarks_are_those_of_the_regulation(scheme: Scheme) -> None:
    text = bare(REGULATIONS[scheme.id])
    if scheme.id in ("village-cadre-2020", "tongshi-2023", "damao-2022"):
        printed = [item.text for form in scheme.form for item in form.items if form.id != "village-cadre-quarterly"]
    else:
        printed = [
            words
            for form in scheme.form
            for item in form.items
            for words in (item.text + item.note, item.standard, item.remark, item.points_text)
        ]

    assert [words for words in printed if bare(words) not in text] == []


def test_the_web_page_around_village_cadre_is_gone() -> None:
    text = REGULATIONS["village-cadre-2020"]

    for chrome in ("职场文秘网", "演讲范文", "23:40:25", "Tags", "网站分类", "标签列表"):
        assert chrome not in text


def test_sentences_broken_by_hard_returns_are_joined() -> None:
    assert "因病致贫群众病因查找精准" in REGULATIONS["village-cadre-2020"]
    assert "村“两委”正职进行一次谈心谈话" in REGULATIONS["village-cadre-2020"]
    assert "年度村级工作目标管理考核" in REGULATIONS["tongshi-2023"]
    assert "由党支部给予通报批评" in REGULATIONS["damao-2022"]
    assert "《关于加强村民小组长队伍建设的实施方案（试行）》的通知" in REGULATIONS["damao-2022"]


def test_misprints_of_the_regulations_are_kept() -> None:
    assert "考核和责作追究" in REGULATIONS["dayang-2023"]
    assert "会议纪录" in REGULATIONS["ningxia-2015"]
    assert "第2章 职责任务" in REGULATIONS["ningxia-2015"]
    assert "扣 1 0 分" in REGULATIONS["tongshi-2023"]


def test_a_section_holds_its_own_parts_and_not_the_next() -> None:
    found = sections(REGULATIONS["village-cadre-2020"])

    assert "组织设置合理" in found["第七条"]
    assert "组织设置合理" in found["第七条（一）"]
    assert "班子队伍健全" not in found["第七条（一）1"]
    assert "考核实行加减分制" not in found["第七条"]
    assert not holds(found, "第九条", "考核实行加减分制")
    assert not holds(found, "第九十九条", "")


# --- against the oracle ----------------------------------------------------------------------------------------


@each_form
def test_a_form_is_that_of_the_oracle(oracle: dict[str, Any]) -> None:
    form = FORMS[oracle["id"]]

    assert form.scheme.startswith(oracle["regulation"])
    assert (form.title, form.subject, form.period) == (oracle["title"], oracle["subject"], oracle["period"])
    assert form.columns == tuple(oracle.get("columns", ()))
    assert form.base_points == oracle.get("base_points")
    assert form.generated == oracle.get("generated", False)
    assert [{"id": blank.id, "label": blank.label} for blank in form.header] == oracle.get("header", [])


@each_form
def test_the_items_are_those_of_the_oracle(oracle: dict[str, Any]) -> None:
    expected = [
        (
            item["id"],
            item["category"],
            item["text"],
            item.get("points"),
            item.get("bonus", False),
            item.get("deduction", False),
            item.get("money_only", False),
            _tiers(item.get("tiers", ())),
        )
        for item in oracle.get("items", ())
    ]

    found = [
        (i.id, i.category, i.text, i.points, i.bonus, i.deduction, i.money_only, i.tiers)
        for i in FORMS[oracle["id"]].items
    ]

    assert found == expected


def _tiers(tiers: dict[str, int] | list[int]) -> tuple[Decimal, ...]:
    return tuple(Decimal(points) for points in (tiers.values() if isinstance(tiers, dict) else tiers))


@each_form
def test_the_boxes_are_those_of_the_oracle(oracle: dict[str, Any]) -> None:
    expected = [
        (box["id"], box["label"], box.get("signed", False), box.get("sealed", False))
        for box in oracle.get("fields", ())
    ]

    assert [(box.id, box.label, box.signed, box.sealed) for box in FORMS[oracle["id"]].fields] == expected


def test_tiers_named_by_the_oracle_are_the_rules() -> None:
    for oracle in ORACLE:
        for item in oracle.get("items", ()):
            if isinstance(item.get("tiers"), dict):
                rules = [
                    rule
                    for scheme in SCHEMES.values()
                    for rule in scheme.rules_of(oracle["id"])
                    if isinstance(rule, Tier) and rule.item == item["id"]
                ]
                assert [rule.points for rule in rules] == [item["tiers"]]


# --- the numbers of each regulation ----------------------------------------------------------------------------


def _rule(scheme: str, rule_id: str) -> Any:
    return next(rule for rule in (*SCHEMES[scheme].rule, *SCHEMES[scheme].money) if rule.id == rule_id)


def test_dayang_withholds_money_by_incident() -> None:
    money = {rule.fact: (rule.yuan, rule.unless_mended) for rule in SCHEMES["dayang-2023"].money
             if isinstance(rule, MoneyPerIncident)}  # fmt: skip

    assert money == {
        "late": (20, False),
        "early-leave": (20, False),
        "absent": (50, False),
        "material-missing": (50, False),
        "information-wrong": (20, True),
        "information-reported": (50, False),
        "policy-unmended": (100, False),
    }


def test_dayang_takes_points_by_incident() -> None:
    points = {
        rule.id: (rule.item, rule.points) for rule in SCHEMES["dayang-2023"].rule if isinstance(rule, PerIncident)
    }

    assert points == {"headcount": ("1.1", 1), "missed": ("4.1", 10), "undue": ("4.1", 20)}


def test_village_cadre_pays_a_fifth_at_once_and_the_rest_by_grade() -> None:
    split = _rule("village-cadre-2020", "split")
    shares = {rule.grade: (rule.sign, rule.share, rule.lowest, rule.highest)
              for rule in SCHEMES["village-cadre-2020"].money if isinstance(rule, MoneyShare)}  # fmt: skip

    assert isinstance(split, PaySplit)
    assert (split.basic, split.performance) == (Decimal("0.2"), Decimal("0.8"))
    assert shares == {
        "优秀": (1, None, Decimal("0.3"), Decimal("0.5")),
        "合格": (1, 0, None, None),
        "不合格": (-1, None, Decimal("0.3"), Decimal("0.5")),
    }


def test_village_cadre_has_four_tiers_without_names_best_first() -> None:
    tiers = {rule.item: (list(rule.points.values()), rule.sign, rule.names_gap, rule.count)
             for rule in SCHEMES["village-cadre-2020"].rule if isinstance(rule, Tier)}  # fmt: skip

    assert tiers == {
        "6.1": ([10, 7, 4, 2], 1, "tier-names", None),
        "6.2": ([20, 15, 10, 5], 1, "tier-names", None),
        "6.3": ([10, 7, 4, 2], 1, "tier-names", None),
        "7.1": ([10, 7, 4, 2], -1, "tier-names", None),
        "7.2": ([10], -1, None, None),
    }


def test_tongshi_takes_points_by_incident() -> None:
    found = {
        (rule.item, rule.fact): rule.points for rule in SCHEMES["tongshi-2023"].rule if isinstance(rule, PerIncident)
    }

    assert found == {
        ("1.3", "platform-error"): Decimal("0.1"),
        ("2.1", "grid-material-missing"): 1,
        ("2.1", "grid-worker-unclear"): 3,
        ("2.1", "household-missed"): 10,
        ("2.2", "ledger-missing"): 3,
        ("2.2", "calculation-wrong"): 1,
        ("2.2", "household-unsatisfied"): 5,
        ("2.3", "asset-ledger-missing"): 3,
        ("2.3", "asset-neglected"): 5,
        ("3.1", "routine-criticised"): 3,
        ("3.1", "routine-material-missing"): 2,
        ("3.2", "urgent-criticised"): 3,
        ("3.3", "late"): 2,
        ("3.3", "early-leave"): 1,
        ("3.3", "absent"): 5,
    }


def test_tongshi_takes_points_by_class_of_error_and_by_accuracy() -> None:
    by_level, accuracy = _rule("tongshi-2023", "basic-data"), _rule("tongshi-2023", "work-data")

    assert isinstance(by_level, PerIncidentByLevel)
    assert by_level.points == {"一级规则": Decimal("0.5"), "二级规则": Decimal("0.3"), "三级规则": Decimal("0.1")}
    assert isinstance(accuracy, BandedAccuracy)
    assert (accuracy.full_from, accuracy.between_above, accuracy.lost_below) == (90, 65, 65)
    assert (accuracy.per_percent, accuracy.whole, accuracy.sub_period) == (Decimal("0.1"), Decimal("2.5"), "quarter")


def test_tongshi_counts_the_highest_tier_only() -> None:
    assert [_rule("tongshi-2023", name).count for name in ("commendation", "model")] == ["highest", "highest"]
    assert SCHEMES["tongshi-2023"].grade == ()


def test_ningxia_takes_half_a_point_a_day_from_the_team_and_a_fifth_from_a_person() -> None:
    days = {
        (rule.form, rule.item): rule.per_day for rule in SCHEMES["ningxia-2015"].rule if isinstance(rule, Attendance)
    }

    assert days == {
        ("ningxia-team-annual", "2.5"): Decimal("0.5"),
        ("ningxia-captain-annual", "2.1"): Decimal("0.2"),
        ("ningxia-member-annual", "2.1"): Decimal("0.2"),
    }


def test_ningxia_gives_points_for_news_and_for_money() -> None:
    news, funds = _rule("ningxia-2015", "team-news"), _rule("ningxia-2015", "team-funds")

    assert isinstance(news, Tier)
    assert (news.points, news.count, news.cap) == ({"国家级": 3, "自治区级": 2, "地市级": 1}, "each", 10)
    assert isinstance(funds, PerAmount)
    assert funds.points == Decimal("0.1")
    assert funds.yuan == {"党群部门": 10000, "事业单位": 10000, "政府行政部门": 20000, "企业": 30000}


@pytest.mark.parametrize(("form", "category"), [("ningxia-captain-annual", 7), ("ningxia-member-annual", 5)])
def test_ningxia_gives_points_for_articles_suggestions_and_instructions(form: str, category: int) -> None:
    tiers = {rule.item: rule.points for rule in SCHEMES["ningxia-2015"].rules_of(form) if isinstance(rule, Tier)}
    adopted = {"国家级": 5, "自治区级": 4, "地市级": 3, "县（区）级": 2}

    assert tiers == {
        f"{category}.1": adopted,
        f"{category}.2": adopted,
        f"{category}.3": {"自治区": 5, "市": 3, "县（区）": 3},
    }


def test_ningxia_pays_thirty_yuan_a_day_from_a_good_quarter() -> None:
    meals = _rule("ningxia-2015", "meals")

    assert isinstance(meals, MoneyPerDay)
    assert (meals.yuan, meals.grades, meals.grade_fact) == (30, ("优秀", "称职"), "quarterly-grade")
    assert SCHEMES["ningxia-2015"].money_of("ningxia-register-quarterly") == (meals,)


def test_damao_judges_without_points_and_withholds_a_fifth() -> None:
    scheme = SCHEMES["damao-2022"]

    assert [rule.item for rule in scheme.rule] == [item.id for item in scheme.form[0].items]
    assert {rule.kind for rule in scheme.rule} == {"judged"}
    assert [(rule.grade, rule.sign, rule.share) for rule in scheme.money if isinstance(rule, MoneyShare)] == [
        ("不称职", -1, Decimal("0.2"))
    ]


@pytest.mark.parametrize(
    ("scheme", "grades"),
    [
        ("dayang-2023", ["优秀", "称职", "不称职"]),
        ("village-cadre-2020", ["优秀", "合格", "不合格"]),
        ("damao-2022", ["优秀", "称职", "不称职"]),
        ("ningxia-2015", ["优秀", "称职", "基本称职", "不称职"]),
        ("tongshi-2023", []),
    ],
)
def test_grades_stand_best_first(scheme: str, grades: list[str]) -> None:
    assert [grade.name for grade in SCHEMES[scheme].grade] == grades


def test_no_regulation_ties_points_to_grades_so_each_scored_form_has_a_gap() -> None:
    for scheme in SCHEMES.values():
        for form in scheme.form:
            if form.base_points is not None and scheme.grade:
                assert gap_for(scheme, "bands", form.id) is not None, form.id
        assert all(grade.at_least is None for grade in scheme.grade)


def test_ningxia_parts_are_those_of_the_first_annex() -> None:
    parts: dict[str, list[Decimal | None]] = {}
    for part in SCHEMES["ningxia-2015"].part:
        parts.setdefault(part.item, []).append(part.points)

    assert parts == {"1.2": [4, 2], "2.2": [5, 20, 2, 3], "2.3": [2, 5, 3, 3, 2], "2.4": [2, 3]}


# --- what is shipped beside them -------------------------------------------------------------------------------


def test_the_sample_decisions_answer_every_gap_and_are_marked_as_examples() -> None:
    path = ROOT / "samples" / "decisions.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["decision"]

    decisions = load_decisions(tables, tuple(SCHEMES.values()), path)

    gaps = {(scheme.id, gap.id) for scheme in SCHEMES.values() for gap in scheme.gap}
    assert {(decision.scheme, decision.gap) for decision in decisions} == gaps
    assert all(decision.example and decision.authority.startswith("示例：") for decision in decisions)


def test_the_json_schema_knows_every_table_and_refuses_others() -> None:
    schema = json_schema()
    tables = schema["$defs"]

    assert set(schema["properties"]) == set(Scheme.model_fields)
    assert set(tables["Form"]["properties"]) == {field.name for field in fields(Form)}
    assert all(table["additionalProperties"] is False for table in (schema, *tables.values()))
    assert set(schema["properties"]["rule"]["items"]["discriminator"]["mapping"]) == {
        "per-incident",
        "per-incident-by-level",
        "banded-accuracy",
        "attendance",
        "tier",
        "per-amount",
        "judged",
    }
    assert tables["PerIncident"]["properties"]["points"]["type"] == "number"
    assert not re.search(r"'null'", str(schema))


def test_the_page_on_schemes_names_every_kind_shape_purpose_and_code() -> None:
    page = (ROOT / "docs" / "schemes.md").read_text(encoding="utf-8")
    sources = [(ROOT / "formgen/scheme" / name).read_text(encoding="utf-8") for name in ("lint.py", "wording.py")]
    codes = {code for source in sources for code in re.findall(r'[Ff]ault\("([a-z-]+)"', source)}
    codes |= {code for source in sources for code in re.findall(r'_summary\("([a-z-]+)"', source)}
    kinds = {kind for table in ("rule", "money") for kind in _kinds(table)}
    shapes = set(get_args(Gap.model_fields["shape"].annotation))

    missing = [name for name in (*codes, *kinds, *shapes, *get_args(Purpose)) if f"`{name}`" not in page]

    assert len(codes) > 20
    assert missing == []


def _kinds(table: str) -> list[str]:
    return list(json_schema()["properties"][table]["items"]["discriminator"]["mapping"])
