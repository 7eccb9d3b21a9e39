"""Gates: facts that force a grade or shut one. Of several, the worst grade wins; none ever lifts a grade. Pure."""

from __future__ import annotations

from collections.abc import Callable

from formgen.model import Reason
from formgen.scheme.laws import Gate
from formgen.scoring.candidates import Runner
from formgen.scoring.conditions import Circumstances, Conditions, Found


def apply_gates(
    runner: Runner, conditions: Conditions, circumstances: Callable[[Runner], Circumstances], instrument: str
) -> list[str]:
    """Apply the gates of a form to a runner; gives back what is only advice, in Chinese. Raises DecisionNeededError.

    ``exactly`` holds whatever the points are, unless they or another gate give a worse grade. A gate of which it is
    not known whether it holds leaves the grade open, if it would change it.
    """
    laws = runner.laws
    advice: list[str] = []
    start = runner.place if runner.sure and runner.place is not None else runner.best
    held: list[tuple[Gate, Found]] = []
    open_gates: list[tuple[Gate, Found]] = []
    now: Circumstances | None = None
    for gate, reach in laws.gates:
        if reach.facts and not runner.candidate.facts:
            continue
        if not _matters(gate, laws.places[gate.grade], start, runner):
            continue
        now = now or circumstances(runner)
        found = conditions.all(gate, reach.when, now)
        if found.holds is False:
            continue
        if gate.severity == "advice":
            if found.holds:
                reason = _reason(gate, found, instrument, f"原则上应考虑“{gate.label}”，由有权机关斟酌")
                runner.reasons.append(Reason("advice", reason.text, reason.basis, reason.sources))
                advice.append(f"{runner.name}：{reason.text}")
            continue
        (held if found.holds else open_gates).append((gate, found))
    if not held and not open_gates:
        return advice
    last = len(laws.grades) - 1
    runner.banned = tuple(sorted({laws.places[gate.grade] for gate, _ in held if gate.effect == "not"}))
    sure = _settled(start, held, laws.places, last)
    for gate, found in held:
        said = f"{_EFFECTS[gate.effect].format(gate.grade)}：{gate.label}"
        runner.reasons.append(_reason(gate, found, instrument, said))
    worst = _settled(start, held + open_gates, laws.places, last)
    if runner.sure:
        runner.place, runner.best = sure, sure
        if worst != sure:
            for gate, found in open_gates:
                for doubt in found.doubts:
                    runner.unsettle(f"{gate.label}：{doubt}")
        return advice
    runner.best = sure
    if sure == last and held:  # no answer can give a worse grade, and none a better one
        runner.sure, runner.gated, runner.place = True, True, last
        return advice
    for gate, found in open_gates:
        if _settled(start, [*held, (gate, found)], laws.places, last) != sure:
            for doubt in found.doubts:
                runner.unsettle(f"{gate.label}：{doubt}")
    return advice


_EFFECTS = {"exactly": "定为“{}”", "at-most": "不得高于“{}”", "not": "不得评为“{}”"}


def _matters(gate: Gate, place: int, start: int, runner: Runner) -> bool:
    """Whether the gate could lower the grade from ``start``: what cannot is not even looked at."""
    if gate.effect == "not":
        return place >= start
    return place > start or (not runner.sure and place >= start)


def _settled(start: int, gates: list[tuple[Gate, Found]], places: dict[str, int], last: int) -> int:
    floor = max([start, *(places[gate.grade] for gate, _ in gates if gate.effect != "not")])
    shut = {places[gate.grade] for gate, _ in gates if gate.effect == "not"}
    while floor in shut and floor < last:
        floor += 1
    return floor


def _reason(gate: Gate, found: Found, instrument: str, text: str) -> Reason:
    because = "；".join(reason.text for reason in found.reasons)
    basis = [gate.cite(instrument)]
    extra = [part for reason in found.reasons for part in reason.basis if part not in basis]
    sources = tuple(source for reason in found.reasons for source in reason.sources)
    return Reason("gate", f"{text}（{because}）" if because else text, (*basis, *extra), sources)
