"""Pages drawn for the tests of parsers.scan: a made form, its marks and code, what is written in it, and its copies."""

from __future__ import annotations

import cv2
import numpy as np

from formgen.model import PageLayout, Slot, Subject
from formgen.pagecode import PageCode, encode

DPI = 200
CODE = PageCode("made-form", "made@12345678", "2023-03", Subject("柳树村", "王小明"), 1, 1)
MARK = 9.0


def layout(rows: int = 18, *, width: float = 210.0, height: float = 297.0, row_height: float = 9.0) -> PageLayout:
    """A form with a head of spans, a body of rows of unlike text and a foot of one wide cell."""
    columns = [20.0, 12.0, 62.0, 40.0, 20.0, 20.0] if width < height else [25.0, 15.0, 90.0, 70.0, 25.0, 25.0]
    left = (width - sum(columns)) / 2
    edges = [left + sum(columns[:index]) for index in range(len(columns) + 1)]
    top = 52.0
    slots = [Slot(60, 30, 90, 8, "标题")]
    slots.append(Slot(edges[0], top, edges[2] - edges[0], 12, "考核内容", (), 0, 0, 1, 2, 0))
    slots.append(Slot(edges[2], top, edges[4] - edges[2], 12, "考核标准及办法", (), 0, 2, 1, 2, 0))
    slots.append(Slot(edges[4], top, edges[5] - edges[4], 12, "得分", (), 0, 4, 1, 1, 0))
    slots.append(Slot(edges[5], top, edges[6] - edges[5], 12, "备注", (), 0, 5, 1, 1, 0))
    y = top + 12
    for row in range(rows):
        tall = row_height + (row * 7 % 5) * 0.8
        if row % 3 == 0:
            span = [row_height + ((row + more) * 7 % 5) * 0.8 for more in range(min(3, rows - row))]
            slots.append(
                Slot(edges[0], y, columns[0], sum(span), "组织" * (1 + row % 4), (), row + 1, 0, len(span), 1, 0)
            )
        texts = [str(row + 1), "按时完成工作任务" * (1 + row % 3), "每次扣分" * (1 + row * 5 % 4), "", ""]
        for column, text in enumerate(texts, 1):
            tags = (f"{row + 1}",) if column == 4 else (f"{row + 1}.remark",) if column == 5 else ()
            slots.append(Slot(edges[column], y, columns[column], tall, text, tags, row + 1, column, 1, 1, 0))
        y += tall
    slots.append(Slot(edges[0], y, edges[2] - edges[0], 14, "合计", (), rows + 1, 0, 1, 2, 0))
    slots.append(Slot(edges[2], y, edges[6] - edges[2], 14, "", ("total",), rows + 1, 2, 1, 4, 0))
    marks = (
        (0, 8.0, 8.0),
        (1, width - 8 - MARK, 8.0),
        (2, width - 8 - MARK, height - 8 - MARK),
        (3, 8.0, height - 8 - MARK),
    )
    return PageLayout("made-form", "made@12345678", 1, 1, width, height, tuple(slots), marks, MARK)


def drawn(
    form: PageLayout, dpi: int = DPI, *, code: PageCode | None = CODE, marks: tuple[int, ...] = (0, 1, 2, 3)
) -> np.ndarray:
    """The printed blank, grey."""
    scale = 2 * dpi / 25.4
    page = np.full((round(form.height * scale), round(form.width * scale)), 255, np.uint8)
    rng = np.random.default_rng(7)
    for number, x, y in form.marks:
        if number in marks:
            _put_mark(page, number, x, y, form.mark_size, scale)
    if code is not None:
        _put_code(page, code, form.width / 2 - 12, 5.0, scale)
    for slot in form.slots:
        corner = (round(slot.x * scale), round(slot.y * scale))
        opposite = (round((slot.x + slot.width) * scale), round((slot.y + slot.height) * scale))
        if slot.ruled:
            cv2.rectangle(page, corner, opposite, 0, max(1, round(0.18 * scale)))
        _write(page, slot, scale, rng)
    return cv2.resize(page, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def _put_mark(page: np.ndarray, number: int, x: float, y: float, size: float, scale: float) -> None:
    side = round(size * scale)
    mark = cv2.aruco.generateImageMarker(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), number, side)
    left, top = round(x * scale), round(y * scale)
    page[top : top + side, left : left + side] = mark


def _put_code(page: np.ndarray, code: PageCode, x: float, y: float, scale: float) -> None:
    import segno

    rows = [list(row) for row in segno.make(encode(code), error="q", micro=False).matrix]
    module = round(0.4 * scale)
    image = np.kron(255 - 255 * np.array(rows, np.uint8), np.ones((module, module), np.uint8))
    top, left = round(y * scale), round(x * scale)
    page[top : top + image.shape[0], left : left + image.shape[1]] = image


def _write(page: np.ndarray, slot: Slot, scale: float, rng: np.random.Generator) -> None:
    """Characters as bunches of short strokes, 3.5 mm each: enough ink in enough places."""
    per_line = max(1, int((slot.width - 2) / 3.8))
    for index, _ in enumerate(slot.text):
        line, place = divmod(index, per_line)
        x, y = slot.x + 1.2 + place * 3.8, slot.y + 1.2 + line * 4.2
        if y + 3.5 > slot.y + slot.height:
            return
        for _ in range(5):
            a, b = rng.uniform(0.2, 3.3, 2), rng.uniform(0.2, 3.3, 2)
            start = (round((x + a[0]) * scale), round((y + a[1]) * scale))
            end = (round((x + b[0]) * scale), round((y + b[1]) * scale))
            cv2.line(page, start, end, 0, max(1, round(0.3 * scale)))


def scanned(
    image: np.ndarray,
    *,
    angle: float = 0.0,
    shrink: float = 1.0,
    perspective: float = 0.0,
    curl: float = 0.0,
    dpi: int = DPI,
    shift: tuple[float, float] = (0.0, 0.0),
) -> tuple[np.ndarray, object]:
    """A copy, and the function from pixels of the original to pixels of the copy.

    ``angle`` degrees, ``perspective`` and ``shrink`` as shares, ``curl`` and ``shift`` in millimetres.
    """
    height, width = image.shape[:2]
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, shrink), [0, 0, 1]])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    p = perspective
    seen = corners + np.array([[p * width, p * height * 0.5], [-p * width * 0.6, 0], [0, 0], [0, -p * height * 0.3]])
    tilt = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    move = np.eye(3)
    move[:2, 2] = np.array(shift) * dpi / 25.4
    matrix = move @ tilt @ turn
    bow = curl * dpi / 25.4

    def forward(points: np.ndarray) -> np.ndarray:
        u = points[:, 0] / width * 2 - 1
        bent = points + np.column_stack([np.zeros(len(points)), bow * (1 - u**2)])
        wide = np.column_stack([bent, np.ones(len(bent))]) @ matrix.T
        return wide[:, :2] / wide[:, 2:]

    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    back = np.linalg.inv(matrix)
    wide = np.stack([x, y, np.ones_like(x)], axis=-1) @ back.T
    source = wide[..., :2] / wide[..., 2:]
    u = source[..., 0] / width * 2 - 1
    source[..., 1] -= bow * (1 - u**2)
    copy = cv2.remap(image, source.astype(np.float32), None, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    return copy, forward


def truth(form: PageLayout, forward: object, dpi: int = DPI) -> np.ndarray:
    """Where the corners of all slots truly are on the copy, (n, 4, 2)."""
    fours = np.array(
        [[[s.x, s.y], [s.x + s.width, s.y], [s.x + s.width, s.y + s.height], [s.x, s.y + s.height]] for s in form.slots]
    )
    return forward(fours.reshape(-1, 2) * dpi / 25.4).reshape(-1, 4, 2)


def worst(placed: object, form: PageLayout, forward: object, dpi: int = DPI) -> float:
    """The largest distance between a placed corner of a cell and the true one, in millimetres."""
    seen = np.array([item.corners for item in placed])
    ruled = np.array([slot.ruled for slot in form.slots])
    return float(np.linalg.norm(seen - truth(form, forward, dpi), axis=2)[ruled].max() / dpi * 25.4)
