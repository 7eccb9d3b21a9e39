"""The written total as a checksum over the scores of a page: the most probable values, and how sure each of them is.

A page is right where the signed sum of its scores is the written total. All assignments are weighed exactly, by dynamic
programming over sums in units of the step; "the person added wrongly" is a hypothesis of its own, and sums near the
true one are likelier then. A blank adds nothing and is no zero. A cell in which none of the allowed values stands
may have meant any of them: it takes part in the sum as unknown, and its value is never taken from the total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from parsers.scan import thinned
from parsers.scan.allowed import Ranking
from parsers.scan.alphabet import Floats

WRONG_TOTAL = 0.05  #: How often a written total is not the sum of its scores.
NEAR = 0.5  #: Share of the wrong totals that are near the sum.
CARRY = 0.1  #: Share of those that are 10 too much or too little; the rest may be anything.
NEARNESS = 0.7  #: How fast nearness falls, for each unit of the step.
AGREEING = 0.5  #: A page below this probability of an agreeing total is inconsistent.
LOST = 0.003  #: A longer figure of which the value may be the rest is a rival from this share of its own cell on.
LOST_TEN = 3e-5  #: The same for 10, the usual figure and the one that looks most like its rest, 0.
SMEARED = 0.25  #: A figure beside a strike-out, or a smear, is so probably none of its answers …
GUESS = 0.65  #: … and where its value has no more than this share besides, the total has chosen it, and is no witness.
PLAIN = 0.98  #: A figure below this share of its own cell may have lost strokes, and then others of its page may have.
WEAK = 0.9  #: A figure of which the best value has less is unclear.
DOUBTFUL = 0.09  #: From this share of "none of these" on a figure is cut off, or stands beside a strike-out …
ALTERNATIVES = 6  #: … and may be one of so many others, which look like it; of a smear it may be any.
OPEN = 0.5  #: A value below this share leaves it open whether the chosen values add up.
UNREAD = 0.5  #: A total that is more probably none of its values than one of them cannot be read.


@dataclass(frozen=True, slots=True)
class Term:
    """A score of the page."""

    field: str
    ranking: (
        Ranking | None
    )  #: None: no ink in the cell. Values are decimal figures, or ``""`` for a mark that means nothing.
    sign: int = 1  #: −1 for a deduction.
    group: str = ""  #: The sub-total that it belongs to, if the page has such.


@dataclass(frozen=True, slots=True)
class Settled:
    """A value with the probability that it is what was written."""

    field: str
    value: Decimal | None  #: None: blank, or none of the allowed values is probable.
    share: float  #: Posterior of ``value``, by the total too where one is written; 0 on a page that does not agree.
    alone: float  #: The probability of the same value by its own cell only.
    overruled: bool = False  #: The cell by itself would rather have been read as another value.
    witnessed: bool = True  #: The total is a witness to it, where there is one; see ``_may_have_lost``.
    thinned: bool = False  #: It and the total may both have lost the same strokes; see ``_without_thinned``.


@dataclass(frozen=True, slots=True)
class Decision:
    """What stands on a page of scores."""

    values: tuple[Settled, ...]  #: As the terms, in their order.
    total: Settled | None  #: None where no total is written.
    subtotals: tuple[Settled, ...] = ()
    agreement: float | None = None  #: Probability that the written totals are the sums; None where none is written.

    @property
    def consistent(self) -> bool:
        """Whether the scores and every written total agree. True where no total is written: nothing contradicts."""
        return self.agreement is None or self.agreement >= AGREEING


def figure(value: str) -> Decimal:
    """The amount of an answer; ``""``, a mark for nothing, adds nothing."""
    return Decimal(value or "0")


class _Sums:
    """Sums in units of the step, from −bound to bound, as arrays centred on zero."""

    def __init__(self, bound: int, step: Decimal) -> None:
        self.bound, self.step = bound, step
        self.size = 2 * bound + 1

    def units(self, value: Decimal) -> int:
        """The place of a value in an array. Raises ValueError where it is no multiple of the step."""
        quotient = value / self.step
        if quotient != quotient.to_integral_value():
            raise ValueError(f"{value} is no multiple of {self.step}")
        return int(quotient) + self.bound

    def joined(self, one: Floats, other: Floats) -> Floats:
        """The weights of the sum of two independent figures; sums beyond the bound are impossible by its choice."""
        (start, one), (upper, other) = _support(one), _support(other)
        joined = np.zeros(self.size)
        if len(one) and len(other):
            first = start + upper - self.bound
            joined[first : first + len(one) + len(other) - 1] = np.convolve(one, other)
        return joined

    def fitting(self, figure: Floats, others: Floats, gate: Floats) -> Floats:
        """How well each value of a figure fits, given the sum of the others and the gate on the sum of all."""
        (start, figure), (upper, others) = _support(figure), _support(others)
        found = np.zeros(self.size)
        if len(figure) and len(others):
            first = start + upper - self.bound
            part = gate[first : first + len(figure) + len(others) - 1]
            found[start : start + len(figure)] = np.correlate(part, others, "valid")
        return found

    def nothing(self) -> Floats:
        """The figure that is surely zero."""
        figure = np.zeros(self.size)
        figure[self.bound] = 1.0
        return figure

    def joined_all(self, figures: Sequence[Floats]) -> Floats:
        """The weights of the sum of any number of figures."""
        joined = self.nothing()
        for one in figures:
            joined = self.joined(joined, one)
        return joined

    def cell(self, term: Term) -> tuple[Floats, Floats]:
        """The weights of a cell's contribution: read as an allowed value, and not read (blank, or any of them)."""
        read, unread = np.zeros(self.size), np.zeros(self.size)
        if term.ranking is None:
            return read, self.nothing()
        doubtful = term.ranking.other >= DOUBTFUL and len(term.ranking.values) > ALTERNATIVES
        for value, share in zip(term.ranking.values, term.ranking.shares, strict=True):
            place = self.units(term.sign * figure(value))
            read[place] += share
            if doubtful and share < OPEN:
                unread[place] += term.ranking.other / ALTERNATIVES
            elif not doubtful:
                unread[place] += term.ranking.other / len(term.ranking.values)
        unread[self.bound] += term.ranking.blank
        if not term.ranking.values:
            unread[self.bound] += term.ranking.other
        return read, unread

    def gate(self, ranking: Ranking, wrong: float) -> tuple[Floats, Floats]:
        """How well a written total fits each sum: if it is right, and in any case (wrong or unread as well)."""
        count = max(len(ranking.values), 1)
        written = np.zeros(self.size)
        for value, share in zip(ranking.values, ranking.shares, strict=True):
            written[self.units(figure(value))] += share
        distance = np.abs(np.arange(-self.size + 1, self.size))
        near = np.where(distance > 0, NEARNESS ** np.maximum(distance - 1, 0), 0.0)
        near *= NEAR * (1 - NEARNESS) / 2
        near[distance == round(10 / self.step)] += CARRY / 2
        mistaken = (
            np.convolve(written, near)[self.size - 1 : 2 * self.size - 1] + written.sum() * (1 - NEAR - CARRY) / count
        )
        right = (1 - wrong) * written * count
        return right, right + wrong * mistaken * count + ranking.other + ranking.blank


def _support(weights: Floats) -> tuple[int, Floats]:
    """Where the weights that are not 0 begin, and the part of the array from there to the last of them."""
    places = np.flatnonzero(weights)
    return (int(places[0]), weights[places[0] : places[-1] + 1]) if len(places) else (0, weights[:0])


def _messages(sums: _Sums, figures: Sequence[Floats], gate: Floats) -> list[Floats]:
    """For each figure, how well each of its values fits, given all the others and the gate on the sum of all."""
    before = [sums.nothing()]
    for figure in figures:
        before.append(sums.joined(before[-1], figure))
    after = [sums.nothing()]
    for figure in reversed(figures):
        after.append(sums.joined(after[-1], figure))
    after.reverse()
    return [
        sums.fitting(figure, sums.joined(before[number], after[number + 1]), gate)
        for number, figure in enumerate(figures)
    ]


def decide(
    terms: Sequence[Term],
    total: Ranking | None = None,
    *,
    step: Decimal = Decimal("0.5"),
    subtotals: Sequence[tuple[str, Ranking]] = (),
    wrong_total: float = WRONG_TOTAL,
) -> Decision:
    """Settle the scores of a page. ``subtotals``: group name and ranking; ``step``: what all values are multiples of.

    A blank total or sub-total is left out (None, or not passed). Without any, each score stands by itself, and so it
    does where the total cannot be read: that contradicts nothing, and bears out nothing. Raises ValueError for a value
    that is no multiple of the step.
    """
    subtotals = [(name, ranking) for name, ranking in subtotals if ranking.other + ranking.blank < UNREAD]
    if total is not None and total.other + total.blank >= UNREAD:
        if not subtotals:
            return Decision(tuple(_by_itself(term) for term in terms), Settled("total", None, 0.0, 0.0))
        total = None
    if total is None and not subtotals:
        return Decision(tuple(_by_itself(term) for term in terms), None)
    sums = _Sums(_bound(terms, total, subtotals, step), step)
    cells = [sums.cell(term) for term in terms]
    figures = [read + unread for read, unread in cells]
    marks = {name: sums.gate(ranking, wrong_total) for name, ranking in subtotals}
    anything = np.ones(sums.size)
    grand = (anything, anything) if total is None else sums.gate(total, wrong_total)
    right, anyhow = (
        _weighed(sums, terms, figures, {name: gates[way] for name, gates in marks.items()}, grand[way])
        for way in (0, 1)
    )
    whole = float(anyhow.total.sum())
    if whole <= 0:
        return _torn(terms, total, subtotals)
    agreement = float(right.total.sum()) / whole
    values = tuple(
        _settled(term, read * message / whole, sums)
        for term, (read, _), message in zip(terms, cells, anyhow.messages, strict=True)
    )
    settled_total = None if total is None else _figure("total", total, right.total / whole, sums)
    settled_marks = tuple(_figure(name, ranking, right.groups[name] / whole, sums) for name, ranking in subtotals)
    if sum(_weak(term.ranking) for term in terms) > 1:  # the total settles one figure; two may make each other up
        values = tuple(
            replace(one, share=min(one.share, one.alone), witnessed=False) if one.overruled else one for one in values
        )
    if agreement < AGREEING or not _adds_up(terms, values, settled_total, settled_marks):
        return _torn(terms, total, subtotals, min(agreement, AGREEING / 2))
    chosen = settled_total is not None and settled_total.alone < OPEN  # by the scores, which may hide that it is wrong
    if settled_total is not None and (chosen or any(map(_makes_up, terms, values))):
        settled_total = replace(settled_total, share=min(settled_total.share, OPEN))
    if settled_total is not None and total is not None and _worn([*(term.ranking for term in terms), total]):
        values, settled_total = _without_thinned(terms, values, settled_total, total)
    return Decision(values, settled_total, settled_marks, agreement)


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    """All assignments, weighed under one supposition about the written totals."""

    messages: list[Floats]  #: For each term, how well each of its values fits with everything else.
    groups: Mapping[str, Floats]  #: For each group, the weight of each sum of it.
    total: Floats  #: The weight of each sum of everything.


def _weighed(
    sums: _Sums, terms: Sequence[Term], figures: Sequence[Floats], marks: Mapping[str, Floats], grand: Floats
) -> _Weighed:
    """``marks`` and ``grand``: how well each sum goes with the sub-totals and the total."""
    members: dict[str, list[int]] = {name: [] for name in marks}
    for number, term in enumerate(terms):
        members.setdefault(term.group, []).append(number)
    anything = np.ones(sums.size)
    gated: dict[str, Floats] = {}
    for name, numbers in members.items():
        gated[name] = sums.joined_all([figures[number] for number in numbers]) * marks.get(name, anything)
    outer = dict(zip(gated, _messages(sums, list(gated.values()), grand), strict=True))
    messages: list[Floats] = [anything] * len(terms)
    for name, numbers in members.items():
        inner = _messages(sums, [figures[number] for number in numbers], outer[name] * marks.get(name, anything))
        for number, message in zip(numbers, inner, strict=True):
            messages[number] = message
    groups = {name: outer[name] * gated[name] for name in gated}
    return _Weighed(messages, groups, sums.joined_all(list(gated.values())) * grand)


def _bound(
    terms: Sequence[Term], total: Ranking | None, subtotals: Sequence[tuple[str, Ranking]], step: Decimal
) -> int:
    """The largest sum that can come about, in units of the step."""
    largest = [
        max((abs(figure(value)) for value in term.ranking.values), default=Decimal(0))
        for term in terms
        if term.ranking is not None
    ]
    written = [ranking for _, ranking in subtotals] + ([total] if total is not None else [])
    figures = [abs(figure(value)) for ranking in written for value in ranking.values]
    return int(max([sum(largest, Decimal(0)), *figures]) / step) + 1


def _by_itself(term: Term) -> Settled:
    if term.ranking is None:
        return Settled(term.field, None, 1.0, 1.0)
    best = term.ranking.best
    if best is None:
        return Settled(term.field, None, 0.0, 0.0)
    value = Decimal(best) if best else None  # a mark that means nothing is no figure
    return Settled(term.field, value, term.ranking.shares[0], term.ranking.shares[0])


def _settled(term: Term, weights: Floats, sums: _Sums) -> Settled:
    if term.ranking is None:
        return Settled(term.field, None, 1.0, 1.0)
    place = int(weights.argmax())
    if weights[place] <= 0:
        return Settled(term.field, None, 0.0, 0.0)
    same = {v: term.ranking.share(v) for v in term.ranking.values if sums.units(term.sign * figure(v)) == place}
    value = max(same, key=lambda v: same[v])
    share = float(weights[place]) * same[value] / max(sum(same.values()), 1e-300)
    lost = _may_have_lost(term.ranking, value)
    if lost:
        share = min(share, same[value])
    overruled = value != term.ranking.values[0]
    return Settled(term.field, figure(value) if value else None, share, same[value], overruled, not lost)


def _may_have_lost(ranking: Ranking, value: str) -> bool:
    """Whether the value may be what is left of a longer figure (0 of 10): the total is no witness then.

    A hand that runs figures together does so in several cells and in the total, where the losses make each other up.
    """
    if value == "0" and ranking.share("10") >= LOST_TEN:
        return True
    return any(
        share >= LOST and len(other) > len(value) and other.endswith(value) and value
        for other, share in zip(ranking.values, ranking.shares, strict=True)
    )


def _weak(ranking: Ranking | None) -> bool:
    """Whether a figure is unclear by its own cell."""
    return ranking is not None and (not ranking.shares or ranking.shares[0] < WEAK)


def _makes_up(term: Term, one: Settled) -> bool:
    """Whether a cell may make up for whatever is wrong with a total."""
    guess = term.ranking is not None and term.ranking.other >= SMEARED and one.alone < GUESS
    rest = not one.witnessed and one.alone < PLAIN  # of a longer figure, by which a total may be too small as well
    return one.share < OPEN or guess or rest


def _worn(rankings: Sequence[Ranking | None]) -> bool:
    """Whether a page has figures that are not quite plain: a copier that loses thin strokes leaves such."""
    return any(one is not None and (not one.shares or one.shares[0] < PLAIN) for one in rankings)


def _without_thinned(
    terms: Sequence[Term], values: Sequence[Settled], total: Settled, seen: Ranking
) -> tuple[tuple[Settled, ...], Settled]:
    """The same without the witness of the total for each 1 that stands at the same place in a score and in the total.

    A copier that loses thin strokes makes 1 of 4 in both, and they still agree.
    """
    if total.value is None:
        return tuple(values), total
    kept = tuple(
        replace(one, share=min(one.share, one.alone), witnessed=False, thinned=True)
        if one.value is not None
        and term.ranking is not None
        and thinned.alike(one.value, term.ranking.values, total.value, seen.values)
        else one
        for term, one in zip(terms, values, strict=True)
    )
    if any(one.thinned for one in kept):
        total = replace(total, share=min(total.share, OPEN), witnessed=False, thinned=True)
    return kept, total


def _figure(name: str, ranking: Ranking, weights: Floats, sums: _Sums) -> Settled:
    return _settled(Term(name, ranking), weights, sums)


def _adds_up(
    terms: Sequence[Term], values: Sequence[Settled], total: Settled | None, subtotals: Sequence[Settled]
) -> bool:
    """Whether the values that were chosen one by one agree with the totals that were chosen.

    Where one of them is hardly more than a guess, nothing can be said against the others.
    """
    figures = [*values, *subtotals, *((total,) if total is not None else ())]
    if any(one.share < OPEN for one in figures):
        return True
    signed = [term.sign * (value.value or Decimal(0)) for term, value in zip(terms, values, strict=True)]
    if total is not None and total.value != sum(signed):
        return False
    return all(
        mark.value == sum(amount for term, amount in zip(terms, signed, strict=True) if term.group == mark.field)
        for mark in subtotals
    )


def _torn(
    terms: Sequence[Term], total: Ranking | None, subtotals: Sequence[tuple[str, Ranking]], agreement: float = 0.0
) -> Decision:
    """The page does not agree: every value is what its own cell says, and none is sure."""

    def doubtful(settled: Settled) -> Settled:
        return Settled(settled.field, settled.value, 0.0, settled.alone)

    return Decision(
        tuple(doubtful(_by_itself(term)) for term in terms),
        None if total is None else doubtful(_by_itself(Term("total", total))),
        tuple(doubtful(_by_itself(Term(name, ranking))) for name, ranking in subtotals),
        agreement,
    )
