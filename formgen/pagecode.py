"""The code that is printed on each page of our blanks: which form, edition, period, subject and page this is.

Written as one line of text, ``FG1|form|edition|period|village|name|group|team|page|pages|check``, UTF-8, each part
with ``%``, ``|`` and control characters as percent escapes; ``check`` is the CRC-32 of what stands before it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from urllib.parse import unquote

from formgen.model import Subject

_MARK = "FG1"
_PARTS = 11
_LONGEST = 600  #: Characters; a longer one is none of ours.


@dataclass(frozen=True, slots=True)
class PageCode:
    """What a page says of itself."""

    form: str  #: Form id.
    edition: str  #: Scheme id and, after ``@``, the first 8 hex digits of the template's sha256.
    period: str  #: ``2023-03`` …; empty if the blank was printed without.
    subject: Subject
    page: int  #: From 1.
    pages: int

    @property
    def number(self) -> str:
        """A short number for people, in two groups of four: printed beside the code, the same on no two papers.

        It leaves the page out, so that the sheets of one form carry the same number.
        """
        digits = zlib.crc32("|".join(self._paper()).encode()) % 100_000_000
        return f"{digits // 10_000:04d}-{digits % 10_000:04d}"

    def _paper(self) -> tuple[str, ...]:
        subject = self.subject
        return (self.form, self.edition, self.period, subject.village, subject.name, subject.group, subject.team)


def encode(code: PageCode) -> str:
    """The line of text for the code. Raises ValueError where the pages do not count or the parts are too long."""
    if not 1 <= code.page <= code.pages <= 99:
        raise ValueError(f"page {code.page} of {code.pages}")
    body = "|".join((_MARK, *(_escaped(part) for part in code._paper()), str(code.page), str(code.pages)))
    line = f"{body}|{_check(body)}"
    if len(line) > _LONGEST:
        raise ValueError(f"{len(line)} characters")
    return line


def decode(line: str) -> PageCode | None:
    """What a code says; None where it is none of ours or its check does not hold. Never raises."""
    if len(line) > _LONGEST:
        return None
    body, _, check = line.rpartition("|")
    parts = body.split("|")
    if len(parts) != _PARTS - 1 or parts[0] != _MARK or check != _check(body):
        return None
    form, edition, period, village, name, group, team = (unquote(part) for part in parts[1:8])
    if not (parts[8].isascii() and parts[8].isdigit() and parts[9].isascii() and parts[9].isdigit()):
        return None
    page, pages = int(parts[8]), int(parts[9])
    if not 1 <= page <= pages <= 99:
        return None
    return PageCode(form, edition, period, Subject(village, name, group, team), page, pages)


def _escaped(part: str) -> str:
    return re.sub(r"[%|\x00-\x1f\x7f]", lambda match: f"%{ord(match.group()):02X}", part)


def _check(body: str) -> str:
    return f"{zlib.crc32(body.encode('utf-8', 'surrogatepass')):08X}"
