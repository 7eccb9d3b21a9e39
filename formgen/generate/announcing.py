"""The public announcement (公示) of results before they become final: who, what grade, until when one may object."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from formgen.errors import UsageError
from formgen.generate.certainty import mark, refuse_doubtful, unprintable
from formgen.generate.listings import as_in, in_order
from formgen.model import Assessment, Form, RosterEntry, Standing
from formgen.periods import in_chinese
from formgen.rendering.context import chinese_date
from formgen.rendering.lists import results_context
from formgen.rendering.official.press import PaperPress
from formgen.rendering.outcome import outcomes
from formgen.rendering.press import Made, Output
from formgen.scheme.types import Scheme

_BLANK_DAY = "\u3000\u3000\u3000\u3000年\u3000\u3000月\u3000\u3000日"


def announcement(
    scheme: Scheme,
    form: Form,
    period: str,
    assessments: Sequence[Assessment],
    output: Output,
    *,
    standings: Sequence[Standing] = (),
    roster: Sequence[RosterEntry] = (),
    grades: Sequence[str] = (),
    organ: str = "",
    on: date | None = None,
    start: date | None = None,
    until: date | None = None,
    contact: str = "",
    drafts: bool = False,
    made_from: Sequence[str] = (),
) -> Made:
    """The announcement of the results of a period, or only of those with one of ``grades``; no money, no consequences.

    ``start`` and ``until`` bound the days of the announcement; what is not given is left blank to be written in.
    ``contact``: where objections are received. Raises UsageError as ``results`` does, for a grade that the measure does
    not have, and where nobody has one of ``grades``; TemplateError, FileAccessError.
    """
    organ = organ or scheme.organ
    if not organ:
        raise UsageError('没有写明发文机关；请在 formgen.toml 中写 organ = "……人民政府"，或用 --organ 写明')
    if start is not None and until is not None and until < start:
        raise UsageError("公示截止的日期早于开始的日期；请核对 --from 和 --until")
    known = [grade.name for grade in scheme.grade]
    for grade in grades:
        if grade not in known:
            raise UsageError(f"《{scheme.title}》没有“{grade}”这个等次；有：{'、'.join(known) or '无'}")
    found = as_in(roster, outcomes(assessments, standings))
    refuse_doubtful("公示", found, drafts, unprintable(form))
    shown = [one for one in in_order(scheme, found) if not grades or one.grade in grades]
    if not shown:
        raise UsageError(f"没有等次为{'、'.join(f'“{grade}”' for grade in grades)}的对象，没有什么要公示")
    context = results_context(scheme, form, period, shown, organ=organ, to="", on=on, with_consequences=False)
    text = in_chinese(period)
    result = f"拟评定为“{'”“'.join(grades)}”的{scheme.subject_noun}" if grades else "考核结果"
    context |= {
        "title": f"关于{text}{scheme.subject_noun}考核结果的公示",
        "paragraphs": [
            f"根据《{scheme.title}》，对{text}{scheme.subject_noun}工作进行了考核。现将{result}予以公示，接受监督。"
        ],
        "days": f"{_day(start)}至{_day(until)}",
        "contact": contact,
        "has_money": False,
        "draft": mark(shown, unprintable(form)),
    }
    draft = "草稿" if any(map(unprintable(form), shown)) else ""
    names = (scheme.subject_noun + "考核结果公示", text, draft)
    return PaperPress("announcement", "announcement", output).listing(context, names, made_from)


def _day(on: date | None) -> str:
    return chinese_date(on) if on else _BLANK_DAY
