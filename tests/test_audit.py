"""The audit log: written with what it tells, chained, and a line that was tampered with is found and named."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from kept import BEGIN, Office
from test_verify import tamper

from formgen import workspace
from formgen.cli import formgen
from formgen.store import Store, audit, seals
from formgen.store.audit_events import Event
from formgen.workspace import Workspace

MONTHLY = "dayang-monthly"


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two months of three people, a correction, a later return; nothing in it is changed."""
    place = workspace.create(tmp_path_factory.mktemp("审计") / "工作区", scheme="dayang-2023", demo=True)
    office = Office(place.archive, "dayang-2023")
    sheet = office.take_period(MONTHLY, "2023-03", {"李四": 30, "王五": 20, "赵六": 25})
    office.assess("2023-03")
    office.correct(sheet, 1, "4.1", Decimal(2))
    office.take_period(MONTHLY, "2023-03", {"赵六": 5})
    office.assess("2023-03")
    office.store.close()
    return place


@pytest.fixture
def path(worked: Workspace, tmp_path: Path) -> Path:
    """A copy of the database, to be spoiled."""
    copy = tmp_path / "formgen.sqlite"
    with Store(worked.database) as store:
        store.copy_to(copy)
    return copy


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as store:
        yield store


def told(store: Store, event: str) -> list[Event]:
    return [one.event for one in store.audit_lines() if one.event.event == event]


def broken(path: Path) -> list[str]:
    with Store(path, read_only=True) as store:
        return [one.what for one in store.broken_lines()]


def run(place: Workspace, *words: str) -> Result:
    return CliRunner().invoke(formgen, [*words, "-w", str(place.root)], standalone_mode=False)


def test_a_correction_is_told_with_who_before_after_file_and_why(store: Store) -> None:
    (event,) = told(store, "corrected")

    assert (event.by, event.before, event.after, event.why) == ("王会计", "20", "2", "与本人核实")
    assert event.file.endswith(".docx")
    assert "第 2 条记录 4.1" in event.what


def test_a_changed_grade_and_a_return_that_took_the_place_of_another_are_told(store: Store) -> None:
    (taken,) = told(store, "superseded")

    assert "张庄村/赵六 2023-03" in taken.what
    assert any("张庄村/" in one.what and one.before != one.after for one in told(store, "grade-changed"))


def test_each_line_names_the_account_and_the_chain_holds(store: Store) -> None:
    lines = store.audit_lines()

    assert [one.id for one in lines] == list(range(1, len(lines) + 1))
    assert {one.account for one in lines} == {audit.account()}
    assert store.broken_lines() == ()


def test_a_line_is_kept_with_what_it_tells_or_not_at_all(store: Store) -> None:
    before = store.audit_head()

    with pytest.raises(RuntimeError), store.together():
        store.settle_issues([], "没有", BEGIN)
        store.note(Event("exported", "导出"))
        raise RuntimeError

    assert store.audit_head() == before
    with store.tried():
        store.note(Event("exported", "导出"))
    assert store.audit_head() == before


def test_the_database_itself_refuses_to_change_or_drop_a_line(store: Store, path: Path) -> None:
    raw = sqlite3.connect(path, isolation_level=None)

    for statement in (
        "UPDATE audit_words SET by = '别人'",
        "UPDATE audit SET at = '2020-01-01'",
        "DELETE FROM audit",
        "DELETE FROM audit_words",
        "INSERT OR REPLACE INTO audit_words SELECT * FROM audit_words WHERE id = 1",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="the audit log is final"):
            raw.execute(statement)

    raw.close()


@pytest.mark.parametrize("column", ["event", "account", "by", "what", "before", "after", "file", "why", "salt"])
def test_a_tampered_line_is_found_and_named(path: Path, column: str) -> None:
    tamper(path, f"UPDATE audit_words SET {column} = '改过' WHERE id = 4")

    assert broken(path) == ["第 4 行的文字与写入时不同"]


def test_a_line_that_was_taken_out_is_named(path: Path) -> None:
    tamper(path, "DELETE FROM audit_words WHERE id = 4", "DELETE FROM audit WHERE id = 4")

    found = broken(path)

    assert found[0] == "第 4 行不见了"


def test_a_log_that_was_cut_short_is_found(path: Path) -> None:
    (last,) = sqlite3.connect(path).execute("SELECT MAX(id) FROM audit").fetchone()
    tamper(path, f"DELETE FROM audit_words WHERE id = {last}", f"DELETE FROM audit WHERE id = {last}")

    assert any("与登记的不相符" in one for one in broken(path))


def test_a_line_with_all_its_hashes_made_anew_breaks_the_next_one(path: Path) -> None:
    raw = sqlite3.connect(path)
    salt, *words = raw.execute(f"SELECT salt, {', '.join(audit.WORDS)} FROM audit_words WHERE id = 4").fetchone()
    words[audit.WORDS.index("why")] = "改过"
    at, heights, digest, previous = raw.execute(
        "SELECT at, heights, digest, previous FROM audit WHERE id = 4"
    ).fetchone()
    raw.close()
    hashed = audit.words_hash(4, salt, *words)
    sha256 = audit.line_hash(4, at, heights, digest, hashed, previous)

    tamper(
        path,
        "UPDATE audit_words SET why = '改过' WHERE id = 4",
        f"UPDATE audit SET words = '{hashed}', sha256 = '{sha256}' WHERE id = 4",
    )

    assert broken(path) == ["第 5 行接不上第 4 行：其中一行被换过"]


def test_a_row_that_was_changed_and_sealed_anew_is_found_by_the_chain(path: Path) -> None:
    tamper(path, "UPDATE reading SET value = '1' WHERE field = '4.1' AND record = 1")
    with Store(path) as store:
        assert len(store.broken_rows()) == 1
    raw = sqlite3.connect(path)
    seals.prepare(raw)
    (fresh,) = raw.execute(f"SELECT {seals._expression('record')} FROM record t WHERE t.id = 1").fetchone()
    raw.close()

    tamper(path, f"UPDATE seal SET sha256 = '{fresh}' WHERE kind = 'record' AND row = 1")

    with Store(path) as store:
        assert store.broken_rows() == ()
    (found,) = broken(path)
    assert found.startswith("第 1 行所记的存入内容")


def test_a_log_made_wholly_anew_is_found_by_a_head_noted_elsewhere(worked: Workspace) -> None:
    good = run(worked, "audit", "--json")
    head = json.loads(good.stdout.splitlines()[-1])["head"]
    number = head.partition(":")[0]

    assert run(worked, "audit", "--expect", head).return_value == 0
    other = run(worked, "audit", "--expect", f"{number}:{hashlib.sha256(b'x').hexdigest()}")
    cut = run(worked, "audit", "--expect", f"{int(number) + 5}:{'0' * 16}")
    assert (other.return_value, cut.return_value) == (10, 10)
    assert "日志整个重做过" in other.stdout
    assert "被截短" in cut.stdout


def test_the_command_tells_it_in_a_table_and_in_json(worked: Workspace) -> None:
    plain, found = run(worked, "audit"), run(worked, "audit", "--json", "--find", "王会计")

    assert "更正或确认" in plain.stdout
    assert "20 → 2" in plain.stdout
    assert "逐行相连" in plain.stdout
    line, result = map(json.loads, found.stdout.splitlines())
    assert (line["event"], line["before"], line["after"], line["by"]) == ("corrected", "20", "2", "王会计")
    assert result["faults"] == []


def test_a_trigger_that_was_taken_away_is_named_by_audit_too(worked: Workspace, tmp_path: Path) -> None:
    place = workspace.open(Path(shutil.copytree(worked.root, tmp_path / "另一份")))
    raw = sqlite3.connect(place.database)
    raw.execute("DROP TRIGGER audit_is_final_update")
    raw.commit()
    raw.close()

    found = run(place, "audit", "--last", "0")

    assert "触发器 audit_is_final_update 不是 formgen 所建的样子" in found.stdout
    assert found.return_value == 10


def test_verify_finds_a_tampered_line_too(path: Path, worked: Workspace, tmp_path: Path) -> None:
    from formgen.archive import Archive
    from formgen.verification import verify

    tamper(path, "UPDATE audit_words SET by = '别人' WHERE id = 4")
    with Store(path, read_only=True) as store:
        result = verify(store, Archive(worked.archive), worked.root)

    assert result.faults == ("审计日志：第 4 行的文字与写入时不同",)


def test_an_older_database_begins_its_log_with_all_that_is_in_it(path: Path, tmp_path: Path) -> None:
    raw = sqlite3.connect(path, isolation_level=None)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    for table in ("batch", "audit_words", "audit", "forgotten_row", "forgotten_file", "forgetting"):
        raw.execute(f"DROP TABLE {table}")
        raw.execute("DELETE FROM seal WHERE kind = ?", (table,))
    for step in (1, 2, 3):
        from formgen.store import schema, schema_results, schema_scans

        final = (schema._FINAL, schema_results.FINAL, schema_scans.FINAL)[step - 1]
        raw.executescript(schema._triggers(final))
    raw.execute("PRAGMA user_version = 3")
    raw.close()

    with Store(path) as store:
        (line,) = store.audit_lines()
        assert line.event.event == "begun"
        assert store.broken_lines() == ()
        assert store.faults() == ()
        store.note(Event("exported", "导出"))
        assert [one.event.event for one in store.audit_lines()] == ["begun", "exported"]


@pytest.mark.parametrize(
    "heights", ["", "nonsense", "[1]", '{"record": [1]}', '{"record": "1; DROP TABLE seal"}', '{"x": 1}']
)
def test_a_line_that_is_nonsense_is_named_and_stops_nothing(path: Path, heights: str) -> None:
    tamper(path, f"UPDATE audit SET heights = '{heights}' WHERE id = 2")

    found = broken(path)

    assert found[0] == "第 2 行与写入时不同"
    assert "第 2 行所记的范围读不懂" in found
