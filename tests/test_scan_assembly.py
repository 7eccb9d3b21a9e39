"""What somebody wrote beside the printed words of a cell is told from these, however short it is."""

from __future__ import annotations

import pytest

from parsers.scan.assembly import beside

LATE = "无故迟到、早退每次核减20元，无故缺席每次核减50元。"
MENDED = "反馈3日内未整改的，每项核减20元，已整改的不处罚；被镇级以上单位督查等反馈问题，按每项核减50元处罚。"


@pytest.mark.parametrize(
    "seen",
    [
        "无故迟到、早退每\n次核减20元，无故\n缺席每次核减50\n元。",
        "无故迟到、早退每\n次核减2O元，元故\n缺席毎次核减50元",
    ],
)
def test_print_alone_is_nothing_although_it_is_misread(seen: str) -> None:
    assert beside(LATE, seen) == ""


@pytest.mark.parametrize("written", ["迟到1次", "2次", "已核实"])
def test_a_short_remark_below_long_print_is_kept(written: str) -> None:
    assert beside(LATE, f"无故迟到、早退每\n次核减20元，无故\n缺席每次核减50元。\n{written}") == written


def test_a_remark_that_repeats_printed_words_is_kept() -> None:
    assert beside(MENDED, f"{MENDED}\n已整改") == "已整改"


def test_a_remark_on_the_last_printed_line_is_kept() -> None:
    assert beside(LATE, "无故迟到、早退每次核减20元，无故\n缺席每次核减50元。迟到1次") == "迟到1次"


def test_a_remark_over_a_line_that_was_not_recognised_is_kept() -> None:
    assert beside(LATE, "无故迟到、早退每\n次核减20元，无故\n缺2户资料") == "缺2户资料"
