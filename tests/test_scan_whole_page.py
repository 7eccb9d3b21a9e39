"""Whole pages: every printed line in its place, and nothing fetched."""

from __future__ import annotations

import socket

import numpy as np
import pytest
from scans.printing import printed
from scans.strokes import BLACK, press

from parsers.scan.recogniser import Recogniser
from parsers.scan.whole_page import PageLine, PageReader, in_reading_order, straightened

DOTS = 150 / 25.4
LINES = (
    (60.0, 20.0, "村干部绩效考核评分表"),
    (20.0, 40.0, "行政村：张庄村"),
    (110.0, 41.0, "姓名：李守田"),
    (20.0, 60.0, "一、党员群众对村干部工作的满意程度"),
    (20.0, 80.0, "脱贫攻坚工作中获得推广"),
)


@pytest.fixture(scope="module")
def read_lines() -> tuple[PageLine, ...]:
    page = np.full((round(110 * DOTS), round(190 * DOTS), 3), 250, np.uint8)
    for x, y, text in LINES:
        press(page, printed(text, "song", 5, DOTS), x, y, BLACK, DOTS)
    with pytest.MonkeyPatch.context() as patch:

        def refused(*_: object) -> None:
            raise AssertionError("a connection was attempted")

        patch.setattr(socket.socket, "connect", refused)
        patch.setattr(socket, "getaddrinfo", refused)
        return PageReader(Recogniser(), long_side=900).read(page)


def test_every_printed_line_is_read_in_order(read_lines: tuple[PageLine, ...]) -> None:
    texts = [line.text.replace(":", "：") for line in read_lines]

    assert texts == [text for _, _, text in LINES]
    assert all(line.confidence > 0.9 for line in read_lines)


def test_lines_have_the_place_where_they_stand(read_lines: tuple[PageLine, ...]) -> None:
    for line, (x, y, _) in zip(read_lines, LINES, strict=True):
        assert abs(line.box[0] / DOTS - x) < 3 and abs(line.box[1] / DOTS - y) < 3


def test_a_page_without_text_has_no_lines(read_lines: tuple[PageLine, ...]) -> None:
    reader = PageReader(Recogniser(), long_side=400)

    assert reader.read(np.full((300, 200), 255, np.uint8)) == ()


def test_lines_beside_each_other_are_read_from_the_left() -> None:
    left, right = (
        PageLine("左", 1.0, (0, 4, 50, 4, 50, 24, 0, 24)),
        PageLine("右", 1.0, (90, 0, 140, 0, 140, 20, 90, 20)),
    )
    below = PageLine("下", 1.0, (0, 40, 50, 40, 50, 60, 0, 60))

    assert [line.text for line in in_reading_order([below, right, left])] == ["左", "右", "下"]


def test_an_upright_line_is_turned_to_lie() -> None:
    page = np.full((200, 100), 255, np.uint8)

    assert straightened(page, (10, 10, 30, 10, 30, 150, 10, 150)).shape == (20, 140)
