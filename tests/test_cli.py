"""The command line as a clerk meets it: help, exit codes, the reading contract, the whole path."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import click
import pytest

from formgen.cli import COMMANDS, formgen
from formgen.cli.console import FileProgress, shorten, table, width
from formgen.cli.review import typed
from formgen.errors import UsageError
from formgen.scheme.loading import load_schemes

ROOT = Path(__file__).parent.parent
RETURNS = ROOT / "samples" / "dayang-2023-03" / "收件箱"
ROSTER = ROOT / "samples" / "dayang-2023-03" / "花名册.xlsx"
FORMS = {form.id: form for scheme in load_schemes() for form in scheme.form}


def run(*words: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run formgen as its own process, as a clerk does."""
    command = [sys.executable, "-c", "from formgen.cli import main; main()", *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=folder, timeout=300, check=False
    )


def every_command(command: click.Command, path: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """The words of every command and subcommand."""
    found = [tuple(path)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += every_command(inner, (*path, name))
    return found


def test_help_lists_every_command_in_chinese() -> None:
    said = run("--help")

    assert said.returncode == 0
    assert all(f"  {name} " in said.stdout for name in COMMANDS)
    assert "用法：formgen" in said.stdout
    assert "Options" not in said.stdout


def test_help_loads_nothing_but_click() -> None:
    code = (
        "import sys\nfrom formgen.cli import formgen\n"
        "try: formgen.main(['--help'], standalone_mode=False)\nexcept SystemExit: pass\n"
        "heavy = {'lxml', 'pydantic', 'openpyxl', 'docx', 'docxtpl', 'pdfplumber', 'sqlite3', 'jinja2', 'rapidfuzz'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)

    assert said.stderr.strip() == "[]"


@pytest.mark.parametrize("words", every_command(formgen), ids=" ".join)
def test_every_command_explains_itself_in_chinese(words: tuple[str, ...]) -> None:
    context = click.Context(formgen, info_name="formgen")
    command: click.Command = formgen
    for word in words:
        assert isinstance(command, click.Group)
        inner = command.get_command(context, word)
        assert inner is not None
        command = inner

    text = command.get_help(command.context_class(command, info_name=" ".join(words) or "formgen"))

    assert "Show this message" not in text
    assert "显示本说明" in text
    assert len(command.help or "") > 5
    assert all(getattr(option, "help", "x") for option in command.params if isinstance(option, click.Option))


def test_the_page_of_commands_is_what_the_program_says() -> None:
    code = "import sys; sys.path.insert(0, 'tools'); import make_commands; print(make_commands.page(), end='')"
    made = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=True,
    )  # fmt: skip

    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == made.stdout, "run make docs"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nonsense",), 2, "没有这个命令"),
        (("read",), 2, "缺少"),
        (("read", "--nonsense", "x"), 2, "没有选项"),
        (("read", "不在这里.docx"), 5, "找不到文件"),
        (("assess", "-p", "2023-03"), 2, "不在工作区内"),
        (("scheme", "show", "nonsense"), 2, "没有编号为"),
        (("read", "x.docx", "--period", "三月"), 2, "不是考核时段"),
    ],
)
def test_a_wrong_call_is_told_in_chinese(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    result = run(*words, folder=tmp_path)

    assert result.returncode == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("张庄村-张守田.docx", 0),
        ("王集村-王芳.docx", 1),
        ("会议通知.docx", 4),
        ("新建文档.docx", 4),
        ("赵圩村（加密）.docx", 8),
    ],
)
def test_read_ends_with_the_code_of_what_it_met(name: str, code: int) -> None:
    assert run("read", RETURNS / name).returncode == code


def test_read_follows_the_contract() -> None:
    said = run("read", RETURNS / "王集村-王芳.docx", RETURNS / "会议通知.docx", "--json")

    first, second = map(json.loads, said.stdout.splitlines())
    assert first["schema_version"] == 1
    assert first["file"] == "王集村-王芳.docx"
    assert len(first["sha256"]) == 64
    (record,) = first["records"]
    assert record["form"] == "dayang-monthly"
    assert record["subject"]["village"] == "王集村"
    assert record["period"] == "2023-03"
    fields = {field["id"]: field for field in record["fields"]}
    assert fields["2.2"] == {
        "id": "2.2", "text": "17", "value": "17", "where": "table 1, row 10, column 4", "confidence": 1.0,
    }  # fmt: skip
    assert fields["5.1"]["value"] is None
    (mismatch,) = [issue for issue in first["issues"] if issue["code"] == "total-mismatch"]
    assert (mismatch["field"], mismatch["record"]) == ("total", 0)
    assert second["records"] == []
    assert second["issues"][0]["code"] == "not-a-form"
    assert "field" not in second["issues"][0]


def test_read_writes_nothing(tmp_path: Path) -> None:
    run("read", RETURNS / "张庄村-张守田.docx", folder=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_the_whole_path(tmp_path: Path) -> None:
    office = tmp_path / "小组长"
    assert run("init", office, "--scheme", "dayang-2023").returncode == 0
    for source in (ROSTER, RETURNS / "张庄村-张守田.docx", RETURNS / "王集村-王芳.docx"):
        (office / "收件箱" / source.name).write_bytes(source.read_bytes())

    taken = run("intake", folder=office)
    assert taken.returncode == 1
    assert list((office / "收件箱").iterdir()) == []
    assert run("intake", folder=office).stdout.startswith("收件箱里没有新文件")

    undecided = run("assess", "-p", "2023-03", folder=office)
    assert undecided.returncode == 9
    assert "需要本级决定" in undecided.stderr
    with (office / "formgen.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            '\n[[decision]]\nscheme = "dayang-2023"\ngap = "bands"\nvalue = { "优秀" = 95, "称职" = 60 }\n'
            'authority = "镇党委会议纪要〔2023〕1号"\ndate = 2023-02-20\n'
        )

    doubts = run("review", "--json", folder=office)
    assert doubts.returncode == 1
    (doubt,) = map(json.loads, doubts.stdout.splitlines())
    assert (doubt["field"], doubt["value"]) == ("total", "95")
    unfinished = run("assess", "-p", "2023-03", folder=office)
    assert unfinished.returncode == 1
    assert "未定" in unfinished.stdout
    refused = run("generate", "results", "-p", "2023-03", folder=office)
    assert refused.returncode == 2
    assert "王芳" in refused.stderr
    corrected = run("review", "set", doubt["ref"], "93", "--by", "王敏", "--why", "本人核对", folder=office)
    assert corrected.returncode == 0

    run("assess", "-p", "2023-03", folder=office)
    assert run("review", folder=office).returncode == 0
    assert "王敏" in run("review", "log", folder=office).stdout
    made = run("generate", "results", "-p", "2023-03", "--to", "各村民委员会", folder=office)
    assert made.returncode == 0, made.stderr
    assert Path(made.stdout.strip()).is_file()
    reason = run("why", "王集村/王芳", "2023-03", "2.2", folder=office)
    assert reason.returncode == 0
    assert "附件2" in reason.stdout
    assert "王集村-王芳.docx 第1个表第10行第4列" in reason.stdout
    blanks = run("generate", "blank", "-p", "2023-04", "--kind", "xlsx", "--village", "张庄村", folder=office)
    assert blanks.returncode == 0
    assert all(Path(line).is_file() for line in blanks.stdout.splitlines())
    dry = run("generate", "table", "-p", "2023-03", "-n", folder=office)
    assert dry.returncode == 0
    assert not (office / "发文" / "2023-03" / "评分表").exists()


def test_a_correction_must_fit_its_field() -> None:
    form = FORMS["dayang-monthly"]

    assert typed(form, "2.1", "8.5", None) == Decimal("8.5")
    assert typed(form, "2.1", "空白", None) is None
    assert typed(form, "name", "李四", None) == "李四"
    for field, given in (
        ("2.1", "11"),
        ("2.1", "-1"),
        ("2.1", "八分"),
        ("2.1", "NaN"),
        ("period", "2023"),
        ("period", "x"),
    ):
        with pytest.raises(UsageError):
            typed(form, field, given, None)
    with pytest.raises(UsageError):
        typed(FORMS["damao-annual"], "1.1", "很好", None)


def test_a_review_answers_only_what_there_is(tmp_path: Path) -> None:
    office = tmp_path / "小组长"
    run("init", office, "--scheme", "dayang-2023")
    for name in ("王集村-王芳.docx", "新建文档.docx"):
        (office / "收件箱" / name).write_bytes((RETURNS / name).read_bytes())
    run("intake", folder=office)
    doubts = {
        json.loads(line)["file"]: json.loads(line)
        for line in run("review", "--json", folder=office).stdout.splitlines()
    }
    who = ("--by", "王敏", "--why", "看过")

    assert run("review", "confirm", "1:9.9", *who, folder=office).returncode == 2
    assert run("review", "confirm", "1:!foo", *who, folder=office).returncode == 2
    assert run("review", "set", "1:9.9", "3", *who, folder=office).returncode == 2
    negative = run(
        "review", "set", doubts["王集村-王芳.docx"]["ref"].replace("total", "2.1"), "-3", *who, folder=office
    )
    assert "应在 0 到 10 之间" in negative.stderr
    seen = run("review", "confirm", doubts["新建文档.docx"]["ref"], *who, folder=office)
    assert seen.returncode == 0, seen.stderr
    left = [json.loads(line)["file"] for line in run("review", "--json", folder=office).stdout.splitlines()]
    assert left == ["王集村-王芳.docx"]


def test_tables_align_chinese() -> None:
    assert width("村a１") == 5
    assert shorten("一二三四五", 7) == "一二三…"
    assert table(("村", "分"), [("张庄村", "8"), ("李楼", "10")]).splitlines()[2:] == ["张庄村  8", "李楼    10"]


def test_the_demo_goes_the_whole_way(tmp_path: Path) -> None:
    result = run("demo", "示例", folder=tmp_path)

    assert result.returncode == 0, result.stderr
    outbox = tmp_path / "示例" / "发文"
    assert len(list((outbox / "2023-03" / "评分表").glob("*.docx"))) >= 24
    assert list((outbox / "2023-03" / "通报").glob("*通报*.docx"))
    assert list((outbox / "2023-03" / "工资表").glob("*.xlsx"))
    assert "草稿" not in "".join(path.name for path in outbox.rglob("*"))
    again = run("demo", "示例", folder=tmp_path)
    assert again.returncode == 0
    (tmp_path / "别的").mkdir()
    (tmp_path / "别的" / "重要.txt").write_text("x", encoding="utf-8")
    assert run("demo", "别的", folder=tmp_path).returncode == 2
    assert (tmp_path / "别的" / "重要.txt").exists()


def test_the_progress_names_the_page_of_the_scan_that_is_read() -> None:
    told: list[tuple[int, int, str]] = []
    progress = FileProgress(lambda *step: told.append(step))

    progress.page(1)  # before any file: of none
    progress.file(0, 2, "扫描.pdf")
    progress.page(3)

    assert told == [(0, 2, "扫描.pdf"), (0, 2, "第3页 扫描.pdf")]
