"""Lines and sources made quickly: of 100,000 assessments these are the millions of objects.

The constructor of a frozen dataclass sets each field through ``object.__setattr__``, which takes four times as long
as a plain assignment. So a twin that is not frozen, with the same slots, is filled and then becomes the real class.
The result is equal to, and as frozen as, one made by the constructor; a test holds each field of the twins to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, field, fields, make_dataclass
from typing import TYPE_CHECKING, Any, Literal

from formgen.model import Assessment, Citation, Decision, Line, Locator, Source, Standing


class _Line:
    __slots__ = Line.__slots__

    def __init__(
        self,
        line_id: str,
        label: str,
        kind: Literal["item", "category", "total", "money", "grade"],
        value: Any,
        unit: Literal["分", "元", ""],
        steps: str,
        basis: tuple[Citation | Decision, ...],
        sources: tuple[Source, ...],
        doubt: str,
    ) -> None:
        self.id = line_id
        self.label = label
        self.kind = kind
        self.value = value
        self.unit = unit
        self.steps = steps
        self.basis = basis
        self.sources = sources
        self.doubt = doubt
        self.__class__ = Line  # type: ignore[assignment]


class _Source:
    __slots__ = Source.__slots__

    def __init__(self, kind: str, ref: str, text: str, where: Locator) -> None:
        self.kind = kind
        self.ref = ref
        self.text = text
        self.where = where
        self.__class__ = Source  # type: ignore[assignment]


class _Locator:
    __slots__ = Locator.__slots__

    def __init__(self, part: str, spot: str, submission: str, box: tuple[int, ...] = ()) -> None:
        self.part = part
        self.spot = spot
        self.submission = submission
        self.box = box
        self.__class__ = Locator  # type: ignore[assignment]


if TYPE_CHECKING:
    line, source, locator = Line, Source, Locator
else:
    line, source, locator = _Line, _Source, _Locator  # called with all arguments of the real ones, by position


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


_ASSESSMENT = _twin(Assessment)
_STANDING = _twin(Standing)


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
