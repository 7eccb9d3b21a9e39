"""Lines and sources made quickly: of 100,000 assessments these are the millions of objects.

The constructor of a frozen dataclass sets each field through ``object.__setattr__``, which takes four times as long
as a plain assignment. So a twin that is not frozen, with the same fields and slots, is filled and then becomes the
real class. The result is equal to, and as frozen as, one made by the constructor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, field, fields, make_dataclass
from typing import Any, Literal

from formgen.model import Assessment, Citation, Decision, Line, Locator, Source, Standing


def _twin(of: type) -> Callable[..., Any]:
    """A class with the fields, defaults and slots of a dataclass that is not frozen."""
    made = [
        (
            f.name,
            Any,
            field(default=f.default) if f.default is not MISSING else field(default_factory=f.default_factory),
        )
        if f.default is not MISSING or f.default_factory is not MISSING
        else (f.name, Any)
        for f in fields(of)
    ]
    return make_dataclass(of.__name__, made, slots=True, eq=False, repr=False)


_LINE = _twin(Line)
_SOURCE = _twin(Source)
_LOCATOR = _twin(Locator)
_ASSESSMENT = _twin(Assessment)
_STANDING = _twin(Standing)


def line(
    line_id: str,
    label: str,
    kind: Literal["item", "category", "total", "money", "grade"],
    value: Any,
    unit: Literal["分", "元", ""],
    steps: str,
    basis: tuple[Citation | Decision, ...],
    sources: tuple[Source, ...],
    doubt: str,
) -> Line:
    """``Line(…)`` of the same arguments; ``value`` is a Decimal, a text or None."""
    made = _LINE(line_id, label, kind, value, unit, steps, basis, sources, doubt)
    made.__class__ = Line
    return made  # type: ignore[no-any-return]


def source(
    kind: Literal["reading", "correction", "fact", "roster", "line"], ref: str, text: str, where: Locator
) -> Source:
    """``Source(…)`` of the same arguments."""
    made = _SOURCE(kind, ref, text, where)
    made.__class__ = Source
    return made  # type: ignore[no-any-return]


def locator(part: str, spot: str, submission: str) -> Locator:
    """``Locator(…)`` of the same arguments."""
    made = _LOCATOR(part, spot, submission)
    made.__class__ = Locator
    return made  # type: ignore[no-any-return]


def assessment(*values: Any) -> Assessment:
    """``Assessment(…)`` of the same arguments, all by position."""
    made = _ASSESSMENT(*values)
    made.__class__ = Assessment
    return made  # type: ignore[no-any-return]


def standing(*values: Any) -> Standing:
    """``Standing(…)`` of the same arguments, all by position."""
    made = _STANDING(*values)
    made.__class__ = Standing
    return made  # type: ignore[no-any-return]
