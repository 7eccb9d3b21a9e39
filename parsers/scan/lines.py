"""The lines of writing in a box of several lines: where they lie, from the white between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parsers.scan.blobs import blobs

if TYPE_CHECKING:
    from parsers.scan.pages import Image

_LEAST = 1.6  #: Millimetres: a lower strip is no line of writing.
_ROOM = 0.6  #: Millimetres of white that are left above and below a line.
_MOST = 40
_GRAIN = 0.06  #: Square millimetres: a smaller piece of ink is grain.
_STROKE = 1.2  #: Millimetres: the longest stroke of a letter is at least as long.
_INK = 2.0  #: Square millimetres of ink in smaller pieces: letters that a copier broke up.


def lines_of(view: Image, density: float) -> list[Image]:
    """Strips of a crop (``density`` pixels a millimetre), each with one line, from the top; blank ones left out."""
    return [strip for _, strip in placed_lines(view, density)]


def placed_lines(view: Image, density: float) -> list[tuple[int, Image]]:
    """The same, each with its place: pixels from the upper edge of the crop."""
    room = round(_ROOM * density)
    return [(max(0, start - room), strip) for start, strip, _ in inked_lines(view, density)]


def inked_lines(view: Image, density: float) -> list[tuple[int, Image, Any]]:
    """The same, each with the row of the crop in which its ink begins, and where it is inked (bool) from there on."""
    import cv2
    import numpy as np

    dark = inked(view, density)
    inked_in_row = cv2.reduce(dark.view(np.uint8), 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    full = np.asarray(inked_in_row).ravel() > max(1, round(0.15 * density))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], full.astype(np.int8), [0]])))
    runs = [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        thin = bool(joined) and (end - start < _LEAST * density or joined[-1][1] - joined[-1][0] < _LEAST * density)
        if joined and start - joined[-1][1] < (0.8 if thin else 0.25) * density:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    room = round(_ROOM * density)
    strips = []
    for start, end in joined[:_MOST]:
        if end - start >= _LEAST * density and _written(dark[start:end], density):
            strip = np.ascontiguousarray(view[max(0, start - room) : end + room])
            strips.append((start, strip, dark[start:end]))
    return strips


def inked(view: Image, density: float) -> Any:
    """Where a crop is inked (bool), specks of a noisy picture left out."""
    import cv2
    import numpy as np

    from parsers.scan.ink import dark_mask
    from parsers.scan.pages import grey

    dark = dark_mask(grey(view))
    found = np.asarray(dark) > 0
    x, y, wide, high = cv2.boundingRect(dark)
    if not wide:
        return found
    part = np.ascontiguousarray(dark[y : y + high, x : x + wide])
    _, labels, stats, _ = blobs(part)
    kept = np.asarray(stats)[:, cv2.CC_STAT_AREA] >= _GRAIN * density * density
    if not kept.all():
        kept[0] = False
        found[y : y + high, x : x + wide] = np.take(kept, labels)
    return found


def _written(dark: Any, density: float) -> bool:
    """Whether a strip holds a stroke of the size of a letter, or as much ink in smaller pieces."""
    import cv2
    import numpy as np

    if np.count_nonzero(dark) >= _INK * density * density:
        return True
    _, _, stats, _ = blobs(dark.astype(np.uint8))
    sizes = np.asarray(stats)[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    return bool(sizes.max(initial=0) >= _STROKE * density)
