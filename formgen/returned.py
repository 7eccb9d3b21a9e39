"""Gather from the store what must go back to its sender, and which slips still wait for the next return."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from formgen.archive import file_sha256
from formgen.model import Correction, Issue, IssueCode, Record
from formgen.parsing import Hints, Reader
from formgen.rendering.slips import OURS, Returned
from formgen.review import effective, open_issues
from formgen.store import Store
from formgen.store.rows import StoredRecord

_PREFIX = "slip:"
#: What is printed otherwise than the form prints it: the sender's doing, or that of our own template.
_PRINTED = (IssueCode.TAMPERED_WORDING, IssueCode.EXTRA_ROW, IssueCode.MISSING_ROW, IssueCode.UNEXPECTED_TEXT)

#: (form, code, field, message) of what stands otherwise on a blank that was sent.
Wordings = frozenset[tuple[str, IssueCode, str | None, str]]


@dataclass(frozen=True, slots=True)
class Slip:
    """A file that was sent back, and whether it has been put right."""

    sha256: str
    file: str
    whom: tuple[str, ...]  #: Of whom and of which period the records are that were sent back.
    sent: datetime  #: When it was last sent back.
    path: str  #: The notice, relative to the workspace.
    times: int  #: How often it was sent back.
    answer: str  #: Chinese: what closes it; ``""`` while it is open.

    @property
    def open(self) -> bool:
        """Whether the next return is still awaited."""
        return not self.answer


class Returns:
    """The files of a store with their open issues, looked up once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kinds = {one.submission.sha256: (one.submission.name, one.kind) for one in store.submissions()}
        self._issues: dict[str, list[Issue]] = defaultdict(list)
        for one in store.issues():
            self._issues[one.submission].append(one.issue)
        self._given: dict[str, list[Correction]] = defaultdict(list)
        for correction in store.corrections():
            self._given[correction.submission].append(correction)

    @property
    def files(self) -> tuple[str, ...]:
        """All files, in the order in which they came."""
        return tuple(self._kinds)

    def name(self, sha256: str) -> str:
        """The name under which a file first came. Raises KeyError for an unknown one."""
        return self._kinds[sha256][0]

    def returned(self, sha256: str) -> Returned:
        """A file with the open faults of those of its records that still count. Raises KeyError for an unknown one."""
        name, kind = self._kinds[sha256]
        stored = self._store.records_of(sha256)
        return self._returned(sha256, name, kind, stored)

    def _returned(self, sha256: str, name: str, kind: str, stored: Iterable[StoredRecord]) -> Returned:
        records = list(stored)
        counting = [one for one in records if _answer(one, self._store) is None]
        issues = self._open(sha256)
        if records:
            wanted = {one.index for one in counting}
            whole = [one for one in issues if one.record is None] if counting else []
            issues = [one for one in issues if one.record in wanted] + whole
        faulty = {issue.record for issue in issues}
        shown: dict[int, Record] = {
            one.index: effective(one.record, sha256, one.index, self._given[sha256])
            for one in counting
            if one.index in faulty or None in faulty
        }
        return Returned(sha256, name, kind, shown, tuple(issues))

    def _open(self, sha256: str) -> list[Issue]:
        return [
            issue
            for issue in open_issues(self._issues[sha256], self._given[sha256])
            if issue.needs_person and issue.code not in OURS
        ]

    def faulty(self, scheme: str, period: str | None = None) -> tuple[Returned, ...]:
        """The files with open faults: forms of a scheme, lists, and files in which nothing could be read.

        ``period``: only files with a record of it.
        """
        found = []
        for sha256 in self.files:
            if not self._issues[sha256]:
                continue
            one = self.returned(sha256)
            records = one.records.values()
            if not one.issues or (period is not None and all(record.period != period for record in records)):
                continue
            if not records or any(record.scheme in ("", scheme) for record in records):
                found.append(one)
        return tuple(found)

    def slips(self) -> tuple[Slip, ...]:
        """What was ever sent back, oldest first, each file once."""
        sent: dict[str, list[tuple[datetime, str]]] = {}
        for issuance in self._store.issuances("return-slip"):
            for words in issuance.made_from:
                if words.startswith(_PREFIX):
                    sent.setdefault(words.removeprefix(_PREFIX), []).append((issuance.at, issuance.path))
        return tuple(self._slip(sha256, times) for sha256, times in sent.items() if sha256 in self._kinds)

    def _slip(self, sha256: str, times: list[tuple[datetime, str]]) -> Slip:
        stored = self._store.records_of(sha256)
        about = {issue.record for issue in self._issues[sha256] if issue.needs_person}
        faulty = [one for one in stored if one.index in about] or list(stored)
        answers = [_answer(one, self._store) for one in faulty]
        if faulty and all(answers):
            answer = "已重报：" + "、".join(dict.fromkeys(filter(None, answers)))
        elif not self.returned(sha256).issues:
            answer = "已核实更正"
        else:
            answer = ""
        whom = tuple(dict.fromkeys(" ".join(filter(None, (str(one.subject), one.period or ""))) for one in faulty))
        at, path = times[-1]
        return Slip(sha256, self._kinds[sha256][0], whom, at, path, len(times), answer)


def sent_wordings(store: Store, root: Path, read: Reader) -> Wordings:
    """Where the blanks that were sent differ from the form, because the office changed its template.

    One blank of each template is read, if it still lies under ``root`` as it was issued.
    """
    found = set()
    seen: set[str] = set()
    for issuance in store.issuances("blank"):
        path = root / issuance.path
        if issuance.template_sha256 in seen or not path.is_file() or file_sha256(path) != issuance.sha256:
            continue
        seen.add(issuance.template_sha256)
        reading = read(path, Hints())
        for issue in reading.issues:
            if issue.code in _PRINTED and issue.record is not None:
                found.add((reading.records[issue.record].form, issue.code, issue.field, issue.message))
    return frozenset(found)


def against_blank(returned: Returned, wordings: Wordings) -> Returned:
    """The file with the faults that its sender made: what already stood so on a blank that was sent is none of his."""

    def own(issue: Issue) -> bool:
        record = returned.records.get(issue.record) if issue.record is not None else None
        return record is None or (record.form, issue.code, issue.field, issue.message) not in wordings

    return replace(returned, issues=tuple(filter(own, returned.issues)))


def _answer(stored: StoredRecord, store: Store) -> str | None:
    """The later return of the same subject and period that counts instead, by its file's name."""
    if stored.superseded_by is None:
        return None
    other = store.record(stored.superseded_by)
    return other.file if other is not None and other.submission != stored.submission else None
