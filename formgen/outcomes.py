"""What became of the files of a run of intake."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from formgen.model import Issue


class Outcome(StrEnum):
    """What became of a file."""

    TAKEN = "taken"  #: Read, nothing doubtful.
    DOUBTFUL = "doubtful"  #: Read; a person must look at something.
    SET_ASIDE = "set-aside"  #: Kept, but nothing could be read: a copy lies in 待核.
    DUPLICATE = "duplicate"  #: The same bytes were taken in before.
    LEFT = "left"  #: Still where it was: it could not be opened, or somebody is writing it.


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file."""

    path: Path  #: Where it was found.
    outcome: Outcome
    sha256: str = ""
    records: int = 0
    messages: tuple[str, ...] = ()  #: Chinese: what it supersedes, what it equals, why it was left.
    issues: tuple[Issue, ...] = ()  #: Those that a person must still look at.


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of all files of a run."""

    files: tuple[FileOutcome, ...]
    skipped: tuple[str, ...] = ()  #: Chinese: links and the like, which are never followed.

    def count(self, outcome: Outcome) -> int:
        """How many files had this outcome."""
        return sum(1 for file in self.files if file.outcome is outcome)

    @property
    def needs_person(self) -> bool:
        """Whether somebody must look at something."""
        return bool(self.skipped) or any(
            file.outcome in (Outcome.DOUBTFUL, Outcome.SET_ASIDE, Outcome.LEFT) for file in self.files
        )
