"""The planted faults: one per element of the clauses. Each is planted in a paper that conforms.

A fault is (name, paper, part, plant, codes that may be said for it, clause). The first code must be said; any other
code in the set is the same fault seen from another side (a label that is wrong is no longer the label that is listed).
"""

from __future__ import annotations

import check_faults_close
import check_faults_head
from fault_plants import Fault

FAULTS: tuple[Fault, ...] = (*check_faults_head.FAULTS, *check_faults_close.FAULTS)
