"""The picture of an answer, cut out for a person: not more of its neighbours than of itself, and little white."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("cv2")

from parsers.scan.crops import crop, trimmed  # noqa: E402

TALL = (100, 100, 160, 100, 160, 500, 100, 500)  #: 60 wide, 400 high.


def page() -> np.ndarray:
    return np.full((700, 400), 255, np.uint8)


def test_of_the_neighbours_of_a_tall_cell_little_is_seen() -> None:
    cut = crop(page(), TALL)

    assert cut.shape[1] <= 60 + 2 * 10


def test_the_white_above_and_below_writing_is_left_out() -> None:
    written = page()
    written[280:310, 120:140] = 0

    cut = trimmed(crop(written, TALL))

    assert cut.shape[0] < 120
    assert int((cut == 0).sum()) == 30 * 20


def test_a_blank_cell_is_shown_whole() -> None:
    cut = crop(page(), TALL)

    assert trimmed(cut).shape == cut.shape


def test_writing_all_over_a_cell_is_shown_whole() -> None:
    written = page()
    written[105:495, 105:155] = 0

    cut = trimmed(crop(written, TALL))

    assert int((cut == 0).sum()) >= 380 * 48
