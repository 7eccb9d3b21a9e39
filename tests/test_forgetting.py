"""A person is forgotten: the name goes, the numbers stay under a pseudonym, the chain and verify stay green."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from kept import Office

from formgen import workspace
from formgen.archive import Archive
from formgen.cli import formgen
from formgen.errors import UsageError, VerificationError
from formgen.forgetting import finish, forget, person
from formgen.intake import reread
from formgen.model import Subject
from formgen.parsing import FileReading, Hints
from formgen.store import Store
from formgen.verification import verify
from formgen.workspace import Workspace

MONTHLY = "dayang-monthly"
WHO = {"by": "王敏", "why": "本人依法申请"}


@dataclass(frozen=True)
class Made:
    place: Workspace
    own: str  #: sha256 of the file that is about 李四 alone.


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Three people, one of them with a file, a fact and a correction of his own. Not to be changed."""
    place = workspace.create(tmp_path_factory.mktemp("遗忘") / "原样", scheme="dayang-2023", demo=True)
    office = Office(place.archive, "dayang-2023")
    office.roster("李四", "王五", "赵六", base_pay=600)
    office.take("facts - 张庄村/李四 date=2023-03-08 kind=会议无故迟到 count=2", name="张庄村-李四-迟到.docx")
    office.take_period(MONTHLY, "2023-03", {"李四": 30, "王五": 20, "赵六": 25})
    own = office.take(f"{MONTHLY} 2023-04 张庄村/李四 1.1=2 1.2=2 4.1=30", name="张庄村-李四.docx")
    office.correct(own, 0, "4.1", Decimal(22))
    office.correct(own, 0, "name", "李 四")
    for period in ("2023-03", "2023-04"):
        office.assess(period)
    office.store.close()
    return Made(place, own)


@pytest.fixture
def place(made: Made, tmp_path: Path) -> Workspace:
    return workspace.open(Path(shutil.copytree(made.place.root, tmp_path / "工作区")))


@pytest.fixture
def store(place: Workspace) -> Iterator[Store]:
    with Store(place.database) as store:
        yield store


def now() -> datetime:
    return datetime(2023, 6, 1, 9, 0)


def points(store: Store) -> list[object]:
    return [one.assessment.value("total") for one in store.assessments("dayang-2023")]


def run(place: Workspace, *words: str) -> Result:
    return CliRunner().invoke(formgen, [*words, "-w", str(place.root)], standalone_mode=False)


def test_the_name_is_nowhere_in_the_store_and_the_numbers_are_the_same(place: Workspace, store: Store) -> None:
    before = points(store)

    gone = forget(place, store, Subject("张庄村", "李四"), at=now(), **WHO)

    assert points(store) == before
    assert person(store, gone.pseudonym).name == gone.pseudonym
    store.close()
    for path in place.archive.glob("formgen.sqlite*"):
        assert "李四".encode() not in path.read_bytes(), path.name
        assert "李 四".encode() not in path.read_bytes(), path.name


def test_verify_stays_green_and_says_who_ordered_it_and_why(place: Workspace, store: Store) -> None:
    gone = forget(place, store, Subject("张庄村", "李四"), at=now(), **WHO)

    result = verify(store, Archive(place.archive), place.root)

    assert result.faults == ()
    assert result.assessments > 3
    (note,) = [note for note in result.notes if gone.pseudonym in note]
    assert "王敏" in note
    assert "本人依法申请" in note
    assert store.broken_lines() == ()
    assert store.broken_rows() == ()
    assert store.audit_lines()[-1].event.event == "forgotten"


def test_originals_of_that_person_alone_go_and_those_of_others_stay(place: Workspace, store: Store, made: Made) -> None:
    copy = place.pending / "张庄村-李四.docx"
    original = Archive(place.archive).find(made.own)
    assert original is not None
    copy.write_bytes(original.read_bytes())

    gone = forget(place, store, Subject("张庄村", "李四"), at=now(), **WHO)

    assert (gone.originals, gone.copies) == (2, 1)
    assert not original.exists()
    assert not copy.exists()
    assert len(list(Archive(place.archive).each())) == 2
    assert sum("还有别人的数据，原件保留" in one for one in gone.stays) == 2


def test_pictures_of_cells_go_with_their_labels(place: Workspace, store: Store, made: Made, tmp_path: Path) -> None:
    mine = hashlib.sha256(repr((made.own, 0, "4.1")).encode()).hexdigest()[:12]  # as cli.review_crops names it
    for folder in (place.outbox / "图", tmp_path / "别处"):
        folder.mkdir()
        for name in (mine, "0123456789ab"):
            (folder / f"{name}.png").write_bytes(b"x")
        (folder / "labels.csv").write_text(f"id,value\r\n{mine},22\r\n0123456789ab,7\r\n", "utf-8-sig", newline="")

    gone = forget(place, store, Subject("张庄村", "李四"), at=now(), folders=[tmp_path / "别处"], **WHO)

    assert gone.crops == 2
    for folder in (place.outbox / "图", tmp_path / "别处"):
        assert [path.name for path in folder.glob("*.png")] == ["0123456789ab.png"]
        assert (folder / "labels.csv").read_bytes().decode("utf-8-sig") == "id,value\r\n0123456789ab,7\r\n"


def test_a_namesake_keeps_the_name(place: Workspace, store: Store) -> None:
    from returns import record

    from formgen.model import Submission

    other = (record(f"{MONTHLY} 2023-03 李楼村/李四 1.1=2 4.1=9"),)
    store.add_reading(Submission("e" * 64, "李楼村-李四.docx", now()), FileReading("x", "e" * 64, "docx", other))

    forget(place, store, Subject("张庄村", "李四"), at=now(), **WHO)

    assert person(store, "李四") == Subject("李楼村", "李四")
    assert store.submission("e" * 64).submission.name == "李楼村-李四.docx"  # type: ignore[union-attr]
    assert store.broken_lines() == ()


def test_two_people_can_be_forgotten_one_after_the_other(place: Workspace, store: Store) -> None:
    for name in ("李四", "王五"):
        forget(place, store, Subject("张庄村", name), at=now(), **WHO)

    assert verify(store, Archive(place.archive), place.root).faults == ()
    assert len(store.forgettings()) == 2


def test_a_row_that_is_tampered_with_under_cover_of_forgetting_is_found(place: Workspace, store: Store) -> None:
    import sqlite3

    from test_verify import tamper

    from formgen.store import seals

    forget(place, store, Subject("张庄村", "李四"), at=now(), **WHO)
    store.close()
    (row,) = (
        sqlite3.connect(place.database).execute("SELECT MAX(row) FROM forgotten_row WHERE kind = 'identity'").fetchone()
    )
    tamper(place.database, f"UPDATE identity SET village = '别村' WHERE id = {row}")
    raw = sqlite3.connect(place.database)
    seals.prepare(raw)
    (fresh,) = raw.execute(f"SELECT {seals._expression('identity')} FROM identity t WHERE t.id = {row}").fetchone()
    raw.close()
    tamper(place.database, f"UPDATE seal SET sha256 = '{fresh}' WHERE kind = 'identity' AND row = {row}")

    with Store(place.database) as again:
        assert [one.what for one in again.broken_lines()] == [f"identity 第 {row} 条在姓名删去以后又被改动并重新封存过"]


def test_what_would_change_a_result_is_refused_and_nothing_is_changed(
    place: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from formgen import forgetting

    real = forgetting.verify

    def worse(copy: Store, *rest: object) -> object:
        found = real(copy, *rest)  # type: ignore[arg-type]
        if not copy.forgettings():
            return found
        return type(found)(("某人的评定：重新计算的结果与存本不同",), ())

    monkeypatch.setattr(forgetting, "verify", worse)

    with pytest.raises(VerificationError, match="没有改动任何东西"):
        forget(place, store, Subject("张庄村", "李四"), at=now(), **WHO)

    assert store.forgettings() == []
    assert person(store, "李四") == Subject("张庄村", "李 四")


def test_after_a_stop_the_rest_is_said_by_verify_and_removed_later(place: Workspace, store: Store, made: Made) -> None:
    store.forget(Subject("张庄村", "李四"), "化名AAAA2222", "王敏", "本人申请", now())

    (fault,) = verify(store, Archive(place.archive), place.root).faults
    assert "formgen forget --finish" in fault

    assert finish(place, store) == (2, 0, 0)
    assert verify(store, Archive(place.archive), place.root).faults == ()


def test_reading_all_originals_again_passes_over_what_was_given_up(place: Workspace, store: Store) -> None:
    forget(place, store, Subject("张庄村", "李四"), at=now(), **WHO)

    def never(path: Path, hints: Hints) -> FileReading:
        raise AssertionError(path)

    assert reread(place, store, never, now=now) == ()  # all four files name him: the name would come back


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("张庄村/李四",), "--by 和 --why"),
        (("张庄村/李四", "--by", "王敏", "--why", "李四本人申请"), "不要写这个人的姓名"),
        (("没有人", "--by", "王敏", "--why", "申请"), "没有“没有人”这个人"),
        ((), "请写明是谁"),
    ],
)
def test_what_is_not_said_is_asked_for(place: Workspace, words: tuple[str, ...], said: str) -> None:
    result = run(place, "forget", *words)

    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)


def test_the_command_says_what_goes_and_what_stays(place: Workspace) -> None:
    tried = run(place, "forget", "李四", "--by", "王敏", "--why", "本人依法申请", "-n")
    done = run(place, "forget", "李四", "--by", "王敏", "--why", "本人依法申请")
    checked = run(place, "verify")

    assert "会删除：只与此人有关的原件 2 个" in tried.output
    assert "已删除：只与此人有关的原件 2 个" in done.output
    assert "别处可能还有从前的备份" in done.output
    assert checked.return_value == 0
    assert "王敏删去一人的姓名" in checked.output
