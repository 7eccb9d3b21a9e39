"""One paper for each subject: blanks, filled tables, registers, opinions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from formgen.errors import UsageError
from formgen.generate.certainty import mark
from formgen.model import Assessment, Form, Record, RosterEntry, Standing, Subject, Value
from formgen.periods import in_chinese
from formgen.rendering.context import blank_ids, form_context, printed_title, text_of, values_of
from formgen.rendering.outcome import Outcome
from formgen.rendering.press import Made, Output, Press
from formgen.scheme.types import Scheme


@dataclass(frozen=True, slots=True)
class Filling:
    """What is known of a subject for a register or opinion form."""

    entry: RosterEntry
    values: Mapping[str, Value] = field(default_factory=dict)  #: By field id: ``sex``, ``birth``, ``summary`` …
    assessment: Assessment | None = None  #: Its grade goes into 乡镇党委意见, if it is final.
    made_from: tuple[str, ...] = ()
    standing: Standing | None = None  #: Where the subject stands by it; its grade then counts.


def blank(
    scheme: Scheme, form: Form, subjects: Sequence[RosterEntry], period: str | None, output: Output
) -> tuple[Made, ...]:
    """Blank forms, one file for each subject, with the names that the roster knows filled in.

    Raises UsageError where there is nobody, TemplateError, FileAccessError, ValueError for a wrong period.
    """
    if not subjects:
        raise UsageError("没有要生成空白表的对象；请先导入花名册，或写明村和姓名")
    printed = set(blank_ids(form))
    press = Press("blank", form.id, output)
    stamp = press.stamp(form, scheme)
    return tuple(
        press.form(
            form_context(
                form,
                entry.subject,
                period,
                {field: value for field, value in values_of(entry).items() if field in printed},
                scheme,
            ),
            _names(entry.subject, form, period),
            stamp=stamp,
        )
        for entry in subjects
    )


def table(
    scheme: Scheme,
    form: Form,
    assessment: Assessment,
    record: Record | None,
    output: Output,
    *,
    standing: Standing | None = None,
    made_from: Sequence[str] = (),
) -> Made:
    """The filled table of one subject: computed points and the grade, the remarks and blanks as they were read.

    ``record`` is the effective one (corrections laid over); the grade is that of ``standing``, if there is one. What
    is not final makes a draft. What could not be computed is left blank. Raises TemplateError, FileAccessError.
    """
    outcome = Outcome(assessment, standing)
    values: dict[str, Value] = {}
    if record is not None:
        values = {field: reading.value for field, reading in record.readings.items()}
    for line in assessment.lines:
        if line.kind in ("item", "grade") and (line.value is not None or line.doubt):
            values[line.id] = line.value
    if standing is not None:
        values["grade"] = standing.grade
    context = form_context(form, assessment.subject, assessment.period, values, scheme)
    context["draft"] = mark([outcome])
    names = _names(assessment.subject, form, assessment.period, "评定")
    return Press("table", form.id, output).form(context, names, made_from)


def register(
    scheme: Scheme, form: Form, period: str | None, fillings: Sequence[Filling], output: Output
) -> tuple[Made, ...]:
    """附件4, the quarterly register, for each subject: what is known is filled in, the rest is blank."""
    return _registers("register", scheme, form, period, fillings, output)


def opinion(
    scheme: Scheme, form: Form, period: str | None, fillings: Sequence[Filling], output: Output
) -> tuple[Made, ...]:
    """附件5, the annual opinion form, for each subject: what is known is filled in, the rest is blank."""
    return _registers("opinion", scheme, form, period, fillings, output)


def _registers(
    kind: str, scheme: Scheme, form: Form, period: str | None, fillings: Sequence[Filling], output: Output
) -> tuple[Made, ...]:
    if not form.fields:
        raise UsageError(f"“{form.title}”不是登记表；可用的是宁夏办法的附件4和附件5")
    if not fillings:
        raise UsageError(f"没有要填写“{form.title}”的对象；请先导入花名册")
    known = set(blank_ids(form))
    press = Press(kind, form.id, output)
    stamp = press.stamp(form, scheme)
    made = []
    for filling in fillings:
        values = values_of(filling.entry) | dict(filling.values)
        outcome = Outcome(filling.assessment, filling.standing) if filling.assessment is not None else None
        graded = outcome is not None and outcome.final and outcome.grade is not None
        if outcome is not None and graded and not values.get("township_opinion"):
            values["township_opinion"] = f"考核等次：{text_of(outcome.grade)}"
        kept = {field: value for field, value in values.items() if field in known}
        context = form_context(form, filling.entry.subject, period, kept, scheme)
        if outcome is not None and graded:
            context["draft"] = mark([outcome])
        names = _names(filling.entry.subject, form, period)
        made.append(press.form(context, names, filling.made_from, stamp=press.fitting(stamp, context)))
    return tuple(made)


def _names(subject: Subject, form: Form, period: str | None, extra: str = "") -> tuple[str, ...]:
    """The parts of a file's name: ``村-姓名-表名-时段``."""
    title = printed_title(form, period)
    return (subject.village, subject.team, subject.name, title + extra, in_chinese(period) if period else "")
