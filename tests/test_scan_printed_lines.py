"""Lines of print in a cell are told from writing by their shape alone."""

from __future__ import annotations

import numpy as np
import pytest

from parsers.scan.printed_lines import as_printed, at_foot, continued, labelled, named, printed_only, unsigned
from parsers.scan.recogniser import Text

DENSITY = 12.0
EM = 44  #: Pixels: 3.7 mm.
PRINTED = "无故迟到每次核减二十" * 3 + "再减五元"


def print_line(characters: int, width: int = 400) -> np.ndarray:
    strip = np.full((EM + 14, width), 255, np.uint8)
    for number in range(characters):
        left = 2 + number * EM + 2
        strip[9 : 9 + 40, left : left + 40 : 4] = 30
        strip[9:11, left : left + 40] = strip[47:49, left : left + 40] = 30
    return strip


def lines(*characters: int) -> list[np.ndarray]:
    return [print_line(count) for count in characters]


def test_print_is_known_but_for_its_last_line() -> None:
    assert printed_only(lines(8, 8, 8, 8, 2), PRINTED, DENSITY) == 4


@pytest.mark.parametrize("characters", [(8, 8, 8, 8, 8, 2), (8, 8, 8, 8, 8), (8, 8, 8), (8, 8, 3, 8, 7)])
def test_more_or_less_than_the_print_is_read(characters: tuple[int, ...]) -> None:
    assert printed_only(lines(*characters), PRINTED, DENSITY) == 0


def test_writing_above_the_height_of_print_is_read() -> None:
    seen = lines(8, 8, 8, 8, 2)
    seen[1] = np.vstack([seen[1], np.full((20, 400), 255, np.uint8)])
    seen[1][5:70, 200:230] = 30

    assert printed_only(seen, PRINTED, DENSITY) == 0


@pytest.mark.parametrize(
    ("last", "whole"),
    [
        ("元。", "每次核减50元。"),
        ("元", "每次核减50元。"),
        ("元。已改", "每次核减50元。已改"),
        ("另扣5分", "每次核减50元。\n另扣5分"),
        ("", "每次核减50元。"),
    ],
)
def test_the_last_line_is_not_said_twice_and_what_it_adds_is_kept(last: str, whole: str) -> None:
    assert continued("每次核减50元。", last) == whole


def test_two_lines_are_read_in_any_case() -> None:
    assert printed_only(lines(8, 4), PRINTED[:12], DENSITY) == 0


def test_nothing_is_no_print() -> None:
    assert printed_only([], PRINTED, DENSITY) == 0
    assert printed_only([np.full((50, 400), 255, np.uint8)] * 4, PRINTED, DENSITY) == 0


def label_line(characters: int) -> np.ndarray:
    line = print_line(characters, 700)
    line[9:49, 2 + characters * EM + 8 : 2 + characters * EM + 12 : 2] = 30  # a colon at the left of its room
    return line


def test_a_label_is_known_by_its_length_and_place() -> None:
    strips = [label_line(10), print_line(5)]

    assert labelled(strips, "县（区）组织部门意见：\n\n盖章", DENSITY) == "县（区）组织部门意见："


@pytest.mark.parametrize(
    ("strip", "printed"),
    [
        (label_line(13), "县（区）组织部门意见："),  # something is written behind it
        (label_line(6), "县（区）组织部门意见："),
        (np.hstack([np.full((EM + 14, 100), 255, np.uint8), label_line(10)]), "县（区）组织部门意见："),
        (label_line(10), "盖章\n负责人签字：      年  月  日"),
        (label_line(10), ""),
    ],
)
def test_what_is_no_label_is_read(strip: np.ndarray, printed: str) -> None:
    assert labelled([strip], printed, DENSITY) == ""


FOOT = "签名：              年  月  日"
WIDE = 1200  #: Pixels: a box of 100 mm.


def foot_line() -> np.ndarray:
    """Where the last line of a box is inked that says where one signs, from its first row to its last."""
    dark = np.zeros((47, WIDE), bool)
    right = WIDE - 18.0
    for character in reversed(FOOT):
        broad = 0.953 * DENSITY if character == " " else 4.233 * DENSITY
        if character != " ":
            dark[:, round(right - broad + 6) : round(right - 4) : 3] = True
        right -= broad
    return dark


def test_the_line_to_sign_on_is_known_where_nobody_signed() -> None:
    assert at_foot(foot_line(), 2.9, FOOT, DENSITY) == "签名：年月日"


def test_a_signature_or_a_day_written_between_is_read() -> None:
    signed, dated = foot_line(), foot_line()
    signed[10:30, WIDE - 350 : WIDE - 300] = True
    dated[10:30, WIDE - 18 - 51 - 20 : WIDE - 18 - 51 - 4] = True

    assert at_foot(signed, 2.9, FOOT, DENSITY) == ""
    assert at_foot(dated, 2.9, FOOT, DENSITY) == ""


def test_what_is_higher_or_lies_elsewhere_is_read() -> None:
    high = np.vstack([np.zeros((20, WIDE), bool), foot_line()])
    high[0, WIDE - 60] = True

    assert at_foot(high, 2.9, FOOT, DENSITY) == ""
    assert at_foot(foot_line(), 5.5, FOOT, DENSITY) == ""
    assert at_foot(np.roll(foot_line(), -60, axis=1), 2.9, FOOT, DENSITY) == ""
    assert at_foot(foot_line(), 2.9, "盖章", DENSITY) == ""


def test_print_that_is_written_over_is_read() -> None:
    over = foot_line()
    over[5:40, WIDE - 18 - 48 : WIDE - 20] = True
    over[5:40, WIDE - 18 - 115 : WIDE - 18 - 75] = True
    over[5:40, WIDE - 18 - 190 : WIDE - 18 - 145] = True

    assert at_foot(over, 2.9, FOOT, DENSITY) == ""


ROOM = "负责人签字：" + " " * 20 + "年  月  日"


def box(*strokes: tuple[float, float, float, float]) -> np.ndarray:
    """A box of 100 × 30 mm with strokes: left, upper, right and lower end, mm from its right and lower edge."""
    view = np.full((round(30 * DENSITY), round(100 * DENSITY)), 240, np.uint8)
    for left, upper, right, lower in strokes:
        rows = slice(view.shape[0] - round(upper * DENSITY), view.shape[0] - round(lower * DENSITY))
        view[rows, view.shape[1] - round(left * DENSITY) : view.shape[1] - round(right * DENSITY)] = 30
    return view


def test_a_signature_in_its_room_is_looked_at_by_itself() -> None:
    view = box((30, 8, 24, 7.5), (15, 5, 14, 4))

    rest, name = unsigned(view, ROOM, DENSITY)

    assert name is not None and name.shape == (6, 72)
    assert (rest[-150:, :-300] == 240).all()
    assert (rest[:, -220:] == view[:, -220:]).all()


def test_the_word_for_a_seal_close_above_a_signature_is_no_part_of_it() -> None:
    view = box((30, 9.3, 24, 8.4), (32, 13.6, 28, 10))

    rest, name = unsigned(view, "意见：\n盖章\n" + ROOM, DENSITY)

    assert name is not None and name.shape == (11, 72)
    assert (rest[: -round(9.6 * DENSITY)] == view[: -round(9.6 * DENSITY)]).all()
    assert unsigned(view, "意见：\n\n" + ROOM, DENSITY) == (view, None)  # nothing is printed there


@pytest.mark.parametrize(
    "strokes",
    [
        ((30, 8, 12, 7.5),),  # through the date
        ((30, 16, 29, 5),),  # down from the opinion
        ((30, 8, 24, 7.5), (30, 9.6, 24, 9.2)),  # the opinion's last line close above
        ((15, 5, 14, 4),),
    ],
)
def test_what_is_not_a_signature_alone_is_left_where_it_is(
    strokes: tuple[tuple[float, float, float, float], ...],
) -> None:
    view = box(*strokes)

    rest, name = unsigned(view, ROOM, DENSITY)

    assert rest is view and name is None


def test_a_box_without_room_to_sign_is_left_as_it_is() -> None:
    view = box((30, 8, 24, 7.5))

    assert unsigned(view, "盖章\n年  月  日", DENSITY) == (view, None)


def test_a_name_is_said_and_a_scribble_is_not() -> None:
    whole = "同意\n负责人签字：年月日"

    assert named(whole, Text("王 家旺", 0.95), 1.0) == ("同意\n负责人签字：王家旺年月日", 0.95)
    assert named(whole, Text("2023", 0.95), 1.0) == ("同意\n负责人签字：2023年月日", 0.95)
    assert named(whole, Text("王家旺", 0.6), 1.0) == (whole, 1.0)
    assert named(whole, Text("7", 0.99), 1.0) == (whole, 1.0)


@pytest.mark.parametrize(
    ("read", "taken"),
    [
        ("县（区）扶贫部门意见；", "县（区）扶贫部门意见："),
        ("签名;年 月日", "签名：年月日"),
        ("盖章,", "盖章"),
        ("签名：7年月日", "签名：7年月日"),
        ("同意盖章", "同意盖章"),
        ("同意。", "同意。"),
    ],
)
def test_a_slip_in_a_printed_line_is_mended_and_nothing_else(read: str, taken: str) -> None:
    assert as_printed(read, "县（区）扶贫部门意见：\n\n盖章\n签名：    年  月  日") == taken
