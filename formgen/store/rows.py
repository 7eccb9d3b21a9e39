"""What the store hands out: the plain types with where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from formgen.model import Assessment, Decision, Fact, Issue, Record, Standing, Subject, Submission
from formgen.scheme.types import Scheme


@dataclass(frozen=True, slots=True)
class Arrival:
    """One time that a file's bytes came."""

    submission: str  #: sha256.
    name: str  #: The name under which they came this time.
    at: datetime
    stamp: str  #: Tells this arrival from another of the same bytes.


@dataclass(frozen=True, slots=True)
class StoredSubmission:
    """A returned file with how it was last read."""

    submission: Submission
    kind: str  #: What its content is: ``docx`` …
    generation: int  #: How often it was read.
    read_at: datetime  #: When it was last read.


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with the file that it stands in, and whom it is about once corrections are laid over."""

    id: int
    submission: str  #: sha256 of the file.
    file: str  #: The file's name as it first came.
    index: int  #: Index of the record within the file, from 0: what a Correction names.
    generation: int
    received: datetime
    record: Record  #: As it was read; corrections are not laid over.
    subject: Subject  #: Corrections laid over.
    period: str | None  #: Corrections laid over.
    superseded_by: int | None = None  #: Id of the record that counts instead.


@dataclass(frozen=True, slots=True)
class StoredIssue:
    """An issue with its file."""

    id: int
    submission: str  #: sha256 of the file.
    file: str
    issue: Issue  #: ``issue.record`` is the index within the file.


@dataclass(frozen=True, slots=True)
class FactRow:
    """A row of a facts table as the rules may count it."""

    stored: StoredRecord
    fact: Fact | None  #: None: it cannot be counted; ``doubts`` says why.
    doubts: tuple[str, ...] = ()  #: Chinese; why a person must look.
    withdrawn: str = ""  #: Chinese: who withdrew it, when and why; it then counts nowhere.


@dataclass(frozen=True, slots=True)
class StoredAssessment:
    """An assessment with the hash under which it is kept."""

    id: int
    sha256: str  #: Of its content and of what it was made from.
    assessment: Assessment
    made_from: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredStanding:
    """A standing with the hash under which it is kept."""

    id: int
    sha256: str  #: Of its content and of what it was made from.
    standing: Standing
    made_from: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Closing:
    """That a period was closed, or opened again."""

    scheme: str
    period: str
    closed: bool  #: False: opened again.
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Law:
    """A scheme with the decisions on it, as results were made by them."""

    sha256: str
    scheme: Scheme
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of assess: what it had seen and what it added."""

    id: int
    law: str  #: sha256.
    scheme: str
    period: str  #: The period that was asked for; its dependants are done in the same run.
    steps: tuple[str, ...]
    program: str  #: Version of formgen.
    evidence: Mapping[str, int]  #: Table → highest id that was there.
    first: Mapping[str, int]  #: Table of results → highest id before the run.
    last: Mapping[str, int]  #: Table of results → highest id after it.
    at: datetime
