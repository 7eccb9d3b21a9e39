"""``formgen generate`` from a workspace: what is kept goes into the papers, and the papers are recorded."""

from __future__ import annotations

from pathlib import Path

import click
import openpyxl
import pytest
from paper import part, text
from papers_made import sheet, table, yuan
from returns import NINE, SCORES, SHA_A, SHA_B, SHA_C, record

from formgen import workspace
from formgen.assess import assess_period
from formgen.cli import formgen
from formgen.errors import UsageError
from formgen.model import Submission
from formgen.parsing import FileReading
from formgen.scheme.loading import load_decisions, load_schemes
from formgen.store import Store
from formgen.workspace import Workspace

SCHEMES = {scheme.id: scheme for scheme in load_schemes()}


def office(folder: Path, scheme: str) -> Workspace:
    """A workspace with the example decisions."""
    return workspace.create(folder / "办公室", scheme=scheme, demo=True)


def take(place: Workspace, sha256: str, name: str, *lines: str) -> None:
    records = tuple(record(line, row) for row, line in enumerate(lines, 1))
    with Store(place.database) as store:
        store.add_reading(Submission(sha256, name, NINE), FileReading(name, sha256, "docx", records))


def assess(place: Workspace, scheme: str, *periods: str) -> None:
    decisions = load_decisions(list(place.decision_tables), list(SCHEMES.values()), place.settings)
    own = [one for one in decisions if one.scheme == scheme]
    with Store(place.database) as store:
        for period in periods:
            assess_period(store, SCHEMES[scheme], own, period, at=NINE)


def run(place: Workspace, *words: str) -> int:
    return int(formgen.main(["generate", *words, "-w", str(place.root)], standalone_mode=False) or 0)


@pytest.fixture
def dayang(tmp_path: Path) -> Workspace:
    place = office(tmp_path, "dayang-2023")
    people = ("张庄村/李四", "张庄村/王五", "李楼村/赵六")
    take(place, SHA_A, "花名册.xlsx", *(f"roster - {who} base_pay=300" for who in people))
    for sha, period in ((SHA_B, "2023-03"), ("d" * 64, "2023-04")):
        take(place, sha, f"{period}.docx", *(f"dayang-monthly {period} {who} {SCORES}" for who in people))
    take(place, SHA_C, "事项.xlsx", "facts - 张庄村/李四 date=2023-03-08 kind=会议无故迟到 count=2")
    assess(place, "dayang-2023", "2023-03", "2023-04")
    return place


def test_the_record_of_somebody_is_made_from_all_that_is_kept(dayang: Workspace) -> None:
    assert run(dayang, "archive", "李四", "--date", "2024-01-05") == 0

    (path,) = dayang.outbox.glob("个人档案/*.docx")
    rows = table(path, 1)
    assert [(row["时段"], row["补贴增减（元）"]) for row in rows] == [("2023年3月", "−40"), ("2023年4月", "0")]
    assert rows[0]["事项记录"] == "3月8日会议无故迟到2次"
    assert rows[0]["依据的文件"] == "2023-03.docx\n事项.xlsx"
    assert text(part(path)).endswith("2024年1月5日")


def test_several_records_at_once_within_bounds(dayang: Workspace) -> None:
    assert run(dayang, "archive", "李四", "李楼村/赵六", "--from", "2023-04") == 0

    made = sorted(dayang.outbox.glob("个人档案/*.docx"))
    assert [len(table(path, 1)) for path in made] == [1, 1]


@pytest.mark.parametrize(
    "words", [("archive", "钱八"), ("archive", "李四", "--from", "去年"), ("public-table", "-p", "2023-03")]
)
def test_what_cannot_be_made_is_said(dayang: Workspace, words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        run(dayang, *words)


def test_a_record_is_asked_for_by_name(dayang: Workspace) -> None:
    with pytest.raises(click.UsageError):
        run(dayang, "archive")


def test_papers_say_of_what_results_they_are_made(dayang: Workspace) -> None:
    run(dayang, "results", "-p", "2023-03")
    run(dayang, "paysheet", "-p", "2023-03")
    run(dayang, "table", "-p", "2023-03", "李四")
    run(dayang, "archive", "李四")

    with Store(dayang.database) as store:
        kept = store.assessments("dayang-2023", period="2023-03")
        hashes = {f"assessment:{one.sha256}" for one in kept}
        hashes |= {f"standing:{one.sha256}" for one in store.standings("dayang-2023", period="2023-03")}
        made = {
            one.kind: {words for words in one.made_from if "ing:" in words or "assessment:" in words}
            for one in store.issuances()
        }
    assert len(hashes) == 6  # three people, assessed and settled
    assert {one for one in made["results"] if one in hashes} == hashes
    assert {one for one in made["paysheet"] if one in hashes} == hashes
    assert len(made["table"] & hashes) == 2
    assert len(made["archive"] & hashes) == 2


def test_the_notice_and_the_pay_sheet_of_a_workspace_agree(dayang: Workspace) -> None:
    run(dayang, "results", "-p", "2023-03", "--to", "各村")
    run(dayang, "paysheet", "-p", "2023-03")

    (notice,) = dayang.outbox.glob("2023-03/通报/*.docx")
    (paid,) = dayang.outbox.glob("2023-03/工资表/*.xlsx")
    sums = next(row for row in sheet(paid) if row["序号"] == "合计")
    assert sum(yuan(row["补贴增减（元）"]) for row in table(notice)) == sums["增减合计（元）"] == -40
    assert sums["实发（元）"] == 860


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_the_table_of_a_month_is_made_public(tmp_path: Path, kind: str) -> None:
    place = office(tmp_path, "tongshi-2023")
    take(place, SHA_A, "花名册.xlsx", "roster - 张庄村/李四", "roster - 李楼村/王五")
    take(place, SHA_B, "事项.xlsx", "facts - 张庄村 date=2023-02-08 kind=会议迟到 count=1")

    assert run(place, "public-table", "-p", "2023-03", "--kind", kind) == 0

    (path,) = place.outbox.glob(f"2023-03/逐月公开/*.{kind}")
    rows = table(path) if kind == "docx" else sheet(path)
    assert [(str(row["村"]), str(row["累计得分"])) for row in rows[:2]] == [("李楼村", "80"), ("张庄村", "78")]


def test_a_row_of_no_village_is_said_and_asks_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = office(tmp_path, "tongshi-2023")
    take(place, SHA_A, "花名册.xlsx", "roster - 张庄村/李四")
    take(place, SHA_B, "事项.xlsx", "facts - 远村 date=2023-02-08 kind=会议迟到 count=1")

    assert run(place, "public-table", "-p", "2023-03") == 1

    assert "“远村”不是花名册里的村" in capsys.readouterr().err


def test_the_meals_of_a_quarter_are_paid(tmp_path: Path) -> None:
    place = office(tmp_path, "ningxia-2015")
    take(place, SHA_A, "花名册.xlsx", "roster - 张庄村/李四 team=县供销社", "roster - 李楼村/王五 team=县供销社")
    take(
        place,
        SHA_B,
        "登记表.docx",
        "ningxia-register-quarterly 2016-Q1 张庄村/李四",
        "ningxia-register-quarterly 2016-Q1 李楼村/王五",
    )
    take(
        place,
        SHA_C,
        "事项.xlsx",
        *(
            f"facts 2016-Q1 {who} kind={kind} {rest}"
            for who, days, grade in (("张庄村/李四", 62, "优秀"), ("李楼村/王五", 60, "基本称职"))
            for kind, rest in (("驻村天数", f"count={days}"), ("平时考核等次", f"level={grade} count=1"))
        ),
    )
    assess(place, "ningxia-2015", "2016-Q1")

    run(place, "paysheet", "-p", "2016-Q1", "--organ", "县扶贫办")

    (path,) = place.outbox.glob("2016-Q1/工资表/*.xlsx")
    assert [(row["姓名"], row["发放天数"], row["实发（元）"]) for row in sheet(path)[:2]] == [
        ("李四", 62, 1860),
        ("王五", 0, 0),
    ]
    assert openpyxl.load_workbook(path).active.title == "伙食补助费发放表"


def test_a_wrong_day_is_said(dayang: Workspace) -> None:
    with pytest.raises(UsageError, match="不是日期"):
        run(dayang, "archive", "李四", "--date", "明天")


def test_nothing_is_printed_of_results_that_rest_on_less_than_is_known(dayang: Workspace) -> None:
    take(dayang, "e" * 64, "补登.xlsx", "facts - 张庄村/王五 date=2023-03-09 kind=会议无故缺席 count=1")

    for words in (("results", "--to", "各村"), ("paysheet",), ("table",), ("letter", "不称职")):
        with pytest.raises(UsageError, match=r"(?s)王五：后来登记或更正的事项.*formgen assess --period 2023-03"):
            run(dayang, *words, "-p", "2023-03")
    assess(dayang, "dayang-2023", "2023-03")

    assert run(dayang, "paysheet", "-p", "2023-03") == 0
    assert run(dayang, "paysheet", "-p", "2023-04") == 0


def test_lists_sent_before_somebody_came_late_are_to_be_sent_again(dayang: Workspace) -> None:
    assert run(dayang, "results", "-p", "2023-03", "--to", "各村", "--kind", "xlsx") == 0
    assert run(dayang, "paysheet", "-p", "2023-03") == 0
    assert run(dayang, "paysheet", "-p", "2023-04") == 0
    take(dayang, "e" * 64, "晚到.docx", f"dayang-monthly 2023-03 李楼村/钱七 {SCORES}")
    decisions = load_decisions(list(dayang.decision_tables), list(SCHEMES.values()), dayang.settings)

    with Store(dayang.database) as store:
        own = [one for one in decisions if one.scheme == "dayang-2023"]
        first = assess_period(store, SCHEMES["dayang-2023"], own, "2023-03", at=NINE)
        again = assess_period(store, SCHEMES["dayang-2023"], own, "2023-03", at=NINE)

    assert {(one.issuance.kind, one.issuance.path.split("/")[1], one.action) for one in first.affected} == {
        ("results", "2023-03", "reissue"),
        ("paysheet", "2023-03", "reissue"),
    }
    assert all("李楼村/钱七" in one.reason and "没有结果" in one.reason for one in first.affected)
    assert again.affected == ()
