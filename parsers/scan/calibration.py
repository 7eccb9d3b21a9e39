"""From the share of an answer to the confidence that is held against the threshold; see tools/calibrate_scan.py.

The confidence of a value says how often the values that have at least as great a share proved right. Measured on
240 invented sheets (1961 scores; shapes that figures.onnx was not made from, though OWN and TRUST in figures.py were
chosen with these before the eyes; two thirds written by hand, about half of their two-figure numbers touching, 8 % of
the sheets with a wrong total; blurred, noisy, JPEG, 1 bit; ``--sheets 240 --family 1``). With the total, none of 1796
values with a share of 0.9 or more was wrong; by themselves, none of 1902 from 0.99, 1 of 1928 from 0.97 (a touching 11
as 1), 5 of 1945 from 0.9. The intercepts put the default threshold, 0.999, at a share of 0.98 with a total and of 0.997
without, where pages are that a copier has spoilt: there is room on both sides. Held against whole pages of all damages
(seeds 6101, twice, and 6401; 812 sheets of scores): of the values that no strike-out is near, none of 6451 from 0.999
on was wrong, none of 92 from 0.99, 4 of 68 from 0.9.
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
