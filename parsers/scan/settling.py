"""What a paper says, from what was seen in its cells: the written total as checksum, how sure each value is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from formgen.model import Form, Subject
from formgen.pagecode import PageCode
from parsers.scan import checksum, thinned
from parsers.scan.allowed import Ranking
from parsers.scan.answers import plain
from parsers.scan.calibration import calibrated
from parsers.scan.fields import TOTAL, FieldRule, rule_of, step_of

STRUCK = 0.2  #: The most confidence that is left to a cell in which something is crossed out.
NAMED = 0.9  #: A name of such confidence that the code of the page bears out …
SURE = 0.99999  #: … is as sure as this.
WORDS = 0.6  #: The most confidence that a handwritten word has which no list confirms.


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer cell, whatever page and layout it stands on."""

    field: str
    filled: bool
    text: str = ""  #: As it is read freely.
    confidence: float = 1.0  #: Of the recogniser, for ``text``.
    ranking: Ranking | None = None
    struck: bool = False
    red: bool = False  #: There is writing in red in it, which is not read.
    doubt: str = ""  #: Chinese: why a person must look at it, whatever is read there.


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell says."""

    text: str  #: What the parser of the form reads: a plain figure, a word of the list, or the free text.
    confidence: float
    doubt: str = ""  #: Chinese: why it is doubtful, where the figure alone does not say it.
    seen: str = ""  #: The words as they were recognised; empty for a blank.
    struck: bool = False
    checked: bool = True  #: Its confidence is held against the threshold; free words are for people anyway.


def settle(
    form: Form, cells: Sequence[Seen], code: PageCode | None = None, known: Sequence[Subject] = ()
) -> tuple[dict[str, Said], bool]:
    """(what each field says, whether the written total agrees) for all answer cells of one paper.

    ``code``: what the code on its pages says; a name that was recognised and stands there too is sure, as is one
    that stands in the roster (``known``).
    Where the total does not agree, no score of the paper has any confidence: a person must look at all of them.
    """
    rules = {cell.field: rule_of(form, cell.field) for cell in cells}
    said = {cell.field: _borne_out(cell.field, _by_itself(cell, rules[cell.field], known), code) for cell in cells}
    figures = [cell for cell in cells if rules[cell.field].sort == "score"]
    total = next((cell for cell in cells if cell.field == TOTAL), None)
    written = total.ranking if total is not None and total.filled else None
    terms = [
        checksum.Term(cell.field, cell.ranking if cell.filled else None, rules[cell.field].sign) for cell in figures
    ]
    by_field = {cell.field: cell for cell in cells}
    if not terms:
        return {field: _reddened(one, by_field[field], rules[field]) for field, one in said.items()}, True
    decision = checksum.decide(terms, written, step=step_of(form))
    read = all(one.share >= checksum.OPEN for one in decision.values)  # else any total agrees
    agrees = decision.agreement is not None and decision.consistent and read
    alone = total is not None and decision.consistent and not agrees  # there is room for a total, and it says nothing
    settled = [*decision.values, *((decision.total,) if decision.total is not None else ())]
    for one in settled:
        field = one.field or TOTAL
        found = _settled(by_field[field], one, with_total=agrees, torn=not decision.consistent)
        said[field] = _thinned(found, by_field[field], with_total=one.thinned) if alone or one.thinned else found
    return {field: _reddened(one, by_field[field], rules[field]) for field, one in said.items()}, decision.consistent


def _reddened(one: Said, cell: Seen, rule: FieldRule) -> Said:
    """An answer in whose cell something is written in red, or faintly: a person must look, whatever else is there."""
    if cell.doubt and rule.sort != "box":
        return replace(one, confidence=min(one.confidence, STRUCK), doubt=cell.doubt, checked=True)
    if not cell.red or rule.sort in ("box", "text"):
        return one
    doubt = "格内有红色笔迹" if cell.filled else "格内有红色笔迹，没有读"
    return replace(one, confidence=min(one.confidence, STRUCK), doubt=doubt)


def _settled(cell: Seen, one: checksum.Settled, *, with_total: bool, torn: bool) -> Said:
    if not cell.filled:
        return Said("", 1.0)
    if one.value is None:
        nothing = cell.ranking is not None and cell.ranking.values[:1] == ("",)
        if nothing and not torn:
            return Said(cell.text, calibrated(one.share, with_total), seen=cell.text)
        return Said(cell.text, 0.0, f"写的是“{cell.text}”，不像这一格能填的数", cell.text, cell.struck)
    if torn:
        return Said(plain(one.value), 0.0, "各项得分加起来与写的合计不符，逐项都要看", cell.text, cell.struck)
    confidence = calibrated(one.share, with_total and one.witnessed)
    doubt = ""
    if cell.struck:
        confidence, doubt = min(confidence, STRUCK), "格内有涂改"
    elif one.overruled:
        doubt = f"单看这一格像“{cell.text}”，按合计读作{plain(one.value)}"
    return Said(plain(one.value), confidence, doubt, cell.text, cell.struck)


def _thinned(one: Said, cell: Seen, *, with_total: bool) -> Said:
    """A figure that a copier may have made of a 4 or a 7: a 1 to which no total is a witness, where those are allowed.

    ``with_total``: a 1 that stands at the same place in a score and in the total.
    """
    allowed = cell.ranking.values if cell.ranking is not None else ()
    if not one.text or one.doubt or not (with_total or thinned.may_be(one.text, allowed)):
        return one
    doubt = "得分和合计同一位上都是1，可能都是掉了细笔的4" if with_total else "合计没有核上，1也可能是掉了细笔的4或7"
    return replace(one, confidence=min(one.confidence, WORDS), doubt=doubt)


def _borne_out(field: str, one: Said, code: PageCode | None) -> Said:
    if code is None or field not in ("village", "name", "group", "team"):
        return one
    coded = getattr(code.subject, field)
    if coded and one.text == coded and one.confidence >= NAMED and not one.struck:
        return replace(one, confidence=max(one.confidence, SURE))
    return one


def _by_itself(cell: Seen, rule: FieldRule, known: Sequence[Subject]) -> Said:
    if not cell.filled:
        return Said("", 1.0)
    if rule.sort in ("choice", "name") and cell.ranking is not None:
        best = cell.ranking.best
        if best is None:
            confidence = min(cell.confidence, WORDS)
            return Said(cell.text, confidence, f"写的是“{cell.text}”，不在名单里", cell.text, cell.struck)
        confidence = calibrated(cell.ranking.share(best))
        if cell.struck:
            return Said(best, min(confidence, STRUCK), "格内有涂改", cell.text, struck=True)
        return Said(best, confidence, seen=cell.text)
    if rule.sort == "name" and cell.text.strip() in {getattr(subject, rule.id) for subject in known}:
        return Said(cell.text.strip(), SURE, seen=cell.text, struck=cell.struck)
    if rule.sort == "name":  # no list to hold it against
        return Said(cell.text, min(cell.confidence, WORDS), "手写的姓名、村名没有名单可对", cell.text, cell.struck)
    return Said(cell.text, cell.confidence, seen=cell.text, checked=False)
