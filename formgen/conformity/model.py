"""What is found wrong with an official document, and against which numbers it is held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"  #: The standard says so.
    WARNING = "warning"  #: Common practice, a recommendation of the standard, or the profile says so.
    INFO = "info"  #: Said for the record.


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: in the text, or on the rendered page."""

    paragraph: int | None = None  #: Number of the paragraph in document order, tables included, from 1.
    words: str = ""  #: Its first words.
    page: int | None = None  #: Page of the rendered document, from 1.
    mm: Decimal | None = None  #: Millimetres from the upper edge of that page.

    def __str__(self) -> str:
        parts = []
        if self.paragraph is not None:
            parts.append(f"第{self.paragraph}段" + (f"“{self.words}”" if self.words else ""))
        if self.page is not None:
            parts.append(f"第{self.page}页" + (f"距上边 {self.mm} mm" if self.mm is not None else ""))
        return "，".join(parts) or "全文"


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure from the standard."""

    code: str  #: Stable name of the rule, e.g. ``title-size``.
    clause: str  #: Clause of GB/T 9704-2012, e.g. ``7.3.1``; of another standard with its name.
    message: str  #: One sentence, for a clerk.
    found: str  #: What stands there.
    wanted: str  #: What should stand there.
    severity: Severity = Severity.ERROR
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Profile:
    """The numbers an organ has chosen where the standard leaves room. Lengths in millimetres, pitch in points."""

    name: str
    top: Decimal
    bottom: Decimal
    left: Decimal
    right: Decimal
    pitch: Decimal  #: Exact distance of two lines of body text.
    tolerance: Decimal = Decimal(1)  #: 5.2.1 allows ±1 mm.
    numbers: str = "outer"  #: Page numbers: ``outer`` as 7.5 says, ``centre`` or ``none`` by local rule.
    lines: int = 22  #: Lines on a side (5.2.3).
    faces: tuple[tuple[str, tuple[str, ...]], ...] = ()  #: Family (仿宋 …) → names also taken for it.

    @property
    def height(self) -> Decimal:
        """Height of the type area on A4, in mm."""
        return Decimal(297) - self.top - self.bottom

    def also(self, family: str) -> tuple[str, ...]:
        """Names of faces that this office takes for ``family`` beyond the usual ones."""
        return dict(self.faces).get(family, ())


COMPAT = Profile("compat", Decimal(37), Decimal(35), Decimal(28), Decimal(26), Decimal("28.95"))
STRICT = Profile("strict", Decimal("34.58"), Decimal("32.58"), Decimal(28), Decimal(26), Decimal("29.45"))

#: The profiles of the house; local ones come from the workspace.
PROFILES = {profile.name: profile for profile in (COMPAT, STRICT)}


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found in one document, and what could not be checked."""

    profile: str
    kind: str  #: 文件, 上行文, 信函, 命令, 纪要 or 无版头.
    elements: tuple[tuple[str, str], ...]  #: Recognised elements in order: name and words.
    findings: tuple[Finding, ...]
    unchecked: tuple[str, ...] = ()  #: What could not be checked, and why; one sentence each.

    def of(self, severity: Severity) -> Iterator[Finding]:
        """The findings of one weight."""
        return (finding for finding in self.findings if finding.severity is severity)
