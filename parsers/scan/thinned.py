"""What a copier that loses thin strokes makes of a 4 or a 7: a 1, of which nothing tells that it was more. Pure."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

_LOST = (3, 6)  #: What a 4 and a 7 are more than the 1 that is left of them.


def may_be(text: str, allowed: Collection[str]) -> bool:
    """Whether a figure has a 1 that may have been a 4 or a 7, by what its cell allows; a bare 1 always may."""
    others = (
        text[:place] + other + text[place + 1 :] for place, figure in enumerate(text) for other in "47" if figure == "1"
    )
    return set(text.split(".")[0]) == {"1"} or any(other in allowed for other in others)


def alike(score: Decimal, scores: Collection[str], total: Decimal, totals: Collection[str]) -> bool:
    """Whether a score and the total have a 1 at the same place, so that they agree where both have lost as much.

    Both end in 1, or are 10 to 19; or both have 1 for tens where more is allowed (``scores``, ``totals``) for both.
    """
    one, whole = int(abs(score)), int(abs(total))
    if one % 10 == whole % 10 == 1 or one // 10 == whole // 10 == 1:
        return True
    if not one // 10 % 10 == whole // 10 % 10 == 1:
        return False
    return any(str(one + 10 * more) in scores and str(whole + 10 * more) in totals for more in _LOST)
