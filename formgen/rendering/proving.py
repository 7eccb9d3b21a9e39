"""Whether a form's template gives back what is put into it: a sample record printed, saved again, and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from formgen.model import Form, Subject, Value
from formgen.parsing import FileReading
from formgen.rendering.context import form_context, text_of
from formgen.scheme.types import Scheme

Reader = Callable[[Path], FileReading]
Convert = Callable[[Path, str, Path], Path]

_NAMES = {"village": "样例村", "name": "欧阳样例", "group": "样例一组", "team": "样例工作队"}
_BOXES = {"sex": "女", "birth": "1985年3月", "political_status": "中共党员"}
_PERIODS = {"month": "2023-03", "quarter": "2023-Q1", "year": "2023"}


def sample_subject(form: Form) -> Subject:
    """Somebody made up, with the names that the form has a place for."""
    printed = {blank.id for blank in form.blanks} | {box.id for box in form.fields}
    return Subject(*(_NAMES[key] if key in printed else "" for key in ("village", "name", "group", "team")))


def sample_values(form: Form) -> dict[str, Value]:
    """An answer for everything that the form asks."""
    values: dict[str, Value] = {}
    remarks = any(head in form.columns for head in ("备注", "扣分情况"))
    for number, item in enumerate(form.items, 1):
        if item.money_only:
            continue
        if form.judgements:
            values[item.id] = form.judgements[number % len(form.judgements)]
        elif item.tiers:
            values[item.id] = item.tiers[number % len(item.tiers)]
        else:
            values[item.id] = item.points if item.points is not None else Decimal(number)
        if remarks:
            values[f"{item.id}.remark"] = f"样例备注{number}：<甲>&乙"
    for box in form.fields:
        values[box.id] = _NAMES.get(box.id) or _BOXES.get(box.id) or f"样例{box.label.partition(' ')[0]}"
    return values


def prove(
    template: Path, scheme: Scheme, form: Form, read: Reader, folder: Path, *, convert: Convert | None = None
) -> tuple[list[str], list[str]]:
    """What was checked, and what differs: an empty list if the template gives back all that was put in.

    ``convert`` saves the paper again through LibreOffice; without it that is left out, and ``checks`` says so.
    Raises TemplateError, ProgramFailedError.
    """
    kind = template.suffix.lower().removeprefix(".")
    subject, values, period = sample_subject(form), sample_values(form), _PERIODS[form.period]
    context = form_context(form, subject, period, values, scheme)
    if kind == "docx":
        from formgen.rendering.prepared import Prepared

        data = Prepared(template.read_bytes(), template.name).render(context)
    else:
        from formgen.rendering.sheet_fill import PreparedSheet

        data = PreparedSheet(template).render_form(context)
    made = folder / f"样例.{kind}"
    made.write_bytes(data)
    papers = {"印出后读回": made}
    checks = ["印出后读回"]
    if convert is not None:
        (folder / "再存").mkdir(exist_ok=True)
        papers["经 LibreOffice 再保存后读回"] = convert(made, kind, folder / "再存")
        checks.append("经 LibreOffice 再保存后读回")
    else:
        checks.append("没有 LibreOffice，未做再保存的一步")
    wanted = dict(values) | {key: text for key in _NAMES if (text := getattr(subject, key))}
    differences = [line for how, path in papers.items() for line in _differences(how, read(path), form, period, wanted)]
    return checks, differences


def _differences(how: str, reading: FileReading, form: Form, period: str, wanted: Mapping[str, Value]) -> Sequence[str]:
    if len(reading.records) != 1:
        said = "；".join(issue.message for issue in reading.issues[:2])
        return [f"{how}：应认出一张表，认出了{len(reading.records)}张（{said}）"]
    (record,) = reading.records
    found = []
    if record.form != form.id:
        found.append(f"{how}：认成了另一种表（{record.form}）")
    if record.period != period:
        found.append(f"{how}：时段应为 {period}，读到 {record.period or '（无）'}")
    labels = {blank.id: blank.label for blank in form.blanks} | {box.id: box.label for box in form.fields}
    for field, value in wanted.items():
        reading_of = record.readings.get(field)
        read = reading_of.value if reading_of else None
        if read != value:
            name = labels.get(field, field)
            found.append(f"{how}：“{name}”应为“{text_of(value)}”，读到“{text_of(read) or '（无）'}”")
    return found
