"""What a copier has left of thin writing: a crowd of small pieces on paper that it made white and clean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parsers.scan.blobs import blobs
from parsers.scan.levels import counted, counts_of

if TYPE_CHECKING:
    from parsers.scan.pages import Image

DOUBT = "笔迹只剩几段，看不出写的是什么"  #: Why a cell with so little left is doubtful.
BROKEN = "笔迹断成几截，认不出写的是什么"  #: The same where more is left, and nothing could be read.
_CLEAN = 0.97  #: Share of a cell that is paper without grain, at least: elsewhere faint pieces tell nothing …
_EVEN = 10  #: … and by so many grey steps it is darker than most of it at most.
_DARKER = 30  #: Grey steps by which a remnant is darker than the paper: lighter ones are seen by nobody.
_LEAST = 0.02  #: Square millimetres of a piece: a pixel of 150 dpi.
_NEAR = 1.6  #: Millimetres within which pieces belong to one character.
_SPREAD = 1.0  #: Millimetres over which they are spread at least.
_MANY = 3  #: Pieces so near each other are writing whatever they look like; two are if one of them is no speck.
_SPECK = 0.9  #: Millimetres: the longest speck that a copier's glass leaves, …
_ROUND = 0.6  #: … the least its shorter side is of the longer one …
_FULL = 0.45  #: … and the least share of its frame that it fills.
_ROW = (4.0, 15.0)  #: Millimetres high and long: a line of writing, of which …
_RESTS = 4  #: … so many pieces are the rest, however far apart,
_THICK = 0.45  #: unless their shorter side is as long: rests of strokes are thinner.
_LINE = 5.0  #: Millimetres: pieces over so much that lie on a straight line are of a fold or a rule …
_STRAIGHT = 0.25  #: … where they are no farther from it.
_RIM = 0.8  #: Millimetres from the edge within which such pieces may be of a broken rule.


def crowded(grey: Image, density: float) -> bool:
    """Whether the faint or small pieces on a crop (``density`` pixels a millimetre) are what is left of writing.

    Specks lie alone: three that lie within a character's size of each other are none, nor are two of which one is
    long, nor four on a line. Only on paper that is white and clean, so that nothing but specks and writing is on it;
    False elsewhere.
    What reaches the edge of the crop belongs to the cell beside.
    """
    import cv2
    import numpy as np

    counts = np.asarray(counts_of(grey))
    paper = counted(counts, 80)
    if counts[: max(0, int(paper) - _EVEN)].sum() > (1 - _CLEAN) * grey.size:
        return False
    dark = cv2.threshold(grey, paper - _DARKER, 255, cv2.THRESH_BINARY_INV)[1]
    x, y, wide, high = cv2.boundingRect(dark)
    if max(wide, high) < _SPREAD * density:
        return False
    dark = np.ascontiguousarray(dark[y : y + high, x : x + wide])
    count, labels, stats, _ = blobs(dark)
    stats = np.asarray(stats)
    kept = stats[:, cv2.CC_STAT_AREA] >= _LEAST * density * density
    corner = np.array((x, y)) + stats[:, :2]
    kept &= (corner > 0).all(axis=1) & (corner + stats[:, 2:4] < grey.shape[::-1]).all(axis=1)  # not from beside
    kept[0] = False
    if kept.sum() < 2:
        return False
    if _on_line(corner[kept] + stats[kept, 2:4] / 2, density):
        return False
    if _in_row(corner[kept], stats[kept, 2:4], grey.shape, density):
        return True
    reach = round(_NEAR * density) | 1
    joint = cv2.dilate(dark, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    _, groups = cv2.connectedComponents(joint)
    owners = np.zeros(count, np.intp)
    owners[np.asarray(labels)[dark > 0]] = np.asarray(groups)[dark > 0]
    return any(_is_writing(stats[(owners == group) & kept], density) for group in np.unique(owners[kept]))


def _on_line(middles: Any, density: float) -> bool:
    """Whether pieces lie along one straight line, as those of a fold or of a rule do."""
    import numpy as np

    spread = np.ptp(middles, axis=0)
    if len(middles) < _MANY or spread.max() < _LINE * density:
        return False
    along = int(spread.argmax())
    across = middles[:, 1 - along]
    fitted = np.polyval(np.polyfit(middles[:, along], across, 1), middles[:, along])
    return bool(np.abs(across - fitted).max() <= _STRAIGHT * density)


def _is_writing(parts: Any, density: float) -> bool:
    """Whether pieces that lie close together (left, upper, width, height and area of each) are of a character."""
    import numpy as np

    sizes, ends = parts[:, 2:4], parts[:, :2] + parts[:, 2:4]
    if len(parts) < 2 or (ends.max(axis=0) - parts[:, :2].min(axis=0)).max() < _SPREAD * density:
        return False
    long, short = sizes.max(axis=1), sizes.min(axis=1)
    specks = (long <= _SPECK * density) & (short >= _ROUND * long) & (parts[:, 4] >= _FULL * long * short)
    return len(parts) >= _MANY or not bool(np.all(specks))


def _in_row(corners: Any, sizes: Any, shape: tuple[int, ...], density: float) -> bool:
    """Whether pieces (left and upper edge, width and height of each) lie on a line as those of a worn word do."""
    import numpy as np

    high, long = _ROW
    middles = corners + sizes / 2
    frame = np.array(shape[1::-1])
    middles = middles[sizes.min(axis=1) < _THICK * density]
    middles = middles[((middles > _RIM * density) & (middles < frame - _RIM * density)).all(axis=1)]
    right, below = ((middles[None, :, axis] - middles[:, None, axis]) / density for axis in (0, 1))
    beside = ((right >= 0) & (right <= long)).astype(np.float32)  # of each piece, which others
    level = ((below >= 0) & (below <= high)).astype(np.float32)
    return bool((beside @ level.T >= _RESTS).any())
