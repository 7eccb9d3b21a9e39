"""What formgen rests on: each library with its licence, and asked after where that is possible."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parent.parent / "tools"


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_pinned_library_stands_on_the_page_with_its_licence(capsys: pytest.CaptureFixture[str]) -> None:
    assert tool("make_licences").check() == 0, capsys.readouterr().out


def answer(*libraries: dict[str, object]) -> str:
    return json.dumps({"dependencies": list(libraries)})


def audited(monkeypatch: pytest.MonkeyPatch, text: str | None) -> int:
    audit = tool("audit_dependencies")
    done = None if text is None else subprocess.CompletedProcess([], 0, text, "")
    monkeypatch.setattr(audit, "auditor", dict)
    monkeypatch.setattr(audit, "run", lambda command, environment: done)
    return int(audit.main())


@pytest.mark.parametrize("text", [None, "", "not json", answer({"name": "a", "skip_reason": "not found"})])
def test_where_nobody_can_be_asked_it_is_said_and_nothing_fails(
    text: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(monkeypatch, text) == 0
    assert "NOT audited" in capsys.readouterr().out


def test_a_known_weakness_is_named_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    weak = {"name": "a", "version": "1", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["2"]}]}
    skipped = {"name": "b", "skip_reason": "not found"}

    assert audited(monkeypatch, answer(weak, skipped)) == 1

    said = capsys.readouterr().out
    assert "a 1: CVE-2026-1, mended in 2" in said
    assert "1 looked up, 1 known weaknesses; 1 could NOT be looked up" in said


def test_without_an_index_the_auditor_is_not_had(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    audit = tool("audit_dependencies")
    monkeypatch.setattr(audit, "BESIDE", tmp_path / "pip-audit")
    monkeypatch.setattr(audit.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(audit, "run", lambda command, environment: subprocess.CompletedProcess([], 1, "", "no index"))

    assert audit.auditor() is None
