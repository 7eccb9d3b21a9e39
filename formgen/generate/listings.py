"""Lists of many subjects: the notice of results and the pay sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from formgen.errors import UsageError
from formgen.generate.certainty import mark, refuse_doubtful, unpayable, unprintable
from formgen.model import Assessment, Decision, Form, RosterEntry, Standing, Subject
from formgen.periods import in_chinese
from formgen.rendering.accounts import STALE, Accountant
from formgen.rendering.lists import UNVERIFIED, results_context
from formgen.rendering.official.press import PaperPress
from formgen.rendering.outcome import Outcome, outcomes
from formgen.rendering.pay import TEMPLATES, TITLES, paysheet_context
from formgen.rendering.press import Made, Output, Press
from formgen.scheme.decisions import in_force
from formgen.scheme.types import Scheme
from formgen.scoring.sequences import span
from formgen.subjects import RosterIndex


def results(
    scheme: Scheme,
    form: Form,
    period: str,
    assessments: Sequence[Assessment],
    output: Output,
    *,
    standings: Sequence[Standing] = (),
    roster: Sequence[RosterEntry] = (),
    decisions: Sequence[Decision] = (),
    organ: str = "",
    to: str = "",
    on: date | None = None,
    number: str = "",
    drafts: bool = False,
    with_consequences: bool = True,
    made_from: Sequence[str] = (),
) -> Made:
    """The notice of results with its table, best grade and most points first, and below it what follows for whom.

    Grades, money and consequences are those of ``standings``, as far as there are any; ``roster`` and ``decisions``
    tell what the pay is. ``organ`` signs (the regulation's own organ if empty), ``to`` is the 主送, ``number`` the
    document's own number, if it has one. A consequence that is not certain is left out but of a draft (see
    ``left_out``). Raises UsageError where nobody was assessed, nobody signs, or something is
    not final and ``drafts`` is not set; TemplateError, FileAccessError.
    """
    organ = organ or scheme.organ
    if not organ:
        raise UsageError('没有写明发文机关；请在 formgen.toml 中写 organ = "……人民政府"，或用 --organ 写明')
    accountant = Accountant(scheme, form.id, roster, in_force(decisions, span(period)[1]))
    found = as_in(roster, outcomes(assessments, standings))
    refuse_doubtful("通报", found, drafts, unprintable(form))
    doubtful = unpayable(accountant, unprintable(form))
    refuse_doubtful("通报", found, drafts, doubtful, STALE)
    ordered = in_order(scheme, found)
    context = results_context(
        scheme,
        form,
        period,
        ordered,
        organ=organ,
        to=to.rstrip("：: "),
        on=on,
        number=number,
        accountant=accountant,
        with_consequences=with_consequences,
        with_doubtful=drafts,
    )
    shown = [one for one in ordered if drafts and with_consequences and any(due.doubt for due in one.consequences)]
    context["draft"] = mark(ordered, lambda one: doubtful(one) or one in shown)
    for row, outcome in zip(context["rows"], ordered, strict=True):
        row["note"] = row["note"] or (UNVERIFIED if doubtful(outcome) else "")
    context["has_note"] = any(row["note"] for row in context["rows"])
    draft = "草稿" if shown or any(map(doubtful, ordered)) else ""
    names = (scheme.subject_noun + "考核结果通报", in_chinese(period), draft)
    return PaperPress("results", "results", output).listing(context, names, made_from)


def left_out(assessments: Sequence[Assessment], standings: Sequence[Standing]) -> tuple[str, ...]:
    """The consequences that a notice leaves out because they are doubtful, each with whom and why, in Chinese."""
    return tuple(
        f"{one.subject}　{due.label}：{due.doubt}"
        for one in outcomes(assessments, standings)
        for due in one.consequences
        if due.doubt
    )


def paysheet(
    scheme: Scheme,
    period: str,
    assessments: Sequence[Assessment],
    roster: Sequence[RosterEntry],
    output: Output,
    *,
    standings: Sequence[Standing] = (),
    decisions: Sequence[Decision] = (),
    form: Form | None = None,
    organ: str = "",
    drafts: bool = False,
    excused: Sequence[Subject] = (),
    made_from: Sequence[str] = (),
) -> Made:
    """The pay sheet of a form (the one that the scheme pays by, if none is named), always .xlsx.

    ``excused``: who takes no part in the period; a row without money says so. Raises UsageError as ``results`` does,
    and where the regulation says nothing of money; TemplateError, FileAccessError.
    """
    form = form or paid_form(scheme)
    accountant = Accountant(scheme, form.id, roster, in_force(decisions, span(period)[1]))
    if not accountant.pays:
        raise UsageError(f"《{scheme.title}》没有按“{form.title}”发放或核减补贴的规定，没有发放表")
    title = TITLES[accountant.kind]
    found = as_in(roster, outcomes(assessments, standings))
    doubtful = unpayable(accountant)
    refuse_doubtful(title, found, drafts, doubtful, STALE)
    index = RosterIndex(roster)
    context = paysheet_context(scheme, period, found, index, accountant, organ=organ or scheme.organ, excused=excused)
    context["draft"] = mark(found, doubtful)
    sheet = Output(output.folder, output.workspace, "xlsx", output.dry_run)
    draft = "草稿" if any(map(doubtful, found)) else ""
    names = (scheme.subject_noun + title, in_chinese(period), draft)
    return Press("paysheet", TEMPLATES[accountant.kind], sheet).listing(context, names, made_from)


def paid_form(scheme: Scheme) -> Form:
    """The form by which a scheme pays. Raises UsageError where the regulation says nothing of money."""
    if not scheme.money:
        raise UsageError(f"《{scheme.title}》没有发放或核减补贴的规定，没有发放表")
    return scheme.form_of(scheme.money[0].form)


def as_in(roster: Sequence[RosterEntry], found: Sequence[Outcome]) -> list[Outcome]:
    """In the order of the roster, whenever each was assessed; who is not in it stands last."""
    index = RosterIndex(roster)
    return sorted(found, key=lambda one: index.place(one.subject))


def in_order(scheme: Scheme, found: Sequence[Outcome]) -> list[Outcome]:
    """Best grade first, then most points, then as given; what has neither stands last."""
    ranks = {grade.name: rank for rank, grade in enumerate(scheme.grade)}

    def place(outcome: Outcome) -> tuple[int, Decimal]:
        points = outcome.total if outcome.total is not None else Decimal("-Infinity")
        return ranks.get(outcome.grade or "", len(ranks)), -points

    return sorted(found, key=place)
