"""Score sheets spoiled at random: nothing is read wrong in silence."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from decimal import Decimal

import pytest
from corruptions import spoil
from grids import dayang
from score_sheets import SHEETS, read

# --- properties ---------------------------------------


@pytest.mark.parametrize("seed", range(250))
def test_nothing_is_read_wrong_in_silence(seed: int) -> None:
    chance = random.Random(seed)
    sheet = chance.choice(SHEETS)
    spoiled = spoil(sheet, chance)

    extraction = read(spoiled.document)

    doubted = defaultdict(list)
    for issue in extraction.issues:
        doubted[issue.field].append(issue.code.value)
    assert [record.form for record in extraction.records] == [sheet.id], spoiled.told
    for field, stated in spoiled.truth.items():
        found = extraction.records[0].readings[field].value
        same = found == (Decimal(stated) if stated is not None and isinstance(found, Decimal) else stated)
        assert same or doubted[field], (field, stated, found, spoiled.told)


def test_a_form_is_read_within_milliseconds() -> None:
    paper = dayang()
    read(paper)

    start = time.perf_counter()
    for _ in range(20):
        read(paper)

    assert (time.perf_counter() - start) / 20 < 0.05
