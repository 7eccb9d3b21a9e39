"""Which of the known forms the ruled cells of a page may be: compared by their shares of the table, which is quick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from formgen.model import PageLayout

if TYPE_CHECKING:
    from parsers.scan.tables import RuledGrid

_NEAR = 0.02  #: Of the sides of the table: edges so near are the same.
_LEAST = 0.5  #: Share of the cells, of the form's and of those seen, that must agree.
_MOST = 3  #: So many forms are looked at closely.


def likely_layouts(grids: Sequence[RuledGrid], layouts: Sequence[PageLayout]) -> tuple[PageLayout, ...]:
    """The pages of known forms whose cells lie as those that are seen, whichever way these are turned; likeliest first.

    Empty where none is like them.
    """
    import numpy as np

    seen = [cell.area for grid in grids for cell in grid.cells]
    if not seen:
        return ()
    scored = []
    turned = [_turned(_shares(np.array(seen, np.float64)), quarters) for quarters in range(4)]
    for number, layout in enumerate(layouts):
        printed = [(s.x, s.y, s.x + s.width, s.y + s.height) for s in layout.slots if s.ruled]
        if printed:
            shares = _shares(np.array(printed, np.float64))
            scored.append((-max(_alike(shares, one) for one in turned), number))
    return tuple(layouts[number] for score, number in sorted(scored)[:_MOST] if -score >= _LEAST)


def _shares(areas: Any) -> Any:
    """Left, upper, right and lower edges of cells as shares of the table that they make up."""
    import numpy as np

    low, high = areas[:, :2].min(axis=0), areas[:, 2:].max(axis=0)
    return (areas - np.tile(low, 2)) / np.tile(np.maximum(high - low, 1e-6), 2)


def _turned(shares: Any, quarters: int) -> Any:
    """The same cells after so many quarter turns clockwise."""
    import numpy as np

    for _ in range(quarters):
        left, upper, right, lower = shares.T
        shares = np.stack([1 - lower, left, 1 - upper, right], axis=1)
    return shares


def _alike(printed: Any, seen: Any) -> float:
    """The share of cells that are in both, of all that are in either."""
    import numpy as np

    far = np.abs(printed[:, None, :] - seen[None, :, :]).max(axis=2)
    same = min((far.min(axis=1) <= _NEAR).sum(), (far.min(axis=0) <= _NEAR).sum())
    return float(same) / max(len(printed) + len(seen) - float(same), 1.0)
