"""Who takes no part in a period, by a fact: neither missing nor in the number of which a quota is a share."""

from __future__ import annotations

from dataclasses import dataclass

from formgen.dossiers import Dossiers, Known
from formgen.model import Fact, Subject
from formgen.periods import contains, in_chinese
from formgen.scheme.types import Scheme
from formgen.subjects import clean, cleaned, same


@dataclass(frozen=True, slots=True)
class Excusals:
    """Who takes no part in a period, and what there is to say of it."""

    subjects: tuple[Subject, ...] = ()
    remarks: tuple[str, ...] = ()  #: Chinese: who, on what ground; and what could not be taken as an excusal.

    def hold(self, subject: Subject) -> bool:
        """Whether the subject takes no part."""
        return any(same(subject, one) for one in self.subjects)


def excusals(known: Known, scheme: Scheme, period: str) -> Excusals:
    """Who takes no part in a period: by facts of the role ``exempt`` for this period or a longer one."""
    kinds = {kind.id: kind.label for kind in scheme.fact if kind.role == "exempt"}
    subjects: list[Subject] = []
    remarks: list[str] = []
    if not kinds:
        return Excusals()
    dossiers = Dossiers(known.store, scheme, period, known)
    for row in dossiers.excusing():
        fact = row.fact
        assert fact is not None  # it says so
        whose = _whose(fact, dossiers)
        label = kinds[fact.kind]
        ground = f"《{row.stored.file}》{fact.where.chinese}" + (f"：{fact.text}" if fact.text else "")
        if row.doubts or dossiers.open_issues(row.stored):
            remarks.append(f"{fact.subject}的“{label}”还有疑点，没有照此处理（{ground}）。")
        elif not contains(fact.period, period):
            when = f"{in_chinese(fact.period)}，不是整个{in_chinese(period)}"
            remarks.append(f"{fact.subject}的“{label}”写的是{when}，没有照此处理（{ground}）。")
        elif whose is None:
            remarks.append(f"{fact.subject}的“{label}”在花名册上找不到或不止一个，没有照此处理（{ground}）。")
        elif whose not in subjects:
            subjects.append(whose)
            remarks.append(
                f"{whose}本期不参加考核（{ground}）：不列为未交表，不计入名额的人数" + _unpaid(scheme) + "。"
            )
    return Excusals(tuple(subjects), tuple(remarks))


def _whose(fact: Fact, dossiers: Dossiers) -> Subject | None:
    """Whom the fact means, if the roster knows him; where it names no village, the only one of that name in it."""
    if not clean(fact.subject.name) or clean(fact.subject.village):
        known = not dossiers.roster.entries or dossiers.roster.knows(fact.subject)
        return fact.subject if known else None
    found = {cleaned(entry.subject): entry.subject for entry in dossiers.roster.matches(fact.subject)}
    return next(iter(found.values())) if len(found) == 1 else None


def _unpaid(scheme: Scheme) -> str:
    return "，补贴发放表上注明而不填金额，补贴由人决定" if scheme.money else ""
