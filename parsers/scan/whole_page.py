"""All printed lines of a page of any layout: rapidocr finds where they are, the line recogniser reads them.

Slow (seconds a page): only for forms that are not ours. Only model files that are in rapidocr's wheel are named, by
their path, so that it never asks for another one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from parsers.scan.recogniser import Recogniser, grey, model_folder

if TYPE_CHECKING:
    from parsers.scan.pages import Image

DETECTOR = "PP-OCRv6_det_small.onnx"
CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
ADDRESS_SPACE = 2_000_000_000  #: Bytes that a child needs (RLIMIT_AS) to read whole pages as well as lines.
LONG_SIDE = 1760  #: Pixels of the longer side in which lines are looked for; they are read at full resolution.
_SAME_LINE = 0.5  #: Lines that overlap by this share of the lower one's height stand beside each other.


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of text on a page."""

    text: str
    confidence: float  #: The recogniser's own figure.
    box: tuple[int, ...]  #: Four corners from the upper left clockwise, x and y, in pixels of the image.

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the box."""
        return sum(self.box[0::2]) / 4, sum(self.box[1::2]) / 4

    @property
    def height(self) -> float:
        """Of the box, along its left edge."""
        return math.hypot(self.box[6] - self.box[0], self.box[7] - self.box[1])


class PageReader:
    """Finds and reads the lines of upright pages. Holds the detector's model; one per process."""

    def __init__(self, recogniser: Recogniser, threads: int = 1, long_side: int = LONG_SIDE) -> None:
        from rapidocr import RapidOCR

        folder = model_folder()
        self._recogniser = recogniser
        self._long_side = long_side
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.use_rec": False,
                "Global.max_side_len": long_side,
                "Det.model_path": str(folder / DETECTOR),
                "Cls.model_path": str(folder / CLASSIFIER),
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, image: Image) -> tuple[PageLine, ...]:
        """The lines of an upright page (grey or BGR) in reading order; lines without text are left out."""
        boxes = self.boxes(image)
        plain = grey(image)
        texts = self._recogniser.free_lines([straightened(plain, box) for box in boxes])
        lines = [
            PageLine(read.text.strip(), read.confidence, box)
            for box, read in zip(boxes, texts, strict=True)
            if read.text.strip()
        ]
        return in_reading_order(lines)

    def boxes(self, image: Image) -> list[tuple[int, ...]]:
        """Where lines of text are, in pixels of the image."""
        import cv2

        height, width = image.shape[:2]
        scale = min(1.0, self._long_side / max(height, width))
        small: Any = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
        if small.ndim == 2:
            small = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
        found = self._engine(small).boxes
        if found is None:
            return []
        return [tuple(round(float(value)) for value in (np.asarray(box) / scale).ravel()) for box in found]


def straightened(plain: Image, box: tuple[int, ...]) -> Image:
    """The quadrilateral as a level picture in grey; one that stands upright is turned to lie."""
    import cv2

    corners = np.array(box, np.float32).reshape(4, 2)
    width = max(_distance(corners[0], corners[1]), _distance(corners[3], corners[2]), 4.0)
    height = max(_distance(corners[0], corners[3]), _distance(corners[1], corners[2]), 4.0)
    level = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, level)
    size = (round(width), round(height))
    cut: Any = cv2.warpPerspective(plain, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if cut.shape[0] >= 1.5 * cut.shape[1]:
        cut = np.rot90(cut)
    return np.ascontiguousarray(cut, dtype=np.uint8)


def _distance(one: Any, other: Any) -> float:
    return math.hypot(float(one[0] - other[0]), float(one[1] - other[1]))


def in_reading_order(lines: list[PageLine]) -> tuple[PageLine, ...]:
    """From the top, and from the left where lines stand beside each other."""
    rows: list[list[PageLine]] = []
    for line in sorted(lines, key=lambda line: line.middle[1]):
        row = rows[-1] if rows else []
        if row and abs(line.middle[1] - row[0].middle[1]) < _SAME_LINE * min(line.height, row[0].height):
            row.append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda line: line.middle[0]))
