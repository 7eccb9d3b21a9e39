"""What holds of all commands: each that reads has --json, each that writes has -n and then writes nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from kept import Office
from returns import SCORES

from formgen import workspace
from formgen.cli import formgen

READING = frozenset(
    (
        "read", "status", "review", "review log", "facts list", "why", "verify", "audit", "check", "doctor",
        "scheme list", "scheme show", "scheme lint", "scheme gaps", "scheme coverage", "scheme test", "scheme diff",
        "scheme schema", "template list", "template lint", "template verify",
    )
)  # fmt: skip
JSON_ALONE = frozenset(("scheme schema",))  #: What it prints is JSON without being asked.


def commands(command: click.Command = formgen, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Each command that does something, with its words."""
    if path and (not isinstance(command, click.Group) or command.invoke_without_command):
        yield " ".join(path), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, (*path, name))


def options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}


def test_each_reading_command_gives_json_and_each_writing_one_can_be_tried() -> None:
    lacking = []
    for words, command in commands():
        if words in READING:
            lacking += [f"{words}: --json"] if words not in JSON_ALONE and "--json" not in options(command) else []
        else:
            lacking += [f"{words}: -n/--dry-run"] if not {"-n", "--dry-run"} <= options(command) else []

    assert lacking == []


def test_the_reading_commands_are_commands() -> None:
    assert {words for words, _ in commands()} >= READING


@dataclass(frozen=True)
class Place:
    """A workspace with two months of three people, one doubt and one fact."""

    root: Path
    database: Path
    late: int  #: Number of the fact.

    def state(self) -> tuple[list[str], str]:
        """All files but the database's own, and what the database holds."""
        files = sorted(
            f"{path.relative_to(self.root)} {path.stat().st_size}"
            for path in self.root.rglob("*")
            if path.is_file() and not path.name.startswith("formgen.sqlite")
        )
        raw = sqlite3.connect(self.database)
        try:
            return files, "\n".join(raw.iterdump())
        finally:
            raw.close()

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(formgen, [*words, "-w", str(self.root)], standalone_mode=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = workspace.create(tmp_path_factory.mktemp("全部命令") / "工作区", scheme="dayang-2023", demo=True)
    office = Office(made.archive, "dayang-2023")
    people = ("张庄村/李四", "张庄村/王五", "李楼村/赵六")
    office.take(*(f"roster - {who} base_pay=300" for who in people))
    for period in ("2023-03", "2023-04"):
        office.take(*(f"dayang-monthly {period} {who} {SCORES}" for who in people))
    sha256 = office.take("facts - 张庄村/李四 date=2023-03-08 kind=会议无故迟到 count=2")
    (fact,) = office.store.records_of(sha256)
    for period in ("2023-03", "2023-04"):
        office.assess(period)
    office.store.close()
    (made.inbox / "新来的.txt").write_text("还没有收")
    return Place(made.root, made.database, fact.id)


WHO = ("--by", "王敏", "--why", "签到表")


@pytest.mark.parametrize(
    "words",
    [
        ("intake",),
        ("assess", "-p", "2023-03"),
        ("assess", "-p", "2023-04", "--no-grade"),
        ("review set", "4:2.1", "7", *WHO),
        ("facts add", "李四", "会议无故迟到", "--date", "2023-04-08", *WHO),
        ("facts withdraw", "{late}", *WHO),
        ("close", "2023-03", *WHO),
        ("forget", "张庄村/李四", *WHO),
        ("export", "--redact"),
        ("generate results", "-p", "2023-03"),
        ("generate paysheet", "-p", "2023-03"),
        ("generate archive", "李四"),
        ("generate blank", "-p", "2023-05"),
        ("generate table", "-p", "2023-03"),
        ("generate letter", "-p", "2023-03", "批评教育"),
    ],
    ids=" ".join,
)
def test_what_is_only_tried_leaves_no_trace(place: Place, words: tuple[str, ...]) -> None:
    before = place.state()
    group, *rest = words

    result = place.run(*group.split(), *(word.format(late=place.late) for word in rest), "-n")

    assert result.exception is None or group == "generate letter", result.exception  # a letter is due to nobody
    assert place.state() == before


@pytest.mark.parametrize(
    "words",
    [
        ("facts", "list", "--json"),
        ("status", "--json"),
        ("review", "--json"),
        ("review", "log", "--json"),
        ("assess", "-p", "2023-03", "-n", "--json"),
        ("why", "李四", "2023-03", "--json"),
        ("why", "李四", "2023-03", "pay", "--json"),
        ("close", "--list", "--json"),
        ("verify", "--json"),
        ("audit", "--json"),
        ("doctor", "--json"),
        ("scheme", "list", "--json"),
        ("scheme", "show", "dayang-2023", "--json"),
        ("scheme", "lint", "dayang-2023", "--json"),
        ("template", "list", "--json"),
    ],
    ids=" ".join,
)
def test_json_is_an_object_a_line_and_nothing_is_written(place: Place, words: tuple[str, ...]) -> None:
    before = place.state()

    result = place.run(*words)

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert all(isinstance(line, dict) for line in lines)
    assert lines or words[0] in ("close", "review")
    assert place.state() == before


def test_a_chain_in_json_holds_the_lines_and_the_words(place: Place) -> None:
    (line,) = (json.loads(one) for one in place.run("why", "李四", "2023-03", "pay", "--json").stdout.splitlines())

    assert line["standings"][0]["money"][-1]["value"] == "260"
    assert "应发 = 260 元" in line["text"]


def test_a_new_workspace_can_be_tried_first(tmp_path: Path) -> None:
    runner = CliRunner()

    tried = runner.invoke(formgen, ["init", str(tmp_path / "新的"), "-s", "dayang-2023", "-n"], standalone_mode=False)
    shown = runner.invoke(formgen, ["demo", str(tmp_path / "示例"), "-n"], standalone_mode=False)

    assert "会建立工作区" in tried.output
    assert "示例工作区" in shown.output
    assert list(tmp_path.iterdir()) == []
