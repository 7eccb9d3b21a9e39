"""The page on standings names every kind, key and choice."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from formgen.scheme.laws import TIES, Check, Condition, Quota

PAGE = Path(__file__).resolve().parent.parent / "docs" / "standings.md"


def test_the_page_names_every_kind_key_and_choice() -> None:
    page = PAGE.read_text(encoding="utf-8")
    kinds = [get_args(kind.model_fields["kind"].annotation)[0] for union in (Check, Condition)
             for kind in get_args(get_args(union)[0])]  # fmt: skip
    keys = [key for key in Quota.model_fields if key not in ("id", "label", "form", "article", "quote", "full", "hard")]
    choices = [choice for choice in TIES if choice != "include"]

    assert len(kinds) == 10
    assert [word for word in (*kinds, *keys, *choices) if f"`{word}" not in page] == []
