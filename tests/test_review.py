from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from formgen.corrections import latest
from formgen.model import Correction, Issue, IssueCode, Locator, Reading, Record, Severity, Subject
from formgen.review import doubts, effective, open_issues

SHA = "cd" * 32
PLACE = Locator("table 1", "row 7, column 5")
RECORD = Record(
    "dayang-monthly",
    "dayang-2023",
    Subject("张庄村", "李四", "一组"),
    "2023-03",
    {"2.1": Reading("８·５", Decimal("8.5"), PLACE, 0.6), "2.2": Reading("？", None, PLACE)},
)


def correction(field: str, value: object, *, record: int = 0, sha: str = SHA, hour: int = 9) -> Correction:
    return Correction(sha, record, field, value, "王五", datetime(2023, 4, 2, hour), "电话核实")  # type: ignore[arg-type]


def issue(
    code: IssueCode, field: str | None = None, record: int | None = 0, severity: Severity = Severity.ERROR
) -> Issue:
    return Issue(code, severity, "看不清", PLACE, field, record)


def test_a_correction_gives_the_value_and_leaves_the_words() -> None:
    result = effective(RECORD, SHA, 0, [correction("2.2", Decimal(20))])

    assert result.readings["2.2"] == Reading("？", Decimal(20), PLACE, 1.0)
    assert RECORD.readings["2.2"].value is None


def test_without_corrections_the_record_is_as_it_was_read() -> None:
    assert effective(RECORD, SHA, 0, []) is RECORD


def test_the_last_correction_by_time_counts() -> None:
    late, early = correction("2.1", Decimal(8), hour=11), correction("2.1", Decimal(5), hour=10)

    assert effective(RECORD, SHA, 0, [late, early]).readings["2.1"].value == Decimal(8)


def test_of_two_at_the_same_time_the_one_given_later_counts() -> None:
    assert latest([correction("2.1", 1), correction("2.1", 2)])["2.1"].value == 2


def test_corrections_of_another_record_or_file_are_left_aside() -> None:
    others = [correction("2.1", Decimal(1), record=1), correction("2.1", Decimal(1), sha="ef" * 32)]

    assert effective(RECORD, SHA, 0, others) is RECORD


def test_a_value_can_be_taken_away() -> None:
    assert effective(RECORD, SHA, 0, [correction("2.1", None)]).readings["2.1"].value is None


def test_a_field_that_was_not_on_the_paper_can_be_given() -> None:
    result = effective(RECORD, SHA, 0, [correction("3.1", Decimal(30))])

    assert result.readings["3.1"] == Reading("", Decimal(30), Locator(submission=SHA))


def test_a_corrected_name_moves_the_record_to_another_subject() -> None:
    result = effective(RECORD, SHA, 0, [correction("name", " 李思 "), correction("group", "二组")])

    assert result.subject == Subject("张庄村", "李思", "二组")


def test_a_corrected_period_counts() -> None:
    assert effective(RECORD, SHA, 0, [correction("period", "2023-04")]).period == "2023-04"
    assert effective(RECORD, SHA, 0, [correction("period", None)]).period is None


def test_a_mark_that_an_issue_was_seen_is_no_value() -> None:
    assert effective(RECORD, SHA, 0, [correction("!tracked-change", True)]) is RECORD


def test_an_issue_on_a_field_is_answered_by_a_correction_of_the_field() -> None:
    issues = [issue(IssueCode.NOT_A_NUMBER, "2.2"), issue(IssueCode.OUT_OF_RANGE, "2.1")]

    assert open_issues(issues, [correction("2.2", Decimal(20))]) == (issues[1],)


def test_a_correction_of_another_record_answers_nothing() -> None:
    issues = (issue(IssueCode.NOT_A_NUMBER, "2.2", record=1),)

    assert open_issues(issues, [correction("2.2", Decimal(20), record=0)]) == issues


def test_an_issue_without_a_field_is_answered_by_its_code() -> None:
    issues = [issue(IssueCode.TRACKED_CHANGE), issue(IssueCode.MACRO, record=None)]

    assert open_issues(issues, [correction("!tracked-change", True)]) == (issues[1],)
    assert open_issues(issues, [correction("!macro", True)]) == (issues[0],)


def test_a_code_does_not_answer_an_issue_on_a_field() -> None:
    issues = (issue(IssueCode.OUT_OF_RANGE, "2.1"),)

    assert open_issues(issues, [correction("!out-of-range", True)]) == issues


def test_a_period_that_is_given_answers_the_missing_period() -> None:
    assert open_issues([issue(IssueCode.MISSING_PERIOD)], [correction("period", "2023-03")]) == ()
    assert open_issues([issue(IssueCode.MISSING_SUBJECT)], [correction("name", "李四")]) == ()


def test_doubts_show_what_stands_on_the_paper() -> None:
    (doubt,) = doubts(RECORD, SHA, 0, [issue(IssueCode.NOT_A_NUMBER, "2.2")], [])

    assert (doubt.field, doubt.text, doubt.value, doubt.where) == ("2.2", "？", None, PLACE)
    assert doubt.answer_to == "2.2"


def test_doubts_leave_out_what_needs_nobody() -> None:
    issues = [
        issue(IssueCode.LOW_CONFIDENCE, "2.1", severity=Severity.INFO),
        issue(IssueCode.OUT_OF_RANGE, "2.1", record=1),
        issue(IssueCode.NOT_A_NUMBER, "2.2"),
    ]

    assert doubts(RECORD, SHA, 0, issues, [correction("2.2", Decimal(20))]) == ()


def test_doubts_of_the_whole_file_are_told_with_the_code_that_answers_them() -> None:
    (doubt,) = doubts(None, SHA, 0, [issue(IssueCode.MACRO, record=None)], [])

    assert (doubt.record, doubt.answer_to) == (None, "!macro")
