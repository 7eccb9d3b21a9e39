"""Allowed answers under the recogniser's probabilities: sums over spellings, look-alikes, none of these."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise, product

import numpy as np
import pytest

from parsers.scan.allowed import Candidate, Spelling, View, candidates_of, forward, merged, plan, rank, unsure
from parsers.scan.alphabet import Alphabet
from parsers.scan.answers import chinese, scores, words
from parsers.scan.calibration import calibrated

CHARACTERS = ("", *"0123456789Oo.分王建国军 ")


def steps_of(*probable: dict[str, float]):  # type: ignore[no-untyped-def]
    """Steps in which the named characters have their probability, and all others share the rest."""
    rows = []
    for step in probable:
        rest = (1 - sum(step.values())) / (len(CHARACTERS) - len(step))
        rows.append([step.get(character, rest) for character in CHARACTERS])
    return np.array(rows)


ALPHABET = Alphabet(CHARACTERS)


def test_the_forward_sum_is_that_over_all_paths() -> None:
    steps = steps_of({"": 0.2, "1": 0.5}, {"": 0.3, "1": 0.2, "0": 0.3}, {"": 0.4, "0": 0.5}, {"0": 0.6})
    layout = plan(candidates_of(["10", "11", "1"]))
    emissions = ALPHABET.emissions(steps, layout.symbols, 0.0, 1e-12)

    found = np.exp(forward(emissions, layout))

    column = {"": 0, **{symbol: number + 1 for number, symbol in enumerate(layout.symbols)}}
    for text, probability in zip(("10", "11", "1"), found, strict=True):
        expected = 0.0
        for path in product(column, repeat=len(steps)):
            merged = [one for before, one in pairwise(("?", *path)) if one != before]
            if "".join(merged) == text:
                expected += float(np.prod([emissions[n, column[c]] for n, c in enumerate(path)]))
        assert probability == pytest.approx(expected, rel=1e-9)


def test_a_letter_o_is_the_figure_nought() -> None:
    ranking = rank([View(steps_of({"O": 0.9, "0": 0.05}))], ALPHABET, [str(n) for n in range(10)])

    assert ranking.text == "O"
    assert ranking.best == "0" and ranking.shares[0] > 0.9


def test_a_name_in_a_score_cell_is_none_of_the_answers() -> None:
    steps = steps_of({"王": 0.99}, {"": 0.98}, {"国": 0.99})

    ranking = rank([View(steps)], ALPHABET, scores(Decimal(10)))

    assert ranking.best is None and ranking.other > 0.9


def test_an_empty_line_is_blank() -> None:
    ranking = rank([View(steps_of({"": 0.999}, {"": 0.999}))], ALPHABET, ["1", "2"])

    assert ranking.best is None and ranking.blank > 0.9


def test_the_shares_of_a_ranking_add_up_to_one() -> None:
    ranking = rank([View(steps_of({"7": 0.6, "1": 0.3}))], ALPHABET, scores(Decimal(20)))

    assert sum(ranking.shares) + ranking.other + ranking.blank == pytest.approx(1.0)


def test_spellings_of_a_value_count_together() -> None:
    steps = steps_of({"8": 0.97}, {"分": 0.5, "": 0.5})

    ranking = rank([View(steps)], ALPHABET, [Candidate("8", (Spelling("8"), Spelling("8分"))), Candidate("3", ())])

    assert ranking.shares[0] > 0.95 and ranking.other < 0.01


def test_a_brother_who_is_not_on_the_roster_is_not_taken_for_him() -> None:
    clear = steps_of({"王": 0.99}, {"建": 0.99}, {"军": 0.98})

    ranking = rank([View(clear)], ALPHABET, words(("王建国",)))

    assert ranking.best is None


def test_an_unclear_character_of_a_known_name_does_not_lose_it() -> None:
    unclear = steps_of({"王": 0.99}, {"建": 0.99}, {"军": 0.5, "国": 0.3})

    ranking = rank([View(unclear)], ALPHABET, words(("王建国", "王国")))

    assert ranking.best == "王建国"


def test_points_go_from_nought_to_the_maximum_in_steps() -> None:
    usual = [c.value for c in scores(Decimal(2)) if c.weight > 0.1]

    assert usual == ["0", "0.5", "1", "1.5", "2"]
    with pytest.raises(ValueError, match="step"):
        scores(Decimal(2), Decimal(0))


def test_only_tiers_are_usual_where_the_form_has_tiers() -> None:
    tiers = (Decimal(2), Decimal(4), Decimal(7), Decimal(10))

    usual = [c.value for c in scores(Decimal(10), tiers=tiers, bonus=True) if c.weight > 0.1]

    assert usual == ["0", "2", "4", "7", "10", ""]


def test_a_deduction_is_an_answer_only_where_points_are_taken_off() -> None:
    ordinary = {way.text for c in scores(Decimal(10)) for way in c.spellings}
    deduction = {way.text for c in scores(Decimal(10), deduction=True) for way in c.spellings}

    assert "扣2" not in ordinary and "-2" not in ordinary
    assert {"扣2", "-2", "2"} <= deduction


@pytest.mark.parametrize(
    ("value", "text"), [("8", "八"), ("10", "十"), ("15", "十五"), ("20", "二十"), ("8.5", "八点五")]
)
def test_chinese_numerals_are_spellings(value: str, text: str) -> None:
    assert chinese(Decimal(value)) == text


def test_confidence_rises_with_the_share_and_nothing_stays_nothing() -> None:
    shares = (0.2, 0.5, 0.9, 0.99, 0.999)

    confidences = [calibrated(share) for share in shares]

    assert confidences == sorted(confidences)
    assert calibrated(0.0) == calibrated(0.0, True) == 0.0
    assert calibrated(0.9, True) > calibrated(0.9)


def test_a_ranking_that_is_made_unsure_still_adds_up_to_one() -> None:
    sure = merged({"7": 0.99, "1": 0.005}, 0.004, 0.001)

    found = unsure(sure, 0.05)

    assert found.other == pytest.approx(0.05) and sum(found.shares) + found.other + found.blank == pytest.approx(1.0)
    assert unsure(found, 0.01) == found
