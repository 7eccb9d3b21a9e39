"""A month that is not the paper's own, and praise that is not a grade."""

from __future__ import annotations

import pytest

from formgen.model import Locator
from formgen.parsing import Hints
from parsers.forms.dating import settle
from parsers.forms.opinions import read_grade


def read(*written: str) -> tuple[str | None, list[str]]:
    """The month that lines above a table name, and the codes of the doubts about it."""
    places = [(text, Locator(f"paragraph {number}")) for number, text in enumerate(written, 1)]
    period, issues = settle(places, (), None, "month", Hints(), 0)
    return period, [issue.code.value for issue in issues]


@pytest.mark.parametrize(
    "line",
    [
        "（2023年3月）",
        "2023年3月份",
        "二〇二三年三月",
        "单位：张庄村　　2023年3月",
        "大杨镇2023年3月乡村振兴小组长考核得分汇总",
        "考核表（2023年3月）",
    ],
)
def test_a_month_in_a_title_or_alone_in_its_line_is_the_period(line: str) -> None:
    assert read(line) == ("2023-03", [])


@pytest.mark.parametrize(
    "line",
    [
        "（2023年2月修订）",
        "上月（2023年2月）得分：95",
        "此表自2023年1月起执行",
        "请于2023年3月底前上报",
        "大政办〔2023〕5号 2023年2月",
    ],
)
def test_a_month_of_something_else_is_not_the_period(line: str) -> None:
    assert read(line) == (None, ["missing-period"])


def test_a_month_within_a_sentence_is_only_assumed() -> None:
    assert read("根据全镇2023年2月工作会议精神") == ("2023-02", ["period-assumed"])


def test_the_title_goes_before_a_sentence() -> None:
    assert read("根据全镇2023年2月工作会议精神", "（2023年3月）") == ("2023-03", [])


@pytest.mark.parametrize("opinion", ["优秀", "评为优秀。", "同意优秀。", "考核结果优秀", "拟定：优秀", "优秀等次。"])
def test_a_word_that_awards_is_a_grade(opinion: str) -> None:
    assert read_grade(opinion) == ("优秀", "")


@pytest.mark.parametrize(
    "opinion", ["工作成绩优秀", "群众评价优秀。", "优秀等次不同意", "不予评为优秀", "表现优秀，称职。"]
)
def test_praise_and_refusal_are_no_grade_and_said(opinion: str) -> None:
    grade, doubt = read_grade(opinion)

    assert grade is None
    assert doubt
