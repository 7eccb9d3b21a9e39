"""How probable each allowed answer is, given what the recogniser saw: CTC forward sums over its spellings. Pure.

The recogniser gives, for every step along the line, a probability for each character of its dictionary. Reading the
likeliest characters turns ``0`` into ``O``. Here only the answers that the field allows are weighed, characters that
look alike count as one, and what fits none of the answers is kept as a hypothesis of its own (``Ranking.other``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from parsers.scan.alphabet import BLANK, Alphabet, Floats

MISREAD = 0.0005  #: How much a digit counts that a hand makes alike.
MOST = 120  #: Spellings that are worked out for a crop; the characters of the others do not stand there.
SLACK = 3.0  #: Those that are nearly as good as the last of them are worked out too.
NEUTRAL = 0.5  #: How well ink fits a spelling of which nothing can be said.
RESCALED = 8  #: Steps after which the sums are brought back to 1: they are far from underflowing by then.
FLOOR = 1e-5  #: No character is ever held for less probable than this at a step.


@dataclass(frozen=True, slots=True)
class Spelling:
    """A way of writing an answer, or of misreading it."""

    text: str  #: As the recogniser would give it.
    weight: float = 1.0  #: How usual it is beside the other ways.
    figures: int = -1  #: How many pieces of ink it should have beside a point; -1: that cannot be said.
    point: bool = False  #: Whether a decimal point should be seen.
    touching: bool = False  #: Whether the ink looks so only where two of the figures touch.


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that a field allows, and the ways in which people write it."""

    value: str  #: What is given back when it is the answer.
    spellings: tuple[Spelling, ...]
    weight: float = 1.0  #: How usual the answer is beside the others of the field.


@dataclass(frozen=True, slots=True)
class Ranking:
    """The allowed answers for one crop, best first; ``shares``, ``other`` and ``blank`` add up to 1."""

    values: tuple[str, ...]
    shares: tuple[float, ...]
    other: float  #: That none of the answers stands there: other words, a strike-out, a scribble.
    blank: float = 0.0  #: That nothing stands there at all.
    text: str = ""  #: What the recogniser reads when it is left free.
    confidence: float = 0.0  #: The recogniser's own figure for ``text``; not calibrated.

    @property
    def best(self) -> str | None:
        """The most probable answer, None where "none of these" or "nothing there" is more probable."""
        if not self.values or self.shares[0] <= max(self.other, self.blank):
            return None
        return self.values[0]

    def share(self, value: str) -> float:
        """The probability of one answer; 0 for one that is not allowed."""
        for candidate, share in zip(self.values, self.shares, strict=True):
            if candidate == value:
                return share
        return 0.0


@dataclass(frozen=True, slots=True)
class Weighing:
    """How sceptical a ranking is."""

    trust: float = (
        200.0  #: How many times more likely it is beforehand that an allowed answer was written than another.
    )
    temperature: float = 1.0  #: Above 1: the recogniser is less sure than it says.
    junk: float = 2e-5  #: What ink that fits no answer well is measured against.
    floor: float = FLOOR
    misread: float = MISREAD


@dataclass(frozen=True, slots=True)
class Plan:
    """All spellings of a list of answers, laid out as CTC states."""

    symbols: tuple[str, ...]
    labels: NDArray[np.intp]  #: spellings × states: the emission column of each state.
    skips: Floats  #: spellings × states: 1 where the blank before the state may be left out.
    ends: NDArray[np.intp]  #: spellings: the last state.
    owner: NDArray[np.intp]  #: spellings: which answer it spells.
    weights: Floats  #: spellings: its weight times that of its answer, which averages 1.
    spellings: tuple[Spelling, ...]
    first: NDArray[np.bool_]  #: spellings: whether the same text has not come before.
    counts: Floats  #: spellings × emission columns: how often each symbol stands in it.
    looks: tuple[tuple[int, bool, bool], ...]  #: What there is to see of them: figures, a point, touching.
    look: NDArray[np.intp]  #: spellings: which of these.


def plan(candidates: tuple[Candidate, ...]) -> Plan:
    """The CTC states of all spellings of the answers. Worth keeping: the points of one field have hundreds."""
    spelt = [(number, way) for number, c in enumerate(candidates) for way in c.spellings if way.text]
    symbols = tuple(sorted({character for _, way in spelt for character in way.text}))
    column = {symbol: number + 1 for number, symbol in enumerate(symbols)}
    longest = max((len(way.text) for _, way in spelt), default=0)
    labels = np.zeros((len(spelt), 2 * longest + 1), dtype=np.intp)
    skips = np.zeros(labels.shape)
    for row, (_, way) in enumerate(spelt):
        for place, character in enumerate(way.text):
            labels[row, 2 * place + 1] = column[character]
            if place and way.text[place - 1] != character:
                skips[row, 2 * place + 1] = 1.0
    ends = np.array([2 * len(way.text) for _, way in spelt], dtype=np.intp)
    owner = np.array([number for number, _ in spelt], dtype=np.intp)
    average = sum(c.weight for c in candidates) / max(len(candidates), 1)
    weights = np.array([way.weight * candidates[number].weight / average for number, way in spelt], dtype=np.float64)
    texts = [way.text for _, way in spelt]
    earliest = {text: row for row, text in reversed(list(enumerate(texts)))}
    first = np.array([earliest[text] == row for row, text in enumerate(texts)], dtype=np.bool_)
    counts = np.zeros((len(spelt), len(symbols) + 1))
    for row, text in enumerate(texts):
        for character in text:
            counts[row, column[character]] += 1.0
    ways = tuple(way for _, way in spelt)
    seen = [(way.figures, way.point, way.touching) for way in ways]
    looks = tuple(dict.fromkeys(seen))
    look = np.array([looks.index(one) for one in seen], dtype=np.intp)
    return Plan(symbols, labels, skips, ends, owner, weights, ways, first, counts, looks, look)


def forward(emissions: Floats, plan: Plan) -> Floats:
    """The log of the CTC forward probability of every spelling of a plan. Steps are rescaled, so nothing underflows.

    Only the ``MOST`` spellings that the steps allow best are worked out; the others get next to nothing.
    """
    bounds = plan.counts @ np.log(emissions.max(axis=0)) + np.log(np.maximum(plan.weights, 1e-9))
    kept = np.arange(len(bounds))
    if len(bounds) > MOST:
        kept = np.flatnonzero(bounds >= np.partition(bounds, -MOST)[-MOST] - SLACK)
    longest = int(plan.ends[kept].max(initial=0)) + 1
    skips, ends, rows = np.ascontiguousarray(plan.skips[kept, :longest].T), plan.ends[kept], np.arange(len(kept))
    heard = np.take(emissions, plan.labels[kept, :longest].T, axis=1)  # steps × states × spellings
    state = np.zeros((longest + 2, len(kept)))  # two before the first one, from which nothing comes
    state[2:4] = heard[0, :2]
    scale = np.zeros(len(kept))
    for number, step in enumerate(heard[1:], 1):
        moved = state[2:] + state[1:-1]
        moved += state[:-2] * skips
        np.multiply(moved, step, out=state[2:])
        if number % RESCALED == 0:
            top = state.max(axis=0)
            state /= top
            scale += np.log(top)
    reached = state[ends + 2, rows] + state[ends + 1, rows]
    result: Floats = np.full(len(plan.ends), -200.0)
    result[kept] = scale + np.log(np.maximum(reached, 1e-300))
    return result


def candidates_of(answers: Iterable[str | Candidate]) -> tuple[Candidate, ...]:
    """Plain strings are candidates that are spelt as they are."""
    if isinstance(answers, tuple) and all(isinstance(answer, Candidate) for answer in answers):
        return answers
    return tuple(a if isinstance(a, Candidate) else Candidate(a, (Spelling(a),)) for a in answers)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One way of looking at a crop."""

    steps: Floats  #: The recogniser's steps (steps × alphabet, each row adding up to 1).
    weight: float = 1.0  #: How probable it is beforehand that this is the right way to look.
    fit: Callable[[int, bool, bool], float] | None = None
    """How well its ink fits so many figures, a point, and figures that touch; None: nothing can be said."""


def rank(
    views: Sequence[View],
    alphabet: Alphabet,
    answers: Sequence[str | Candidate],
    weighing: Weighing = Weighing(),
    layout: Plan | None = None,
) -> Ranking:
    """The allowed answers by probability, given one or more views of a crop. The last view gives the free text.

    ``layout``: the plan of the answers, for a caller that keeps it.
    """
    candidates = candidates_of(answers)
    layout = layout or plan(candidates)
    text, confidence = free_text(views[-1].steps, alphabet)
    mass = np.zeros(len(candidates))
    nothing = seen = 0.0
    for view in views:
        nothing += view.weight * float(np.exp(np.log(np.maximum(view.steps[:, BLANK], 1e-12)).sum()))
        if not len(layout.ends):
            continue
        likelihoods = (
            forward(alphabet.emissions(view.steps, layout.symbols, weighing.misread, weighing.floor), layout)
            / weighing.temperature
        )
        spelt = np.exp(likelihoods) * layout.weights
        seen += view.weight * min(float(np.exp(likelihoods)[layout.first].sum()), 1.0)
        if view.fit is not None:
            spelt *= _fits(view.fit, layout)
        np.add.at(mass, layout.owner, view.weight * spelt)
    shares = sum(view.weight for view in views)
    mass, nothing, seen = mass / shares, nothing / shares, seen / shares
    other = max(1.0 - seen - nothing, 1e-6) / weighing.trust + weighing.junk
    whole = float(mass.sum()) + other + nothing
    order = sorted(range(len(candidates)), key=lambda number: -mass[number])
    return Ranking(
        tuple(candidates[number].value for number in order),
        tuple(float(mass[number]) / whole for number in order),
        other / whole,
        nothing / whole,
        text,
        confidence,
    )


def _fits(fit: Callable[[int, bool, bool], float], layout: Plan) -> Floats:
    known: Floats = np.array([NEUTRAL if look[0] < 0 else fit(*look) for look in layout.looks], dtype=np.float64)
    return known[layout.look]


def free_text(steps: Floats, alphabet: Alphabet) -> tuple[str, float]:
    """The likeliest character at each step, repeats and blanks dropped, and the mean probability of those kept."""
    if not len(steps):
        return "", 0.0
    places = steps.argmax(axis=1)
    kept = places != BLANK
    kept[1:] &= places[1:] != places[:-1]
    if not kept.any():
        return "", 0.0
    text = "".join(alphabet.characters[place] for place in places[kept])
    return text, float(steps[np.flatnonzero(kept), places[kept]].mean())


def unsure(ranking: Ranking, other: float) -> Ranking:
    """The same ranking with at least such a share for "none of these"."""
    if ranking.other >= other:
        return ranking
    rest = (1.0 - other) / (1.0 - ranking.other)
    shares = tuple(share * rest for share in ranking.shares)
    return replace(ranking, shares=shares, other=other, blank=ranking.blank * rest)


def merged(shares: Mapping[str, float], other: float, blank: float = 0.0, text: str = "") -> Ranking:
    """A ranking from plain figures, brought to the sum 1 (for callers that weigh by other means, and for tests)."""
    whole = sum(shares.values()) + other + blank
    order = sorted(shares, key=lambda value: -shares[value])
    return Ranking(tuple(order), tuple(shares[v] / whole for v in order), other / whole, blank / whole, text)
