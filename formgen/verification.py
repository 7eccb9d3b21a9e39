"""Verify all that is kept: originals against their hashes, rows against their seals, results by doing them again."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import formgen
from formgen.archive import Archive, file_sha256
from formgen.cohorts import Past
from formgen.dossiers import Dossiers, Known, made_from
from formgen.errors import FormgenError
from formgen.model import Form, Subject
from formgen.periods import in_chinese
from formgen.reckoning import Reckoner, Sheet, groups_of
from formgen.scheme.types import Scheme
from formgen.scoring import Step
from formgen.store import Law, Mark, Store, StoredAssessment, StoredRecord, StoredStanding

_WRONG = {"changed": "与存入时不同", "lost": "不见了", "slipped-in": "不是由 formgen 存入的"}

_PIECES = re.compile(r"[、，；：（）'\"]+")

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at and what is wrong."""

    faults: tuple[str, ...]  #: Chinese, each with its file, subject or period; empty if all is well.
    notes: tuple[str, ...]  #: Chinese: what could not be looked at.
    originals: int = 0
    assessments: int = 0  #: How many were computed again.
    standings: int = 0


def verify(store: Store, archive: Archive, root: Path, *, progress: Progress | None = None) -> Verified:
    """Compare everything with what it was recorded to be, and compute every result again from what it was made from.

    ``root``: the workspace, where issued papers lie. Nothing is written. Raises VerificationError where the database
    cannot even be read.
    """
    faults: list[str] = []
    notes: list[str] = []
    kept = {sha256 for sha256, _ in archive.each()}
    steps: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
        ("存档", lambda: iter(archive.faults())),
        ("数据库", lambda: (f"数据库：{fault}" for fault in store.faults())),
        ("台账各行", lambda: _rows(store)),
        ("审计日志", lambda: _chain(store)),
        ("收件登记", lambda: _lost(store, kept, notes)),
        ("遗忘登记", lambda: _forgotten(store, kept, notes)),
        ("发文", lambda: _papers(store, root, notes)),
    )
    for what, step in steps:
        faults += _tried(what, step)
    marks: list[Mark] = []
    faults += _tried("评定登记", lambda: _gathered(store, marks))
    counts = [0, 0]
    for number, mark in enumerate(marks):
        if progress:
            progress(number, len(marks), f"{mark.scheme} {mark.period}")
        what = f"{mark.scheme} {mark.period}（{mark.at:%Y-%m-%d %H:%M} 评定）"
        faults += _tried(what, lambda mark=mark: _again(store, mark, counts))  # type: ignore[misc]
    if progress and marks:
        progress(len(marks), len(marks), "")
    faults += _tried("评定登记", lambda: _loose(store, marks, notes))
    return Verified(tuple(dict.fromkeys(faults)), tuple(notes), len(kept), *counts)


def _tried(what: str, step: Callable[[], Iterator[str]]) -> list[str]:
    """What a step finds; where it cannot even go on, that."""
    found: list[str] = []
    try:
        found.extend(step())
    except Exception as fault:  # what damaged bytes bring about (zlib, json, pydantic …) is not foreseen
        words = str(fault) if isinstance(fault, FormgenError) else f"内容已损坏（{type(fault).__name__}：{fault}）"
        found.append(f"{what}不能核对：{words}")
    return found


def _gathered(store: Store, marks: list[Mark]) -> Iterator[str]:
    marks += store.marks()
    yield from ()


def _again(store: Store, mark: Mark, counts: list[int]) -> Iterator[str]:
    """What differs when a run of assess is done again; ``counts``: assessments and standings so far."""
    with store.past(mark) as view:
        check = _Check(view, mark, _law(store, mark))
        yield from check.run()
        counts[0] += check.assessments
        counts[1] += check.standings


def _rows(store: Store) -> Iterator[str]:
    for table, key, wrong in store.broken_rows():
        yield f"数据库：{store.row_words(table, key)}{_WRONG[wrong]}"


def _chain(store: Store) -> Iterator[str]:
    for broken in store.broken_lines():
        yield f"审计日志：{broken.what}"


def _forgotten(store: Store, kept: set[str], notes: list[str]) -> Iterator[str]:
    """Say who was forgotten; an original that should be gone and is there is a fault."""
    for one in store.forgettings():
        notes.append(
            f"{one.at[:10]} 由{one.by}删去一人的姓名，改用{one.pseudonym}（{one.why}）：台账 {one.rows} 行，"
            f"不再保存的原件 {len(one.files)} 个。"
        )
        if back := [sha256 for sha256 in one.files if sha256 in kept]:
            yield f"{one.pseudonym}的原件还在存档中（{len(back)} 个）；请运行 formgen forget --finish"


def _lost(store: Store, kept: set[str], notes: list[str]) -> Iterator[str]:
    given_up = store.forgotten_files()
    known = set()
    for one in store.submissions():
        known.add(one.submission.sha256)
        if one.submission.sha256 not in kept | given_up:
            yield f"《{one.submission.name}》的原件不在存档中（{one.submission.sha256[:12]}…）"
    if loose := sorted(kept - known):
        some = "、".join(f"原件/{sha256[:2]}/{sha256[:12]}…" for sha256 in loose[:5])
        notes.append(
            f"存档里有 {len(loose)} 个原件没有登记（{some}）：收的时候中途停过，或者文件当时还在改动。"
            "多半另有完整的一份已经收进；没有收进的，把它复制到“收件箱”再收一次。"
        )


def _papers(store: Store, root: Path, notes: list[str]) -> Iterator[str]:
    """Compare issued papers with what was recorded; those that are not there any more are only noted."""
    gone = 0
    newest = {one.path: one for one in store.issuances()}
    for issuance in newest.values():
        path = root / issuance.path
        try:
            if not path.is_file():
                gone += 1
            elif file_sha256(path) != issuance.sha256:
                yield f"{issuance.path}：与生成时不同（{issuance.at:%Y-%m-%d %H:%M} 生成，后来被改动或损坏）"
        except OSError as fault:
            yield f"{issuance.path}：读不了（{fault.strerror or fault}）"
    if gone:
        notes.append(f"{gone} 份发文已不在原处，没有核对。")


def _law(store: Store, mark: Mark) -> Law:
    law = store.law(mark.law)
    if law is None:
        raise LookupError("没有当时的办法和决定的存本")
    return law


def _loose(store: Store, marks: Sequence[Mark], notes: list[str]) -> Iterator[str]:
    """Note how many assessments belong to no run of assess."""
    covered = sum(one.last["assessment"] - one.first["assessment"] for one in marks)
    loose = store.result_heights()["assessment"] - covered
    if loose > 0:
        notes.append(f"{loose} 个评定没有登记是怎样作出的（由早先的程序存入），只核对了存本，没有重新计算。")
    yield from ()


class _Check:
    """Does one run of assess again, from the store as that run had seen it."""

    def __init__(self, view: Store, mark: Mark, law: Law) -> None:
        steps: tuple[Step, ...] = mark.steps  # type: ignore[assignment]
        self._view = view
        self._mark = mark
        self._scheme: Scheme = law.scheme
        self._known = Known(view)
        self._reckoner = Reckoner(self._known, law.scheme, law.decisions, steps, Past.of(self._known, law.scheme))
        self._other = "" if mark.program == formgen.__version__ else f"（由 formgen {mark.program} 评定）"
        self._renamed = bool(view.forgettings())  # hashes of what results were made from are of the name
        self.assessments = 0
        self.standings = 0

    def run(self) -> Iterator[str]:
        """What differs, in Chinese, each with subject and period."""
        first = self._mark.first
        assessed = list(self._view.former_assessments(self._scheme.id, after=first["assessment"]))
        settled = list(self._view.former_standings(self._scheme.id, after=first["standing"]))
        for period, form in sorted({(one.assessment.period, one.assessment.form) for one in assessed}):
            mine = [one for one in assessed if (one.assessment.period, one.assessment.form) == (period, form)]
            yield from self._assessed_again(period, self._scheme.form_of(form), mine)
        for period in sorted({one.standing.period for one in settled}):
            yield from self._settled_again(period, [one for one in settled if one.standing.period == period])

    def _assessed_again(self, period: str, form: Form, stored: Sequence[StoredAssessment]) -> Iterator[str]:
        records = self._view.records(form.id, period=period)
        by_return = {f"return:{one.submission}#{one.index}/{one.generation}": one for one in records}
        dossiers = Dossiers(self._view, self._scheme, period, self._known)
        assessor = self._reckoner.assessor(form, period)
        for one in stored:
            self.assessments += 1
            name = self._name(one.assessment.subject, period, one.made_from)
            record = next((by_return[part] for part in one.made_from if part in by_return), None)
            if record is None:
                yield f"{name}的评定：它所依据的回收表不在台账中"
                continue
            evidence = dossiers.evidence(record, _same_name(records, record))
            if not self._renamed and not set(made_from(evidence, record)) <= set(one.made_from):
                yield f"{name}的评定：台账里的材料与评定时不同"
            elif not self._equal(assessor.assess(evidence), one.assessment):
                yield f"{name}的评定：重新计算的结果与存本不同{self._other}"

    def _settled_again(self, period: str, stored: Sequence[StoredStanding]) -> Iterator[str]:
        wanted = {(one.standing.form, one.standing.subject): one for one in stored}
        forms = [self._scheme.form_of(name) for name in sorted({one.standing.form for one in stored})]
        for group in groups_of(self._scheme, forms):
            sheets = []
            hashes: dict[tuple[str, Subject], str] = {}
            for form in group:
                kept = self._view.assessments(self._scheme.id, form.id, period)
                sheet = Sheet(form, {one.assessment.subject: one.assessment for one in kept})
                self._reckoner.add_records(sheet, period)
                sheets.append(sheet)
                hashes |= {(form.id, one.assessment.subject): one.sha256 for one in kept}
            done = self._reckoner.settle(period, sheets, hashes)
            again = {(one.form, one.subject): one for one in done.standings}
            for place, one in wanted.items():
                if place[0] not in {form.id for form in group}:
                    continue
                self.standings += 1
                name = f"{place[1]}，{in_chinese(period)}"
                if not self._renamed and set(done.sources.get(place, ())) != set(one.made_from):
                    yield f"{name}的定等：台账里的材料与定等时不同"
                elif not self._equal(again.get(place), one.standing):
                    yield f"{name}的定等：重新计算的结果与存本不同{self._other}"

    def _equal(self, again: object, kept: object) -> bool:
        """Whether a result is the one that was kept. A list of people may stand in another order under a pseudonym."""
        if again == kept or not self._renamed:
            return again == kept
        return sorted(_PIECES.split(repr(again))) == sorted(_PIECES.split(repr(kept)))

    def _name(self, subject: Subject, period: str, sources: Sequence[str]) -> str:
        sha256 = next((one.removeprefix("return:")[:64] for one in sources if one.startswith("return:")), "")
        file = ""
        with contextlib.suppress(FormgenError):
            stored = self._view.submission(sha256)
            file = f"（《{stored.submission.name}》）" if stored else ""
        return f"{subject}，{in_chinese(period)}{file}"


def _same_name(records: Sequence[StoredRecord], record: StoredRecord) -> list[StoredRecord]:
    return [one for one in records if one.subject.name == record.subject.name]
