"""``formgen check`` as a command: what it prints, its JSON, its exit codes, profiles of the workspace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from check_papers import NOTICE, changed, find, put, written
from click.testing import CliRunner
from test_check_documents import MESSY

from formgen.cli import formgen
from formgen.rendering.official import profile as official
from formgen.rendering.official.writer import write


def test_the_command_prints_what_is_found_and_ends_with_1(tmp_path: Path) -> None:
    file = tmp_path / "来文.docx"
    file.write_bytes(MESSY)

    run = CliRunner().invoke(formgen, ["check", str(file), "--no-render"], standalone_mode=False)

    assert run.return_value == 1
    assert "7.2.5" in run.output
    assert "年份用六角括号" in run.output
    assert "没有排版测量" in run.output


def test_the_command_writes_json_by_the_contract(tmp_path: Path) -> None:
    file = tmp_path / "来文.docx"
    file.write_bytes(MESSY)

    run = CliRunner().invoke(formgen, ["check", str(file), "--no-render", "--json"], standalone_mode=False)

    report = json.loads(run.output)
    assert report["schema_version"] == 1
    assert report["file"] == "来文.docx"
    assert {"code", "clause", "severity", "message", "found", "wanted", "where"} == set(report["findings"][0])
    assert {finding["severity"] for finding in report["findings"]} <= {"error", "warning", "info"}


def test_our_own_paper_ends_with_0_and_a_wrong_profile_is_said(tmp_path: Path) -> None:
    file = tmp_path / "通知.docx"
    file.write_bytes(written("notice", "strict"))

    good = CliRunner().invoke(
        formgen, ["check", str(file), "--no-render", "--profile", "strict"], standalone_mode=False
    )
    bad = CliRunner().invoke(
        formgen, ["check", str(file), "--no-render", "--profile", "无此版式"], standalone_mode=False
    )

    assert good.return_value == 0
    assert "没有发现" in good.output
    assert "没有名为“无此版式”的版式" in str(bad.exception)


def test_one_bad_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    (tmp_path / "坏.docx").write_bytes(b"no zip")
    (tmp_path / "好.docx").write_bytes(written("notice"))

    run = CliRunner().invoke(
        formgen, ["check", str(tmp_path / "坏.docx"), str(tmp_path / "好.docx"), "--no-render"], standalone_mode=False
    )

    assert run.return_value == 1
    assert "读不了" in run.output
    assert "没有发现" in run.output


def test_a_profile_of_the_workspace_is_held_to(tmp_path: Path) -> None:
    CliRunner().invoke(formgen, ["init", str(tmp_path / "办公室")], standalone_mode=False)
    folder = tmp_path / "办公室" / "profiles"
    folder.mkdir(exist_ok=True)
    (folder / "本县.toml").write_text('沿用 = "compat"\n行距 = 28\n页码 = "居中"\n', encoding="utf-8")
    file = tmp_path / "通知.docx"
    file.write_bytes(write(NOTICE, official.find("本县", tmp_path / "办公室")))

    run = CliRunner().invoke(
        formgen,
        ["check", str(file), "--no-render", "--profile", "本县", "-w", str(tmp_path / "办公室")],
        standalone_mode=False,
    )

    assert "没有发现" in run.output
    assert run.return_value == 0


def test_without_libreoffice_it_is_said_what_was_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMGEN_SOFFICE", str(tmp_path / "nowhere"))
    file = tmp_path / "通知.docx"
    file.write_bytes(written("notice"))

    run = CliRunner().invoke(formgen, ["check", str(file)], standalone_mode=False)

    assert run.return_value == 0
    assert "本机没有 LibreOffice" in run.output


@pytest.mark.libreoffice
def test_the_command_measures_the_page(tmp_path: Path) -> None:
    good, low = tmp_path / "通知.docx", tmp_path / "低.docx"
    good.write_bytes(written("notice"))
    low.write_bytes(
        changed(
            written("notice"),
            "word/document.xml",
            lambda root: put(find(root, "青禾镇人民政府文件"), "spacing", "pPr", before=454),
        )
    )

    run = CliRunner().invoke(formgen, ["check", str(good), str(low), "--json"], standalone_mode=False)

    first, second = (json.loads(line) for line in run.output.splitlines())
    assert first["findings"] == []
    assert first["not_checked"] == []
    assert [one["code"] for one in second["findings"]] == ["mark-top"]
    assert second["findings"][0]["where"]["page"] == 1
    assert run.return_value == 1
