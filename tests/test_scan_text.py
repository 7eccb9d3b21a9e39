"""Dates, names and passages on paper."""

from __future__ import annotations

from datetime import date

import pytest

from parsers.scan.allowed import merged
from parsers.scan.recogniser import Text
from parsers.scan.text import date_in, date_of_boxes, days, names, numbers, passage


@pytest.mark.parametrize(
    "text",
    [
        "2023年3月5日",
        "2023.3.5",
        "2023-03-05",
        "２０２３年３月５日",
        "签名：王建国 2O23年3月S日",
        "2023 3 5",
        "2023/3/5",
    ],
)
def test_a_date_is_found_however_it_is_written(text: str) -> None:
    assert date_in(text) == date(2023, 3, 5)


@pytest.mark.parametrize("text", ["", "2023年3月", "2023年2月30日", "2023.3.5 2023.3.6", "材料齐全", "3.5"])
def test_no_date_is_guessed(text: str) -> None:
    assert date_in(text) is None


def test_the_days_of_a_year_are_answers_once_each() -> None:
    answers = days(date(2023, 1, 1), date(2023, 12, 31))

    assert len(answers) == 365 and answers[63].value == "2023-03-05"
    assert "2023年3月5日" in {way.text for way in answers[63].spellings}
    with pytest.raises(ValueError, match="days"):
        days(date(2023, 1, 2), date(2023, 1, 1))


def test_three_boxes_make_the_most_probable_day_that_exists() -> None:
    year, month = merged({"2023": 0.99}, 0.01), merged({"2": 0.8, "3": 0.2}, 0.001)

    found, share = date_of_boxes(year, month, merged({"30": 0.9, "20": 0.1}, 0.001))

    assert found == date(2023, 3, 30)
    assert 0.6 < share < 0.7


def test_an_illegible_box_makes_no_certain_date() -> None:
    year, day = merged({"2023": 0.99}, 0.01), merged({"5": 0.99}, 0.01)

    _, share = date_of_boxes(year, merged({"3": 0.05}, 0.95), day)

    assert share < 0.06


def test_a_day_in_a_box_may_have_a_leading_nought() -> None:
    (five,) = numbers(5, 5)

    assert {way.text for way in five.spellings} == {"5", "05"}


def test_names_are_answers_once_each_and_blanks_do_not_matter() -> None:
    answers = names(["李  四", "王建国", "王建国", ""])

    assert [answer.value for answer in answers] == ["李  四", "王建国"]
    assert "李四" in {way.text for way in answers[0].spellings}


def test_a_passage_is_as_sure_as_its_worst_line() -> None:
    found = passage([Text("走访农户42户。", 0.98), Text("", 0.0), Text("无其他", 0.7)])

    assert found.text == "走访农户42户。\n无其他" and found.confidence == 0.7
    assert passage([]).confidence == 0.0
