"""The same form as a file and as a signed scan, side by side field by field; what differs is said with both places.

What was read from a picture is the scan's, what stands on a page of text is the file's: in a PDF that has both each
field is taken by itself. Which of the two counts is the office's word (``[scan] authority`` in formgen.toml). Where it
has said nothing, or two scans differ, each difference waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from formgen.model import Correction, Issue, IssueCode, Locator, Reading, Record, Severity, Value
from formgen.review import effective
from formgen.store import Store, StoredRecord

SCAN = "scan"  #: ``FileReading.kind`` of what was read from images; the sort of a reading from a picture.
FILE = "file"  #: The sort of a reading from a page of text.
MIXED = ""  #: The sort of what stands nowhere on a paper of both sorts.

Authority = Literal["ask", "scan", "file"]

_CHINESE = {SCAN: "扫描件", FILE: "电子版", MIXED: "文件"}
LISTS = ("roster", "facts")  #: Forms of which each row stands for itself.
_NOT_COMPARED = (".remark", ".signature", ".date")  #: Written by hand on the signed copy alone.


@dataclass(frozen=True, slots=True)
class Copy:
    """A record that came, and from which of its pages pictures were read."""

    stored: StoredRecord
    record: Record  #: Corrections laid over.
    pictures: frozenset[str]  #: The pages of its file on which something has its place on an image.
    whole: str  #: The sort of its file, where none of its readings has a place.

    @property
    def sorts(self) -> frozenset[str]:
        """SCAN where something was read from a picture, FILE where from text; both in a paper of both."""
        found = frozenset(self._sort(one.where) for one in self.stored.record.readings.values() if one.where.part)
        return found or frozenset({self.whole})

    @property
    def sort(self) -> str:
        """The one sort of all that stands on it, or MIXED."""
        sorts = self.sorts
        return next(iter(sorts)) if len(sorts) == 1 else MIXED

    def sort_of(self, field: str) -> str:
        """The sort of one field; that of the whole where it stands nowhere."""
        reading = self.stored.record.readings.get(field)
        return self._sort(reading.where) if reading is not None and reading.where.part else self.sort

    def _sort(self, where: Locator) -> str:
        return SCAN if where.box or _page(where) in self.pictures else FILE


class Copies:
    """Stored records as copies; each of their files is looked at once."""

    def __init__(self, store: Store) -> None:
        """Those of a store; made anew whenever something was added to it."""
        self._store = store
        self._files: dict[str, tuple[str, frozenset[str], tuple[Correction, ...]]] = {}

    def of(self, stored: StoredRecord) -> Copy:
        """The copy that a stored record is."""
        sha256 = stored.submission
        if sha256 not in self._files:
            kept = self._store.submission(sha256)
            whole = SCAN if kept is not None and kept.kind == SCAN else FILE
            rest = self._store.records_of(sha256) if whole == SCAN else ()
            places = (reading.where for one in rest for reading in one.record.readings.values())
            pictures = frozenset(_page(where) for where in places if where.box)
            self._files[sha256] = whole, pictures, self._store.corrections(sha256)
        whole, pictures, given = self._files[sha256]
        return Copy(stored, effective(stored.record, sha256, stored.index, given), pictures, whole)


@dataclass(frozen=True, slots=True)
class _Difference:
    """A field in which a new copy and a former one differ, and which of them the office's word says counts."""

    new: Copy
    old: Copy
    field: str
    better: Copy | None  #: None: a person must say.

    @property
    def versions(self) -> bool:
        """Both are typed: no copies of one paper, but two versions, of which the later counts."""
        return self.new.sort_of(self.field) == self.old.sort_of(self.field) == FILE

    def issue(self, kept: Copy, severity: Severity, ruled: str) -> Issue:
        """What is said of it on the copy ``kept``, the other one beside it."""
        other = self.old if kept is self.new else self.new
        mine, theirs = (one.record.readings.get(self.field) for one in (kept, other))
        sorts = [_CHINESE[one.sort_of(self.field)] for one in (kept, other)]
        another = "另一份" if sorts[0] == sorts[1] else ""
        return Issue(
            IssueCode.COPIES_DIFFER,
            severity,
            f"{sorts[0]}写{_said(mine)}，{another}{sorts[1]}《{other.stored.file}》{_place(theirs)}写{_said(theirs)}{ruled}",
            mine.where if mine is not None else _paper(kept.stored),
            self.field,
            kept.stored.index,
        )


def differences(one: Record, other: Record) -> Iterator[tuple[str, Reading | None, Reading | None]]:
    """(field, what the one says, what the other says) for each field in which two copies of a form differ.

    What stands on a page that did not come with one of them is not compared: that is no blank.
    """
    cut = [any(map(_absent, copy.readings.values())) for copy in (one, other)]
    for field in dict.fromkeys([*one.readings, *other.readings]):
        if field.endswith(_NOT_COMPARED):
            continue
        mine, theirs = one.readings.get(field), other.readings.get(field)
        lost = any(short and (it is None or _absent(it)) for short, it in zip(cut, (mine, theirs), strict=True))
        if not lost and _plain(mine) != _plain(theirs):
            yield field, mine, theirs


def reconcile(store: Store, records: Sequence[StoredRecord], authority: Authority, at: datetime) -> Iterator[str]:
    """Compare records just read with those that they supersede, or that supersede them; what to say.

    Records the issues ``copies-differ``, and by the office's word which of two files counts. That is said of whole
    files: where it would be another for another field, the later file counts and a person puts the field right.
    """
    pairs, known = _pairs(store, records), Copies(store)
    for files in dict.fromkeys((new.submission, old.submission) for new, old in pairs):
        copies = [(known.of(new), known.of(old)) for new, old in pairs if (new.submission, old.submission) == files]
        found = [(new, old, _found(new, old, authority)) for new, old in copies]
        all_found = [each for _, _, differing in found for each in differing]
        for_old = [each.better is each.old for each in all_found]
        for_new = [each.versions or each.better is each.new for each in all_found]
        prefers_old = any(for_old) and not any(for_new) and files[0] != files[1]
        for new, old, differing in found:
            if new.sorts == old.sorts == {FILE}:
                continue
            yield from _say(store, new, old, differing, authority, prefers_old)
        if prefers_old:
            store.prefer(files[1], files[0], f"[scan] authority = {authority}", at)


def _pairs(store: Store, records: Sequence[StoredRecord]) -> list[tuple[StoredRecord, StoredRecord]]:
    """(the one that counts, the one in whose place it does) wherever one of them is among the records."""
    papers = [one for one in records if one.record.form not in LISTS]
    found = [(new, old) for new in papers for old in store.superseded_by(new.id)]
    for old in papers:
        newer = store.record(old.superseded_by) if old.superseded_by is not None else None
        found += [(newer, old)] if newer is not None else []
    return list({(new.id, old.id): (new, old) for new, old in found}.values())


def _found(new: Copy, old: Copy, authority: Authority) -> list[_Difference]:
    """The fields in which two copies differ. Of two records of one file only what both have is compared."""
    found = []
    for field, mine, theirs in differences(new.record, old.record):
        if new.stored.submission == old.stored.submission and (_plain(mine) is None or _plain(theirs) is None):
            continue
        sorts = (new.sort_of(field), old.sort_of(field))
        better = None
        if sorts in ((SCAN, FILE), (FILE, SCAN)) and authority in sorts:
            better = new if sorts[0] == authority else old
        found.append(_Difference(new, old, field, better))
    return found


def _say(
    store: Store, new: Copy, old: Copy, differing: Sequence[_Difference], authority: Authority, prefers_old: bool
) -> Iterator[str]:
    """Record what differs between two copies; what to say of it."""
    same_file = new.stored.submission == old.stored.submission
    which = f"{'同一文件里的' if same_file else '先收到的'}{_CHINESE[old.sort]}《{old.stored.file}》"
    if not differing:
        if not same_file:
            yield f"与{which}逐项一致。"
        return
    told = [each for each in differing if not each.versions]
    if not told:
        return
    kept = old if prefers_old else new
    ruled = f"；按设置以{_CHINESE[authority]}为准" if authority != "ask" else ""
    against = f"；按设置这一项以{_CHINESE.get(authority, MIXED)}为准，而现在整份按这一份计，请更正这一项"
    open_ones = [each for each in told if each.better is not kept]
    issues: list[tuple[Copy, Issue]] = []
    for each in told:
        if each.better is None:
            issues.append((kept, each.issue(kept, Severity.WARNING, "")))
        elif each.better is kept:
            issues.append((new, each.issue(new, Severity.INFO, ruled)))
        else:
            issues.append((kept, each.issue(kept, Severity.WARNING, against)))
    for copy in (new, old):
        sha256 = copy.stored.submission
        known = {_content(one.issue) for one in store.issues(sha256)}
        store.add_issues(sha256, [one for place, one in issues if place is copy and _content(one) not in known])
    fields = "、".join(each.field for each in told[:6])
    rest = " 等" if len(told) > 6 else ""
    still = f"，仍按《{old.stored.file}》计" if prefers_old else ""
    yield f"与{which}有{len(told)}处不一致：{fields}{rest}{'，请核对' if open_ones else ruled + still}。"


def _content(issue: Issue) -> tuple[IssueCode, str, str | None, int | None]:
    return issue.code, issue.message, issue.field, issue.record


def _page(where: Locator) -> str:
    """The page that a place is on: ``page 2`` of ``page 2, table 1``."""
    return where.part.partition(",")[0]


def _absent(reading: Reading) -> bool:
    """Whether the row of a field was not found: it has no place of its own."""
    return reading.value is None and not reading.text and not reading.confidence and not reading.where.spot


def _paper(stored: StoredRecord) -> Locator:
    """A place on the paper of a record, for what stands nowhere on it."""
    return next((replace(one.where, spot="", box=()) for one in stored.record.readings.values()), Locator())


def _plain(reading: Reading | None) -> Value:
    value = reading.value if reading is not None else None
    return "".join(value.split()) if isinstance(value, str) else value


def _said(reading: Reading | None) -> str:
    value = reading.value if reading is not None else None
    return "空白" if value is None else f"“{value}”"


def _place(reading: Reading | None) -> str:
    return reading.where.chinese if reading is not None else ""
