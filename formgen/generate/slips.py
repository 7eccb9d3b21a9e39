"""Send a faulty return back: the 退改通知, and a copy of the file with a note on each faulty cell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from formgen.errors import UsageError
from formgen.model import Form
from formgen.parsing import Limits
from formgen.periods import in_chinese
from formgen.rendering.filing import file_away
from formgen.rendering.official.press import PaperPress
from formgen.rendering.press import Made, Output
from formgen.rendering.slip_parts import UntouchableError
from formgen.rendering.slips import OURS, Returned, annotate, notes_of, notice_context

SLIP, COPY = "return-slip", "return-copy"  #: Kinds of issuance.


def source(sha256: str) -> str:
    """How an issuance names the file that it sends back."""
    return f"slip:{sha256}"


def return_slips(
    returned: Sequence[tuple[Returned, bytes]],
    forms: Sequence[Form],
    output: Output,
    *,
    organ: str,
    at: datetime,
    limits: Limits,
    to: str = "",
    number: str = "",
    on: date | None = None,
    deadline: date | None = None,
) -> tuple[Made, ...]:
    """For each file (with its bytes from the archive) the notice and, where it can carry notes, the marked copy.

    The copy is made before anything is written; where the file cannot carry notes the notice says why and lists all.
    Raises UsageError where nobody signs or there is nothing to send back, TemplateError, FileAccessError.
    """
    if not organ:
        raise UsageError('没有写明发文机关；请在 formgen.toml 中写 organ = "……人民政府"，或用 --organ 写明')
    if not returned:
        raise UsageError("没有要退改的表")
    if deadline is not None and on is not None and deadline < on:
        raise UsageError("重新报送的期限早于成文日期；请核对 --by 和 --date")
    known = {form.id: form for form in forms}
    press = PaperPress(SLIP, "return-notice", output)
    taken: set[str] = set()
    made: list[Made] = []
    for one, data in returned:
        if not any(issue.code not in OURS for issue in one.issues):
            raise UsageError(f"“{one.file}”没有要填报人改正的地方")
        copy, why = _copy(one, data, known, output, at, limits, taken)
        made += [copy] if copy else []
        context = notice_context(
            one,
            known,
            organ=organ,
            to=to.rstrip("：: "),
            number=number,
            on=on,
            deadline=deadline,
            copy=copy.path.name if copy else "",
            why_no_copy=why,
        )
        made.append(press.listing(context, _names(one, known), (source(one.sha256),)))
    return tuple(made)


def _copy(
    one: Returned,
    data: bytes,
    forms: Mapping[str, Form],
    output: Output,
    at: datetime,
    limits: Limits,
    taken: set[str],
) -> tuple[Made | None, str]:
    """The marked copy, or why there is none."""
    try:
        annotated = annotate(data, one.kind, notes_of(one, forms), at, limits).data
    except UntouchableError as reason:
        return None, str(reason)
    stem = Path(one.file).stem
    path = file_away(annotated, output.folder, (stem, "退改"), f".{one.kind}", taken=taken, dry_run=output.dry_run)
    return Made(path, COPY, hashlib.sha256(annotated).hexdigest(), "", (source(one.sha256),)), ""


def _names(one: Returned, forms: Mapping[str, Form]) -> tuple[str, ...]:
    record = next(iter(one.records.values()), None)
    if record is None or len(one.records) > 1:
        return (Path(one.file).stem, "退改通知")
    period = record.period or ""
    try:
        period = in_chinese(period) if period else ""
    except ValueError:
        period = ""
    return (record.subject.village, record.subject.team, record.subject.name, "退改通知", period)
