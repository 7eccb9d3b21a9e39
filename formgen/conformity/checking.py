"""Judge one document: read it, recognise its elements, put every rule to it, and measure the rendered page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from formgen.conformity import (
    rules_body,
    rules_close,
    rules_head,
    rules_imprint,
    rules_sheet,
    rules_special,
    rules_words,
)
from formgen.conformity.case import Case
from formgen.conformity.document import Document
from formgen.conformity.measures import mm
from formgen.conformity.model import COMPAT, STRICT, Finding, Profile, Report, Severity
from formgen.conformity.reading import read
from formgen.conformity.recognition import recognise

_RULES = (rules_sheet, rules_head, rules_body, rules_close, rules_imprint, rules_words, rules_special)
#: Rules whose findings quote the text: they are gathered whatever they quote.
_WORDY = {
    "half-width",
    "inner-space",
    "level-label",
    "cited-number",
    "straight-quotes",
    "wide-digits",
    "text-date-padded",
}
_ADJUSTED = range(20, 25)  #: Lines on a side to which 7.3.5.5 lets the pitch be changed.
_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def judge(data: bytes, profile: Profile | None = None, pdf: bytes | None = None, excuse: str = "") -> Report:
    """The report on a .docx; ``profile`` None: the house profile whose margins are nearer; ``pdf``: the same, rendered.

    ``excuse`` says why there is no ``pdf``; it goes into what was not checked.
    Raises UnreadableInputError and EncryptedInputError for a file that is no readable .docx; nothing else.
    """
    document = read(data)
    elements = recognise(document)
    held = profile or _nearest(document)
    unchecked = [excuse] if excuse else []
    if document.adjusted is not None and _lines(held, document.adjusted) in _ADJUSTED:
        held = replace(held, pitch=document.adjusted, lines=_lines(held, document.adjusted))
        unchecked.append(
            f"文件注明：为使署名、日期与正文同面，行距改为 {held.pitch} 磅，每面 {held.lines} 行（7.3.5.5）；按此检查"
        )
    case = Case(document, elements, held)
    findings = [finding for rules in _RULES for finding in rules.check(case)]
    if pdf is not None:
        from formgen.conformity.page import measure

        measured, silent = measure(pdf, case)
        findings += measured
        unchecked += silent
    if document.revisions:
        unchecked.append(f"文件有 {document.revisions} 处修订，按接受修订后的样子检查")
    return Report(held.name, elements.kind, elements.words(), _gathered(findings), tuple(unchecked))


def _lines(profile: Profile, pitch: Decimal) -> int:
    """Lines on a side at another pitch."""
    return int(profile.height / Decimal("25.4") * 72 // pitch)


def _nearest(document: Document) -> Profile:
    top = mm(document.sections[0].top)
    return min((COMPAT, STRICT), key=lambda profile: abs(profile.top - top))


def _gathered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The same fault in many places said once, at the first; in the order of the text, the whole sheet first."""
    groups: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        said = (finding.message, "") if finding.code in _WORDY else (finding.found, finding.wanted)
        groups.setdefault((finding.code, finding.clause, *said), []).append(finding)
    gathered = []
    for group in groups.values():
        first = group[0]
        gathered.append(replace(first, message=f"{first.message}（共 {len(group)} 处）") if len(group) > 1 else first)
    return tuple(
        sorted(gathered, key=lambda one: (one.place.page or 0, one.place.paragraph or 0, _WEIGHT[one.severity]))
    )
