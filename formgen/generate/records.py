"""Papers over many periods: the personal record (个人档案), and the table that is made public month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from formgen.errors import UsageError
from formgen.generate.certainty import EXAMPLE, mark
from formgen.model import Decision, Form, RosterEntry, Subject
from formgen.periods import in_chinese
from formgen.rendering.accounts import Accountant
from formgen.rendering.context import DRAFT
from formgen.rendering.personal import Chapter, archive_context
from formgen.rendering.press import Made, Output, Press
from formgen.rendering.publicity import public_context
from formgen.scheme.decisions import in_force
from formgen.scheme.types import Scheme
from formgen.scoring.running import Running
from formgen.scoring.sequences import span


def archive(
    scheme: Scheme,
    entry: RosterEntry,
    chapters: Sequence[Chapter],
    output: Output,
    *,
    decisions: Sequence[Decision] = (),
    organ: str = "",
    on: date | None = None,
    made_from: Sequence[str] = (),
) -> Made:
    """The personal record of one subject, always .docx: a row for each period, oldest first.

    ``entry`` stands at its head; the pay of each period goes by the roster and the decisions of that period. A period
    that is not final stands in it as 未核实, and every page then says so. A subject without any period gets
    a record with no rows. Raises TemplateError, FileAccessError.
    """

    def accountant(chapter: Chapter) -> Accountant:
        given = in_force(decisions, span(chapter.outcome.assessment.period)[1])
        return Accountant(scheme, chapter.form.id, [chapter.entry or entry], given)

    context = archive_context(scheme, entry, chapters, accountant, organ=organ or scheme.organ, on=on)
    context["draft"] = mark([chapter.outcome for chapter in chapters])
    subject = entry.subject
    names = (subject.village, subject.team, subject.name, "个人档案" if subject.name else "考核档案")
    paper = Output(output.folder, output.workspace, "docx", output.dry_run)
    return Press("archive", "personal-archive", paper).listing(context, names, made_from)


def public_table(
    scheme: Scheme,
    form: Form,
    runnings: Sequence[Running],
    output: Output,
    *,
    organ: str = "",
    on: date | None = None,
    notes: Mapping[Subject, str] | None = None,
    drafts: bool = False,
    made_from: Sequence[str] = (),
) -> Made:
    """The table of running totals and ranks of villages for the months of a year so far, and what each has lost.

    Raises UsageError where the form is not about villages, there is nothing to show, or a figure is unclear and
    ``drafts`` is not set; TemplateError, FileAccessError.
    """
    if form.subject != "village":
        raise UsageError(f"“{form.title}”不是按村考核的；逐月公开表只列村，不列个人")
    if not runnings:
        raise UsageError("没有可以公开的村；请先导入花名册")
    doubtful = [one for one in runnings if one.doubts or one.total is None]
    if doubtful and not drafts:
        lines = dict.fromkeys(f"  {one.subject}：{one.doubts[0] if one.doubts else '没有合计分'}" for one in doubtful)
        raise UsageError(
            "有的村还有没核实的事项，不能公开：\n"
            + "\n".join(list(lines)[:10])
            + "\n请核实后再生成；只要草稿请加 --drafts"
        )
    context = public_context(scheme, form, runnings, organ=organ or scheme.organ, on=on, notes=notes)
    bases = [basis for one in runnings for change in one.changes for basis in change.basis]
    words = [DRAFT] if doubtful else []
    words += [EXAMPLE] if any(isinstance(basis, Decision) and basis.example for basis in bases) else []
    context["draft"] = "；".join(words)
    last = max(one.month for one in runnings)
    names = (scheme.subject_noun + "考核情况公开表", in_chinese(last), "草稿" if doubtful else "")
    return Press("public-table", "public-table", output).listing(context, names, made_from)
