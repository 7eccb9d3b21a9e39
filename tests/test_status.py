"""How things stand: what came, what waits, what is in doubt, who has not returned, whether it is watched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from returns import SCORES, reader

from formgen import workspace
from formgen.instance import sole
from formgen.intake import intake
from formgen.model import Correction
from formgen.resources import scheme_folders
from formgen.scheme.loading import load_scheme
from formgen.scheme.types import Scheme
from formgen.status import Status, daily_path, status, text, write_daily
from formgen.store import Closing, Store
from formgen.workspace import Workspace

NOW = datetime(2023, 4, 3, 9, 0)
ROSTER = "\n".join(f"roster - 张庄村/{name} post=组长" for name in ("李四", "王五", "赵六"))


def returned(name: str, more: str = "") -> str:
    return f"dayang-monthly 2023-03 张庄村/{name} {SCORES}{more}"


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(next(path for path in scheme_folders() if path.name == "dayang-2023"))


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    return workspace.create(tmp_path / "大杨镇", scheme="dayang-2023")


@pytest.fixture
def store(office: Workspace) -> Iterator[Store]:
    with Store(office.database) as opened:
        yield opened


def take(office: Workspace, store: Store, at: datetime = NOW, **files: str) -> None:
    for name, words in files.items():
        (office.inbox / f"{name}.docx").write_text(words, encoding="utf-8")
    intake(office, store, reader, now=lambda: at)


def stand(office: Workspace, store: Store, scheme: Scheme | None, at: datetime = NOW) -> Status:
    return status(office, store, scheme, None, at)


def test_what_came_today_is_counted_by_what_became_of_it(office: Workspace, store: Store, scheme: Scheme) -> None:
    take(office, store, NOW - timedelta(days=1), 昨天=returned("赵六"))
    take(office, store, 甲=returned("李四"), 乙=returned("王五", "\n!2.1"), 丙="BAD", 丁=returned("李四"))

    found = stand(office, store, scheme)

    assert found.files == 4
    assert found.today == (1, 1, 1, 1)
    assert (found.doubtful, found.pending) == (("乙.docx",), ("丙.docx",))
    assert found.needs_person


def test_a_doubt_that_is_answered_or_superseded_is_none(office: Workspace, store: Store, scheme: Scheme) -> None:
    take(office, store, 甲=returned("李四", "\n!2.1"), 乙=returned("王五", "\n!2.1"))
    (sha256,) = (one.submission for one in store.records() if one.file == "甲.docx")
    store.add_correction(Correction(sha256, 0, "2.1", "10", "王敏", NOW, "核过"))
    take(office, store, 再交=returned("王五", " 5.1=1"))

    found = stand(office, store, scheme)

    assert found.doubtful == ()


def test_who_has_not_returned_is_named_and_overdue_once_the_period_is_over(
    office: Workspace, store: Store, scheme: Scheme
) -> None:
    take(office, store, 花名册=ROSTER, 甲=returned("李四"))

    before = stand(office, store, scheme, datetime(2023, 3, 31, 12, 0)).returns
    after = stand(office, store, scheme, datetime(2023, 4, 1, 0, 1))

    assert before is not None
    assert (before.period, before.over, before.returned) == ("2023-03", False, 1)
    assert [one.name for one in before.missing] == ["王五", "赵六"]
    assert after.returns is not None
    assert after.returns.over
    assert "逾期没有交的 2 个" in text(after)


def test_who_is_overdue_for_an_earlier_period_is_not_forgotten_when_the_next_one_begins(
    office: Workspace, store: Store, scheme: Scheme
) -> None:
    take(office, store, 花名册=ROSTER, 三月=returned("李四"))
    take(office, store, 四月=returned("李四").replace("2023-03", "2023-04"))

    april = stand(office, store, scheme, datetime(2023, 4, 30, 12, 0))
    store.add_closing(Closing(scheme.id, "2023-03", True, "王敏", "已公示", NOW))
    closed = stand(office, store, scheme, datetime(2023, 4, 30, 12, 0))

    assert [(one.period, one.returned, one.missing) for one in april.overdue] == [("2023-03", 1, 2)]
    assert "2023年3月：已交 1 个，逾期没有交的 2 个" in text(april)
    assert april.needs_person
    assert closed.overdue == ()


def test_a_period_of_which_nothing_came_at_all_is_overdue_once_it_is_over(
    office: Workspace, store: Store, scheme: Scheme
) -> None:
    take(office, store, 花名册=ROSTER, 甲=returned("李四"), 乙=returned("王五"), 丙=returned("赵六"))

    before = stand(office, store, scheme, datetime(2023, 4, 30, 12, 0))
    after = stand(office, store, scheme, datetime(2023, 5, 1, 0, 1))

    assert before.overdue == ()
    assert [(one.period, one.returned, one.missing) for one in after.overdue] == [("2023-04", 0, 3)]


def test_who_is_overdue_is_told_by_the_roster_that_was_in_force_then(
    office: Workspace, store: Store, scheme: Scheme
) -> None:
    def roster(period: str, *names: str) -> str:
        return "\n".join(f"roster {period} 张庄村/{name} post=组长" for name in names)

    take(office, store, 一=roster("2023-01", "李四", "王五"), 二=roster("2023-03", "李四", "赵六", "孙七"))
    take(office, store, 三月=returned("李四"), 二月=returned("李四").replace("2023-03", "2023-02"))

    march = status(office, store, scheme, "2023-03", NOW)
    february = status(office, store, scheme, "2023-02", NOW)

    assert march.returns is not None
    assert february.returns is not None
    assert [one.name for one in march.returns.missing] == ["赵六", "孙七"]
    assert [one.name for one in february.returns.missing] == ["王五"]
    assert [(one.period, one.missing) for one in march.overdue] == [("2023-02", 1)]


def test_a_record_without_a_period_is_found_without_reading_all_the_others(
    office: Workspace, store: Store, scheme: Scheme
) -> None:
    take(office, store, 甲=returned("李四"), 乙=returned("王五").replace("2023-03", "-"))

    assert [one.file for one in store.undated("dayang-monthly")] == ["乙.docx"]
    assert {period: [one.name for one in who] for period, who in store.returned(["dayang-monthly"]).items()} == {
        "2023-03": ["李四"]
    }


def test_without_a_roster_nobody_is_said_to_be_missing(office: Workspace, store: Store, scheme: Scheme) -> None:
    take(office, store, 甲=returned("李四"))

    assert "没有花名册，不知道还缺谁" in text(stand(office, store, scheme))


def test_files_that_wait_in_the_inbox_are_named(office: Workspace, store: Store, scheme: Scheme) -> None:
    (office.inbox / "张庄村").mkdir()
    (office.inbox / "张庄村" / "一\n二.docx").write_text("x")

    found = stand(office, store, scheme)

    assert found.inbox == ("张庄村/一\n二.docx",)
    assert "    张庄村/一 二.docx" in text(found).splitlines()


def test_a_return_for_a_closed_period_waits_for_a_person(office: Workspace, store: Store, scheme: Scheme) -> None:
    take(office, store, 甲=returned("李四"))
    store.add_closing(Closing(scheme.id, "2023-03", True, "王敏", "已公示", NOW))

    found = stand(office, store, scheme)

    assert len(found.late) == 1
    assert "2023年3月 张庄村/李四" in found.late[0]
    assert "等人处理：1 处" in text(found)


def test_a_watcher_that_is_silent_or_in_trouble_is_said_to_be_stuck(
    office: Workspace, store: Store, scheme: Scheme
) -> None:
    with sole(office.archive, "看守收件箱", NOW) as heart:
        heart.beat(NOW, "waiting", done=7)
        well = stand(office, store, scheme, NOW + timedelta(seconds=20)).watcher
        silent = stand(office, store, scheme, NOW + timedelta(minutes=20)).watcher
        heart.beat(NOW, "trouble", trouble="磁盘已满。")
        troubled = stand(office, store, scheme).watcher
    gone = stand(office, store, scheme).watcher

    assert (well.stuck, silent.stuck, troubled.stuck, gone.stuck) == (False, True, True, False)
    assert "已收 7 个，20 秒前有动静" in well.words
    assert "磁盘已满" in troubled.words
    assert "没有在看守" in gone.words


def test_the_summary_of_a_day_is_written_over_that_of_an_hour_ago(
    office: Workspace, store: Store, scheme: Scheme
) -> None:
    write_daily(office, stand(office, store, scheme))
    take(office, store, 甲=returned("李四"))

    write_daily(office, stand(office, store, scheme, NOW + timedelta(hours=1)))

    assert [path.name for path in office.pending.iterdir()] == ["收件日报 2023-04-03.txt"]
    assert "今天收到 1 个文件" in daily_path(office, NOW).read_text(encoding="utf-8-sig")


def test_without_a_scheme_it_says_what_could_not_be_told(office: Workspace, store: Store) -> None:
    found = stand(office, store, None)

    assert found.returns is None
    assert "没有指明办法" in text(found)
