"""The line recogniser in rapidocr's wheel, run by onnxruntime directly: crops in, probabilities of characters out.

Only the model file of the wheel is used; rapidocr itself is not imported, and nothing is ever fetched.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from formgen.errors import MissingProgramError
from parsers.scan.allowed import (
    Candidate,
    Plan,
    Ranking,
    View,
    Weighing,
    candidates_of,
    free_text,
    plan,
    rank,
    unsure,
)
from parsers.scan.alphabet import Alphabet, Floats
from parsers.scan.blobs import blobs
from parsers.scan.figures import Opinion, agreed
from parsers.scan.handwriting import runs_out, written
from parsers.scan.ink import DENSITY, evenly_lit
from parsers.scan.levels import percentile
from parsers.scan.pieces import Outline, fit, outline, parted, spread

Image: TypeAlias = NDArray[np.uint8]

MODEL = "PP-OCRv6_rec_small.onnx"
HEIGHT = 48  #: Of the recogniser's input, in pixels.
STEP = 16  #: Widths are rounded up to this, so that few shapes are run.
NARROWEST = 48
WIDEST = 1920  #: A line longer than this is squeezed.
CLEAR = 0.98  #: A ranking whose best answer has less is looked at in more ways.
CUT_OFF = 0.1  #: How probable it is that writing which a cell's edge cuts off is none of the answers it looks like.
CORE = 0.45  #: Of the level between ink and paper: what is darker is the middle of a stroke.
CUT = 0.4  #: How probable it is beforehand that a broad piece is two figures, against that it is one.
PLANS = 200  #: Lists of answers whose plans are kept.
MARGIN = 0.25  #: White about a line, as a share of the height of its ink …
WORDS = 0.4  #: … and about one that is among known words, which are told apart when they are smaller, too.
PALE = 128  #: What is paler on a tidied line is no ink.
GAP = 0.5  #: Of the height of a line: a wider gap between words is narrowed …
RIM = 0.08  #: … and so much is left at the ends of the line.
LONG = 160  #: Pixels of the input: what a line of words is longer than that …
SQUEEZE = 0.65  #: … is squeezed to this share, which reads no worse and takes less time.
BATCH_PIXELS = 48 * 1200  #: The most pixels that are run at once.


@dataclass(frozen=True, slots=True)
class Text:
    """A line as the recogniser reads it freely."""

    text: str
    confidence: float  #: The recogniser's own figure; see calibration.py for what it is worth.


def model_folder() -> Path:
    """Where rapidocr's wheel keeps its models. Raises MissingProgramError if the extra is not installed."""
    found = importlib.util.find_spec("rapidocr")
    places = found.submodule_search_locations if found else None
    for place in places or ():
        if (Path(place) / "models" / MODEL).is_file():
            return Path(place) / "models"
    from parsers.scan import install_command

    raise MissingProgramError(
        f"没有找到识别文字的模型（{MODEL}）；请重装附加部件：{install_command()} --force-reinstall"
    )


class Recogniser:
    """The loaded model. One per process; it holds no file open and may be used from one thread at a time."""

    def __init__(self, threads: int = 1, folder: Path | None = None, weighing: Weighing | None = None) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = (folder or model_folder()) / MODEL
        self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._input: str = self._session.get_inputs()[0].name
        characters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self.alphabet = Alphabet(["", *characters, " "])
        self.weighing = weighing or Weighing()
        self._opinion = Opinion()
        self._plans: dict[int, tuple[tuple[Candidate, ...], Plan]] = {}

    def free(
        self, crops: Sequence[Image], margins: Sequence[float] | None = None, squeezing: Sequence[bool] | None = None
    ) -> list[Text]:
        """What stands on each crop (one line each, grey or BGR), unrestricted: for remarks and printed words.

        ``margins``: the white to be left above and below each line, as shares of its height; wide gaps are narrowed
        then. The more white, the smaller a line is read, and the less time that takes. ``squeezing``: which lines are
        made narrower where they are long; all without it.
        """
        if margins is None:
            return self.free_lines([tidied(crop) for crop in crops])
        lit = (evenly_lit(grey(crop)) for crop in crops)  # the edge of a shadow along a line would pass for ink
        lines = (narrowed(tidied(crop, margin)) for crop, margin in zip(lit, margins, strict=True))
        return self.free_lines(
            [squeezed(line) if much else line for line, much in zip(lines, squeezing or repeat(True), strict=False)]
        )

    def free_lines(self, pictures: Sequence[Image]) -> list[Text]:
        """The same for grey lines that are cut out already."""
        texts = [Text("", 0.0)] * len(pictures)
        for number, steps in self._run(pictures):
            texts[number] = Text(*free_text(steps, self.alphabet))
        return texts

    def allowed(
        self,
        crops: Sequence[Image],
        candidates: Sequence[Sequence[str | Candidate]],
        weighing: Weighing | Sequence[Weighing] | None = None,
        margins: Sequence[float] | None = None,
        density: float = DENSITY,
    ) -> list[Ranking]:
        """For each crop its own list of allowed answers, ranked; ``weighing`` for all, or for each.

        ``margins``: the white about each crop of words, see ``free``; figures are read as large as ever.
        ``density``: pixels a millimetre of the crops.

        Lines of figures are looked at with room between their pieces, unclear ones in more ways still; words as they
        are. Raises ValueError if the lists differ in length.
        """
        lists = [candidates_of(answers) for answers in candidates]
        if len(lists) != len(crops):
            raise ValueError(f"{len(crops)} crops and {len(lists)} lists of answers")
        how = [weighing or self.weighing] * len(lists) if not isinstance(weighing, Sequence) else list(weighing)
        figures = [any(way.figures >= 0 for answer in answers for way in answer.spellings) for answers in lists]
        cells = [written(grey(crop), density) if figure else crop for crop, figure in zip(crops, figures, strict=True)]
        lines = [
            outline(tidied(cell) if figure else narrowed(tidied(cell, margin)))
            for cell, figure, margin in zip(cells, figures, margins or [WORDS] * len(cells), strict=True)
        ]
        short = [n for n, figure in enumerate(figures) if figure and lines[n].pieces]
        seconds = dict(
            zip(short, self._opinion.of([lines[n].line for n in short], [lists[n] for n in short]), strict=True)
        )
        first = self.line_steps(
            [spread(line) if figure else line.line for line, figure in zip(lines, figures, strict=True)]
        )
        views = [[_view(*seen)] for seen in zip(first, lines, figures, strict=True)]
        plans = [self._plan(answers) for answers in lists]

        def ranked(n: int) -> Ranking:
            found = rank(views[n], self.alphabet, lists[n], how[n], plans[n])
            return agreed(found, seconds[n]) if n in seconds else found

        rankings = [ranked(number) for number in range(len(lists))]
        unclear = [
            number
            for number, ranking in enumerate(rankings)
            if figures[number] and (not ranking.shares or ranking.shares[0] < CLEAR)
        ]
        more = [(n, part, CUT) for n in unclear for part in (*parted(lines[n]), *_cores(lines[n]))]
        again = [(n, lines[n], 1.0) for n in unclear]
        pictures = [spread(part) for _, part, _ in more] + [line.line for _, line, _ in again]
        for (n, part, weight), steps in zip(more + again, self.line_steps(pictures), strict=True):
            views[n].append(_view(steps, part, True, weight))
        for n in unclear:
            rankings[n] = ranked(n)
        return [
            unsure(ranking, CUT_OFF) if figure and runs_out(cell, density) else ranking
            for ranking, cell, figure in zip(rankings, cells, figures, strict=True)
        ]

    def _plan(self, answers: tuple[Candidate, ...]) -> Plan:
        """The plan of a list of answers; those of the lists that were used last are kept."""
        kept = self._plans.get(id(answers))
        if kept is None or kept[0] is not answers:
            if len(self._plans) >= PLANS:
                self._plans.clear()
            kept = self._plans[id(answers)] = (answers, plan(answers))
        return kept[1]

    def line_steps(self, pictures: Sequence[Image]) -> list[Floats]:
        """The probability of each character of the alphabet at each step (8 pixels of 48 high) along grey lines.

        A step takes 75 kB: meant for short lines.
        """
        results: list[Floats] = [np.zeros((0, 0))] * len(pictures)
        for number, steps in self._run(pictures):
            results[number] = steps
        return results

    def _run(self, pictures: Sequence[Image]) -> Iterator[tuple[int, Floats]]:
        """The number and the steps of each line, in any order; lines of the same width are run together."""
        widths = [input_width(picture) for picture in pictures]
        order = sorted(range(len(widths)), key=lambda number: widths[number])
        while order:
            batch = [order.pop()]
            width = widths[batch[0]]
            while order and widths[order[-1]] == width and (len(batch) + 1) * width * HEIGHT <= BATCH_PIXELS:
                batch.append(order.pop())
            lines = np.stack([normalised(pictures[number]) for number in batch])
            answers = self._session.run(None, {self._input: lines})[0]
            for number, answer in zip(batch, answers, strict=True):
                yield number, answer[:, : len(self.alphabet.characters)]


def _cores(line: Outline) -> list[Outline]:
    """The line by its darkest ink, if it has more pieces then: figures that touch only where the image is soft."""
    core = outline(line.line, CORE)
    return [core] if core.short and line.figures < core.figures <= line.figures + 2 else []


def _view(steps: Floats, line: Outline, figure: bool, weight: float = 1.0) -> View:
    return View(steps, weight, partial(fit, line) if figure and line.short else None)


def grey(crop: Image) -> Image:
    """The crop in grey, without red: a seal over a cell vanishes, unless there is nothing but red on it."""
    if crop.ndim == 2:
        return crop
    red = crop[:, :, 2]
    others = crop[:, :, :2].max(axis=2)
    reddish = red.astype(np.int16) - others > 50
    dark = (red < 140) & ~reddish
    if reddish.any() and dark.sum() > 0.15 * reddish.sum():
        return np.ascontiguousarray(red)
    if reddish.any():
        return np.asarray(crop.min(axis=2), dtype=np.uint8)
    import cv2

    return np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def tidied(crop: Image, margin: float = MARGIN) -> Image:
    """The crop in grey, cut down to its ink with a margin (share of the ink's height), paper white."""
    import cv2

    plain = grey(crop)
    if plain.size == 0 or min(plain.shape) < 4:
        return np.full((HEIGHT, HEIGHT), 255, dtype=np.uint8)
    paper = percentile(plain, 90)
    level, _ = cv2.threshold(plain, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = (plain <= min(level, paper - 25)).astype(np.uint8)
    count, _, figures, _ = blobs(ink)
    sizes = figures[1:count, cv2.CC_STAT_AREA]
    if not len(sizes) or sizes.max() < 4:
        return plain
    tallest = figures[1:count, cv2.CC_STAT_HEIGHT].max()
    kept = figures[1:count][(sizes >= max(4, sizes.max() * 0.01))]
    left, upper = kept[:, cv2.CC_STAT_LEFT].min(), kept[:, cv2.CC_STAT_TOP].min()
    right = (kept[:, cv2.CC_STAT_LEFT] + kept[:, cv2.CC_STAT_WIDTH]).max()
    lower = (kept[:, cv2.CC_STAT_TOP] + kept[:, cv2.CC_STAT_HEIGHT]).max()
    room = round(margin * max(lower - upper, tallest)) + 2
    framed = cv2.copyMakeBorder(plain, room, room, room, room, cv2.BORDER_CONSTANT, value=int(paper))
    cut = framed[upper : lower + 2 * room, left : right + 2 * room]
    dark = percentile(plain[ink > 0], 20)
    stretched = (np.arange(256, dtype=np.float32) - dark) * (255.0 / max(paper - dark, 1.0))
    return np.asarray(cv2.LUT(cut, np.clip(stretched, 0, 255).astype(np.uint8)), dtype=np.uint8)


def narrowed(line: Image) -> Image:
    """A tidied line without what takes time and says nothing: most of the white before, after and in wide gaps."""
    columns = np.flatnonzero((line < PALE).any(axis=0))
    if not len(columns):
        return line
    height, width = line.shape
    gaps = np.flatnonzero(np.diff(columns) > GAP * height)
    kept = np.zeros(width, np.bool_)
    kept[max(0, columns[0] - round(RIM * height)) : columns[-1] + 1 + round(RIM * height)] = True
    for place in gaps:
        kept[columns[place] + 1 + round((GAP - 0.1) * height) : columns[place + 1]] = False
    return np.ascontiguousarray(line[:, kept])


def squeezed(line: Image) -> Image:
    """A line of words, narrower where it is long: each pixel of the recogniser's input takes its time."""
    import cv2

    width = _scaled_width(line)
    if width <= LONG:
        return line
    share = (LONG + SQUEEZE * (width - LONG)) / width
    size = (max(1, round(line.shape[1] * share)), line.shape[0])
    return np.asarray(cv2.resize(line, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _scaled_width(line: Image) -> int:
    height, width = line.shape
    scaled: int = max(1, min(round(width * HEIGHT / max(height, 1)), WIDEST))
    return scaled


def input_width(line: Image) -> int:
    """How wide the recogniser's input is for a grey line, in pixels."""
    return max(NARROWEST, -(-_scaled_width(line) // STEP) * STEP)


def normalised(line: Image) -> NDArray[np.float32]:
    """A grey line as the model wants it: 3 × 48 × width, from −1 (ink) to 1 (paper), paper at both ends."""
    import cv2

    scaled, full = _scaled_width(line), input_width(line)
    how = cv2.INTER_AREA if line.shape[0] > HEIGHT else cv2.INTER_LINEAR
    small: Any = cv2.resize(line, (scaled, HEIGHT), interpolation=how)
    canvas = np.ones((HEIGHT, full), dtype=np.float32)
    before = (full - scaled) // 2
    canvas[:, before : before + scaled] = small.astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(np.broadcast_to(canvas, (3, HEIGHT, full)))
