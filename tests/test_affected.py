"""Which papers that were made are named when a result or a fact changes, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from kept import Office
from returns import NINE, SHA_A, SHA_B

from formgen.alterations import ABOUT, ABOUT_GRADE, Change, Difference, Outcome, affected
from formgen.model import Assessment, Citation, ConsequenceDue, Issuance, Subject
from formgen.public_tables import printed
from formgen.publication import publication

LI = Subject("张庄村", "李四")
REPLACED = ConsequenceDue("replaced", "撤换", "replace", Citation("办法", "第九条"))
ASSESSED = Assessment("dayang-2023", "dayang-monthly", LI, "2023-03", (), True)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, "tongshi-2023")
    yield office
    office.store.close()


def letter(kind: str, *about: str) -> Issuance:
    return Issuance(f"letter-{kind}", f"发文/{kind}.docx", SHA_A, SHA_B, ("assessment:x", "standing:y", *about), NINE)


def no_longer_replaced(*more: Difference) -> Change:
    gone = Difference("撤换", "应处理", "不再适用", "consequence", "replaced")
    before = Outcome(ASSESSED, None, ("assessment:x", "standing:y"))
    return Change("dayang-monthly", LI, "2023-03", before, Outcome(ASSESSED), (gone, *more), (), (REPLACED,))


# --- letters ---------------------------------------------------------------------------------------------------


def test_a_letter_is_taken_back_only_where_its_own_consequence_fell_away() -> None:
    sent = [
        letter("criticism", f"{ABOUT}criticised"),
        letter("replacement", f"{ABOUT}replaced"),
        letter("incompetent", ABOUT_GRADE),
    ]

    found = affected([no_longer_replaced()], sent)

    assert [(one.issuance.kind, one.action) for one in found] == [("letter-replacement", "withdraw")]
    assert found[0].words.startswith("收回：撤换通知《发文/replacement.docx》")


def test_a_letter_about_the_grade_is_taken_back_where_the_grade_is_another() -> None:
    change = no_longer_replaced(Difference("等次", "不称职", "称职", "grade"))

    (found,) = affected([change], [letter("incompetent", ABOUT_GRADE)])

    assert found.action == "withdraw"
    assert "不称职告知书" in found.words
    assert "撤换" not in found.reason


# --- 逐月公开表 ------------------------------------------------------------------------------------------------


def issue_table(office: Office, month: str) -> None:
    form = office.scheme.form[0]
    found = publication(office.store, office.scheme, form, office.decisions, month)
    sources = (*found.made_from, *printed(office.scheme, form, month, found))
    office.store.add_issuance(Issuance("public-table", f"发文/{month}.docx", SHA_A, SHA_B, sources, office.now()))


def test_a_fact_that_changes_names_each_public_table_that_printed_it(office: Office) -> None:
    office.take("roster - 甲村/ post=书记", "roster - 乙村/ post=书记")
    table = office.take("facts - 甲村/ date=2023-02-05 kind=会议迟到 count=1")
    for month in ("2023-01", "2023-02", "2023-12"):
        issue_table(office, month)
    quiet = office.assess("2023")

    office.correct(table, 0, "count", Decimal(2))
    told = office.assess("2023")

    assert quiet.affected == ()
    assert [one.issuance.path for one in told.affected] == ["发文/2023-02.docx", "发文/2023-12.docx"]
    assert "更正后重发：逐月公开表《发文/2023-02.docx》" in told.affected[0].words
    assert "甲村（2023年2月）累计得分由78改为76" in told.affected[0].reason
    assert "乙村" not in told.affected[0].reason


def test_a_table_that_was_made_again_is_no_longer_named(office: Office) -> None:
    office.take("roster - 甲村/ post=书记")
    table = office.take("facts - 甲村/ date=2023-02-05 kind=会议迟到 count=1")
    issue_table(office, "2023-02")
    office.correct(table, 0, "count", Decimal(2))

    issue_table(office, "2023-02")

    assert office.assess("2023").affected == ()
