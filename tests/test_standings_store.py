"""Standings are kept beside assessments, follow what they rest on, and come back exactly."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from kept import Office, decided

from formgen.alterations import Change
from formgen.assess import history, why
from formgen.errors import DecisionNeededError, UsageError
from formgen.model import Issuance
from formgen.store import Closing, Store

TEN = [f"村干{number}" for number in "一二三四五六七八九十"]
CADRE = "village-cadre-quarterly"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, "village-cadre-2020")
    yield office
    office.store.close()


def quarter(office: Office, period: str, **marks: object) -> str:
    """A quarter of ten people in one series: 91 … 100 points, or 60 and the mark that is given."""
    plain: dict[str, object] = {name: 31 + place for place, name in enumerate(TEN)}
    return office.take_period(CADRE, period, plain | marks)


def manned(office: Office) -> None:
    office.roster(*TEN, series="村书记", base_pay=1000)


def changes(found: tuple[Change, ...]) -> dict[tuple[str, str], set[str]]:
    return {(one.subject.name, one.period): {entry.what for entry in one.differences} for one in found}


# --- keeping ---------------------------------------------------------------------------------------------------


def test_a_standing_comes_back_exactly(office: Office) -> None:
    manned(office)
    quarter(office, "2023-Q1", 村干一=0)

    result = office.assess("2023-Q1")

    kept = [one.standing for one in office.store.standings("village-cadre-2020", CADRE, "2023-Q1")]
    assert sorted(kept, key=repr) == sorted(result.standings, key=repr)
    assert any(one.consequences for one in kept)
    assert any(reason.basis for one in kept for reason in one.reasons)


def test_no_more_than_the_quota_have_the_best_grade(office: Office) -> None:
    manned(office)
    quarter(office, "2023-Q1")

    office.assess("2023-Q1")

    grades = office.grades("2023-Q1")
    assert [name for name, grade in grades.items() if grade == "优秀"] == ["村干九", "村干十"]  # 10 × 20% = 2
    assert set(grades.values()) == {"优秀", "合格"}


def test_the_same_standings_are_not_kept_twice(office: Office) -> None:
    manned(office)
    quarter(office, "2023-Q1")
    office.assess("2023-Q1")

    again = office.assess("2023-Q1")

    assert (again.added, again.touched, again.changes) == (0, 0, ())
    assert len(list(office.store.former_standings("village-cadre-2020"))) == 10
    assert len(office.store.marks()) == 1


def test_quotas_wait_for_everybody_who_is_due(office: Office) -> None:
    manned(office)
    office.take_period(CADRE, "2023-Q1", dict.fromkeys(TEN[:9], 40))

    result = office.assess("2023-Q1")

    assert [one.name for one in result.missing] == ["村干十"]
    assert not any(one.grade_final for one in result.standings)
    assert len(office.store.standings("village-cadre-2020")) == 9  # nothing stands for who returned nothing


def test_a_standing_says_what_it_was_made_from(office: Office) -> None:
    manned(office)
    quarter(office, "2023-Q1")
    office.assess("2023-Q1")

    stored = office.store.standings("village-cadre-2020")[0]

    assessment = next(
        one
        for one in office.store.assessments("village-cadre-2020")
        if one.assessment.subject == stored.standing.subject
    )
    kinds = {one.partition(":")[0] for one in stored.made_from}
    assert kinds == {"assessment", "facts", "roster", "former", "law", "steps", "program"}
    assert f"assessment:{assessment.sha256}" in stored.made_from


def test_a_missing_decision_keeps_nothing(office: Office) -> None:
    office.decisions = tuple(one for one in office.decisions if one.gap != "bands")
    manned(office)
    quarter(office, "2023-Q1")

    with pytest.raises(DecisionNeededError):
        office.assess("2023-Q1")

    assert office.store.assessments("village-cadre-2020") == ()
    assert office.store.marks() == ()


def test_whoever_moved_to_another_name_has_no_standing_left(office: Office) -> None:
    manned(office)
    sheet = quarter(office, "2023-Q1")
    office.assess("2023-Q1")

    office.correct(sheet, 0, "name", "村干甲")
    office.assess("2023-Q1")

    assert "村干一" not in office.grades("2023-Q1")
    assert "村干甲" in office.grades("2023-Q1")


RESULTS = ["law", "standing", "standing_withdrawal", "closing", "mark"]


@pytest.mark.parametrize("table", RESULTS)
def test_the_database_itself_refuses_a_change_of_results(office: Office, table: str) -> None:
    manned(office)
    sheet = quarter(office, "2023-Q1")
    office.assess("2023-Q1")
    office.correct(sheet, 0, "name", "村干甲")
    office.assess("2023-Q1")
    office.store.add_closing(Closing("village-cadre-2020", "2023-Q1", True, "王敏", "已公示", office.now()))
    raw = sqlite3.connect(office.path, isolation_level=None)
    (column,) = raw.execute(f"SELECT name FROM pragma_table_info('{table}') ORDER BY cid DESC LIMIT 1").fetchone()

    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(sqlite3.IntegrityError, match="final"):
            raw.execute(statement)

    assert raw.execute(f"SELECT COUNT(*) FROM {table}").fetchone() != (0,)
    raw.close()


def test_a_database_of_the_first_shape_is_led_on_and_sealed(tmp_path: Path) -> None:
    from formgen.store.schema import APPLICATION_ID, MIGRATIONS

    path = tmp_path / "old.sqlite"
    raw = sqlite3.connect(path)
    raw.executescript(MIGRATIONS[0])
    raw.execute(f"INSERT INTO submission VALUES (1, '{'a' * 64}', '旧.docx', '2023-04-01T09:00:00')")
    raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    raw.execute("PRAGMA user_version = 1")
    raw.commit()
    raw.close()

    with Store(path) as store:
        assert store.broken_rows() == ()
        assert store.faults() == ()
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT kind, row FROM seal").fetchall() == [("submission", 1)]
    raw.close()


# --- what depends on the past ----------------------------------------------------------------------------------


def two_bad_quarters(office: Office) -> str:
    """村干一 has 60 points in both quarters; the first one's file."""
    manned(office)
    first = quarter(office, "2023-Q1", 村干一=0)
    quarter(office, "2023-Q2", 村干一=0)
    office.decisions = decided("village-cadre-2020", bands={"优秀": Decimal(90), "合格": Decimal(70)})
    office.assess("2023-Q1")
    office.assess("2023-Q2")
    return first


def test_two_bad_quarters_in_a_row_end_the_post(office: Office) -> None:
    two_bad_quarters(office)

    assert office.due("2023-Q1", "村干一") == ["admonition"]
    assert office.due("2023-Q2", "村干一") == ["admonition", "dismissed"]


def test_a_corrected_past_undoes_what_hung_on_it_and_touches_nothing_else(office: Office) -> None:
    first = two_bad_quarters(office)

    office.correct(first, 0, "2.1", Decimal(15))  # 75 points, still the last of ten
    result = office.assess("2023-Q1")

    assert office.due("2023-Q2", "村干一") == ["admonition"]
    assert set(changes(result.changes)) == {("村干一", "2023-Q1"), ("村干一", "2023-Q2")}
    assert "按程序免职" in changes(result.changes)["村干一", "2023-Q2"]
    assert result.touched == 3  # one assessment, its standing, and the later standing
    assert result.of == 40


def test_the_former_result_stays_readable(office: Office) -> None:
    first = two_bad_quarters(office)
    before = office.now()
    office.correct(first, 0, "2.1", Decimal(15))
    office.assess("2023-Q1")

    now = why(office.store, office.scheme, "村干一", "2023-Q2", "grade")
    then = why(office.store, office.scheme, "村干一", "2023-Q2", "grade", as_of=before)
    listed = history(office.store, office.scheme, "村干一", "2023-Q1")

    assert "免职" in then
    assert "免职" not in now
    assert "总分 60" in listed
    assert "总分 75" in listed


def test_why_tells_the_settled_money_and_grade_before_those_by_points(office: Office) -> None:
    manned(office)
    quarter(office, "2023-Q1")
    office.assess("2023-Q1")

    pay = why(office.store, office.scheme, "村干八", "2023-Q1", "pay")
    grade = why(office.store, office.scheme, "村干八", "2023-Q1", "grade")
    all_of_it = why(office.store, office.scheme, "村干八", "2023-Q1")

    assert pay.index("应发 = 1000 元") < pay.index("【按得分（定等以前）】") < pay.index("应发 = 1240 元")
    assert grade.index("等次：合格") < grade.index("【按得分（定等以前）】") < grade.index("等次 = 优秀")
    assert all_of_it.startswith("【定等】")
    assert all_of_it.index("应发 = 1000 元") < all_of_it.index("应发 = 1240 元")


def test_why_tells_money_that_no_quota_moved_once(office: Office) -> None:
    manned(office)
    quarter(office, "2023-Q1")
    office.assess("2023-Q1")

    told = why(office.store, office.scheme, "村干十", "2023-Q1")

    assert told.count("应发 = 1240 元") == 1


def test_why_follows_cancelled_pay_to_the_grave_fact(tmp_path: Path) -> None:
    office = Office(tmp_path / "dayang", "dayang-2023")
    office.roster("甲一", base_pay=500)
    office.take_period("dayang-monthly", "2023-05", {"甲一": 10})
    office.take("facts 2023-05 张庄村/甲一 kind=一律撤换的情形 level=其他 date=2023-05-08")
    office.assess("2023-05")

    told = why(office.store, office.scheme, "甲一", "2023-05", "pay")
    office.store.close()

    assert told.index("应发 = 0 元") < told.index("【按得分（定等以前）】") < told.index("应发 = 500 元")


def test_a_period_goes_by_the_decisions_of_its_time(office: Office) -> None:
    manned(office)
    quarter(office, "2023-Q1")
    quarter(office, "2023-Q2")
    (before,) = (one for one in office.decisions if one.gap == "bands")
    after = replace(before, value={"优秀": Decimal(200), "合格": Decimal(60)}, date=date(2023, 4, 1))
    office.decisions = (*office.decisions, after)

    office.assess("2023-Q1")
    office.assess("2023-Q2")

    assert "优秀" in office.grades("2023-Q1").values()
    assert set(office.grades("2023-Q2").values()) == {"合格"}


def test_a_decision_of_the_future_is_not_in_force_and_the_message_says_so(office: Office) -> None:
    manned(office)
    quarter(office, "2023-Q1")
    office.decisions = [replace(one, date=date(2099, 1, 1)) if one.gap == "bands" else one for one in office.decisions]

    with pytest.raises(DecisionNeededError, match="2099-01-01在2023年第一季度结束之后，不用于该时段"):
        office.assess("2023-Q1")


def test_a_period_before_the_regulation_is_refused(office: Office) -> None:
    manned(office)
    quarter(office, "2020-Q1")

    with pytest.raises(UsageError, match="自 2020-06-18 起施行，2020年第一季度在施行以前") as refused:
        office.assess("2020-Q1")

    assert "这里用网页所示的发布时间，使用前请核对正式文件" in str(refused.value)
    assert office.grades("2020-Q1") == {}


def test_the_period_in_which_the_regulation_comes_into_force_is_assessed(office: Office) -> None:
    manned(office)
    quarter(office, "2020-Q2")

    office.assess("2020-Q2")

    assert len(office.grades("2020-Q2")) == 10


def test_as_of_before_the_first_result_is_said(office: Office) -> None:
    early = office.now()
    manned(office)
    quarter(office, "2023-Q1")
    office.assess("2023-Q1")

    with pytest.raises(UsageError, match="以前还没有评定结果"):
        why(office.store, office.scheme, "村干一", "2023-Q1", as_of=early)


def test_papers_that_were_sent_are_named_with_what_to_do(office: Office) -> None:
    first = two_bad_quarters(office)
    bad = next(
        one
        for one in office.store.standings("village-cadre-2020", None, "2023-Q2")
        if one.standing.subject.name == "村干一"
    )
    good = next(
        one
        for one in office.store.standings("village-cadre-2020", None, "2023-Q2")
        if one.standing.subject.name == "村干二"
    )
    at = office.now()
    for path, kind, shown in (
        ("发文/免职通知.docx", "notice", [bad]),
        ("发文/通报.docx", "results", [bad, good, good]),
        ("发文/村干二.docx", "table", [good]),
    ):
        sources = tuple(f"standing:{one.sha256}" for one in shown) + ("assessment:x",) * len(shown)
        office.store.add_issuance(Issuance(kind, path, "a" * 64, "b" * 64, sources, at))

    office.correct(first, 0, "2.1", Decimal(15))
    result = office.assess("2023-Q1")

    assert [(one.issuance.path, one.action) for one in result.affected] == [
        ("发文/免职通知.docx", "withdraw"),
        ("发文/通报.docx", "reissue"),
    ]
    assert "村干一（2023年第二季度）" in result.affected[0].reason
    assert "收回：通知《发文/免职通知.docx》" in result.affected[0].words


def test_a_paper_without_ranks_is_not_sent_again_for_a_rank(office: Office) -> None:
    manned(office)
    sheet = quarter(office, "2023-Q1")
    office.assess("2023-Q1")
    other = next(one for one in office.store.standings("village-cadre-2020") if one.standing.subject.name == "村干二")
    for kind in ("table", "public-table"):
        sources = (f"standing:{other.sha256}",)
        office.store.add_issuance(Issuance(kind, f"发文/{kind}", "a" * 64, "b" * 64, sources, office.now()))

    office.correct(sheet, 0, "2.1", Decimal("32.5"))  # 村干一 passes 村干二
    result = office.assess("2023-Q1")

    assert changes(result.changes)["村干二", "2023-Q1"] == {"名次"}
    assert [one.issuance.kind for one in result.affected] == ["public-table"]


def test_a_later_period_under_another_decision_is_left_and_said(office: Office) -> None:
    first = two_bad_quarters(office)
    office.decisions = decided("village-cadre-2020", bands={"优秀": Decimal(95), "合格": Decimal(70)})

    office.correct(first, 0, "2.1", Decimal(15))
    result = office.assess("2023-Q1")

    assert office.due("2023-Q2", "村干一") == ["admonition", "dismissed"]
    assert any("另一版办法、决定" in remark for kept in result.later for remark in kept.remarks)


def test_facts_of_a_month_reach_the_year_that_counts_them(tmp_path: Path) -> None:
    office = Office(tmp_path, "ningxia-2015")
    office.roster("甲", "乙", level="县级", series="队员")
    form = "ningxia-member-annual"
    office.take_period(form, "2023", {"甲": 65, "乙": 60})
    office.assess("2023")
    before = {who: office.due("2023", who) for who in "甲乙"}

    office.take("facts - 张庄村/甲 date=2023-05-10 kind=无故缺勤 count=16")
    result = office.assess("2023")

    assert "replaced-absent" not in before["甲"]
    assert "replaced-absent" in office.due("2023", "甲")  # 16 > 15 working days
    assert office.due("2023", "乙") == before["乙"]
    assert {one.subject.name for one in result.changes if one.incurred} == {"甲"}
    office.store.close()


# --- registers: the grade stands on the paper ------------------------------------------------------------------

REGISTER = "ningxia-register-quarterly"


def registers(office: Office, period: str, **grades: str) -> str:
    return office.take(*(f"{REGISTER} {period} 张庄村/{who} grade={grade}" for who, grade in grades.items()))


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, "ningxia-2015")
    office.roster(*"甲乙丙丁戊己庚", level="县级", series="队员")
    yield office
    office.store.close()


def test_a_register_is_assessed_by_the_grade_on_the_paper(county: Office) -> None:
    registers(county, "2023-Q1", 甲="优秀", 乙="合格", 丙="")

    county.assess("2023-Q1")

    assert county.grades("2023-Q1") == {"甲": "优秀", "乙": "称职", "丙": None}


def test_the_best_grade_of_the_year_needs_two_good_quarters(county: Office) -> None:
    sheets = []
    for quarter_of_year, grade in (("2023-Q1", "优秀"), ("2023-Q2", "优秀"), ("2023-Q3", "称职"), ("2023-Q4", "称职")):
        sheets.append(registers(county, quarter_of_year, 甲=grade, **dict.fromkeys("乙丙丁戊己庚", "称职")))
        county.assess(quarter_of_year)
    county.take_period("ningxia-member-annual", "2023", {"甲": 65, **dict.fromkeys("乙丙丁戊己庚", 55)})
    county.take(*(f"facts 2023 张庄村/{who} kind=满意度测评人数 count=30" for who in "甲乙丙丁戊己庚"))
    county.assess("2023")
    before = county.grades("2023")["甲"]

    county.correct(sheets[0], 0, "grade", "称职")
    result = county.assess("2023-Q1")

    assert before == "优秀"
    assert county.grades("2023")["甲"] == "称职"
    assert ("甲", "2023") in changes(result.changes)
    assert any("两次" in basis.quote for change in result.changes for basis in change.basis if hasattr(basis, "quote"))
    assert {one.subject.name for one in result.changes} == {"甲"}
