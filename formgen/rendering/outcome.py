"""What a paper prints of a subject: the assessment, and where it stands after gates, quotas and sequences. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from formgen.model import Assessment, Citation, ConsequenceDue, Decision, Line, Standing, Subject
from formgen.subjects import cleaned

UNSETTLED = "还没有按名额和条件定等次"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One subject in one period: points by the assessment; grade, money and consequences by the standing, if any."""

    assessment: Assessment
    standing: Standing | None = None
    unsettled: bool = False  #: Others of the cohort have a standing and this one has none.

    @property
    def subject(self) -> Subject:
        """Whom it is about."""
        return self.assessment.subject

    @property
    def grade(self) -> str | None:
        """The grade to print: the settled one where there is a standing; None where there is none yet."""
        if self.standing is not None:
            return self.standing.grade
        value = None if self.unsettled else self.assessment.value("grade")
        return value if isinstance(value, str) else None

    @property
    def total(self) -> Decimal | None:
        """The points, None where they are unknown or the form has none."""
        value = self.assessment.value("total")
        return value if isinstance(value, Decimal) else None

    @property
    def final(self) -> bool:
        """Whether nothing about it is doubtful."""
        return self.assessment.final and not self.unsettled and (self.standing is None or self.standing.final)

    @property
    def settled(self) -> bool:
        """Whether grade and money are certain; what follows beside them may still be doubtful."""
        if self.final or self.standing is None or not self.assessment.final:
            return self.final
        of_consequences = {due.doubt for due in self.standing.consequences}
        return (
            self.standing.grade_final
            and of_consequences.issuperset(self.standing.doubts)
            and not any(line.doubt for line in self.standing.money)
        )

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why it is not final, in Chinese."""
        later = self.standing.doubts if self.standing is not None else (UNSETTLED,) if self.unsettled else ()
        return tuple(dict.fromkeys((*self.assessment.doubts, *later)))

    @property
    def money(self) -> tuple[Line, ...]:
        """The money lines by the grade to print."""
        if self.standing is not None and self.standing.money:
            return self.standing.money
        return tuple(line for line in self.assessment.lines if line.kind == "money")

    def money_line(self, line_id: str) -> Line | None:
        """The money line with this id."""
        return next((line for line in self.money if line.id == line_id), None)

    @property
    def consequences(self) -> tuple[ConsequenceDue, ...]:
        """What follows for the subject."""
        return self.standing.consequences if self.standing is not None else ()

    @property
    def basis(self) -> tuple[Citation | Decision, ...]:
        """All citations and decisions that stand behind it."""
        found = [basis for line in (*self.assessment.lines, *self.money) for basis in line.basis]
        if self.standing is not None:
            found += [basis for reason in self.standing.reasons for basis in reason.basis]
        return tuple(found)


def outcomes(assessments: Iterable[Assessment], standings: Sequence[Standing] = ()) -> list[Outcome]:
    """Each assessment with its standing (same form, period and subject), in the order of the assessments.

    Without any standing the assessments speak for themselves; where some have one, an assessment without is not final.
    """
    known = {(one.form, one.period, cleaned(one.subject)): one for one in standings}
    found = []
    for assessment in assessments:
        standing = known.get((assessment.form, assessment.period, cleaned(assessment.subject)))
        found.append(Outcome(assessment, standing, bool(standings) and standing is None))
    return found
