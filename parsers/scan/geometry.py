"""From millimetres on the printed page to pixels: straight views, and the bending that remains, fitted robustly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from formgen.model import PageLayout
    from parsers.scan.marks import Mark
    from parsers.scan.pages import Points

_POWERS = (
    (0, 0),
    (1, 0),
    (0, 1),
    (1, 1),
    (2, 0),
    (0, 2),
    (2, 1),
    (1, 2),
    (3, 0),
    (0, 3),
    (4, 0),
    (0, 4),
)  #: Of x and y.
_HIGHEST = max(max(power) for power in _POWERS)
_TERMS = {0: 1, 1: 3, 2: 6, 3: 10, 4: 12}  #: How many of them a degree has.
_STIFFNESS = (0.0, 0.0, 0.0, 0.3, 0.5, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)  #: Against bends for which few rules speak.


def moved(matrix: Any, points: Points) -> Points:
    """Points under a homography."""
    import numpy as np

    wide = np.column_stack([points, np.ones(len(points))]) @ np.asarray(matrix).T
    return np.asarray(wide[:, :2] / wide[:, 2:], np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """A smooth displacement over the page, in millimetres: what a homography leaves over."""

    width: float  #: Of the page, millimetres.
    height: float
    across: Any  #: Coefficients of the displacement in x.
    down: Any  #: The same in y.

    def __call__(self, points: Points) -> Points:
        """Places of the printed page as places of the straight view."""
        import numpy as np

        terms = self.terms(points)
        return np.asarray(points + np.column_stack([terms @ self.across, terms @ self.down]), np.float64)

    @property
    def steepest(self) -> float:
        """The largest slope that it gives to a rule of the page, as a share."""
        import numpy as np

        x = np.linspace(0, self.width, 8)
        y = np.linspace(0, self.height, 8)
        places = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)
        move = (self(places.reshape(-1, 2)) - places.reshape(-1, 2)).reshape(8, 8, 2)
        along_x = np.abs(np.diff(move[:, :, 1], axis=0)).max() / (x[1] - x[0])
        along_y = np.abs(np.diff(move[:, :, 0], axis=1)).max() / (y[1] - y[0])
        return float(max(along_x, along_y))

    def terms(self, points: Points) -> Any:
        """The polynomial terms at some places."""
        import numpy as np

        u = points[:, 0] / self.width * 2 - 1
        v = points[:, 1] / self.height * 2 - 1
        across, down = [np.ones_like(u), u], [np.ones_like(v), v]
        for _ in range(_HIGHEST - 1):  # many times as fast as powers
            across.append(across[-1] * u)
            down.append(down[-1] * v)
        terms = np.empty((len(u), len(_POWERS)))
        for column, (i, j) in enumerate(_POWERS):
            terms[:, column] = across[i] * down[j]
        return terms


@dataclass(frozen=True, slots=True, eq=False)
class Bends:
    """Several bends one after another, the last one first."""

    parts: tuple[Bend, ...]

    def __call__(self, points: Points) -> Points:
        """Places of the straight view as places of the page as bent."""
        for part in reversed(self.parts):
            points = part(points)
        return points


def flat(width: float, height: float) -> Bend:
    """No displacement."""
    import numpy as np

    return Bend(width, height, np.zeros(len(_POWERS)), np.zeros(len(_POWERS)))


def fitted(terms: Any, values: Any, degree: int, tolerance: float) -> Any:
    """Coefficients of a robust fit: what lies further off than the tolerance counts ever less."""
    import numpy as np

    count = _TERMS[degree]
    some = terms[:, :count]
    weight = np.ones(len(values))
    stiff = np.diag(np.array(_STIFFNESS[:count]) * 0.02 * len(values) + 1e-6)
    solution = np.zeros(count)
    for _ in range(5):
        left = some.T @ (some * weight[:, None]) + stiff
        solution = np.linalg.solve(left, some.T @ (weight * values))
        residual = values - some @ solution
        weight = 1.0 / (1.0 + (residual / tolerance) ** 2) ** 2
    full = np.zeros(len(_POWERS))
    full[:count] = solution
    return full


def homographies(layout: PageLayout, marks: Sequence[Mark]) -> list[Any]:
    """Matrices from millimetres of the layout to pixels by the marks, the likeliest first; empty without marks.

    Where a mark does not fit the others (a stripe through it, a stain), those without it stand behind.
    """
    printed = {number: (x, y) for number, x, y in layout.marks}
    useful = [mark for mark in marks if mark.id in printed]
    if not useful or layout.mark_size <= 0:
        return []
    found = [_matched(useful, printed, layout.mark_size)]
    if len(useful) >= 3:
        errors = [_disagreement(found[0], mark, printed, layout.mark_size) for mark in useful]
        if max(errors) > 0.45:
            for left in sorted(range(len(useful)), key=lambda index: -errors[index]):
                rest = useful[:left] + useful[left + 1 :]
                found.append(_matched(rest, printed, layout.mark_size))
    return found


def _square(place: tuple[float, float], size: float) -> Any:
    import numpy as np

    return np.array(place) + np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float64)


def _matched(marks: Sequence[Mark], printed: dict[int, tuple[float, float]], size: float) -> Any:
    """The matrix that fits the marks: a homography of four, an affine map of three, a similarity of fewer."""
    import cv2
    import numpy as np

    source = np.concatenate([_square(printed[mark.id], size) for mark in marks])
    target = np.concatenate([mark.corners for mark in marks])
    if len(marks) >= 4:
        matrix, _ = cv2.findHomography(source, target, 0)
        return np.asarray(matrix, np.float64)
    if len(marks) == 3:
        matrix, _ = cv2.findHomography(source, target, 0)
        wide = np.column_stack([source, np.ones(len(source))])
        affine, *_ = np.linalg.lstsq(wide, target, rcond=None)
        plain = np.vstack([affine.T, [0, 0, 1]])
        unit = np.median([mark.side for mark in marks]) / size
        worst = np.linalg.norm(moved(plain, source) - target, axis=1).max() / unit
        return plain if worst < 0.35 else np.asarray(matrix, np.float64)
    return _similar(source, target)


def _similar(source: Any, target: Any) -> Any:
    import numpy as np

    middle, aim = source.mean(axis=0), target.mean(axis=0)
    a = (source - middle) @ np.array([1, 1j])
    b = (target - aim) @ np.array([1, 1j])
    turn = (np.conj(a) @ b) / (np.conj(a) @ a)
    linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = aim - linear @ middle
    return matrix


def _disagreement(matrix: Any, mark: Mark, printed: dict[int, tuple[float, float]], size: float) -> float:
    """How far a mark is from where the others say, in millimetres."""
    import numpy as np

    off = np.linalg.norm(moved(matrix, _square(printed[mark.id], size)) - mark.corners, axis=1)
    return float(off.max() / (mark.side / size))
