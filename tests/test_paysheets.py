"""Pay sheets of the four regulations that pay: every change with its article, and sums that agree to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from made_evidence import scheme_of
from papers_made import LI, OU, SUN, WANG, ZHAO, assessed, decisions_of, main_form, settled, sheet, table, yuan

from formgen import generate
from formgen.errors import UsageError
from formgen.generate import Output
from formgen.model import Assessment, Citation, ConsequenceDue, Fact, Line, RosterEntry, Standing
from formgen.rendering.instalments import Month
from formgen.rendering.pay import in_words

MARCH = "2023-03"


def roster(*pay: object) -> list[RosterEntry]:
    people = (LI, WANG, ZHAO, SUN, OU)
    return [
        RosterEntry(who, base_pay=None if amount is None else Decimal(str(amount)), series="村干部")
        for who, amount in zip(people, pay, strict=False)
    ]


def rows_of(path: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of people, and the row of sums."""
    rows = sheet(path)
    end = next(number for number, row in enumerate(rows) if row["序号"] == "合计")
    return rows[:end], rows[end]


def dayang(facts: Sequence[Fact] = (), pay: object = 300) -> tuple[list[Assessment], list[RosterEntry]]:
    scheme, form = main_form("dayang-2023")
    people = roster(pay, pay, pay)
    made = [
        assessed(
            scheme,
            form,
            one.subject,
            MARCH,
            decisions_of(scheme),
            facts=[fact for fact in facts if fact.subject == one.subject],
            roster=one,
        )
        for one in people
    ]
    return made, people


INCIDENTS = [
    Fact("late", LI, MARCH, Decimal(2)),
    Fact("absent", LI, MARCH),
    Fact("information-wrong", WANG, MARCH, Decimal(3)),
    Fact("information-wrong", WANG, MARCH, Decimal(2), mended=True),
    Fact("policy-unmended", ZHAO, MARCH, Decimal(4)),
]


def dayang_sheet(folder: Path, facts: Sequence[Fact] = INCIDENTS, **more: Any) -> Path:
    made, people = dayang(facts)
    scheme, _ = main_form("dayang-2023")
    return generate.paysheet(scheme, MARCH, made, people, Output(folder), decisions=decisions_of(scheme), **more).path


# --- dayang: yuan for each incident -----------------------------------------------------------------------------


def test_each_incident_stands_with_its_steps_and_article(tmp_path: Path) -> None:
    (li, wang, _), _ = rows_of(dayang_sheet(tmp_path))

    assert li["增减明细及依据"] == "会议无故迟到：−20 × 2 = −40（附件2）；会议无故缺席：−50 × 1 = −50（附件2）"
    assert (li["补贴标准（元）"], li["增减合计（元）"], li["实发（元）"]) == (300, -90, 210)
    assert "已整改 2 项，不处罚" in wang["增减明细及依据"]
    assert wang["实发（元）"] == 240


def test_the_rows_stand_in_the_order_of_the_roster(tmp_path: Path) -> None:
    scheme, _ = main_form("dayang-2023")
    made, people = dayang()
    later = [*made[1:], made[0]]  # the first one was assessed again

    path = generate.paysheet(scheme, MARCH, later, people, Output(tmp_path), decisions=decisions_of(scheme)).path

    assert [row["姓名"] for row in rows_of(path)[0]] == [one.subject.name for one in people]


def test_no_more_is_withheld_than_there_is_and_the_sheet_still_adds_up(tmp_path: Path) -> None:
    rows, sums = rows_of(dayang_sheet(tmp_path))

    assert (rows[2]["增减合计（元）"], rows[2]["实发（元）"]) == (-300, 0)  # four times 100 of 300
    assert "核减以补贴为限" in rows[2]["增减明细及依据"]
    assert all(row["补贴标准（元）"] + row["增减合计（元）"] == row["实发（元）"] for row in rows)
    for column in ("补贴标准（元）", "增减合计（元）", "实发（元）"):
        assert sums[column] == sum(row[column] for row in rows)


def test_the_pay_of_the_grave_case_is_cancelled_with_its_article(tmp_path: Path) -> None:
    made, people = dayang()
    scheme, form = main_form("dayang-2023")
    due = ConsequenceDue("grave", "取消当年所有工资待遇", "pay-cancelled", Citation(scheme.title, "四、3"))
    lines = tuple(
        Line("pay", "应发", "money", Decimal(0), "元", "取消当年所有工资待遇，计 0") if line.id == "pay" else line
        for line in made[0].lines
        if line.kind == "money"
    )
    standing = Standing(scheme.id, form.id, LI, MARCH, "不称职", "优秀", 1, 3, (due,), money=lines)
    others = settled(scheme, form, made[1:], decisions_of(scheme), people)

    path = generate.paysheet(
        scheme, MARCH, made, people, Output(tmp_path), standings=[standing, *others], decisions=decisions_of(scheme)
    ).path

    (li, *_), _ = rows_of(path)
    assert (li["等次"], li["增减合计（元）"], li["实发（元）"]) == ("不称职", -300, 0)
    assert "（四、3）" in li["增减明细及依据"]


def test_the_office_figure_is_used_where_the_roster_has_none_and_said(tmp_path: Path) -> None:
    scheme, form = main_form("dayang-2023")
    one = assessed(scheme, form, LI, MARCH, decisions_of(scheme), roster=RosterEntry(LI))

    path = generate.paysheet(
        scheme, MARCH, [one], [RosterEntry(LI)], Output(tmp_path), decisions=decisions_of(scheme)
    ).path

    (li,), _ = rows_of(path)
    assert (li["补贴标准（元）"], li["实发（元）"], li["备注"]) == (500, 500, "标准按本级决定")


def test_pay_that_was_computed_from_another_base_is_refused(tmp_path: Path) -> None:
    made, _ = dayang()
    scheme, _ = main_form("dayang-2023")

    with pytest.raises(UsageError, match="李四：评定以后花名册"):
        generate.paysheet(scheme, MARCH, made, roster(350, 300, 300), Output(tmp_path))


# --- village-cadre: 20 % by the month, 80 % by result ------------------------------------------------------------


def cadres(pay: Sequence[object], scores: Sequence[int]) -> tuple[Any, ...]:
    scheme, form = main_form("village-cadre-2020")
    decisions = decisions_of(scheme)
    people = roster(*pay)
    made = [
        assessed(
            scheme,
            form,
            one.subject,
            "2020-Q3",
            decisions,
            scores={"2.1": score, "1.1": 30 if score else 0},
            roster=one,
        )
        for one, score in zip(people, scores, strict=True)
    ]
    return scheme, form, decisions, people, made


def test_the_parts_add_up_to_the_pay_to_the_cent(tmp_path: Path) -> None:
    scheme, form, decisions, people, made = cadres((5400.53, 6000, 0.01, 7777.77, 1), (40, 30, 20, 0, 35))
    standings = settled(scheme, form, made, decisions, people)

    path = generate.paysheet(
        scheme, "2020-Q3", made, people, Output(tmp_path), standings=standings, decisions=decisions, organ="镇"
    ).path

    rows, sums = rows_of(path)
    cents = [{key: Decimal(str(value)) for key, value in row.items() if "（元）" in key} for row in [*rows, sums]]
    for row in cents:
        assert all(amount == amount.quantize(Decimal("0.01")) for amount in row.values())
        assert row["基础补贴（元）"] + row["绩效补贴（元）"] == row["补贴标准（元）"]
        assert row["绩效补贴（元）"] + row["增减合计（元）"] == row["绩效实发（元）"]
        assert row["基础补贴（元）"] + row["绩效实发（元）"] == row["全季实发（元）"]
    for column, total in cents[-1].items():
        assert total == sum(row[column] for row in cents[:-1])


def test_the_grade_after_the_quota_decides_the_pay(tmp_path: Path) -> None:
    scheme, form, decisions, people, made = cadres((6000,) * 5, (40, 39, 20, 20, 20))
    standings = settled(scheme, form, made, decisions, people)  # one place of five; two have 90 points and more

    path = generate.paysheet(
        scheme, "2020-Q3", made, people, Output(tmp_path), standings=standings, decisions=decisions, organ="镇"
    ).path

    rows, _ = rows_of(path)
    assert [row["等次"] for row in rows] == ["优秀", "合格", "合格", "合格", "合格"]
    assert [row["增减合计（元）"] for row in rows] == [1440, 0, 0, 0, 0]
    assert rows[0]["增减明细及依据"] == "优秀：加发绩效补贴：6000 × 0.8 × 0.3 = 1440（第十一条；本级决定）"
    assert [one.value("money") for one in made][:2] == [1440, 1440]  # before the quota


# --- damao and ningxia -------------------------------------------------------------------------------------------


def test_a_fifth_of_the_allowance_is_withheld_from_the_unfit(tmp_path: Path) -> None:
    scheme, form = main_form("damao-2022")
    decisions = decisions_of(scheme)
    people = roster("3333.33", 3600)
    full = {item.id: "好" for item in form.items}
    made = [
        assessed(scheme, form, one.subject, "2022", decisions, scores={**full, "grade": grade}, roster=one)
        for one, grade in zip(people, ("不称职", "称职"), strict=True)
    ]

    path = generate.paysheet(scheme, "2022", made, people, Output(tmp_path), decisions=decisions).path

    (li, wang), sums = rows_of(path)
    assert (
        li["增减明细及依据"]
        == "不称职：扣除岗位补贴：−3333.33 × 0.2 = −666.666，取 −666.67（主要措施（五）4；本级决定）"
    )
    assert (li["增减合计（元）"], li["实发（元）"], wang["实发（元）"]) == (-666.67, 2666.66, 3600)
    assert sums["实发（元）"] == 6266.66


def test_meals_are_paid_for_each_day_where_the_grade_is_good_enough(tmp_path: Path) -> None:
    scheme = scheme_of("ningxia-2015")
    form = generate.paid_form(scheme)
    decisions = decisions_of(scheme)
    made = []
    for who, days, grade in ((LI, 62, "优秀"), (WANG, 58, "合格"), (ZHAO, 60, "基本称职")):
        facts = [
            Fact("days-present", who, "2016-Q1", Decimal(days)),
            Fact("quarterly-grade", who, "2016-Q1", level=grade),
        ]
        made.append(assessed(scheme, form, who, "2016-Q1", decisions, facts=facts))

    path = generate.paysheet(scheme, "2016-Q1", made, [], Output(tmp_path), decisions=decisions, organ="县").path

    rows, sums = rows_of(path)
    assert form.id == "ningxia-register-quarterly"
    assert [row["发放天数"] for row in rows] == [62, 58, 0]
    assert [row["实发（元）"] for row in rows] == [1860, 1740, 0]
    assert sums["实发（元）"] == 3600
    assert rows[0]["计算及依据"] == "伙食补助费：30 × 62 = 1860（第二十一条）"
    assert any(
        cell.value == "本表实发合计（大写）：叁仟陆佰元整"
        for row in openpyxl.load_workbook(path).active
        for cell in row
    )


def test_a_regulation_without_money_has_no_pay_sheet(tmp_path: Path) -> None:
    scheme, _ = main_form("tongshi-2023")

    with pytest.raises(UsageError, match="没有发放表"):
        generate.paysheet(scheme, "2023", [], [], Output(tmp_path))


# --- the notice says the same ------------------------------------------------------------------------------------


def notice_and_sheet(folder: Path, scheme: Any, form: Any, period: str, made: Any, people: Any, **more: Any) -> Any:
    notice = generate.results(scheme, form, period, made, Output(folder), roster=people, organ="镇", **more).path
    paid = generate.paysheet(scheme, period, made, people, Output(folder), organ="镇", **more).path
    return table(notice), *rows_of(paid)


def test_the_deductions_of_the_notice_are_those_of_the_pay_sheet_dayang(tmp_path: Path) -> None:
    made, people = dayang(INCIDENTS)
    scheme, form = main_form("dayang-2023")

    told, rows, sums = notice_and_sheet(tmp_path, scheme, form, MARCH, made, people, decisions=decisions_of(scheme))

    assert sum(yuan(row["补贴增减（元）"]) for row in told) == sums["增减合计（元）"] == -450
    paid = {row["姓名"]: row["增减合计（元）"] for row in rows}
    assert {row["姓名"]: yuan(row["补贴增减（元）"]) for row in told} == paid


def test_the_deductions_of_the_notice_are_those_of_the_pay_sheet_village_cadre(tmp_path: Path) -> None:
    pay = (5400.53, 6000, 4321.98, 7777.77, 1234.56)
    scheme, form, decisions, people, made = cadres(pay, (40, 39, 0, 0, 20))
    standings = settled(scheme, form, made, decisions, people)

    told, _, sums = notice_and_sheet(
        tmp_path, scheme, form, "2020-Q3", made, people, standings=standings, decisions=decisions
    )

    amounts = [yuan(row["补贴增减（元）"]) for row in told]
    assert sum(amounts) == Decimal(str(sums["增减合计（元）"]))
    assert any(amount < 0 for amount in amounts)
    assert any(amount > 0 for amount in amounts)


# --- in words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10", "壹拾元整"),
        ("105", "壹佰零伍元整"),
        ("1000.05", "壹仟元零伍分"),
        ("1040.50", "壹仟零肆拾元伍角整"),
        ("10001", "壹万零壹元整"),
        ("20300.34", "贰万零叁佰元叁角肆分"),
        ("1200034", "壹佰贰拾万零叁拾肆元整"),
        ("100010001.01", "壹亿零壹万零壹元零壹分"),
        ("-40", "负肆拾元整"),
    ],
)
def test_sums_are_written_in_financial_characters(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words


def test_a_sum_beyond_writing_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        in_words(Decimal(10) ** 12)


# --- the basic part, by the month ---------------------------------------------------------------------------------


def months(quarter: int, people: Sequence[RosterEntry], decisions: Any, first: Sequence[RosterEntry] = ()) -> list[Any]:
    """The three months of a quarter of 2020; ``first``: the roster of the first one, where it is another."""
    named = [f"2020-{quarter * 3 - 2 + number:02}" for number in range(3)]
    return [Month(name, first if first and name == named[0] else people, decisions) for name in named]


def monthly(folder: Path, known: Sequence[Any]) -> list[dict[str, Any]]:
    scheme, form = main_form("village-cadre-2020")
    path = generate.monthly_paysheet(scheme, form.id, known, Output(folder), organ="镇").path
    return rows_of(path)[0]


def test_three_monthly_sheets_and_the_quarterly_one_are_the_whole_to_the_cent(tmp_path: Path) -> None:
    pay = (5400.53, 6000, 0.01, 7777.77, 1)
    scheme, form, decisions, people, made = cadres(pay, (40, 30, 20, 0, 35))
    standings = settled(scheme, form, made, decisions, people)
    known = months(3, people, decisions)

    quarterly, _ = rows_of(
        generate.paysheet(
            scheme, "2020-Q3", made, people, Output(tmp_path), standings=standings, decisions=decisions, organ="镇"
        ).path
    )
    sheets = [monthly(tmp_path / str(count), known[:count]) for count in (1, 2, 3)]

    for number, row in enumerate(quarterly):
        paid = [Decimal(str(rows[number]["本月实发（元）"])) for rows in sheets]
        assert sum(paid) == Decimal(str(row["基础补贴（元）"]))
        assert sum(paid) + Decimal(str(row["绩效实发（元）"])) == Decimal(str(row["全季实发（元）"]))
    assert [rows[0]["本月实发（元）"] for rows in sheets] == [360.03, 360.03, 360.05]  # 1080.11 in three
    assert sheets[0][0]["计算及依据"] == "5400.53 × 20%（取 1080.11） ÷ 3，舍去尾数 = 360.03（第十一条）"
    assert sheets[2][0]["计算及依据"] == "5400.53 × 20%（取 1080.11） − 360.03 − 360.03 = 360.05（第十一条）"


def test_a_pay_that_changed_within_the_quarter_is_settled_in_its_last_month(tmp_path: Path) -> None:
    decisions = decisions_of(scheme_of("village-cadre-2020"))

    known = months(3, roster(6000), decisions, first=roster(5400))
    (july,), (august,), (september,) = (monthly(tmp_path / str(count), known[:count]) for count in (1, 2, 3))

    paid = [row["本月实发（元）"] for row in (july, august, september)]
    assert paid == [360, 400, 440]
    assert sum(paid) == 1200  # the fifth of the 6000 that the quarterly sheet goes by
    assert "请核对" in september["备注"]


def test_a_month_is_not_paid_where_the_pay_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="张庄村/李四的补贴标准"):
        monthly(tmp_path, months(3, roster(None), ())[:1])
    with pytest.raises(UsageError, match="没有花名册"):
        monthly(tmp_path, months(3, [], ())[:1])


# --- what is doubtful beside grade and money ------------------------------------------------------------------------


def with_a_wrong_honour() -> tuple[Any, ...]:
    """李四 is 优秀, 王五 称职 and yet entered for the ten best: a doubt of the honour alone."""
    scheme, form = main_form("damao-2022")
    decisions = decisions_of(scheme, quota_members="returned", zero_places="one")
    people = roster(3600, 3600)
    full = {item.id: "好" for item in form.items}
    facts = [Fact("top-ten", WANG, "2022")]
    made = [
        assessed(scheme, form, one.subject, "2022", decisions, scores={**full, "grade": grade}, roster=one)
        for one, grade in zip(people, ("优秀", "称职"), strict=True)
    ]
    return scheme, form, decisions, people, made, settled(scheme, form, made, decisions, people, facts)


def test_a_doubtful_honour_stops_neither_pay_nor_notice_and_is_not_printed(tmp_path: Path) -> None:
    scheme, form, decisions, people, made, standings = with_a_wrong_honour()
    more = {"standings": standings, "decisions": decisions}

    told, rows, _ = notice_and_sheet(tmp_path, scheme, form, "2022", made, people, **more)

    assert [one.final for one in standings] == [True, False]
    assert [(row["姓名"], row["等次"]) for row in told] == [("李四", "优秀"), ("王五", "称职")]
    assert all("未核实" not in str(row.values()) for row in (*told, *rows))
    (notice,) = tmp_path.glob("*通报*.docx")
    assert "十佳" not in str(table(notice, 1))
    assert [line.partition("：")[0] for line in generate.left_out(made, standings)] == [
        "张庄村/王五　“十佳”村民小组长，在表彰大会上表彰"
    ]


def test_a_draft_shows_the_doubtful_honour_and_says_so(tmp_path: Path) -> None:
    scheme, form, decisions, people, made, standings = with_a_wrong_honour()

    path = generate.results(
        scheme, form, "2022", made, Output(tmp_path),
        standings=standings, roster=people, decisions=decisions, organ="镇", drafts=True,
    ).path  # fmt: skip

    assert any("十佳" in row["考核结果运用"] and "（未核实）" in row["考核结果运用"] for row in table(path, 1))
    assert "草稿" in path.name


def test_the_reward_stands_with_its_sum_article_and_decision_on_notice_and_sheet(tmp_path: Path) -> None:
    scheme, form, decisions, people, made, standings = with_a_wrong_honour()

    _told, rows, sums = notice_and_sheet(
        tmp_path, scheme, form, "2022", made, people, standings=standings, decisions=decisions
    )

    (notice,) = tmp_path.glob("*通报*.docx")
    assert ("额外发放物质奖励（500元）", "主要措施（五）2；本级决定") in [
        (row["考核结果运用"], row["依据"]) for row in table(notice, 1)
    ]
    assert "额外发放物质奖励（500元），另发，不在本表合计内（主要措施（五）2；本级决定）" in rows[0]["备注"]
    assert rows[1]["备注"] in (None, "")
    assert sums["实发（元）"] == 7200  # the allowance alone


def test_a_reward_that_nobody_has_set_is_named_without_a_sum() -> None:
    scheme, form, decisions, people, made, _ = with_a_wrong_honour()

    standings = settled(scheme, form, made, [one for one in decisions if one.gap != "reward"], people)

    assert next(due.label for due in standings[0].consequences) == "额外发放物质奖励（数额未决定）"
    assert standings[0].final


def test_the_office_s_rounding_holds_for_the_basic_part_too(tmp_path: Path) -> None:
    scheme = scheme_of("village-cadre-2020")
    to_yuan = decisions_of(scheme, money_rounding={"rule": "down", "places": 0})

    sheets = [monthly(tmp_path / str(count), months(3, roster(5400.53), to_yuan)[:count])[0] for count in (1, 2, 3)]

    assert [one["全季基础补贴（元）"] for one in sheets] == [1080] * 3
    assert sum(Decimal(str(one["本月实发（元）"])) for one in sheets) == 1080


# --- who takes no part ------------------------------------------------------------------------------------------


def test_who_takes_no_part_has_a_row_without_money_and_is_in_no_sum(tmp_path: Path) -> None:
    made, people = dayang(INCIDENTS)
    scheme, _ = main_form("dayang-2023")
    left = [one for one in made if one.subject != WANG]

    path = generate.paysheet(
        scheme, MARCH, left, people, Output(tmp_path), decisions=decisions_of(scheme), excused=[WANG]
    ).path

    (li, wang, zhao), sums = rows_of(path)
    assert [row["序号"] for row in (li, wang, zhao)] == [1, 2, 3]
    assert wang["姓名"] == WANG.name
    assert {wang["补贴标准（元）"], wang["增减合计（元）"], wang["实发（元）"]} <= {None, ""}
    assert wang["备注"] == "本期不参加考核，补贴由人决定，不在合计内"
    assert Decimal(str(sums["实发（元）"])) == yuan(li["实发（元）"]) + yuan(zhao["实发（元）"])
