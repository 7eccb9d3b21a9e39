"""What stands in a file, whichever way it was read."""

from __future__ import annotations

from dataclasses import dataclass

from formgen.model import Issue, Record
from formgen.parsing import Claim


@dataclass(frozen=True, slots=True)
class Content:
    """The records of a file with the faults found on the way; an issue names its record by index."""

    records: tuple[Record, ...] = ()
    issues: tuple[Issue, ...] = ()
    claims: tuple[Claim, ...] = ()
