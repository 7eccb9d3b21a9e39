"""The written total as a checksum over a page of scores."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from paper import all_forms

from parsers.scan.allowed import Ranking, merged
from parsers.scan.checksum import WRONG_TOTAL, Term, decide
from parsers.scan.settling import Seen, settle

ONE = Decimal(1)


def sure(value: str, others: tuple[str, ...] = ()) -> Ranking:
    return merged({**dict.fromkeys(others, 1e-6), value: 0.999}, 1e-6)


def whole_numbers(best: str, second: str, share: float, maximum: int = 10) -> Ranking:
    rest = {str(n): 1e-5 for n in range(maximum + 1)}
    return merged({**rest, best: 1 - share, second: share}, 1e-4)


def test_an_unclear_score_is_settled_by_the_total() -> None:
    terms = [Term("1.1", whole_numbers("6", "4", 0.4)), Term("1.2", sure("8")), Term("1.3", sure("2"))]

    decision = decide(terms, sure("14", tuple(str(n) for n in range(31))), step=ONE)

    assert [value.value for value in decision.values] == [Decimal(4), Decimal(8), Decimal(2)]
    assert decision.values[0].overruled and not decision.values[1].overruled
    assert decision.consistent and decision.values[0].share > 0.97


def test_a_total_that_does_not_agree_leaves_nothing_certain() -> None:
    terms = [Term("1.1", sure("6", ("5", "7"))), Term("1.2", sure("8", ("3",)))]

    decision = decide(terms, sure("41", tuple(str(n) for n in range(60))), step=ONE)

    assert not decision.consistent
    assert all(value.share == 0.0 for value in decision.values)
    assert decision.total is not None and decision.total.share == 0.0
    assert [value.value for value in decision.values] == [Decimal(6), Decimal(8)]


def test_a_clear_score_is_not_bent_to_a_total_one_off() -> None:
    terms = [Term("1.1", whole_numbers("9", "8", 0.01)), Term("1.2", sure("8"))]

    decision = decide(terms, sure("16", tuple(str(n) for n in range(21))), step=ONE)

    assert decision.values[0].share < 0.95


def test_a_blank_bonus_adds_nothing_and_stays_blank() -> None:
    terms = [Term("1.1", sure("6")), Term("5.1", None)]

    decision = decide(terms, sure("6", ("7",)), step=ONE)

    assert decision.values[1].value is None and decision.values[1].share == 1.0
    assert decision.consistent


def test_a_deduction_is_taken_off() -> None:
    terms = [Term("1.1", sure("30")), Term("7.1", whole_numbers("7", "1", 0.3), sign=-1)]

    decision = decide(terms, sure("23", tuple(str(n) for n in range(41))), step=ONE)

    assert decision.values[1].value == Decimal(7) and decision.consistent


def test_the_value_of_an_unreadable_cell_is_not_taken_from_the_total() -> None:
    junk = merged({str(n): 1e-6 for n in range(11)}, 1.0)
    terms = [Term("1.1", sure("6")), Term("1.2", junk)]

    decision = decide(terms, sure("14", tuple(str(n) for n in range(21))), step=ONE)

    assert decision.values[1].share < 0.01


def test_a_total_that_cannot_be_read_contradicts_nothing_and_bears_out_nothing() -> None:
    total = merged({str(n): 1e-4 for n in range(21)}, 1.0)
    unclear = whole_numbers("8", "3", 0.3)

    decision = decide([Term("1.1", sure("6")), Term("1.2", unclear)], total, step=ONE)

    assert decision.consistent and decision.agreement is None
    assert [value.share for value in decision.values] == [value.alone for value in decision.values]
    assert decision.total is not None and decision.total.share == 0.0


def test_a_total_that_an_unread_cell_may_make_up_for_is_not_sure() -> None:
    """47 is written; the cells that can be read make 46, and what is in the last is anyone's guess."""
    unread = merged({"0": 0.03, "1": 0.03, "2": 0.03}, 0.9)
    total = sure("47", tuple(str(n) for n in range(60)))

    decision = decide([Term("1.1", sure("40", ("30",))), Term("1.2", sure("6", ("5",))), Term("1.3", unread)], total)

    assert decision.total is not None and decision.total.share <= 0.5
    assert decision.values[2].share < 0.5


def test_a_subtotal_settles_its_own_group() -> None:
    terms = [
        Term("1.1", whole_numbers("6", "4", 0.45), group="一"),
        Term("1.2", sure("2"), group="一"),
        Term("2.1", whole_numbers("4", "6", 0.45), group="二"),
    ]
    marks = [("一", sure("6", tuple(str(n) for n in range(13)))), ("二", sure("6", tuple(str(n) for n in range(11))))]

    decision = decide(terms, sure("12", tuple(str(n) for n in range(31))), step=ONE, subtotals=marks)

    assert [value.value for value in decision.values] == [Decimal(4), Decimal(2), Decimal(6)]
    assert [mark.value for mark in decision.subtotals] == [Decimal(6), Decimal(6)]


def test_a_subtotal_that_disagrees_with_its_group_is_said() -> None:
    terms = [Term("1.1", sure("6", ("5",)), group="一"), Term("2.1", sure("4", ("3",)), group="二")]

    decision = decide(
        terms, sure("10", tuple(str(n) for n in range(20))), step=ONE, subtotals=[("一", sure("9", ("6", "7", "8")))]
    )

    assert not decision.consistent


def test_half_points_are_counted_in_halves() -> None:
    cell = merged({"8": 0.5, "8.5": 0.5}, 1e-4)

    decision = decide([Term("1.1", cell), Term("1.2", sure("2.5"))], sure("11", ("10.5", "10")))

    assert decision.values[0].value == Decimal("8.5")


def test_a_value_off_the_step_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple"):
        decide([Term("1.1", sure("0.25"))], sure("1"))


def test_without_a_total_each_score_stands_by_itself() -> None:
    decision = decide([Term("1.1", sure("6")), Term("1.2", merged({"3": 0.2}, 0.8))])

    assert decision.agreement is None and decision.consistent
    assert [value.value for value in decision.values] == [Decimal(6), None]


def test_the_programme_agrees_with_trying_every_assignment() -> None:
    cells = [merged({"0": 0.4, "1": 0.45, "2": 0.15}, 0.05), merged({"0": 0.1, "1": 0.6, "2": 0.3}, 0.02)]
    total = merged({str(n): share for n, share in enumerate((0.05, 0.1, 0.5, 0.3, 0.05))}, 1e-9)

    decision = decide([Term("a", cells[0]), Term("b", cells[1])], total, step=ONE)

    joint = {
        (a, b): cells[0].share(str(a)) * cells[1].share(str(b)) * total.share(str(a + b)) * 5 * (1 - WRONG_TOTAL)
        for a, b in product(range(3), repeat=2)
    }
    best = max(range(3), key=lambda a: sum(weight for pair, weight in joint.items() if pair[0] == a))
    ratio = sum(w for p, w in joint.items() if p[0] == best) / sum(w for p, w in joint.items() if p[1] == 1)
    assert decision.agreement is not None
    if decision.consistent:
        assert decision.values[0].value == best
        assert decision.values[0].share / decision.values[1].share == pytest.approx(ratio, rel=0.15)


def test_a_mark_for_nothing_is_blank_and_adds_nothing() -> None:
    terms = [Term("1.1", sure("6")), Term("5.1", merged({"": 0.99, "0": 0.005, "1": 0.002}, 0.003))]

    decision = decide(terms, sure("6", ("7",)), step=ONE)

    assert decision.values[1].value is None and decision.values[1].share > 0.98


def test_a_hand_that_loses_figures_in_cell_and_total_alike_is_not_borne_out() -> None:
    """10 and 10分 read as 0, and the total 100 as 80: all of it agrees, and none of it is so."""
    lost = merged({"0": 0.7, "10": 0.29, **{str(n): 1e-5 for n in range(1, 10)}}, 0.01)
    total = merged({"80": 0.93, **{str(n): 1e-3 for n in range(20) if n != 80}}, 0.01)
    terms = [Term("1.1", sure("80", ("70",))), Term("1.2", lost), Term("1.3", lost)]

    decision = decide(terms, total, step=ONE)

    assert decision.values[0].share > 0.99
    assert all(value.share <= 0.7 and not value.witnessed for value in decision.values[1:] if value.value == 0)
    assert decision.values[0].witnessed


def test_the_same_1_in_a_score_and_in_the_total_bears_out_nothing_on_a_worn_page() -> None:
    """62 + 4 + 18 = 84 is written; the copier has made 1 of each 4, and 62 + 1 + 18 = 81 agrees as well."""
    cells = [Term("1.1", whole_numbers("62", "52", 0.1, 70)), Term("1.2", sure("1", ("4",))), Term("1.3", sure("18"))]
    total = sure("81", tuple(str(n) for n in range(101)))

    decision = decide(cells, total, step=ONE)

    assert [value.thinned for value in decision.values] == [False, True, False]
    assert decision.values[0].witnessed and not decision.values[1].witnessed
    assert decision.total is not None and decision.total.share <= 0.5


def test_the_same_1_for_tens_bears_out_nothing_where_a_4_is_allowed_there_in_both() -> None:
    """40 + 10 + 30 + 62 = 142 is written; the copier has made 1 of each 4 of the tens: 10 + 10 + 30 + 62 = 112."""
    cells = [Term("1.1", sure("10", ("40",))), Term("1.2", sure("10", ("20",))), Term("1.3", sure("30"))]
    cells.append(Term("1.4", whole_numbers("62", "52", 0.1, 70)))
    total = sure("112", tuple(str(n) for n in range(151)))

    decision = decide(cells, total, step=ONE)

    assert [value.thinned for value in decision.values] == [True, False, False, False]
    assert decision.total is not None and decision.total.share <= 0.5


def test_a_total_that_its_scores_have_chosen_is_asked_about() -> None:
    """The total looks like 93 and is read as 98, which the scores add up to: it may be wrong by 5."""
    cells = [Term("1.1", sure("70")), Term("1.2", sure("18")), Term("1.3", sure("10"))]

    chosen, plain = (
        decide(cells, whole_numbers(best, second, 0.12, 100), step=ONE) for best, second in (("93", "98"), ("98", "93"))
    )

    assert chosen.total is not None and plain.total is not None
    assert chosen.total.value == plain.total.value == 98
    assert chosen.total.share <= 0.5 < plain.total.share
    assert all(value.share > 0.98 for value in chosen.values)


def test_a_clerk_is_told_that_a_1_and_its_total_may_have_been_a_4() -> None:
    form = all_forms()["dayang-monthly"][1]
    total = sure("51", tuple(str(n) for n in range(101)))
    written = {"1.4": sure("1", ("4",)), "2.2": whole_numbers("20", "10", 0.1, 20), "3.1": sure("30"), "total": total}

    said, agrees = settle(form, [Seen(field, True, ranking.text, 1.0, ranking) for field, ranking in written.items()])

    assert agrees and said["2.2"].confidence > 0.99
    assert said["1.4"].confidence <= 0.6 and said["total"].confidence <= 0.6
    assert "4" in said["1.4"].doubt and "4" in said["total"].doubt


@pytest.mark.parametrize("written", ["1", "1.5"])
def test_a_1_of_which_an_unread_total_says_nothing_is_asked_about(written: str) -> None:
    form = all_forms()["ningxia-captain-annual"][1]
    lost = merged({}, 1.0)
    figures = {"1.1": sure("70"), "5.1": sure(written, ("4.5",)), "total": lost}

    said, _ = settle(form, [Seen(field, True, "", 1.0, ranking) for field, ranking in figures.items()])

    assert said["5.1"].text == written
    assert said["5.1"].confidence <= 0.6
    assert said["1.1"].confidence > 0.99


@pytest.mark.parametrize(
    ("read", "others", "asked"), [("10", ("40",), True), ("21", ("24",), True), ("10", ("20",), False)]
)
def test_any_1_is_asked_about_where_an_unread_total_says_nothing_and_more_is_allowed(
    read: str, others: tuple[str, ...], asked: bool
) -> None:
    form = all_forms()["ningxia-captain-annual"][1]
    figures = {"1.1": sure(read, others), "5.1": sure("5"), "total": merged({}, 1.0)}

    said, _ = settle(form, [Seen(field, True, "", 1.0, ranking) for field, ranking in figures.items()])

    assert said["1.1"].text == read
    assert (said["1.1"].confidence <= 0.6) == asked
    assert said["5.1"].confidence > 0.99


def test_a_1_on_a_page_of_plain_figures_is_borne_out_by_its_total() -> None:
    cells = [Term("1.1", sure("62")), Term("1.2", sure("1", ("4",))), Term("1.3", sure("18"))]
    total = sure("81", tuple(str(n) for n in range(101)))

    decision = decide(cells, total, step=ONE)

    assert all(value.witnessed and not value.thinned for value in decision.values)
    assert decision.total is not None and decision.total.share > 0.99


@pytest.mark.parametrize(("ten", "witnessed"), [(1e-3, False), (1e-6, True)])
def test_a_total_is_no_witness_to_a_nought_that_may_be_a_ten(ten: float, witnessed: bool) -> None:
    nought = merged({"0": 0.97, "10": ten, "6": 0.01}, 0.02)

    decision = decide([Term("1.1", sure("6")), Term("1.2", nought)], sure("6", ("16", "7", "8")), step=ONE)

    assert decision.values[1].value == 0
    assert decision.values[1].witnessed is witnessed


def test_two_unclear_figures_that_make_each_other_up_are_not_sure() -> None:
    """55 = 55 + 9 − 9 is written; the deduction is cut off and looks like a 5, and the other 9 a little like one."""
    cut_off = merged({str(n): 0.0002 for n in range(21)} | {"5": 0.886}, 0.1)
    nine = merged({str(n): 0.001 for n in range(11)} | {"9": 0.79, "5": 0.197}, 0.001)
    total = sure("55", tuple(str(n) for n in range(101)))

    decision = decide([Term("1.1", sure("55", ("54",))), Term("5.1", nine), Term("7.2", cut_off, sign=-1)], total)

    assert all(value.share < 0.95 for value in decision.values[1:])


def test_a_figure_beside_a_strike_out_bears_out_no_total() -> None:
    """87.5 is the sum and 87 is written: what is crossed out may be 1 or 1.5, and agrees with anything near."""
    smeared = merged({"1": 0.6, "2": 0.09, "1.5": 0.01, "0": 0.0, "3": 0.0, "4": 0.0, "0.5": 0.0}, 0.3)
    total = sure("87", tuple(str(n) for n in range(101)))

    decision = decide([Term("1.1", sure("86", ("85",))), Term("1.4", smeared)], total)

    assert decision.values[1].value == 1
    assert decision.total is not None and decision.total.share <= 0.5


@pytest.mark.parametrize(("rest", "asked"), [(0.03, True), (0.0, False)])
def test_a_total_that_a_doubtful_rest_of_a_longer_figure_adds_up_to_is_asked_about(rest: float, asked: bool) -> None:
    first = merged({"0.5": 0.97 - rest, **({"10.5": rest} if rest else {})}, 1e-6)  # the total is ten too small
    terms = [Term("1.1", first), Term("1.2", sure("9")), Term("1.3", sure("23"))]

    decision = decide(terms, sure("32.5", ("42.5", "22.5")), step=Decimal("0.5"))

    assert decision.consistent
    assert decision.total is not None
    assert (decision.total.share <= 0.5) is asked
