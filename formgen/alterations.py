"""What changed between two results of a subject, why, and which papers that were sent now say something else. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from formgen.model import Assessment, Citation, ConsequenceDue, Decision, Issuance, Line, Standing, Subject
from formgen.periods import in_chinese

#: Before the id of each consequence that a letter is about, in its ``made_from``; and what stands for none: the grade.
ABOUT = "about:"
ABOUT_GRADE = "about-grade"

#: Lines whose change is told by itself, others only as a reason.
_TOLD = {"total": "总分", "money": "增减金额", "pay": "应发"}

#: Papers that hold one subject alone and are taken back where what they say no longer holds.
_PAPERS = {
    "table": "评分表",
    "results": "考核结果通报",
    "announcement": "考核结果公示",
    "register": "登记表",
    "opinion": "意见表",
    "paysheet": "补贴发放表",
    "archive": "个人档案",
    "public-table": "逐月公开表",
    "notice": "通知",
    "blank": "空白表",
    "return-slip": "退改通知",
    "return-copy": "退改原件",
    "letter-incompetent": "不称职告知书",
    "letter-criticism": "批评教育通知",
    "letter-admonition": "诫勉谈话通知",
    "letter-replacement": "撤换通知",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands of a subject by one form of a period, with the hashes under which it is kept."""

    assessment: Assessment
    standing: Standing | None = None
    hashes: tuple[str, ...] = ()  #: ``assessment:SHA``, ``standing:SHA``.
    made_from: tuple[str, ...] = ()  #: Of the assessment.


Sort = Literal["result", "item", "total", "grade", "state", "rank", "money", "consequence"]

#: Kind of paper → what of a result it prints; whether there is a result at all, each prints. Any other prints all.
_LISTS = ("results", "announcement", "paysheet")  #: Papers on everybody who has a result.

_PRINTED: dict[str, frozenset[Sort]] = {
    "table": frozenset(("result", "item", "total", "grade", "state")),
    "results": frozenset(("result", "total", "grade", "state", "money", "consequence")),
    "announcement": frozenset(("result", "total", "grade", "state")),
    "register": frozenset(("result", "grade", "state")),
    "opinion": frozenset(("result", "grade", "state")),
    "paysheet": frozenset(("result", "grade", "state", "money")),
    "archive": frozenset(("result", "item", "total", "grade", "state", "money", "consequence")),
    "public-table": frozenset(("result", "item", "total", "state", "rank")),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that reads differently."""

    what: str  #: ``总分``, ``等次``, ``名次``, the label of a consequence …
    before: str
    after: str
    sort: Sort
    ref: str = ""  #: Id of the consequence.


@dataclass(frozen=True, slots=True)
class Change:
    """What changed for one subject in one period."""

    form: str
    subject: Subject
    period: str
    before: Outcome | None  #: None: there was nothing.
    after: Outcome | None  #: None: it no longer stands.
    differences: tuple[Difference, ...]
    basis: tuple[Citation | Decision, ...]  #: The articles and decisions by which what changed is so.
    cancelled: tuple[ConsequenceDue, ...] = ()  #: Consequences that are no longer due.
    incurred: tuple[ConsequenceDue, ...] = ()  #: Consequences that are due now.


@dataclass(frozen=True, slots=True)
class Affected:
    """A paper that was sent and would now read differently."""

    issuance: Issuance
    action: Literal["withdraw", "reissue"]
    changes: tuple[Change, ...]

    @property
    def reason(self) -> str:
        """Chinese: whose result changed, and how."""
        told = [
            f"{change.subject}（{in_chinese(change.period)}）"
            + "，".join(f"{one.what}由{one.before}改为{one.after}" for one in _printed(self.issuance, change)[:4])
            for change in self.changes[:5]
        ]
        more = f"等{len(self.changes)}个对象" if len(self.changes) > 5 else ""
        return "；".join(told) + more

    @property
    def words(self) -> str:
        """Chinese: what to do with which paper, and why."""
        paper = _PAPERS.get(self.issuance.kind, self.issuance.kind)
        verb = "收回" if self.action == "withdraw" else "更正后重发"
        return f"{verb}：{paper}《{self.issuance.path}》（{self.issuance.at:%Y-%m-%d}生成）。原因：{self.reason}"


def change_of(before: Outcome | None, after: Outcome | None) -> Change | None:
    """What reads differently, None if nothing does."""
    known = after or before
    assert known is not None
    differences: list[Difference] = []
    basis: list[Citation | Decision] = []
    if before is None or after is None:
        was, now = ("没有结果", "有结果") if before is None else ("有结果", "不再有效")
        differences.append(Difference("结果", was, now, "result"))
    old, new = (before.assessment if before else None), (after.assessment if after else None)
    if old != new:
        lines = _changed_lines(old, new)
        money = {"money", "pay"} if known.standing is not None else set()  # those of the standing count
        differences += [
            Difference(_TOLD[name], _shown(was), _shown(now), "total" if name == "total" else "money")
            for name, was, now in lines
            if name in _TOLD and name not in money and _value(was) != _value(now)
        ]
        differences += [
            Difference(f"{name} {(now or was or _NO_LINE).label}", _shown(was), _shown(now), "item")
            for name, was, now in lines
            if (now or was or _NO_LINE).kind == "item" and _value(was) != _value(now)
        ]
        basis += [b for _, was, now in _leaves(lines) for b in (now or was or _NO_LINE).basis]
    cancelled, incurred = _standing_differences(before, after, differences, basis)
    if not differences:
        return None
    assessment = known.assessment
    return Change(
        assessment.form,
        assessment.subject,
        assessment.period,
        before,
        after,
        tuple(differences),
        _distinct(basis),
        cancelled,
        incurred,
    )


def _standing_differences(
    before: Outcome | None,
    after: Outcome | None,
    differences: list[Difference],
    basis: list[Citation | Decision],
) -> tuple[tuple[ConsequenceDue, ...], tuple[ConsequenceDue, ...]]:
    """Add what differs between the standings; the consequences that fell away and those that came."""
    old, new = (before.standing if before else None), (after.standing if after else None)
    if old is None and new is None:
        return (), ()
    if (old.grade if old else None) != (new.grade if new else None):
        differences.append(Difference("等次", _grade(old), _grade(new), "grade"))
        basis += _reason_basis(old, new)
    elif old is not None and new is not None and old.final != new.final:
        differences.append(Difference("状态", _state(old), _state(new), "state"))
        basis += _reason_basis(old, new)
    if (old.rank, old.of) != (new.rank, new.of) if old and new else False:
        assert old is not None
        assert new is not None
        differences.append(Difference("名次", _rank(old), _rank(new), "rank"))
    for name in ("money", "pay"):
        was, now = _line(old, name), _line(new, name)
        if _value(was) != _value(now):
            differences.append(Difference(_TOLD[name], _shown(was), _shown(now), "money"))
            basis += list((now or was or _NO_LINE).basis)
    due_before = {one.id: one for one in (old.consequences if old else ())}
    due_after = {one.id: one for one in (new.consequences if new else ())}
    cancelled = tuple(one for name, one in due_before.items() if name not in due_after)
    incurred = tuple(one for name, one in due_after.items() if name not in due_before)
    differences += [Difference(one.label, "应处理", "不再适用", "consequence", one.id) for one in cancelled]
    differences += [
        Difference(one.label, "无", "应处理" if not one.doubt else "待定", "consequence", one.id) for one in incurred
    ]
    basis += [one.basis for one in (*cancelled, *incurred)]
    return cancelled, incurred


def affected(changes: Sequence[Change], issuances: Iterable[Issuance]) -> tuple[Affected, ...]:
    """The papers that show a result that has changed, oldest first.

    A paper says by the hashes in ``made_from`` what it shows. One about a single subject is withdrawn where the
    result or a consequence no longer stands; any other is to be put right and sent again.
    """
    found = []
    for issuance in issuances:
        sources = frozenset(issuance.made_from)
        named = any(one.startswith(("assessment:", "standing:")) for one in sources)
        hit = [
            change
            for change in changes
            if change.before and _shows(sources, named, change.before) and _printed(issuance, change)
        ]
        if hit:
            single = all(
                sum(one.startswith(kind) for one in sources) <= 1 for kind in ("return:", "assessment:", "standing:")
            )
            gone = any(_gone(issuance, change) for change in hit)
            found.append(Affected(issuance, "withdraw" if single and gone else "reissue", tuple(hit)))
    return tuple(found)


def incomplete(stood: frozenset[str], joined: Sequence[Change], issuances: Iterable[Issuance]) -> tuple[Affected, ...]:
    """The lists of everybody that were sent before those who joined had a result, oldest first.

    ``stood``: the hashes of the assessments by the same form and of the same period before.
    """
    return tuple(
        Affected(issuance, "reissue", tuple(joined))
        for issuance in issuances
        if issuance.kind in _LISTS and stood.intersection(issuance.made_from)
    )


def _letter_ids(issuance: Issuance) -> frozenset[str]:
    """The ids of the consequences that a letter is about; empty for other papers, and for a letter about the grade."""
    return frozenset(one.removeprefix(ABOUT) for one in issuance.made_from if one.startswith(ABOUT))


def _gone(issuance: Issuance, change: Change) -> bool:
    """Whether what a paper about one subject says no longer stands at all."""
    about = _letter_ids(issuance)
    if about:
        return change.after is None or any(one.id in about for one in change.cancelled)
    if ABOUT_GRADE in issuance.made_from:
        return change.after is None or any(one.sort == "grade" for one in change.differences)
    return change.after is None or bool(change.cancelled)


def _printed(issuance: Issuance, change: Change) -> list[Difference]:
    """The differences that such a paper prints; a letter: those of its own consequences, and the grade."""
    about = _letter_ids(issuance)
    if about or ABOUT_GRADE in issuance.made_from:
        return [one for one in change.differences if one.sort in ("result", "grade", "state") or one.ref in about]
    printed = _PRINTED.get(issuance.kind)
    return [one for one in change.differences if printed is None or one.sort in printed]


def _shows(sources: frozenset[str], named: bool, outcome: Outcome) -> bool:
    if named:
        return bool(sources.intersection(outcome.hashes))
    return bool(outcome.made_from) and sources.issuperset(outcome.made_from)


_NO_LINE = Line("", "", "item", None)
_Pair = tuple[str, Line | None, Line | None]


def _changed_lines(old: Assessment | None, new: Assessment | None) -> list[_Pair]:
    was = {line.id: line for line in (old.lines if old else ())}
    now = {line.id: line for line in (new.lines if new else ())}
    return [(name, was.get(name), now.get(name)) for name in {**was, **now} if was.get(name) != now.get(name)]


def _leaves(lines: Sequence[_Pair]) -> list[_Pair]:
    """The changed lines that do not change only because another line did."""
    changed = {name for name, was, now in lines if _value(was) != _value(now)}
    return [
        (name, was, now)
        for name, was, now in lines
        if name in changed and not any(s.kind == "line" and s.ref in changed for s in (now or was or _NO_LINE).sources)
    ]


def _reason_basis(old: Standing | None, new: Standing | None) -> list[Citation | Decision]:
    """The basis of the steps that only one of the two has."""
    was = old.reasons if old else ()
    now = new.reasons if new else ()
    fresh = [reason for reason in now if reason not in was] or [reason for reason in was if reason not in now]
    return [basis for reason in fresh for basis in reason.basis]


def _distinct(basis: Iterable[Citation | Decision]) -> tuple[Citation | Decision, ...]:
    found: list[Citation | Decision] = []
    for one in basis:
        if one not in found:
            found.append(one)
    return tuple(found)


def _line(standing: Standing | None, name: str) -> Line | None:
    return next((line for line in standing.money if line.id == name), None) if standing else None


def _value(line: Line | None) -> Decimal | str | None:
    return line.value if line else None


def _shown(line: Line | None) -> str:
    value = _value(line)
    if value is None:
        return "未定" if line is not None and line.doubt else "无"
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def _grade(standing: Standing | None) -> str:
    if standing is None:
        return "无"
    return standing.grade or ("未定" if not standing.grade_final else "无")


def _rank(standing: Standing) -> str:
    return f"第{standing.rank}名（共{standing.of}）" if standing.rank is not None else "未排名"


def _state(standing: Standing) -> str:
    return "已定" if standing.final else "未定"
