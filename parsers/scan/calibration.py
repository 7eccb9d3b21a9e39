"""From the share of an answer to the confidence that is held against the threshold; see tools/calibrate_scan.py.

The confidence of a value says how often the values that have at least as great a share proved right. Measured on
260 invented sheets (2131 scores; shapes that figures.npz was not made from, though TRUST and MOST in figures.py and
the intercepts here were chosen with these before the eyes; two thirds written by hand,
more than half of those with figures that touch, 7 % with a wrong total; blurred, noisy, JPEG, 1 bit; ``--sheets 260
--family 1``). With the total, none of 1907 values with a share of 0.99 or more was wrong (1 of 1920, at 0.9936, with
weights of figures.npz that were learned from another draw), 1 of 1929 from 0.97. By themselves, 1 of 1886 from 0.995
was wrong (at 0.9977) and none of 1700 from 0.999. The intercepts put the default threshold, 0.999, at a share of 0.995
with a total and of 0.997 without: 0 of 1892 and 1 of 1841 values that are taken so were wrong. Since then the total no
longer bears out what may be the rest of a longer figure (checksum.py), which leaves 1 in 100 more to people.
"""

from __future__ import annotations

import math

WITH_TOTAL = (1.0, 3.0)  #: Slope and intercept on the log-odds, for values that the written total bears out.
ALONE = (1.0, 1.1)  #: The same for values that stand by themselves.
_EDGE = 1e-7


def calibrated(share: float, with_total: bool = False) -> float:
    """The confidence of a value. 0 stays 0."""
    if share <= 0.0:
        return 0.0
    slope, intercept = WITH_TOTAL if with_total else ALONE
    kept = min(max(share, _EDGE), 1 - _EDGE)
    return 1.0 / (1.0 + math.exp(-(slope * math.log(kept / (1 - kept)) + intercept)))
