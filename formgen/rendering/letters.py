"""What a letter to one subject may print: the result, the articles in their own words, and what follows. Pure.

``letter_context``: ``title``, ``organ``, ``to``, ``number``, ``paragraphs`` (by which measure, of which period, with
what result, by which words), ``measures`` (what follows by which article), ``rows`` of ``{no, item, full, score, steps,
article}`` (the items that cost points), ``objection`` (how to object, only where the regulation or a Decision says),
``date``, ``period``, ``draft``, ``scheme_id``, ``properties`` as in ``formgen.rendering.context``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from formgen.model import Citation, ConsequenceDue, Decision, Form
from formgen.periods import in_chinese
from formgen.rendering.context import chinese_date, text_of
from formgen.rendering.outcome import Outcome
from formgen.scheme.types import Scheme

_OF_OTHERS = ("doubt", "advice", "tie")  #: Steps whose words may name other people.
_END = re.compile(r"(?<=[。；\n])")
_ABOUT = re.compile(r"考核|考评|评定|结果|等次|处理|处分|决定")
_OBJECTING = re.compile(r"(?:异议|不服).{0,60}?(?:申诉|复核|复议|复查|申请|提出|反映)")
_MARKUP = re.compile(r"<[^>]*>|^[\s#|>*-]+|[|*]+$", re.M)


def letter_context(
    scheme: Scheme,
    form: Form,
    outcome: Outcome,
    due: Sequence[ConsequenceDue],
    *,
    title: str,
    organ: str,
    number: str = "",
    on: date | None = None,
    objection: Sequence[str] = (),
) -> dict[str, Any]:
    """The context of a letter about ``due`` (empty: about the grade itself), with the keys that the module names."""
    subject, period = outcome.subject, outcome.assessment.period
    result = []
    if outcome.total is not None and form.base_points is not None:
        result.append(f"得分{text_of(outcome.total)}分")
    if outcome.grade:
        result.append(f"考核等次为“{outcome.grade}”")
    told = "，" + "，".join(result) if result else ""
    whose = subject.name if form.subject == "person" else subject.team or subject.village
    paragraphs = [f"根据《{scheme.title}》，对{whose}{in_chinese(period)}的工作进行了考核{told}。"]
    if not due:
        paragraphs += [f"{words}。" for words in _reasons(outcome)]
    return {
        "title": title,
        "organ": organ,
        "to": "　".join(filter(None, (subject.village, subject.team, subject.name))),
        "number": number,
        "paragraphs": paragraphs,
        "measures": [words for one in due for words in _measure(one)],
        "rows": _lost(form, outcome),
        "objection": list(objection),
        "date": chinese_date(on) if on else "",
        "period": period,
        "period_text": in_chinese(period),
        "draft": "",
        "scheme_id": scheme.id,
        "properties": {"notice": "letter", "scheme": scheme.id, "period": period, "village": subject.village}
        | ({"name": subject.name} if subject.name else {}),
    }


def objections(title: str, articles: Mapping[str, str], decisions: Iterable[Decision] = ()) -> tuple[str, ...]:
    """How to object to a result, in the regulation's own words or a Decision's; empty where neither says.

    ``articles``: anchor → its text. ``decisions``: those that answer how to object; their value is the sentence.
    """
    found = []
    for anchor, text in articles.items():
        for sentence in _END.split(text):
            words = " ".join(_MARKUP.sub(" ", sentence).split())
            if _OBJECTING.search(words) and _ABOUT.search(words):
                found.append(f"《{title}》{anchor}规定：“{words.rstrip('；')}”")
    for one in decisions:
        words = str(one.value).strip().rstrip("。")
        found.append(f"{words}（{one.authority}，{chinese_date(one.date)}）。")
    return tuple(found)


def _measure(due: ConsequenceDue) -> list[str]:
    """The article in its own words, what was found, and what follows."""
    basis = due.basis
    quoted = f"规定：“{basis.quote}”" if basis.quote else "有规定"
    found = "；".join(dict.fromkeys(one.text for one in due.reasons if one.effect not in ("choice", "doubt", "advice")))
    return [
        f"《{basis.instrument}》{basis.article}{quoted}。",
        *([f"经核：{found}。"] if found else []),
        f"依照上述规定：{due.label}。",
        *(f"{_decided(one)}。" for reason in due.reasons for one in reason.basis if isinstance(one, Decision)),
    ]


def _reasons(outcome: Outcome) -> list[str]:
    """The steps to the grade, and the words and decisions behind them, each said once."""
    every = outcome.standing.reasons if outcome.standing is not None else ()
    steps = [one for one in every if one.effect not in _OF_OTHERS]
    found = [one.text for one in steps if one.text]
    line = outcome.assessment.line("grade")
    bases = [*(line.basis if line else ()), *(one for step in steps for one in step.basis)]
    found += [_cited(one) if isinstance(one, Citation) else _decided(one) for one in bases]
    return list(dict.fromkeys(words.rstrip("。") for words in found if words))


def _cited(one: Citation) -> str:
    return f"《{one.instrument}》{one.article}" + (f"规定：“{one.quote}”" if one.quote else "")


def _decided(one: Decision) -> str:
    mark = "（示例，非正式决定）" if one.example else ""
    return f"本级决定：{one.authority}，{chinese_date(one.date)}{mark}"


def _lost(form: Form, outcome: Outcome) -> list[dict[str, str]]:
    """The items that cost points: less than the full score, or points taken."""
    rows: list[dict[str, str]] = []
    items = {item.id: item for item in form.items}
    for line in outcome.assessment.lines:
        item = items.get(line.id)
        if line.kind != "item" or item is None or not isinstance(line.value, Decimal):
            continue
        taken = item.deduction and line.value != 0
        short = item.required and item.points is not None and line.value < item.points
        if taken or short:
            articles = dict.fromkeys(one.article for one in line.basis if isinstance(one, Citation))
            rows.append(
                {
                    "no": str(len(rows) + 1),
                    "item": item.text,
                    "full": text_of(item.points) or item.points_text,
                    "score": ("扣" if taken else "") + text_of(abs(line.value) if taken else line.value),
                    "steps": line.steps,
                    "article": "；".join(articles) or item.article,
                }
            )
    return rows
