"""A second opinion on short figures: a small network reads the whole line of figures, with what touches and all.

The recogniser reads lines of print; figures that a hand runs together mislead it (``10`` becomes ``D``). The network
here was made by tools/train_scan_figures.py from strokes of our own and knows nothing but figures and a few signs. Both
are asked how probable each allowed answer is; an answer that one of them finds impossible is not taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parsers.scan.allowed import Candidate, Ranking, merged
from parsers.scan.alphabet import Floats

WEIGHTS = Path(__file__).with_name("figures.onnx")
HIGH = 32  #: Pixels of a line as the network sees it.
LONGEST = 192  #: A longer line is squeezed.
STEP = 16  #: Widths are rounded up to this, so that few shapes are run.
WIDTHS = (1.0, 1.2, 0.85)  #: A line is looked at as it is, and broader, and narrower.
MOST = 24  #: Spellings that are worked out for a line; the others are out of the question.
LEFT_OUT = 3.0  #: Logarithm: how much less probable a spelling is for each character that is seen and not in it.
FLOOR = 1e-5  #: No character is ever held for less probable than this at a step.
JUNK = 5e-7  #: What a line that fits none of the answers is measured against.
DOUBT = 0.005  #: How much of what does not spell any answer counts as "none of these".
OWN = 0.7  #: Exponent: how much the recogniser's opinion counts …
TRUST = 0.7  #: … and this one.
WORDS = frozenset("一二三四五六七八九十满点〇零半加")  #: Characters of figures that it does not know.
_WITH_UNIT, _WITH_SIGN, _WITH_WORD = 0.2, 0.2, 0.05
_ZERO_BEHIND, _LOST_POINT = 0.2, 0.02
_LEAST = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Spellings:
    """All ways in which the answers of a field are written, as states of CTC: blank, character, blank …"""

    values: tuple[str, ...]
    labels: NDArray[np.intp]  #: spellings × states.
    skips: NDArray[np.float32]  #: spellings × states: 1 where the blank before the state may be left out.
    ends: NDArray[np.intp]  #: spellings: the last state.
    owners: NDArray[np.intp]  #: spellings: which value it spells.
    weights: NDArray[np.float64]
    counts: NDArray[np.float32]  #: spellings × characters: how often each stands in it.


class Opinion:
    """The network; reads nothing until it is asked."""

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(WEIGHTS), options, providers=["CPUExecutionProvider"])

    @cached_property
    def characters(self) -> str:
        """What the network knows; the first is the blank of CTC, the last anything else."""
        named: str = self._session.get_modelmeta().custom_metadata_map["characters"]
        return " " + named.replace("\n", "")

    def of(self, lines: Sequence[NDArray[np.uint8]], answers: Sequence[Sequence[Candidate]]) -> list[Ranking]:
        """For each grey line the answers that are allowed there, by this opinion alone."""
        allowed = [spellings(tuple(c.value for c in own), self.characters) for own in answers]
        looked = [self.steps([_stretched(line, width) for line in lines]) for width in WIDTHS]
        return self.rankings(list(zip(*looked, strict=True)), allowed)

    def steps(self, lines: Sequence[NDArray[np.uint8]]) -> list[Floats]:
        """For grey lines the probability of each character at each step."""
        found: list[Floats] = [np.zeros((0, 0))] * len(lines)
        groups: dict[int, list[tuple[int, NDArray[np.float32]]]] = {}
        for number, line in enumerate(lines):
            seen = seen_line(line)
            groups.setdefault(-(-seen.shape[1] // STEP) * STEP, []).append((number, seen))
        for wide, group in groups.items():
            shown = np.zeros((len(group), 1, HIGH, wide), np.float32)
            for place, (_, seen) in enumerate(group):
                at = (wide - seen.shape[1]) // 2
                shown[place, 0, :, at : at + seen.shape[1]] = seen
            answers = self._session.run(None, {"pictures": shown})[0][:, :, 0]
            for (number, _), answer in zip(group, answers, strict=True):
                found[number] = answer.T
        return found

    def rankings(self, views: Sequence[Sequence[Floats]], allowed: Sequence[Spellings]) -> list[Ranking]:
        """The answers for each line, from the steps of some looks at it: the mean of the logarithms of their shares."""
        if not views:
            return []
        kept = [_likeliest(own, looks) for own, looks in zip(allowed, views, strict=True)]
        flat = [(look, own, rows) for own, rows, looks in zip(allowed, kept, views, strict=True) for look in looks]
        heard = np.exp(likelihoods([look for look, _, _ in flat], [(own, rows) for _, own, rows in flat]))
        found, at = [], 0
        for own, rows, looks in zip(allowed, kept, views, strict=True):
            shares = np.stack([_shares(own, rows, look, heard[at + n]) for n, look in enumerate(looks)])
            at += len(looks)
            together = np.exp(np.log(np.maximum(shares, _LEAST)).mean(axis=0)).tolist()
            known = dict(zip(own.values, together[2:], strict=True))
            found.append(merged(known, together[0], together[1]))
        return found


def _likeliest(own: Spellings, looks: Sequence[Floats]) -> NDArray[np.intp]:
    """The spellings that the looks allow best: by their best step for each character, and by what they leave out."""
    bounds = np.log(np.maximum(own.weights, _LEAST)) * len(looks)
    for look in looks:
        best = look.argmax(axis=1)
        first = np.concatenate([[True], best[1:] != best[:-1]])
        seen = np.bincount(best[first], minlength=own.counts.shape[1])
        seen[0] = 0
        bounds = bounds + own.counts @ np.log(np.maximum(look.max(axis=0), FLOOR))
        bounds = bounds - LEFT_OUT * np.maximum(seen - own.counts, 0).sum(axis=1)
    if len(bounds) <= MOST:
        return np.arange(len(bounds))
    return np.argpartition(bounds, -MOST)[-MOST:]


def likelihoods(looks: Sequence[Floats], spelt: Sequence[tuple[Spellings, NDArray[np.intp]]]) -> Floats:
    """The logarithm of the CTC probability of the chosen spellings for each look (looks × MOST), all at once."""
    longest = max(len(look) for look in looks)
    states = max(int(own.ends[rows].max(initial=0)) + 1 for own, rows in spelt)
    labels = np.zeros((len(looks), MOST, states), np.intp)
    skips = np.zeros(labels.shape, np.float32)
    ends = np.zeros((len(looks), MOST), np.intp)
    heard = np.zeros((len(looks), longest, looks[0].shape[1]), np.float32)
    heard[:, :, 0] = 1.0  # past its end a line goes on blank
    for number, (look, (own, rows)) in enumerate(zip(looks, spelt, strict=True)):
        here = min(states, own.labels.shape[1])
        labels[number, : len(rows), :here] = own.labels[rows, :here]
        skips[number, : len(rows), :here] = own.skips[rows, :here]
        ends[number, : len(rows)] = own.ends[rows]
        heard[number, : len(look)] = look
    lines, rows = np.arange(len(looks))[:, None], np.arange(MOST)
    labels, skips = labels.transpose(2, 0, 1), np.ascontiguousarray(skips.transpose(2, 0, 1))
    heard = np.maximum(heard, FLOOR).transpose(1, 0, 2)[:, lines, labels]  # steps × states × looks × spellings
    state = np.zeros((states + 2, len(looks), MOST), np.float32)  # two before the first one, from which nothing comes
    state[2:4] = heard[0, :2]
    scale = np.zeros((len(looks), MOST))
    for step in heard[1:]:
        moved = state[2:] + state[1:-1]
        moved += state[:-2] * skips
        np.multiply(moved, step, out=state[2:])
        top = state.max(axis=0)
        state /= top
        scale += np.log(top)
    reached = state[ends + 2, lines, rows] + state[ends + 1, lines, rows]
    return np.asarray(scale + np.log(np.maximum(reached, _LEAST)))


def _shares(own: Spellings, rows: NDArray[np.intp], look: Floats, heard: Floats) -> Floats:
    """The shares of "none of these", of a blank, and of each value, for one look."""
    spelt = heard[: len(rows)]
    mass = np.zeros(len(own.values))
    np.add.at(mass, own.owners[rows], spelt * own.weights[rows])
    nothing = float(np.exp(np.log(np.maximum(look[:, 0], _LEAST)).sum()))
    other = max(1.0 - float(spelt.sum()) - nothing, 1e-6) * DOUBT + JUNK
    shares = np.concatenate([[other, nothing], mass])
    return np.asarray(shares / shares.sum())


def _stretched(line: NDArray[np.uint8], width: float) -> NDArray[np.uint8]:
    """A line as if it were written so much broader."""
    import cv2

    if width == 1.0:
        return line
    size = (max(4, round(line.shape[1] * width)), line.shape[0])
    return np.asarray(cv2.resize(line, size, interpolation=cv2.INTER_AREA), np.uint8)


def agreed(one: Ranking, other: Ranking) -> Ranking:
    """Two opinions on the same line together: what both find probable. The words are those of the first.

    A figure that is written in words is the first one's alone.
    """
    if WORDS & set(one.text):
        return one
    second = dict(zip(other.values, other.shares, strict=True))
    shares = np.array(one.shares) ** OWN * np.array([second[value] for value in one.values]) ** TRUST
    rest = one.other**OWN * other.other**TRUST
    blank = one.blank**OWN * other.blank**TRUST
    whole = float(shares.sum()) + rest + blank
    if not whole > 0:
        return replace(one, shares=(0.0,) * len(one.values), other=1.0, blank=0.0)
    order = np.argsort(-shares, kind="stable").tolist()
    return replace(
        one,
        values=tuple(one.values[place] for place in order),
        shares=tuple(float(shares[place]) / whole for place in order),
        other=rest / whole,
        blank=blank / whole,
    )


@lru_cache(maxsize=64)
def spellings(values: tuple[str, ...], characters: str) -> Spellings:
    """The ways in which answers are written with the characters that the network knows."""
    known = set(characters)
    spelt = [(number, *way) for number, value in enumerate(values) for way in _ways(value) if known.issuperset(way[0])]
    states = 2 * max((len(text) for _, text, _ in spelt), default=0) + 1
    labels = np.zeros((len(spelt), states), np.intp)
    skips = np.zeros(labels.shape, np.float32)
    counts = np.zeros((len(spelt), len(characters)), np.float32)
    for row, (_, text, _) in enumerate(spelt):
        for place, character in enumerate(text):
            label = labels[row, 2 * place + 1] = characters.index(character)
            counts[row, label] += 1
            skips[row, 2 * place + 1] = float(place > 0 and text[place - 1] != character)
    return Spellings(
        values,
        labels,
        skips,
        np.array([2 * len(text) for _, text, _ in spelt], np.intp),
        np.array([number for number, _, _ in spelt], np.intp),
        np.array([weight for _, _, weight in spelt], np.float64),
        counts,
    )


def _ways(value: str) -> list[tuple[str, float]]:
    if not value:
        return [(text, 0.3) for text in "无×/-"]
    ways = [(value, 1.0), (value + "分", _WITH_UNIT), ("+" + value, _WITH_SIGN), ("-" + value, _WITH_SIGN)]
    if "." in value:
        return [*ways, ("扣" + value, _WITH_WORD), (value.replace(".", ""), _LOST_POINT)]
    return [
        *ways,
        ("扣" + value, _WITH_WORD),
        (value + ".0", _ZERO_BEHIND),
        (value + ".0分", _ZERO_BEHIND * _WITH_UNIT),
    ]


def seen_line(line: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A grey line as the network wants it: ``HIGH`` rows, ink 1 on paper 0."""
    import cv2

    wide = max(4, min(LONGEST, round(line.shape[1] * HIGH / line.shape[0])))
    how = cv2.INTER_AREA if line.shape[0] > HIGH else cv2.INTER_LINEAR
    small = cv2.resize(line, (wide, HIGH), interpolation=how)
    return np.asarray(1 - small.astype(np.float32) / 255, np.float32)
