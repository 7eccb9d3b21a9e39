"""From the share of an answer to the probability that it is right, as measured; made by tools/calibrate_scan.py."""

from __future__ import annotations

import math

WITH_TOTAL = (1.0, 0.0)  #: Slope and intercept on the log-odds, for values that the written total bears out.
ALONE = (1.0, 0.0)  #: The same for values that stand by themselves.
_EDGE = 1e-7


def calibrated(share: float, with_total: bool = False) -> float:
    """The confidence of a value: how often values of such a share proved right. 0 stays 0."""
    if share <= 0.0:
        return 0.0
    slope, intercept = WITH_TOTAL if with_total else ALONE
    kept = min(max(share, _EDGE), 1 - _EDGE)
    return 1.0 / (1.0 + math.exp(-(slope * math.log(kept / (1 - kept)) + intercept)))
