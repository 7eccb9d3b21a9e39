"""Which of the 逐月公开表 that were made would now read differently: each keeps what it printed of every village."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formgen.alterations import Affected, Change, Difference
from formgen.errors import FormgenError
from formgen.model import Decision, Form, Issuance, Subject
from formgen.publication import Publication, publication
from formgen.scheme.types import Scheme
from formgen.scoring.figures import words
from formgen.store import Store
from formgen.store.values import digest
from formgen.subjects import clean

_MARK = "running:"


def printed(scheme: Scheme, form: Form, month: str, found: Publication) -> tuple[str, ...]:
    """What a table prints of each village, for its ``made_from``: ``running:SCHEME:FORM:MONTH:HASH:TOTAL:VILLAGE``."""
    return tuple(
        f"{_MARK}{scheme.id}:{form.id}:{month}:{sha256}:{total}:{village}"
        for village, (sha256, total) in _villages(month, found).items()
    )


def outdated(store: Store, scheme: Scheme, decisions: Sequence[Decision], year: str) -> tuple[Affected, ...]:
    """The newest table of each month of a year that would now read differently, oldest first."""
    newest: dict[tuple[str, str], Issuance] = {}
    for issuance in store.issuances("public-table"):
        head = next((one.split(":") for one in issuance.made_from if one.startswith(_MARK)), None)
        if head is not None and head[1] == scheme.id and head[3][:4] == year:
            newest[head[2], head[3]] = issuance
    found = []
    for (form_id, month), issuance in newest.items():
        form = next((one for one in scheme.form if one.id == form_id), None)
        if form is None:
            continue
        try:
            now = _villages(month, publication(store, scheme, form, decisions, month))
        except FormgenError:
            continue  # a decision is missing: there is no table to compare with
        if changes := tuple(_changes(issuance, form, month, now)):
            found.append(Affected(issuance, "reissue", changes))
    return tuple(found)


def _villages(month: str, found: Publication) -> dict[str, tuple[str, str]]:
    """Village → the hash of all that is printed of it, and its total at the end of the month."""
    notes = {clean(subject.village): note for subject, note in found.notes.items()}
    parts: dict[str, list[str]] = {}
    totals: dict[str, str] = {}
    for one in found.runnings:
        village = clean(one.subject.village)
        told = words(one.total) if one.total is not None else "未定"
        changes = [f"{change.label} {change.points} {change.steps}" for change in one.changes]
        parts.setdefault(village, [notes.get(village, "")]).extend([one.month, told, *changes])
        if one.month == month:
            totals[village] = told
    return {village: (digest(*told)[:16], totals.get(village, "无")) for village, told in parts.items()}


def _changes(issuance: Issuance, form: Form, month: str, now: dict[str, tuple[str, str]]) -> Iterator[Change]:
    before: dict[str, tuple[str, str]] = {}
    for one in issuance.made_from:
        if one.startswith(_MARK):
            *_, sha256, total, village = one.split(":", 6)
            before[village] = (sha256, total)
    for village in {**before, **now}:
        old, new = before.get(village, ("", "无")), now.get(village, ("", "无"))
        if old[0] == new[0]:
            continue
        if old[1] != new[1]:
            difference = Difference("累计得分", old[1], new[1], "total")
        else:
            difference = Difference("加减分内容", "原表所列", "现在所列", "item")
        yield Change(form.id, Subject(village), month, None, None, (difference,), ())
