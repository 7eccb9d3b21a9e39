"""The table of what ``check`` holds papers to names rules and tests that there are, and leaves no clause out."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = (ROOT / "docs" / "clauses-checked.md").read_text(encoding="utf-8")
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "formgen" / "conformity").glob("*.py")))


def test_each_rule_of_the_table_is_in_the_program() -> None:
    named = set(re.findall(r"`([a-z]+(?:-[a-z0-9]+)+)`", TABLE))
    made = set(re.findall(r'"([a-z]+(?:-[a-z0-9]+)+)"', CODE))
    open_ended = "|".join(  # written as f"{code}-padded" or f"margin-{side}"
        re.escape(one).replace(r"\{code\}", r"[a-z-]+").replace(r"\{side\}", r"\w+").replace(r"\{level\}", r"\d")
        for one in re.findall(r'f"((?:\{code\}|[a-z]+)-[a-z{}-]+)"', CODE)
    )

    missing = {code for code in named - made if re.fullmatch(open_ended, code) is None}

    assert len(named) > 100
    assert missing == set()


def test_each_test_of_the_table_is_there() -> None:
    named = re.findall(r"`(tests/\w+\.py)`", TABLE)

    assert named
    assert all((ROOT / name).is_file() for name in named)


def test_no_clause_is_left_out() -> None:
    rows = re.findall(r"^\| ([\d.]+)", TABLE, re.MULTILINE)
    wanted = {"5.1", "5.2.1", "5.2.2", "5.2.3", "5.2.4", "6.1", "6.3", "7.5", "8", "9", "10.1", "10.2", "10.3"}
    wanted |= {f"7.2.{n}" for n in range(1, 8)} | {f"7.3.{n}" for n in range(1, 8)} | {f"7.4.{n}" for n in (1, 2, 3)}

    assert wanted <= set(rows)
