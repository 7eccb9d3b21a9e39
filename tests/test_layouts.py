"""A score sheet in any layout, filled in any way: nothing is read wrong without an issue, nothing plain is doubted."""

from __future__ import annotations

from pathlib import Path

import pytest
from judging import judge
from layouts import FORMS, layout

from formgen.parsing import Hints
from formgen.scheme.loading import load_schemes
from parsers.reading import read_file

ALL_FORMS = tuple(form for scheme in load_schemes(None) for form in scheme.form)
SEEDS = range(120)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sheet_of_any_layout_is_read_right(seed: int, tmp_path: Path) -> None:
    ending, data, truth = layout(seed)
    file = tmp_path / f"{seed}.{ending}"
    file.write_bytes(data)

    reading = read_file(file, ALL_FORMS, hints=Hints(names=(file.name,)))

    assert not judge(truth, reading)


def test_the_layouts_are_of_every_form_and_hold_faults() -> None:
    truths = [layout(seed)[2]["record"][0] for seed in SEEDS]

    assert {truth["form"] for truth in truths} == set(FORMS)
    assert sum("field_issues" in truth for truth in truths) > 20
    assert sum("issues" in truth for truth in truths) > 10
