"""Why a number is what it is: the chain from the printed number back to the cell of the file, in Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from formgen.errors import UsageError
from formgen.model import Assessment, Citation, Decision, Line, Locator, Reason, Source, Standing
from formgen.periods import in_chinese
from formgen.scheme.decisions import ROUNDING_RULES
from formgen.scheme.types import Scheme
from formgen.scoring.figures import words

Numbers = Mapping[Locator, int]  #: Place, its file named → number of the record that was read there.
_KINDS = {"reading": "读数", "correction": "更正", "fact": "事实", "roster": "花名册", "line": "来自"}


def explain(
    assessment: Assessment,
    line_id: str | None = None,
    files: Mapping[str, str] | None = None,
    scheme: Scheme | None = None,
    numbers: Numbers | None = None,
) -> str:
    """The chain behind one line, or behind the grade, the total and the pay where no line is named.

    ``files`` gives the name of a file for its sha256; ``numbers`` the number of the record that was read at a place,
    by which ``review set`` puts it right; ``scheme`` lets decisions be told in the words of their
    question. Raises UsageError if there is no such line, naming those that there are.
    """
    writer = _Writer(assessment, files or {}, scheme, numbers)
    period = in_chinese(assessment.period)
    out = [f"{assessment.subject}，{period}" + ("" if assessment.final else "（尚未定稿）")]
    if line_id is not None:
        line = _find(assessment, line_id)
        out += writer.line(line, "")
    else:
        for one in _roots(assessment):
            if one.id not in writer.told:
                out += writer.line(one, "")
        if assessment.doubts:
            out.append("尚待确定：")
            out += [f"  {number}. {doubt}" for number, doubt in enumerate(assessment.doubts, 1)]
    return "\n".join(out)


def _roots(assessment: Assessment) -> list[Line]:
    heads = [
        next((line for name in names if (line := assessment.line(name))), None)
        for names in (("grade", "total"), ("total",), ("pay", "money"))
    ]
    return [line for line in heads if line is not None] + [line for line in assessment.lines if line.kind == "item"]


def _find(assessment: Assessment, wanted: str) -> Line:
    line = assessment.line(wanted) or next((line for line in assessment.lines if line.label == wanted), None)
    if line is None:
        known = "、".join(line.id for line in assessment.lines)
        raise UsageError(f"{assessment.subject} {assessment.period} 没有“{wanted}”这一项，可写：{known}")
    return line


def explain_standing(
    standing: Standing,
    files: Mapping[str, str] | None = None,
    scheme: Scheme | None = None,
    assessment: Assessment | None = None,
    line_id: str | None = None,
    numbers: Numbers | None = None,
) -> str:
    """Why a standing is what it is: each step from the computed grade, each consequence, and the money that is due.

    ``assessment``: where it is given, what a step rests on is followed down to the cells of the file. ``line_id``: a
    line of money (see ``settled_line``) is told alone; ``grade`` and ``rank`` leave the money out.
    """
    open_mark = "" if standing.final else "（尚未定稿）"
    out = [f"{standing.subject}，{in_chinese(standing.period)}{open_mark}"]
    line = settled_line(standing, line_id)
    steps = _Writer(assessment, files or {}, scheme, numbers)
    if line is None:
        out += _steps(standing, steps)
    settled = _as_settled(standing, assessment)
    writer = _Writer(settled, files or {}, scheme, numbers)
    writer.told = steps.told - {"grade", "money", "pay"}  # each number is told once
    if line is not None:
        out += writer.line(line, "")
    elif line_id is None:
        heads = [settled_line(standing, name) for name in ("pay", "money")]
        out += writer.line(head, "") if (head := heads[0] or heads[1]) is not None else []
    if standing.doubts:
        out.append("尚待确定：")
        out += [f"  {number}. {doubt}" for number, doubt in enumerate(standing.doubts, 1)]
    return "\n".join(out)


def settled_line(standing: Standing, wanted: str | None) -> Line | None:
    """The line of money that was settled, by its id or its words. None if there is none."""
    return next((line for line in standing.money if wanted in (line.id, line.label)), None)


def _steps(standing: Standing, writer: _Writer) -> list[str]:
    """The grade, the rank, and how they came about."""
    out = []
    if standing.grade is not None or standing.computed_grade is not None:
        head = f"等次：{standing.grade if standing.grade is not None else '未定'}"
        if standing.computed_grade is not None and standing.computed_grade != standing.grade:
            head += f"（按得分或评定为“{standing.computed_grade}”）"
        out.append(head)
    if standing.rank is not None:
        out.append(f"名次：第{standing.rank}名，共{standing.of}名")
    for reason in standing.reasons:
        out += writer.reason(reason, "  ")
    for due in standing.consequences:
        out.append(f"应办：{due.label}" + ("（存疑，不得执行）" if due.doubt else ""))
        out.append(f"  ← 依据：{due.basis}")
        for reason in due.reasons:
            out += writer.reason(reason, "  ", told=(due.basis,))
        if due.doubt:
            out.append(f"  ← 存疑：{due.doubt}")
    return out


def _as_settled(standing: Standing, assessment: Assessment | None) -> Assessment:
    """The assessment with the grade and the money of the standing, for the chains below the money."""
    lines = assessment.lines if assessment is not None else ()
    kept = []
    for line in lines:
        if line.kind == "money":
            continue
        if line.id == "grade" and line.value != standing.grade:
            steps = f"按得分或评定为“{words(line.value)}”，定等为“{standing.grade}”" if standing.grade else ""
            basis = tuple(part for reason in standing.reasons for part in reason.basis) if standing.grade else ()
            doubt = "" if standing.grade else "定等尚未确定"
            line = replace(line, value=standing.grade, steps=steps, basis=basis, sources=(), doubt=doubt)
        kept.append(line)
    together = (*kept, *standing.money)
    return Assessment(standing.scheme, standing.form, standing.subject, standing.period, together, True)


class _Writer:
    """Writes lines as an indented tree, each line's ground once."""

    def __init__(
        self, assessment: Assessment | None, files: Mapping[str, str], scheme: Scheme | None, numbers: Numbers | None
    ) -> None:
        self._gaps = {gap.id: gap for gap in scheme.gap} if scheme is not None else {}
        self._assessment = assessment
        self._files = files
        self._numbers = numbers or {}
        self.told: set[str] = set()

    def reason(self, reason: Reason, indent: str, told: tuple[Citation, ...] = ()) -> list[str]:
        """A step with what it rests on; ``told``: citations that stand above it already."""
        out = [f"{indent}← {reason.text}"]
        inner = indent + "   "
        out += self._grounds([part for part in reason.basis if part not in told], inner)
        for source in reason.sources:
            out += self._source(source, inner)
        return out

    def _grounds(self, basis: Iterable[Citation | Decision], indent: str) -> list[str]:
        out = []
        for part in basis:
            out.append(f"{indent}← {'依据：' if isinstance(part, Citation) else ''}{part}")
            if not isinstance(part, Citation):
                out.append(f"{indent}   决定的内容：{self._content(part)}")
        return out

    def line(self, line: Line, indent: str, lead: str = "") -> list[str]:
        """A line with all that it rests on; ``lead`` stands before its first words."""
        out = [f"{indent}{lead}{_head(line)}"]
        if line.id in self.told:
            return [f"{out[0]}（见上）"]
        self.told.add(line.id)
        inner = indent + "  "
        if line.steps:
            out.append(f"{inner}← 计算：{line.steps}")
        out += self._grounds(line.basis, inner)
        if line.doubt:
            out.append(f"{inner}← 存疑：{line.doubt}")
        for source in line.sources:
            out += self._source(source, inner)
        return out

    def _source(self, source: Source, indent: str) -> list[str]:
        if source.kind == "line":
            below = self._assessment.line(source.ref) if self._assessment is not None else None
            return self.line(below, indent, "← ") if below is not None else []
        text = f"“{source.text}”" if source.kind == "reading" and source.text else source.text or "（空白）"
        text = text.removeprefix(f"{_KINDS[source.kind]}：")
        out = [f"{indent}← {_KINDS[source.kind]}：{text}"]
        if place := self._place(source):
            out.append(f"{indent}   出处：{place}{self._number(source)}")
        return out

    def _place(self, source: Source) -> str:
        sha = source.where.submission
        name = self._files.get(sha, f"文件 {sha[:12]}" if sha else "")
        return " ".join(filter(None, (name, source.where.chinese)))

    def _number(self, source: Source) -> str:
        """What ``review set`` puts a reading right by; empty where it is not known."""
        number = self._numbers.get(source.where)
        if number is None:
            return ""
        field = "count" if source.kind == "fact" else source.ref
        return f"（更正编号 {number}:{field}）"

    def _content(self, decision: Decision) -> str:
        gap = self._gaps.get(decision.gap)
        asked = f"{gap.question} ——" if gap is not None else ""
        match decision.value:
            case {"rule": str(rule), "places": int(places)}:
                told = f"{ROUNDING_RULES.get(rule, rule)}，保留 {places} 位小数"
            case Mapping() as table:
                told = "，".join(f"{name} {inner}" for name, inner in table.items())
            case list() | tuple() as names:
                told = "、".join(str(name) for name in names)
            case value:
                told = gap.choice_labels.get(str(value), str(value)) if gap is not None else str(value)
        return asked + told


def _head(line: Line) -> str:
    number = f"{line.id} " if line.kind == "item" else ""
    value = "未能确定" if line.value is None and line.doubt else words(line.value)
    unit = f" {line.unit}" if line.unit and line.value is not None else ""
    return f"{number}{line.label} = {value}{unit}"
