"""The line recogniser on drawn and printed figures and words. Nothing is ever fetched."""

from __future__ import annotations

import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
import pytest
from scans.printing import printed
from scans.strokes import BLACK, RED, hand, press, write

from parsers.scan.answers import scores
from parsers.scan.pieces import fit, outline, parted, spread
from parsers.scan.recogniser import LONG, Recogniser, grey, input_width, narrowed, squeezed, tidied

DOTS = 200 / 25.4
ADDRESS_SPACE = (
    1_200_000_000  #: Bytes in which a child loads the model and reads any lines: it may take more than twice as much.
)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser()


def crop(cover, colour=BLACK):  # type: ignore[no-untyped-def]
    page = np.full((cover.shape[0] + 24, cover.shape[1] + 40, 3), 245, np.uint8)
    press(page, cover, 15 / DOTS, 10 / DOTS, colour, DOTS)
    return np.ascontiguousarray(page[:, :, ::-1])


def drawn(text: str, seed: int):  # type: ignore[no-untyped-def]
    return crop(write(text, hand(seed), random.Random(f"{text} {seed}"), DOTS))


def test_drawn_points_are_read_and_none_is_wrong_with_confidence(recogniser: Recogniser) -> None:
    texts = [str(number) for number in range(11)] * 3
    crops = [drawn(text, seed) for seed, text in enumerate(texts)]

    rankings = recogniser.allowed(crops, [scores(Decimal(10))] * len(texts))

    right = [ranking.best == text for ranking, text in zip(rankings, texts, strict=True)]
    sure = [r.shares[0] > 0.997 for r in rankings]
    assert sum(right) >= 0.9 * len(texts)
    assert all(good for good, certain in zip(right, sure, strict=True) if certain)
    assert sum(sure) >= 0.5 * len(texts)


def test_the_point_between_figures_is_seen(recogniser: Recogniser) -> None:
    rankings = recogniser.allowed(
        [crop(printed(text, "song", 5, DOTS)) for text in ("8.5", "85")], [scores(Decimal(90))] * 2
    )

    assert [ranking.best for ranking in rankings] == ["8.5", "85"]


def test_words_in_a_score_cell_are_no_score(recogniser: Recogniser) -> None:
    words = [crop(printed(text, "kai", 5, DOTS)) for text in ("王建国", "材料齐全", "缺2户资料")]

    rankings = recogniser.allowed(words, [scores(Decimal(10))] * 3)

    assert [ranking.best for ranking in rankings] == [None, None, None]
    assert rankings[1].text == "材料齐全"


def test_white_between_words_is_narrowed_and_the_words_stay(recogniser: Recogniser) -> None:
    words = crop(printed("负责人签字", "song", 5, DOTS)), crop(printed("年度", "song", 5, DOTS))
    low = min(word.shape[0] for word in words)
    wide = np.hstack([words[0][:low], np.full((low, 500, 3), 245, np.uint8), words[1][:low]])

    line = tidied(wide)

    assert narrowed(line).shape[1] < 0.6 * line.shape[1]
    assert recogniser.free([wide], [0.4])[0].text.replace(" ", "") == "负责人签字年度"
    assert narrowed(np.full((40, 90), 255, np.uint8)).shape == (40, 90)


def test_printed_words_are_read_freely(recogniser: Recogniser) -> None:
    texts = ("大杨镇乡村振兴小组长月度考核评价表", "工作落实（30分）", "评分标准")

    read = recogniser.free([crop(printed(text, "song", 5, DOTS)) for text in texts])

    assert [line.text.replace("(", "（").replace(")", "）") for line in read] == list(texts)
    assert all(line.confidence > 0.9 for line in read)


def test_a_line_across_the_edge_of_a_shadow_is_read_whole(recogniser: Recogniser) -> None:
    line = printed("（2023年3月）", "song", 5, 12.0)
    page = np.full((line.shape[0] + 30, line.shape[1] + 1000), 235.0)
    page[15:-15, 500:-500] -= 215 * line
    light = np.interp(np.arange(page.shape[1]), [600, 900], [1.0, 0.42])
    shaded = (page * light).astype(np.uint8)

    (text,) = recogniser.free([shaded], [1.25])

    assert "2023年3月" in text.text.replace(" ", "")


def test_a_red_seal_over_a_figure_does_not_hide_it(recogniser: Recogniser) -> None:
    picture = drawn("7", 3)
    cv2.line(picture, (0, 5), (picture.shape[1], picture.shape[0] - 5), RED[::-1], 5)

    (ranking,) = recogniser.allowed([picture], [scores(Decimal(10))])

    assert ranking.best == "7"


def test_red_writing_is_still_ink() -> None:
    picture = crop(write("5", hand(1), random.Random(1), DOTS), RED)

    assert (grey(picture) < 128).any()


def test_no_crops_and_no_ink_are_no_faults(recogniser: Recogniser) -> None:
    blank = np.full((40, 80), 250, np.uint8)

    (ranking,) = recogniser.allowed([blank], [scores(Decimal(5))])

    assert recogniser.free([]) == []
    assert ranking.best is None
    assert recogniser.free([np.zeros((1, 1), np.uint8)])[0].text == ""


def test_crops_and_lists_must_go_together(recogniser: Recogniser) -> None:
    with pytest.raises(ValueError, match="2 crops"):
        recogniser.allowed([drawn("1", 1), drawn("2", 1)], [["1"]])


def test_slanting_figures_are_two_pieces() -> None:
    page = np.full((60, 60), 255, np.uint8)
    for left in (20, 32):
        cv2.line(page, (left, 50), (left + 14, 8), 0, 3)

    seen = outline(tidied(page))

    assert seen.figures == 2
    assert fit(seen, 2, False) > fit(seen, 1, False)


def test_pieces_are_spread_and_a_broad_one_is_parted() -> None:
    page = np.full((60, 90), 255, np.uint8)
    cv2.circle(page, (25, 30), 14, 0, 3)
    cv2.circle(page, (53, 30), 14, 0, 3)
    line = tidied(page)

    seen = outline(line)

    assert seen.figures == 1
    assert parted(seen)[-1].figures == 2
    assert spread(parted(seen)[-1]).shape[1] > spread(seen).shape[1]


def test_nothing_is_fetched_and_rapidocr_is_not_loaded_for_lines(tmp_path: Path) -> None:
    program = tmp_path / "offline.py"
    program.write_text(
        "import socket, sys\n"
        "def refused(*_): raise AssertionError('network')\n"
        "socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refused\n"
        "import numpy as np\n"
        "from parsers.scan.recogniser import Recogniser\n"
        "recogniser = Recogniser()\n"
        "recogniser.free([np.full((40, 90), 255, np.uint8)])\n"
        "assert 'rapidocr' not in sys.modules\n"
    )

    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr


def test_a_long_line_of_words_is_squeezed_and_a_short_one_is_not() -> None:
    short, long = np.full((48, LONG), 255, np.uint8), np.full((48, 4 * LONG), 255, np.uint8)

    assert squeezed(short) is short
    assert LONG < input_width(squeezed(long)) < 0.8 * input_width(long)


def test_a_child_with_a_limited_address_space_reads(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="the platform has no RLIMIT_AS")
    program = tmp_path / "limited.py"
    program.write_text(
        "import resource\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({ADDRESS_SPACE}, {ADDRESS_SPACE}))\n"
        "import numpy as np\n"
        "from parsers.scan.recogniser import Recogniser\n"
        "Recogniser().free([np.full((48, 90 + 40 * n), 255, np.uint8) for n in range(30)])\n"
    )

    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
