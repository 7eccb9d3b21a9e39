"""What would be under another law is told, and nothing is kept of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from kept import Office

from formgen import workspace
from formgen.cli import formgen
from formgen.closing import close_period
from formgen.errors import DecisionNeededError, SchemeError, UsageError
from formgen.lawbooks import Lawbook, lawbook
from formgen.model import Issuance
from formgen.resources import scheme_folders
from formgen.whatif import Trial, what_if

TEN = [f"村干{number}" for number in "一二三四五六七八九十"]
CADRE = "village-cadre-quarterly"
QUARTER = "2023-Q1"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, "village-cadre-2020")
    office.roster(*TEN, series="村书记", base_pay=1000)
    office.take_period(CADRE, QUARTER, {name: 31 + place for place, name in enumerate(TEN)})  # 91 … 100 points
    office.assess(QUARTER)
    yield office
    office.store.close()


def amended(tmp_path: Path, *changes: tuple[str, str], folder: str = "village-cadre-2020") -> Path:
    """A copy of the scheme and its regulation with other words."""
    source = next(one for one in scheme_folders() if one.name == "village-cadre-2020")
    place = tmp_path / "修订" / folder
    shutil.copytree(source, place)
    for file in (place / "scheme.toml", place / "regulation.md"):
        text = file.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text or file.suffix == ".md"
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
    return place


def larger(tmp_path: Path, folder: str = "village-cadre-2020") -> Path:
    """A draft that gives 优秀 to three tenths."""
    return amended(tmp_path, ("share = 0.2\n", "share = 0.3\n"), ("最多不超过20%", "最多不超过30%"), folder=folder)


def tried(office: Office, path: Path) -> Trial:
    now = Lawbook(office.scheme, tuple(office.decisions), "现行")
    return what_if(office.store, now, lawbook(path, office.scheme, office.decisions), QUARTER)


def told(trial: Trial) -> dict[str, dict[str, tuple[str, str]]]:
    return {
        one.subject.name: {entry.what: (entry.before, entry.after) for entry in one.differences}
        for one in trial.changes
    }


def test_the_same_scheme_changes_nothing(office: Office, tmp_path: Path) -> None:
    same = amended(tmp_path)

    trial = tried(office, same)

    assert trial.changes == ()
    assert trial.notes == ()
    assert len(trial.outcomes) == 10


def test_a_larger_share_moves_those_at_the_line_and_cites_the_article(office: Office, tmp_path: Path) -> None:
    trial = tried(office, larger(tmp_path))

    moved = told(trial)
    assert set(moved) == {"村干八"}
    assert moved["村干八"]["等次"] == ("合格", "优秀")
    (change,) = trial.changes
    assert any(getattr(basis, "article", "") == "第十条" for basis in change.basis)


def test_trying_changes_no_byte(office: Office, tmp_path: Path) -> None:
    other = larger(tmp_path)
    office.store.close()
    before, dump = office.path.read_bytes(), office.dump()
    office.store = type(office.store)(office.path, read_only=True)

    tried(office, other)

    office.store.close()
    assert office.path.read_bytes() == before
    assert office.dump() == dump


def test_other_decisions_are_tried_and_named(office: Office, tmp_path: Path) -> None:
    settings = tmp_path / "试算.toml"
    settings.write_text(
        '[[decision]]\nscheme = "village-cadre-2020"\ngap = "bands"\n'
        'value = { "优秀" = 90, "合格" = 92 }\nauthority = "试算"\ndate = 2023-05-01\n'.replace("92", "60").replace(
            '"优秀" = 90', '"优秀" = 100'
        ),
        encoding="utf-8",
    )

    trial = tried(office, settings)

    assert told(trial)["村干九"]["等次"] == ("优秀", "合格")
    assert any(getattr(basis, "gap", "") == "bands" for change in trial.changes for basis in change.basis)


def test_a_paper_that_was_sent_is_named(office: Office, tmp_path: Path) -> None:
    standing = next(
        one for one in office.store.standings("village-cadre-2020") if one.standing.subject.name == "村干八"
    )
    sources = (f"standing:{standing.sha256}",)
    office.store.add_issuance(Issuance("results", "发文/通报.docx", "a" * 64, "b" * 64, sources, office.now()))

    trial = tried(office, larger(tmp_path))

    assert [one.issuance.path for one in trial.affected] == ["发文/通报.docx"]
    assert "等次由合格改为优秀" in trial.affected[0].reason


def test_a_closed_period_is_tried_on_the_papers_of_then(office: Office, tmp_path: Path) -> None:
    close_period(office.store, office.scheme, QUARTER, by="王敏", why="已公示", at=office.now())
    sheet = office.store.records(CADRE)[0].submission
    office.correct(sheet, 9, "2.1", Decimal(0))  # came late: 村干十 would fall to 60

    trial = tried(office, larger(tmp_path))

    assert set(told(trial)) == {"村干八"}
    assert any("按关账时的材料" in note for note in trial.notes)


def test_an_open_period_is_tried_on_what_is_known_now(office: Office, tmp_path: Path) -> None:
    sheet = office.store.records(CADRE)[0].submission
    office.correct(sheet, 9, "2.1", Decimal(0))

    trial = tried(office, larger(tmp_path))

    assert set(told(trial)) == {"村干七"}
    assert any("不是按现行办法和现有材料得出" in note for note in trial.notes)


def test_the_folder_of_a_draft_may_have_any_name(office: Office, tmp_path: Path) -> None:
    place = larger(tmp_path, "征求意见稿")

    assert set(told(tried(office, place / "scheme.toml"))) == {"村干八"}


def test_a_decision_on_a_gap_that_the_draft_closes_is_left_aside(office: Office, tmp_path: Path) -> None:
    place = amended(tmp_path, ('zero_gap = "zero-places"\n', ""))
    text = (place / "scheme.toml").read_text(encoding="utf-8")
    start = text.index('[[gap]]\nid = "zero-places"')
    end = text.index("[[gap]]", start + 5)
    (place / "scheme.toml").write_text(text[:start] + text[end:], encoding="utf-8")

    trial = tried(office, place)

    assert trial.changes == ()
    assert any("没有“zero-places”这一缺口" in note for note in trial.notes)


def test_a_faulty_draft_is_refused_with_file_and_key(office: Office, tmp_path: Path) -> None:
    place = amended(tmp_path, ("share = 0.2\n", "share = 1.2\n"), folder="草案")

    with pytest.raises(SchemeError, match=r"草案.scheme\.toml[\s\S]*share"):
        tried(office, place)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("share = 0.2\n", "share = 0.3\n", r"quota\[\d\] 的数字0.3不在引文里"),
        ('"grade", is = ["不合格"] }', '"grade", is = ["合格"] }', r"consequence\[\d\].* 的等次“合格”不在引文里"),
        ("最多不超过20%", "一般不超过20%", r"quota\[\d\] 的引文在“第十条”中找不到"),
    ],
)
def test_a_draft_that_contradicts_its_article_is_refused(
    office: Office, tmp_path: Path, old: str, new: str, said: str
) -> None:
    place = amended(tmp_path)
    text = (place / "scheme.toml").read_text(encoding="utf-8")
    (place / "scheme.toml").write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(SchemeError, match=rf"village-cadre-2020.scheme\.toml[\s\S]*{said}"):
        tried(office, place)


def test_a_draft_without_its_text_is_held_against_its_own_quotations(office: Office, tmp_path: Path) -> None:
    place = larger(tmp_path)
    (place / "regulation.md").unlink()
    trial = tried(office, place)
    text = (place / "scheme.toml").read_text(encoding="utf-8")
    (place / "scheme.toml").write_text(text.replace("share = 0.3\n", "share = 0.4\n"), encoding="utf-8")

    assert set(told(trial)) == {"村干八"}
    assert any("没有 regulation.md" in note for note in trial.notes)
    with pytest.raises(SchemeError, match=r"数字0\.4不在引文里"):
        tried(office, place)


def test_a_scheme_of_the_workspace_that_contradicts_its_article_is_not_used(tmp_path: Path) -> None:
    made = workspace.create(tmp_path / "工作区", scheme="dayang-2023", demo=True)
    source = next(one for one in scheme_folders() if one.name == "dayang-2023")
    shutil.copytree(source, made.root / "schemes" / "dayang-2023")
    file = made.root / "schemes" / "dayang-2023" / "scheme.toml"
    right = file.read_text(encoding="utf-8")
    said = {
        ("yuan = 20\n", "yuan = 25\n"): "money[1] 的数字25不在引文里",
        ('grade = "不称职", count = 3', 'grade = "不称职", count = 2'): "的数字2不在引文里",
        ('effect = "exactly"\ngrade = "不称职"', 'effect = "exactly"\ngrade = "称职"'): "gate[1].grade 的等次“称职”",
    }

    told = {}
    for old, new in said:
        assert old in right
        file.write_text(right.replace(old, new), encoding="utf-8")
        told[old, new] = CliRunner().invoke(
            formgen, ["assess", "-p", "2023-03", "-w", str(made.root)], standalone_mode=False
        )
    file.write_text(right, encoding="utf-8")
    sound = CliRunner().invoke(formgen, ["assess", "-p", "2023-03", "-w", str(made.root)], standalone_mode=False)

    for change, words in said.items():
        assert isinstance(told[change].exception, SchemeError)
        assert words in str(told[change].exception)
        assert str(file) in str(told[change].exception)
    assert not isinstance(sound.exception, SchemeError)


def test_a_missing_decision_is_asked_for(office: Office, tmp_path: Path) -> None:
    book = lawbook(larger(tmp_path), office.scheme, ())
    now = Lawbook(office.scheme, tuple(office.decisions), "现行")

    with pytest.raises(DecisionNeededError):
        what_if(office.store, now, book, QUARTER)


@pytest.mark.parametrize(("text", "said"), [(None, "没有 scheme.toml"), ("x = 1\n", "既不是办法")])
def test_a_path_that_is_no_law_is_refused(office: Office, tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "别的.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=said):
        lawbook(path, office.scheme, office.decisions)


def test_a_law_for_other_forms_cannot_be_tried(office: Office) -> None:
    folder = next(one for one in scheme_folders() if one.name == "dayang-2023")

    with pytest.raises(UsageError, match=r"没有《.*》的表（village-cadre-quarterly）"):
        tried(office, folder)


def test_a_period_without_returns_cannot_be_tried(office: Office) -> None:
    now = Lawbook(office.scheme, tuple(office.decisions), "现行")

    with pytest.raises(UsageError, match="没有收到"):
        what_if(office.store, now, now, "2023-Q4")


def test_the_commands_tell_what_would_be_and_keep_nothing(tmp_path: Path) -> None:
    made = workspace.create(tmp_path / "工作区", scheme="village-cadre-2020", demo=True)
    office = Office(made.archive, "village-cadre-2020")
    office.roster(*TEN, series="村书记", base_pay=1000)
    office.take_period(CADRE, QUARTER, {name: 31 + place for place, name in enumerate(TEN)})
    office.store.close()
    other = larger(tmp_path)
    where = ["-p", QUARTER, "-w", str(made.root)]
    run = CliRunner().invoke
    run(formgen, ["assess", *where], standalone_mode=False)
    before = office.dump()

    told = run(formgen, ["assess", "--as-if", str(other), *where], standalone_mode=False)
    same = run(formgen, ["assess", "--as-if", str(made.settings), *where], standalone_mode=False)
    diff = run(formgen, ["scheme", "diff", "village-cadre-2020", str(other), *where], standalone_mode=False)

    assert told.return_value == same.return_value == diff.return_value == 0, told.output + str(told.exception)
    for said in (told.output, diff.output):
        assert "张庄村/村干八" in said
        assert "等次：合格 → 优秀" in said
        assert "第十条" in said
    assert "没有变化" in same.output
    assert office.dump() == before
