"""The sheet of the part of a quarter's pay that is paid out month by month (基础补贴按月发放)."""

from __future__ import annotations

from collections.abc import Sequence

from formgen.errors import UsageError
from formgen.generate.certainty import EXAMPLE
from formgen.periods import in_chinese
from formgen.rendering.context import DRAFT
from formgen.rendering.instalments import TITLE, Month, instalments, instalments_context
from formgen.rendering.press import Made, Output, Press
from formgen.scheme.types import Scheme
from formgen.store.values import digest
from formgen.subjects import RosterIndex


def monthly_paysheet(
    scheme: Scheme, form_id: str, months: Sequence[Month], output: Output, *, organ: str = "", drafts: bool = False
) -> Made:
    """The sheet of the last of the ``months``, which are those of its quarter so far, in order; always .xlsx.

    Raises UsageError where nobody is in the roster, or somebody's pay is not known and ``drafts`` is not set;
    TemplateError, FileAccessError.
    """
    period = months[-1].period
    found = instalments(scheme, form_id, months)
    if not found:
        raise UsageError(f"{in_chinese(period)}没有花名册，不知道发给谁；请先把花名册放进收件箱，运行 formgen intake")
    unknown = [one for one in found if one.pay is None]
    if unknown and not drafts:
        names = "、".join(str(one.subject) for one in unknown[:10]) + ("……" if len(unknown) > 10 else "")
        raise UsageError(
            f"花名册没有写明{names}的补贴标准，本级也没有决定统一标准（pay-base），不能生成{TITLE}；"
            "请补花名册或作出决定，只要草稿请加 --drafts"
        )
    roster = RosterIndex(months[-1].roster)
    context = instalments_context(scheme, form_id, period, found, roster, organ=organ or scheme.organ)
    marks = [DRAFT] if unknown else []
    marks += [EXAMPLE] if any(one.decided is not None and one.decided.example for one in found) else []
    context["draft"] = "；".join(marks)
    made_from = [f"roster:{digest(repr(entry))}" for month in months for entry in month.roster if entry.subject.name]
    sheet = Output(output.folder, output.workspace, "xlsx", output.dry_run)
    names_of_file = (scheme.subject_noun + TITLE, in_chinese(period), "草稿" if unknown else "")
    return Press("paysheet", "paysheet-month", sheet).listing(context, names_of_file, tuple(dict.fromkeys(made_from)))
