"""Which words of a regulation bind, which rule of the scheme holds each, and which case tries that rule. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from formgen.scheme.regulation import bare, own_texts, within
from formgen.scheme.types import Scheme

Kind = Literal["number", "share", "deadline", "grade", "consequence"]
KINDS: dict[Kind, str] = {
    "number": "数字", "share": "比例", "deadline": "期限", "grade": "等次", "consequence": "后果",
}  # fmt: skip

#: The tables of a scheme.toml whose entries make something happen (or forbid it), each citing its words.
TABLES = ("rule", "money", "grade", "gate", "quota", "consequence", "selection", "check")

_NUMERAL = r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十百两]+)"
_UNIT = (
    r"(?:个百分点|分(?!别|解|红|管|工|析|表|类|散)|万?元|个?工作日|小时|天|日|个月|次|人以上|人次?|名|户|项|条|份|处|种|"
    r"个(?!人)|员(?!”)|类|年(?!度)(?:以上)?)"
)
#: What looks like a number and is none: the article's own, a chapter's, a date, the number of a paper, an idiom.
_NONE = re.compile(
    r"第[一二三四五六七八九十百]+[条章]|\d{4}年\d+月\d+日|\d{4}年|〔\d+〕\d+号|不折不扣|第十三次党代会|一户户|一月一表"
)
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("share", re.compile(r"\d+(?:\.\d+)?(?:-\d+)?%|\d+/\d+|为零|百分制")),
    (
        "deadline",
        re.compile(
            rf"(?<![0-9])\d+月(?:\d+日、\d+月)?(?:\d+日|底)?前|{_NUMERAL}日内|{_NUMERAL}个?月[内前]|事前{_NUMERAL}天|"
            r"每(?:半年|两年|年|月|季度)|逐月|年末|年终|期满"
        ),
    ),
    ("number", re.compile(rf"(?<![第0-9.])(?:{_NUMERAL}(?:、{_NUMERAL})*){_UNIT}|上不封顶|下不保底|“十佳”")),
    (
        "consequence",
        re.compile(
            r"撤换|免职|任免|罢免|问责|追究|批评|通报|诫勉|约谈|取消|扣(?!除标准)|核减|减发|加发|处罚|退换|表彰|奖励|评先评优|"
            r"一票否决|提拔|工资|补贴|补助|抚恤|基层工作经历|从严处理|查处|培养对象|优先"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What one case tries: the articles that its ``why`` names, and the words that its outcome cites."""

    case: str  #: Its ``why``.
    articles: frozenset[str]
    cited: frozenset[tuple[str, str]]  #: (article, quote) of everything that had a part in the outcome.


@dataclass(frozen=True, slots=True)
class Clause:
    """Words of an article that hold a number, a share, a deadline, a grade or a consequence."""

    kind: Kind
    words: str  #: With some words before and after.
    rules: tuple[str, ...]  #: ``gate poor-work``: the entries whose quotation holds the words.
    waived: str = ""  #: Why no rule binds them.

    @property
    def settled(self) -> bool:
        """Whether a rule binds the words, or a reason says why none does."""
        return bool(self.rules or self.waived)


@dataclass(frozen=True, slots=True)
class RuleUse:
    """An entry of the scheme that cites an article, and the cases that try it."""

    rule: str  #: ``quota excellent``.
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticleState:
    """One anchor of the regulation whose own text binds."""

    article: str
    clauses: tuple[Clause, ...]
    rules: tuple[RuleUse, ...]  #: Of the entries that bind a clause of this article.
    cases: tuple[str, ...]  #: Those that name the article or try one of its rules.

    @property
    def waived(self) -> bool:
        """Whether no rule binds any of its words, each for a reason."""
        return not self.rules and all(clause.waived for clause in self.clauses)

    @property
    def covered(self) -> bool:
        """Whether every clause is settled, every rule is tried, and a case stands behind what is bound."""
        if self.waived:
            return True
        return (
            all(clause.settled for clause in self.clauses) and all(use.cases for use in self.rules) and bool(self.cases)
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """The articles of a regulation that bind, and the waivers that waive nothing."""

    scheme: str
    articles: tuple[ArticleState, ...]
    stale: tuple[str, ...]  #: Provisions that no longer match an unbound clause, in words.

    @property
    def complete(self) -> bool:
        """Whether every article is covered and no waiver is stale."""
        return all(state.covered for state in self.articles) and not self.stale

    @property
    def percent(self) -> int:
        """Covered articles of a hundred, rounded down."""
        covered = sum(state.covered for state in self.articles)
        return 100 * covered // len(self.articles) if self.articles else 100


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str  #: ``gate poor-work``.
    article: str
    quote: str
    stated: bool = False  #: A figure the text states about itself: lint counts it, nothing fires.


def coverage(scheme: Scheme, regulation: str, trials: Sequence[Trial]) -> Coverage:
    """The state of every article whose text holds a number, a share, a deadline, a grade or a consequence."""
    texts = {anchor: bare(text) for anchor, text in own_texts(regulation).items()}
    entries = tuple(_entries(scheme))
    used: set[int] = set()
    states = [
        _state(scheme, anchor, text, entries, trials, used) for anchor, text in texts.items() if _found(scheme, text)
    ]
    stale = tuple(
        f"{provision.article}" + (f"“{provision.quote}”" if provision.quote else "")
        for number, provision in enumerate(scheme.provision)
        if number not in used
    )
    return Coverage(scheme.id, tuple(states), stale)


def articles_named(why: str, anchors: Sequence[str]) -> frozenset[str]:
    """The anchors that a ``why`` names before its colon: ``第七条（三）、第十一条：…``; the longest that fits."""
    head = why.partition("：")[0]
    longest = sorted(anchors, key=len, reverse=True)
    found: set[str] = set()
    place, fresh = 0, True
    while place < len(head):
        if fresh:
            hit = next((a for a in longest if head.startswith(a, place) and _ends(head, place + len(a), a)), None)
            if hit is not None:
                found.add(hit)
                place += len(hit)
                fresh = False
                continue
        fresh = head[place] in "、和，及"
        place += 1
    return frozenset(found)


def _ends(head: str, end: int, anchor: str) -> bool:
    """Whether an anchor ends here: ``二（一）1`` is not the beginning of ``二（一）10``, nor ``一`` of ``一5``."""
    rest = head[end : end + 1]
    return not (rest.isdecimal() or (rest and rest in "一二三四五六七八九十" and anchor[-1] in "一二三四五六七八九十"))


# --- the words that bind ---------------------------------------------------------------------------------------


def _found(scheme: Scheme, text: str) -> list[tuple[Kind, int, int]]:
    """Kind, begin and end of all that binds in a text, in order; of two that overlap the first kind."""
    names = {word for grade in scheme.grade for word in (grade.name, *grade.aliases)} | {"等次"}
    grades = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
    taken = [False] * len(text)
    for match in _NONE.finditer(text):
        taken[match.start() : match.end()] = [True] * (match.end() - match.start())
    found: list[tuple[Kind, int, int]] = []
    for kind, pattern in (*_PATTERNS, ("grade", grades)):
        for match in pattern.finditer(text):
            begin, end = match.span()
            if not any(taken[begin:end]):
                taken[begin:end] = [True] * (end - begin)
                found.append((kind, begin, end))
    return sorted(found, key=lambda one: one[1])


def _state(
    scheme: Scheme, anchor: str, text: str, entries: Sequence[_Entry], trials: Sequence[Trial], used: set[int]
) -> ArticleState:
    bound = {
        entry.name: (entry, spans)
        for entry in entries
        if within(anchor, entry.article) and (spans := _spans(text, entry.quote))
    }
    waivers = [
        (number, provision.why, _spans(text, provision.quote) if provision.quote else [(0, len(text))])
        for number, provision in enumerate(scheme.provision)
        if provision.article == anchor
    ]
    clauses = []
    binding: dict[str, _Entry] = {}
    for kind, begin, end in _found(scheme, text):
        names = tuple(name for name, (_, spans) in bound.items() if _inside(begin, end, spans))
        binding |= {name: bound[name][0] for name in names}
        why = ""
        if not names:
            number, why = next(((n, why) for n, why, spans in waivers if _inside(begin, end, spans)), (-1, ""))
            used |= {number} if number >= 0 else set()
        clauses.append(Clause(kind, _context(text, begin, end), names, why))
    named = [trial.case for trial in trials if anchor in trial.articles]
    rules = tuple(
        RuleUse(name, tuple(_tried(entry, trials) if not entry.stated else named)) for name, entry in binding.items()
    )
    cases = dict.fromkeys([*named, *(case for use in rules for case in use.cases)])
    return ArticleState(anchor, tuple(clauses), rules, tuple(cases))


def _tried(entry: _Entry, trials: Sequence[Trial]) -> Iterator[str]:
    return (trial.case for trial in trials if (entry.article, entry.quote) in trial.cited)


def _spans(text: str, quote: str) -> list[tuple[int, int]]:
    words = bare(quote)
    spans, place = [], text.find(words) if words else -1
    while place >= 0:
        spans.append((place, place + len(words)))
        place = text.find(words, place + 1)
    return spans


def _inside(begin: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= begin and end <= stop for start, stop in spans)


def _context(text: str, begin: int, end: int) -> str:
    return f"{text[max(0, begin - 10) : begin]}【{text[begin:end]}】{text[end : end + 8]}"


def _entries(scheme: Scheme) -> Iterator[_Entry]:
    for form in scheme.form:
        for item in form.items:
            if item.article and item.quote:
                yield _Entry(f"item {form.id} {item.id}", item.article, item.quote)
    for table in TABLES:
        for entry in getattr(scheme, table, ()):
            yield _Entry(f"{table} {getattr(entry, 'id', None) or entry.name}", entry.article, entry.quote)
    for number, statement in enumerate(scheme.statement, 1):
        yield _Entry(f"statement {number}", statement.article, statement.quote, stated=True)


def rules_of(scheme: Scheme) -> Mapping[str, tuple[str, str]]:
    """Every entry that binds → the article and the words that it cites."""
    return {entry.name: (entry.article, entry.quote) for entry in _entries(scheme) if not entry.stated}
