"""Hostile files thrown at a real intake, each with an honest return behind it; and what became of both.

The limits of the readers are the judges: a file that ends by the watchdog (``too-slow``), by the bound on memory or by
killing its reader has not ended as it must, unless its test says just that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from paper import all_forms, rendered

from formgen import workspace
from formgen.intake import intake
from formgen.model import Issue, IssueCode, Subject
from formgen.outcomes import FileOutcome, Outcome
from formgen.parsing import Convert, FileReading, Hints, Limits
from formgen.rendering import excel
from formgen.rendering.context import form_context
from formgen.resources import find_template
from formgen.store import Store, StoredRecord
from parsers.isolated import IsolatedReader

FORMS = tuple(form for _, form in all_forms().values())
SECONDS = 60.0  #: The usual limit. A machine of tests may be slow; none of these files takes more than a few.
MEMORY = 1_500_000_000  #: Bytes of address space; half of what a reader may have.
SCORES = {"1.1": "2", "1.2": "2", "1.3": "2", "1.4": "4", "2.1": "10", "2.2": "20", "3.1": "30", "4.1": "30"}
#: What a reader says that was stopped by a last resort, and did not see for itself what it had before it.
LAST_RESORTS = ("内存不够", "异常退出", "内容已损坏或写法特殊", "已中止", "自身出错", "Traceback")


@cache
def honest(name: str) -> bytes:
    """A right return of somebody from 张庄村, in Word."""
    values = {field: Decimal(points) for field, points in SCORES.items()}
    return rendered("dayang-monthly", values, Subject("张庄村", name))  # type: ignore[arg-type]


@cache
def honest_workbook(name: str) -> bytes:
    """The same in Excel."""
    scheme, form = all_forms()["dayang-monthly"]
    values = {field: Decimal(points) for field, points in SCORES.items()}
    context = form_context(form, Subject("张庄村", name), "2023-03", values, scheme)
    return excel.render_form(find_template("xlsx/dayang-monthly.xlsx"), context)


@dataclass(frozen=True)
class Thrown:
    """What became of one hostile file, and of the honest one behind it."""

    outcome: FileOutcome
    inner: tuple[FileOutcome, ...]  #: Of the files in it, if it was a zip.
    issues: tuple[Issue, ...]  #: All that was said of it and of those in it.
    records: tuple[StoredRecord, ...]
    neighbour: FileOutcome
    neighbours_name: str
    neighbours_records: tuple[StoredRecord, ...]
    reason: str  #: What stands beside its copy in 待核.

    @property
    def codes(self) -> set[IssueCode]:
        return {issue.code for issue in self.issues}

    @property
    def words(self) -> str:
        return "\n".join([*(issue.message for issue in self.issues), *self.outcome.messages])

    def check_neighbour(self) -> None:
        """The honest return behind it was read, whole and without a doubt."""
        assert self.neighbour.outcome is Outcome.TAKEN, str(self.neighbour)[:400]
        (record,) = self.neighbours_records
        assert record.subject.name == self.neighbours_name
        assert {field: str(record.record.readings[field].value) for field in SCORES} == SCORES

    def check(self, code: str, words: str) -> None:
        """It ended as ``code`` with these words, by nobody's last resort, and its neighbour was read.

        ``code``: of an issue; or ``taken``, ``doubtful`` for a file that is read like any other.
        """
        assert self.outcome.outcome is not Outcome.LEFT, str(self.outcome)[:400]
        assert not any(resort in self.words for resort in LAST_RESORTS), self.words[:400]
        if code in ("taken", "doubtful"):
            assert self.outcome.outcome.value == code, self.words[:400]
        else:
            assert code in self.codes, self.words[:400]
        assert words in self.words
        if self.outcome.outcome is Outcome.SET_ASIDE:
            assert "没有丢失任何东西" in self.reason
            assert "怎么办" in self.reason
        self.check_neighbour()


@dataclass
class Office:
    """An office for the tests, which takes in what is thrown at it."""

    root: Path
    limits: Limits = field(default_factory=lambda: Limits(seconds=SECONDS))
    memory: int = MEMORY
    convert: Convert | None = None
    forms: tuple[Any, ...] = FORMS

    def throw(self, files: Mapping[str, Callable[[], bytes] | bytes]) -> dict[str, Thrown]:
        """Put the files into 收件箱, an honest one behind each, take all in, and look at what is there."""
        place = workspace.create(self.root, scheme="dayang-2023")
        place = replace(place, config=replace(place.config, limits=self.limits))
        names: dict[str, str] = {}
        for number, (name, made) in enumerate(files.items()):
            folder = place.inbox / f"{number:03}"
            folder.mkdir()
            (folder / name).write_bytes(made if isinstance(made, bytes) else made())
            person = person_of(number)
            after = place.inbox / f"{number:03}后" / f"{person}.docx"
            after.parent.mkdir()
            after.write_bytes(honest(person))
            names[name] = person
        with Store(place.database) as store, self.reader() as reader:
            result = intake(place, store, reader, now=lambda: datetime(2023, 4, 1, 9, 0))
            return {
                name: _thrown(place, store, result.files, number, name, person)
                for number, (name, person) in enumerate(names.items())
            }

    @contextmanager
    def reader(self) -> Iterator[Callable[[Path, Hints], FileReading]]:
        with IsolatedReader(self.forms, self.limits, self.convert, memory=self.memory) as made:
            yield made


def person_of(number: int) -> str:
    """A made-up name."""
    stems, branches = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉"
    return "赵" + stems[number // 10 % 10] + branches[number % 10]


def _thrown(
    place: workspace.Workspace, store: Store, files: tuple[FileOutcome, ...], number: int, name: str, person: str
) -> Thrown:
    def below(folder: str) -> list[FileOutcome]:
        top = place.inbox.resolve() / folder
        return [one for one in files if top in one.path.parents]

    (first, *inner), (neighbour,) = below(f"{number:03}"), below(f"{number:03}后")
    own = (first, *inner)
    shas = dict.fromkeys(one.sha256 for one in own)
    reasons = [
        path.read_text(encoding="utf-8-sig")
        for path in place.pending.glob("*.原因.txt")
        if path.read_text(encoding="utf-8-sig").startswith(f"文件：{name}\r\n".replace("\r\n", "\n"))
    ]
    return Thrown(
        first,
        tuple(inner),
        tuple(one.issue for sha in shas for one in store.issues(sha)),
        tuple(one for sha in shas for one in store.records_of(sha)),
        neighbour,
        person,
        tuple(store.records_of(neighbour.sha256)),
        "\n".join(reasons),
    )


@dataclass(frozen=True)
class Case:
    """A hostile file and how it must end."""

    name: str
    make: Callable[[], bytes]
    code: str
    words: str


class Cases(dict[str, Case]):
    """The hostile files of one kind, by what they try. ``numbered``: their names get a number before them."""

    def __init__(self, *, numbered: bool = True) -> None:
        super().__init__()
        self.numbered = numbered

    def add(self, name: str, code: str, words: str = "") -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
        """``@cases.add("名.docx", "too-large", "上限")`` over a function that makes the bytes."""

        def note(make: Callable[[], bytes]) -> Callable[[], bytes]:
            self[make.__name__] = Case(f"{len(self):02} {name}" if self.numbered else name, make, code, words)
            return make

        return note

    def throw(self, folder: Path, **office: Any) -> dict[str, Thrown]:
        """What became of each, by what it tries; all in one intake."""
        found = Office(folder / "大杨镇", **office).throw({case.name: case.make for case in self.values()})
        return {what: found[case.name] for what, case in self.items()}

    def check(self, what: str, thrown: Mapping[str, Thrown]) -> None:
        thrown[what].check(self[what].code, self[what].words)
