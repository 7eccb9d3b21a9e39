"""Send out: blanks, filled tables, the notice of results, registers, opinions, the pay sheet. Data comes by argument.

Nothing doubtful leaves as if it were certain: a list that holds an assessment which is not final is refused, or, where
drafts are asked for, says on every page that it is one. What rests on an example decision says so too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from formgen.errors import UsageError
from formgen.model import Assessment, Decision, Form, Record, RosterEntry, Subject, Value
from formgen.periods import in_chinese
from formgen.rendering.context import DRAFT, blank_ids, form_context, printed_title, text_of, values_of
from formgen.rendering.lists import UNVERIFIED, paysheet_context, results_context
from formgen.rendering.press import Made, Output, Press
from formgen.scheme.types import Scheme

__all__ = ["Filling", "Made", "Output", "blank", "opinion", "paysheet", "register", "results", "table"]

EXAMPLE = "示例：所依据的本级决定是示例，不是正式决定"
_SHOWN = 10  #: Doubtful subjects that a message names.


@dataclass(frozen=True, slots=True)
class Filling:
    """What is known of a subject for a register or opinion form."""

    entry: RosterEntry
    values: Mapping[str, Value] = field(default_factory=dict)  #: By field id: ``sex``, ``birth``, ``summary`` …
    assessment: Assessment | None = None  #: Its grade goes into 乡镇党委意见, if it is final.
    made_from: tuple[str, ...] = ()


# --- one paper for each subject --------------------------------------------------------------------------------


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
    made_from: Sequence[str] = (),
) -> Made:
    """The filled table of one subject: computed points and grade, the remarks and blanks as they were read.

    ``record`` is the effective one (corrections laid over). An assessment that is not final makes a draft. What could
    not be computed is left blank. Raises TemplateError, FileAccessError.
    """
    values: dict[str, Value] = {}
    if record is not None:
        values = {field: reading.value for field, reading in record.readings.items()}
    for line in assessment.lines:
        if line.kind in ("item", "grade") and (line.value is not None or line.doubt):
            values[line.id] = line.value
    context = form_context(form, assessment.subject, assessment.period, values, scheme)
    context["draft"] = _mark([assessment])
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
    made = []
    for filling in fillings:
        values = values_of(filling.entry) | dict(filling.values)
        assessment = filling.assessment
        graded = assessment is not None and assessment.final and assessment.value("grade") is not None
        if assessment is not None and graded and not values.get("township_opinion"):
            values["township_opinion"] = f"考核等次：{text_of(assessment.value('grade'))}"
        kept = {field: value for field, value in values.items() if field in known}
        context = form_context(form, filling.entry.subject, period, kept, scheme)
        if assessment is not None and graded:
            context["draft"] = _mark([assessment])
        made.append(press.form(context, _names(filling.entry.subject, form, period), filling.made_from))
    return tuple(made)


# --- lists -----------------------------------------------------------------------------------------------------


def results(
    scheme: Scheme,
    form: Form,
    period: str,
    assessments: Sequence[Assessment],
    output: Output,
    *,
    organ: str = "",
    to: str = "",
    on: date | None = None,
    number: str = "",
    drafts: bool = False,
    made_from: Sequence[str] = (),
) -> Made:
    """The notice of results with its table, best grade and most points first.

    ``organ`` signs (the regulation's own organ if empty), ``to`` is the 主送, ``number`` the document's own number, if
    it has one. Raises UsageError where nobody was assessed, nobody signs, or an assessment is not final and ``drafts``
    is not set; TemplateError, FileAccessError.
    """
    organ = organ or scheme.organ
    if not organ:
        raise UsageError('没有写明发文机关；请在 formgen.toml 中写 organ = "……人民政府"，或用 --organ 写明')
    _refuse_doubtful("通报", assessments, drafts, _unprintable(form))
    ordered = _ordered(scheme, assessments)
    context = results_context(scheme, form, period, ordered, organ=organ, to=to.rstrip("：: "), on=on, number=number)
    context["draft"] = _mark(ordered, _unprintable(form))
    for row, assessment in zip(context["rows"], ordered, strict=True):
        row["note"] = row["note"] or (UNVERIFIED if _unprintable(form)(assessment) else "")
    context["has_note"] = any(row["note"] for row in context["rows"])
    names = (scheme.subject_noun + "考核结果通报", in_chinese(period), "草稿" if _doubtful(ordered, form) else "")
    return Press("results", "results", output).listing(context, names, made_from)


def paysheet(
    scheme: Scheme,
    period: str,
    assessments: Sequence[Assessment],
    roster: Sequence[RosterEntry],
    output: Output,
    *,
    organ: str = "",
    drafts: bool = False,
    made_from: Sequence[str] = (),
) -> Made:
    """The pay sheet, always .xlsx. Raises UsageError as ``results`` does, TemplateError, FileAccessError."""
    _refuse_doubtful("补贴发放表", assessments, drafts, lambda assessment: not assessment.final)
    context = paysheet_context(scheme, period, assessments, roster, organ=organ or scheme.organ)
    context["draft"] = _mark(assessments)
    sheet = Output(output.folder, output.workspace, "xlsx", output.dry_run)
    draft = "" if all(assessment.final for assessment in assessments) else "草稿"
    names = (scheme.subject_noun + "补贴发放表", in_chinese(period), draft)
    return Press("paysheet", "paysheet", sheet).listing(context, names, made_from)


def _unprintable(form: Form) -> Callable[[Assessment], bool]:
    """Whether a row cannot stand in a notice as certain: not final, or without the total that the form needs."""
    scored = form.base_points is not None
    return lambda assessment: not assessment.final or (scored and assessment.value("total") is None)


def _doubtful(assessments: Sequence[Assessment], form: Form) -> bool:
    return any(map(_unprintable(form), assessments))


def _refuse_doubtful(
    paper: str, assessments: Sequence[Assessment], drafts: bool, doubtful: Callable[[Assessment], bool]
) -> None:
    if not assessments:
        raise UsageError(f"没有评定结果，不能生成{paper}；请先运行 formgen assess")
    found = [assessment for assessment in assessments if doubtful(assessment)]
    if not found or drafts:
        return
    lines = [f"  {a.subject}：{a.doubts[0] if a.doubts else '没有合计分'}" for a in found[:_SHOWN]]
    if len(found) > _SHOWN:
        lines.append(f"  ……共{len(found)}个")
    raise UsageError(
        f"有{len(found)}个对象的评定还有没核实的疑点，不能生成正式{paper}：\n"
        + "\n".join(lines)
        + "\n请用 formgen review 核实后重新评定；只要草稿请加 --drafts"
    )


def _mark(assessments: Sequence[Assessment], doubtful: Callable[[Assessment], bool] | None = None) -> str:
    """The words that every page must carry, ``""`` if none."""
    uncertain = doubtful or (lambda assessment: not assessment.final)
    words = [DRAFT] if any(map(uncertain, assessments)) else []
    bases = (basis for assessment in assessments for line in assessment.lines for basis in line.basis)
    if any(isinstance(basis, Decision) and basis.example for basis in bases):
        words.append(EXAMPLE)
    return "；".join(words)


def _ordered(scheme: Scheme, assessments: Sequence[Assessment]) -> list[Assessment]:
    """Best grade first, then most points, then as they came; what has neither stands last."""
    ranks = {grade.name: rank for rank, grade in enumerate(scheme.grade)}

    def place(assessment: Assessment) -> tuple[int, Decimal]:
        total = assessment.value("total")
        points = total if isinstance(total, Decimal) else Decimal("-Infinity")
        return ranks.get(text_of(assessment.value("grade")), len(ranks)), -points

    return sorted(assessments, key=place)


def _names(subject: Subject, form: Form, period: str | None, extra: str = "") -> tuple[str, ...]:
    """The parts of a file's name: ``村-姓名-表名-时段``."""
    title = printed_title(form, period)
    return (subject.village, subject.team, subject.name, title + extra, in_chinese(period) if period else "")
