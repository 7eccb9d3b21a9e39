"""Leave people out of a table: a stable pseudonym for each name, no free text, no long numbers.

The pseudonym is computed with a key that never leaves the workspace: the same person has the same one in every export,
and without the key nobody can try names against it.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from formgen.errors import ConfigurationError, FileAccessError
from formgen.model import Subject
from formgen.subjects import clean

KEY = "化名.key"
LEFT_OUT = "（文字略）"
_NUMBER = re.compile(r"[0-9０-９Xx][0-9０-９Xx\s\-－]{5,}[0-9０-９Xx]")
_FILE = re.compile(r"《[^《》]*\.[A-Za-z]{2,5}》")
#: Fields whose words come from a list, or name a place: all others may hold anything that somebody wrote.
_LISTED = frozenset(
    ("village", "group", "team", "period", "kind", "level", "post", "series", "grade", "mended", "unit")
)

_DAYS = frozenset(("date", "since"))  #: When something happened that is counted.


def read_key(archive: Path) -> bytes:
    """The key of a workspace, made when it is wanted first. Raises FileAccessError, ConfigurationError."""
    path = archive / KEY
    try:
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as fault:
        raise FileAccessError(f"{path} 不能读写（{fault.strerror or fault}）。请检查“存档”文件夹。") from fault
    except ValueError as fault:
        raise ConfigurationError(f"{path} 已损坏；请用备份恢复它，否则从前的化名对不上。") from fault
    if len(key) != 32:
        raise ConfigurationError(f"{path} 已损坏；请用备份恢复它，否则从前的化名对不上。")
    return key


class _Match(NamedTuple):
    """A name that stands in a text."""

    length: int  #: Characters.
    pseudonym: str


class Redaction:
    """Takes people out of what is exported."""

    def __init__(self, key: bytes, people: Iterable[Subject], others: Iterable[str] = ()) -> None:
        """``people``: all that the store knows; ``others``: names of those who answered for something."""
        self._key = key
        whose: dict[str, set[str]] = defaultdict(set)
        for one in people:
            for name in (one.name, clean(one.name)):
                if len(clean(name)) > 1:
                    whose[name].add(self.subject(one).name)
        for name in others:
            if len(clean(name)) > 1:
                whose[name].add(self.person(name))
        self._names = {
            name: found.copy().pop() if len(found) == 1 else self.person(name) for name, found in whose.items()
        }
        self._lengths: dict[str, list[int]] = defaultdict(list)
        for name in sorted(self._names, key=len, reverse=True):
            if len(name) not in self._lengths[name[0]]:
                self._lengths[name[0]].append(len(name))

    def subject(self, subject: Subject) -> Subject:
        """The subject with a pseudonym for a name; a village or team as it is."""
        if not subject.name:
            return subject
        told = self._made(f"{clean(subject.village)}/{clean(subject.name)}")
        return Subject(subject.village, told, subject.group, subject.team)

    def person(self, name: str) -> str:
        """The pseudonym of somebody of whom only the name is known."""
        return self._made(clean(name)) if name else ""

    def file(self, sha256: str, name: str) -> str:
        """A name for a file that says nothing but its kind."""
        suffix = Path(name).suffix
        return f"文件-{self._made(sha256)[3:]}{suffix if suffix.isascii() and len(suffix) < 7 else ''}"

    def reading(self, field: str, value: object, text: str) -> str:
        """What is shown of a reading or a correction: figures and listed words; of free text only that it was there."""
        if field == "name":
            return self.person(text) if text else ""
        if value is None or value == "":
            return "" if not text.strip() else LEFT_OUT
        if isinstance(value, str) and field not in _LISTED:
            return LEFT_OUT
        if isinstance(value, date) and field not in _DAYS:
            return LEFT_OUT  # a day of birth, of a signature
        return self.text(format(value, "f") if isinstance(value, Decimal) else str(value))

    def text(self, text: str) -> str:
        """A text of formgen's own with the names of people and of files, and long numbers, taken out."""
        text = _FILE.sub("《文件》", text)
        found, place = [], 0
        while place < len(text):
            match = self._at(text, place)
            found.append(match.pseudonym if match else text[place])
            place += match.length if match else 1
        return _NUMBER.sub("（号码）", "".join(found))

    def _at(self, text: str, place: int) -> _Match | None:
        for length in self._lengths.get(text[place], ()):
            if told := self._names.get(text[place : place + length]):
                return _Match(length, told)
        return None

    def _made(self, words: str) -> str:
        digest = hmac.digest(self._key, words.encode("utf-8", "surrogatepass"), "sha256")
        return "人员-" + base64.b32encode(digest)[:10].decode("ascii")
