"""What a person must look at on scanned paper, beside what the parser of the form found. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from formgen.model import Form, Issue, IssueCode, Locator, Record, Severity
from formgen.pagecode import PageCode
from formgen.parsing import Scanning
from formgen.periods import in_chinese
from parsers.forms.wording import key
from parsers.scan.fields import rule_of
from parsers.scan.papers import Paper
from parsers.scan.settling import Said

_SURE = 0.9995  #: From here on it is the office's threshold that wants a person, not the reading.


def against_code(issue: Issue, code: PageCode | None, read: Sequence[Record], base: int) -> Issue:
    """The issue, as ``code-mismatch`` where it is that the paper names another person or place than its code."""
    if code is None or issue.field not in ("village", "name", "group", "team") or issue.record is None:
        return issue
    coded = getattr(code.subject, issue.field)
    reading = read[issue.record - base].readings.get(issue.field)
    written = reading.value if reading is not None else None
    if issue.code is IssueCode.LOW_CONFIDENCE and coded and isinstance(written, str) and key(written) != key(coded):
        message = f"页上的编码是“{coded}”的，纸上写的是“{written}”，按纸上的读取，请核对是谁的表"
        return replace(issue, code=IssueCode.CODE_MISMATCH, severity=Severity.ERROR, message=message)
    return issue


def by_hand(form: Form | None, scanning: Scanning, record: int) -> Iterator[Issue]:
    """A form that the office wants to see whole, whatever was read."""
    if form is not None and form.id in scanning.by_hand:
        message = f"《{form.title}》的扫描件按设置一律由人核对（[scan] by_hand）"
        yield Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, record=record)


def low(read: Iterable[Record], said: Mapping[str, Said], scanning: Scanning, base: int) -> Iterator[Issue]:
    """Each field that was recognised with less confidence than the office asks for."""
    for index, record in enumerate(read, base):
        for field, reading in record.readings.items():
            one = said.get(field)
            if one is None or not one.checked or one.confidence >= scanning.threshold:
                continue
            unsure = (
                f"看不准（把握 {_floor(one.confidence)}）" if one.confidence < _SURE else "按设置（threshold）要人看过"
            )
            why = one.doubt or unsure
            value = "空白" if reading.value is None else f"读作“{reading.value}”"
            code = IssueCode.STRUCK_OUT if one.struck else IssueCode.LOW_CONFIDENCE
            yield Issue(code, Severity.WARNING, f"{value}，{why}，请对照图像核对", reading.where, field, index)


def _floor(confidence: float) -> str:
    """So many per cent, never rounded up: 99.86 % beside a threshold of 99.9 is no 99.9."""
    return f"{int(round(confidence * 1000, 6)) / 10:.1f}%"


def signatures(form: Form, paper: Paper, record: Record, base: int) -> Iterator[Issue]:
    """Each answered box that wants a signature or a seal and has none."""
    for page in paper.found.values():
        for slot in page.slots:
            for tag in slot.slot.tags[:1]:
                rule = rule_of(form, tag)
                reading = record.readings.get(tag)
                if reading is None or reading.value is None:
                    continue
                where = Locator(f"page {page.number}", box=slot.box)
                label = next((box.label for box in form.fields if box.id == tag), tag)
                if rule.signed and not slot.signed:
                    message = f"“{label}”一栏没有签名"
                    yield Issue(IssueCode.MISSING_SIGNATURE, Severity.WARNING, message, where, tag, base)
                if rule.sealed and not slot.sealed:
                    message = f"“{label}”一栏没有盖章"
                    yield Issue(IssueCode.MISSING_SEAL, Severity.WARNING, message, where, tag, base)


def period(form: Form, paper: Paper, base: int) -> Iterator[Issue]:
    """A period under the title that is crossed out, or that is not plainly the one of the code."""
    expected = _in_chinese(paper.code.period) if paper.code is not None else ""
    for page in paper.found.values():
        where = Locator(f"page {page.number}")
        for slot in page.slots:
            if slot.slot.tags or not slot.text or "年" not in slot.slot.text:
                continue
            where = replace(where, box=slot.box)
            if slot.struck:
                message = "标题下的时段被划过，请对照图像核对是哪一期"
                yield Issue(IssueCode.STRUCK_OUT, Severity.WARNING, message, where, "period", base)
            elif expected and _bare(slot.slot.text) == _FIGURES.sub("", expected) and _bare(slot.text) != expected:
                message = f"标题下的时段读作“{slot.text}”，页上的编码是{expected}，请核对"
                yield Issue(IssueCode.PERIOD_MISMATCH, Severity.WARNING, message, where, "period", base)


_FIGURES = re.compile(r"[0-9一二三四]")


def _in_chinese(period: str) -> str:
    """The period as it is printed; empty for what is none: a code may say anything."""
    try:
        return in_chinese(period)
    except ValueError:
        return ""


def _bare(text: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFKC", text) if character.isalnum())
