"""What lies on writing is taken off before the writing is judged: seals, and the stripes of a dusty scanner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from parsers.scan.pages import PageImage
from parsers.scan.washing import washed, without_stripes

if TYPE_CHECKING:
    from parsers.scan.pages import Image

INK, RED = (60, 40, 30), (40, 35, 200)


@dataclass(frozen=True)
class Page:
    """What is asked of a page here."""

    image: PageImage


def table() -> Image:
    """A page of 827 × 1169 with a table from margin to margin and a figure in one cell."""
    page = np.full((1169, 827, 3), 250, np.uint8)
    for x in range(80, 760, 85):
        cv2.line(page, (x, 90), (x, 1080), (0, 0, 0), 2)
    for y in range(90, 1081, 90):
        cv2.line(page, (80, y), (760, y), (0, 0, 0), 2)
    cv2.putText(page, "8", (110, 240), cv2.FONT_HERSHEY_SIMPLEX, 1.5, INK, 4, cv2.LINE_AA)
    return page


def grey(page: Image) -> Image:
    return np.ascontiguousarray(page[:, :, 2])


def seen(page: Image) -> Any:
    return washed(Page(PageImage(1, page)))  # type: ignore[arg-type]


def test_rules_are_no_stripes() -> None:
    page = grey(table())

    assert without_stripes(page) is page


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize(("wide", "shade"), [(1, 40), (3, 90)])
def test_a_line_from_edge_to_edge_is_taken_out(upright: bool, wide: int, shade: int) -> None:
    page = grey(table())
    striped = page.copy()
    if upright:
        striped[:, 140 : 140 + wide] = shade
    else:
        striped[140 : 140 + wide] = shade

    cleaned = without_stripes(striped)

    assert (striped[100:170, 100:150] < 128).any()
    assert not (cleaned[100:170, 100:150] < 128).any()


def test_a_stroke_under_a_stripe_is_drawn_on() -> None:
    page = grey(table())
    striped = page.copy()
    striped[:, 126:128] = 40

    cleaned = without_stripes(striped)

    both = [cv2.connectedComponents((part[195:255, 90:160] < 128).astype(np.uint8))[0] for part in (page, cleaned)]
    assert both[0] == both[1] == 2


def test_a_line_that_ends_within_the_page_stays() -> None:
    page = grey(table())
    page[60:1100, 140:142] = 40

    assert without_stripes(page) is page


def test_a_seal_is_taken_off_and_the_figure_under_it_stays() -> None:
    page = table()
    cv2.circle(page, (130, 220), 60, RED, 8, cv2.LINE_AA)
    cv2.circle(page, (128, 225), 14, RED, -1, cv2.LINE_AA)
    cv2.putText(page, "8", (110, 240), cv2.FONT_HERSHEY_SIMPLEX, 1.5, INK, 4, cv2.LINE_AA)

    pixels = seen(page).page.image.pixels

    assert (pixels[195:255, 100:155] < 128).sum() == pytest.approx(
        (grey(table())[195:255, 100:155] < 128).sum(), rel=0.1
    )
    assert (pixels[190:260, 168:230] < 200).sum() == (grey(table())[190:260, 168:230] < 200).sum()


def test_where_a_seal_was_is_known() -> None:
    page = table()
    cv2.circle(page, (130, 220), 60, RED, 8, cv2.LINE_AA)

    found = seen(page)

    assert found.reddened(np.array([[82, 182], [163, 182], [163, 268], [82, 268]], float))
    assert not found.reddened(np.array([[422, 182], [503, 182], [503, 268], [422, 268]], float))
    assert not seen(table()).reddened(np.array([[82, 182], [163, 182], [163, 268], [82, 268]], float))
