"""Letters to one subject from a settled result: 不称职告知书, 批评教育, 诫勉谈话通知, 撤换通知."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from formgen.alterations import ABOUT, ABOUT_GRADE
from formgen.errors import UsageError
from formgen.generate.certainty import mark
from formgen.model import ConsequenceDue, Form
from formgen.periods import in_chinese
from formgen.rendering.letters import letter_context
from formgen.rendering.official.press import PaperPress
from formgen.rendering.outcome import Outcome
from formgen.rendering.press import Made, Output
from formgen.scheme.types import Scheme

_SHOWN = 10
#: Words of a consequence → the title of its letter, the first that fits.
_REMOVALS = (
    ("退换", "退换通知"),
    ("撤换", "撤换通知"),
    ("罢免", "罢免告知书"),
    ("免职", "免职告知书"),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A kind of letter: for which consequences it is, and what it is called."""

    id: str
    words: str  #: What a clerk calls it.
    title: str
    is_for: Callable[[ConsequenceDue], bool] | None  #: None: for the lowest grade itself.

    def titled(self, due: Sequence[ConsequenceDue], grade: str | None) -> str:
        """The printed title: the regulation's own word where it has another one."""
        if self.is_for is None:
            return f"{grade}告知书"
        if self.id == "replacement":
            labels = " ".join(one.label for one in due)
            return next((title for word, title in _REMOVALS if word in labels), self.title)
        return self.title


def _says(one: ConsequenceDue, word: str) -> bool:
    return word in one.label or (one.kind == "talk" and word in one.basis.quote)


LETTERS: Mapping[str, Letter] = {
    one.id: one
    for one in (
        Letter("incompetent", "不称职", "不称职告知书", None),
        Letter("criticism", "批评教育", "批评教育通知", lambda one: one.kind == "talk" and _says(one, "批评教育")),
        Letter("admonition", "诫勉谈话", "诫勉谈话通知", lambda one: one.kind == "talk" and _says(one, "诫勉")),
        Letter("replacement", "撤换", "撤换通知", lambda one: one.kind in ("replace", "dismiss")),
    )
}


def letters(
    scheme: Scheme,
    form: Form,
    letter: Letter,
    outcomes: Sequence[Outcome],
    output: Output,
    *,
    named: bool,
    organ: str = "",
    number: str = "",
    on: date | None = None,
    objection: Sequence[str] = (),
    sources: Callable[[Outcome], Sequence[str]] = lambda _: (),
) -> tuple[Made, ...]:
    """A letter for each of the outcomes to whom it is due; ``named``: each of them was asked for by name.

    Raises UsageError where nobody signs, the measure has no such grade or consequence, somebody who was named has no
    claim to the letter, or a result is not final; TemplateError, FileAccessError. Nothing is then written.
    """
    organ = organ or scheme.organ
    if not organ:
        raise UsageError('没有写明发文机关；请在 formgen.toml 中写 organ = "……人民政府"，或用 --organ 写明')
    if letter.is_for is None and not scheme.grade:
        raise UsageError(f"《{scheme.title}》没有规定考核等次，没有{letter.title}")
    chosen = [(one, found) for one in outcomes if (found := _due(scheme, letter, one)) is not None]
    without = [one for one in outcomes if all(one is not taken for taken, _ in chosen)]
    open_ones = [one for one, _ in chosen if not _final(letter, one)] + (
        [one for one in without if not _final(letter, one)] if named else []
    )
    if open_ones:
        raise UsageError(
            f"下列对象的结果还没有定，不能发{letter.title}：\n"
            + _listed([f"{one.subject}：{one.doubts[0] if one.doubts else '没有定等次'}" for one in open_ones])
            + "\n请用 formgen review 核实后重新评定"
        )
    if named and without:
        raise UsageError(
            f"下列对象没有应发{letter.title}的情形：\n" + _listed([_state(scheme, letter, one) for one in without])
        )
    if not chosen:
        waiting = sum(not _final(letter, one) for one in outcomes)
        raise UsageError(f"没有应发{letter.title}的对象" + (f"；另有{waiting}个的结果还没有定" if waiting else ""))
    press = PaperPress(f"letter-{letter.id}", f"letter-{letter.id}", output)
    made = []
    for outcome, due in chosen:
        title = letter.titled(due, outcome.grade)
        context = letter_context(
            scheme, form, outcome, due, title=title, organ=organ, number=number, on=on, objection=objection
        )
        context["draft"] = mark([outcome])
        subject = outcome.subject
        names = (subject.village, subject.team, subject.name, title, in_chinese(outcome.assessment.period))
        about = [f"{ABOUT}{one.id}" for one in due] or [ABOUT_GRADE]
        made.append(press.listing(context, names, (*sources(outcome), *about)))
    return tuple(made)


def undecided(scheme: Scheme, letter: Letter, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Of whom it is not known yet whether the letter is due, each with why: said beside the letters that were made."""
    return tuple(
        f"{one.subject}：{one.doubts[0] if one.doubts else '没有定等次'}"
        for one in outcomes
        if not _final(letter, one) and _due(scheme, letter, one) is None
    )


def _due(scheme: Scheme, letter: Letter, outcome: Outcome) -> list[ConsequenceDue] | None:
    """The consequences that the letter is about; empty for a letter about the grade; None where none is due."""
    if letter.is_for is None:
        lowest = scheme.grade[-1].name
        return [] if outcome.grade == lowest else None
    return [one for one in outcome.consequences if letter.is_for(one)] or None


def _final(letter: Letter, outcome: Outcome) -> bool:
    """Whether it is settled for good if the letter is due; there must be a standing. Other doubts do not matter."""
    open_due = any(one.doubt and letter.is_for is not None and letter.is_for(one) for one in outcome.consequences)
    return outcome.settled and outcome.standing is not None and not open_due


def _state(scheme: Scheme, letter: Letter, outcome: Outcome) -> str:
    grade = f"等次为“{outcome.grade}”" if outcome.grade else "没有等次"
    due = "、".join(one.label for one in outcome.consequences) or "无"
    return f"{outcome.subject}：{grade}，考核结果运用：{due}"


def _listed(lines: Sequence[str]) -> str:
    shown = [f"  {line}" for line in lines[:_SHOWN]]
    return "\n".join(shown + ([f"  ……共{len(lines)}个"] if len(lines) > _SHOWN else []))
