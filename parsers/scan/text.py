"""How a name that was written by hand is weighed against the names that are known."""

from __future__ import annotations

from parsers.scan.allowed import Weighing

NAMES = Weighing(trust=1000.0, junk=1e-7)
"""Names are weighed so: a name of which one character is unclear is still found in the list, and one that clearly has
another character (a brother's) is not."""
