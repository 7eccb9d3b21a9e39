"""A context whose texts are holes: what a template does with each is seen, so that one rendering serves many. Pure.

A hole stands for one text of a context. Where the template prints it, a sentinel is printed, and what is to be put
there is remembered; where the template looks at it (``if``, a comparison, a filter of Jinja's own), it answers with the
text that it stands for, and what was seen becomes a guard: another context may take the same way only if it would have
given the same answers. Nothing of a text can be learnt past a guard, so two contexts that pass the same guards take
the same path through the template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any

OPENS, CLOSES = "\ufde0", "\ufde1"  #: Around the number of a printed hole. No value can bring them in.
_PLAIN = (int, float, date)
#: Filters of Jinja that look at how many there are and not at what they are.
_STRUCTURAL = frozenset(["length", "count", "list", "first", "last", "default", "d", "batch", "slice", "items"])
#: Tests that a text always answers alike.
_BLIND = frozenset(["defined", "undefined", "none"])

Change = Callable[[str], str]
Guard = tuple[int, Callable[[str], object], object]


class UntraceableError(Exception):
    """The template, or the context, does what cannot be followed: docxtpl itself must render."""


def _same(text: str) -> str:
    return text


class Trace:
    """What was printed and what was seen in one rendering."""

    def __init__(self, leaves: Sequence[str]) -> None:
        self.leaves = leaves
        self.printed: list[Hole] = []
        self._guards: dict[tuple[int, str], Guard] = {}

    @property
    def guards(self) -> list[Guard]:
        """What another context must answer alike: leaf, question, answer."""
        exact = {index for index, question in self._guards if question == "text"}
        return [guard for (index, question), guard in self._guards.items() if question == "text" or index not in exact]

    def see(self, index: int, name: str, question: Callable[[str], Any]) -> Any:
        """Ask a question about a text; the answer becomes a guard."""
        answer = question(self.leaves[index])
        self._guards[index, name] = (index, question, answer)
        return answer

    def sentinel(self, hole: Hole) -> str:
        """What is printed for a hole."""
        self.printed.append(hole)
        return f"{OPENS}{len(self.printed) - 1}{CLOSES}"


class Hole:
    """One text of a context, or what a filter of ours makes of it."""

    __slots__ = ("_changes", "_index", "_trace")

    def __init__(self, trace: Trace, index: int, changes: tuple[tuple[str, Change], ...] = ()) -> None:
        self._trace = trace
        self._index = index
        self._changes = changes

    def _leaf(self) -> int:
        return self._index

    def _made(self, text: str) -> str:
        """What the hole's filters make of a text."""
        for _, change in self._changes:
            text = change(text)
        return text

    def _seen(self) -> str:
        """The text itself, which thereby becomes a guard."""
        return self._made(str(self._trace.see(self._index, "text", _same)))

    def _asked(self, name: str, question: Callable[[str], Any]) -> Any:
        """The answer to a question about the text, guarded by the answer alone."""
        steps = "|".join(step for step, _ in self._changes)
        return self._trace.see(self._index, f"{steps}?{name}", lambda text: question(self._made(text)))

    def _changed(self, name: str, change: Change) -> Hole:
        return Hole(self._trace, self._index, (*self._changes, (name, change)))

    def _printed(self) -> str:
        return self._trace.sentinel(self)

    def __bool__(self) -> bool:
        return bool(self._asked("bool", bool))

    def __str__(self) -> str:
        return self._seen()

    def __format__(self, words: str) -> str:
        return format(self._seen(), words)

    def __hash__(self) -> int:
        return hash(self._seen())

    def __len__(self) -> int:
        return len(self._seen())

    def __iter__(self) -> Any:
        return iter(self._seen())

    def __int__(self) -> int:
        return int(self._seen())

    def __float__(self) -> float:
        return float(self._seen())

    def __getitem__(self, key: Any) -> str:
        return self._seen()[key]

    def __contains__(self, other: object) -> bool:
        return str(other) in self._seen() if isinstance(other, str | Hole) else other in self._seen()  # type: ignore[operator]

    def __eq__(self, other: object) -> bool:
        return bool(self._seen() == thawed(other))

    def __lt__(self, other: object) -> bool:
        return bool(self._seen() < thawed(other))

    def __le__(self, other: object) -> bool:
        return bool(self._seen() <= thawed(other))

    def __gt__(self, other: object) -> bool:
        return bool(self._seen() > thawed(other))

    def __ge__(self, other: object) -> bool:
        return bool(self._seen() >= thawed(other))

    def __add__(self, other: Any) -> Any:
        return self._seen() + thawed(other)

    def __radd__(self, other: Any) -> Any:
        return other + self._seen()

    def __mul__(self, other: Any) -> Any:
        return self._seen() * other

    def __mod__(self, other: Any) -> Any:
        return self._seen() % thawed(other)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._seen(), name)


def thawed(value: Any) -> Any:
    """The value with every hole in it replaced by its text (and guarded by it)."""
    match value:
        case Hole():
            return str(value)
        case list():
            return [thawed(one) for one in value]
        case tuple():
            return tuple(thawed(one) for one in value)
        case dict():
            return {key: thawed(one) for key, one in value.items()}
        case _:
            return value


def flattened(context: Mapping[str, object]) -> tuple[object, list[str]]:
    """The shape of a context, which is all of it but its texts, and the texts in order.

    Raises UntraceableError where it holds more than plain values.
    """
    leaves: list[str] = []
    shape: list[object] = []
    _shape(context.values(), shape.append, leaves.append)
    return (*context, *shape), leaves


def _shape(values: Iterable[Any], add: Callable[[object], None], leaf: Callable[[str], None]) -> None:
    """Add the shapes of several values. A text is told apart here and not in a call of its own: there are hundreds."""
    for value in values:
        kind = type(value)
        if kind is str:
            leaf(value)
            add(str)
        elif kind is bool or value is None:
            add(value)
        elif kind in _PLAIN:
            add((kind, value))
        elif kind is Decimal:
            add((Decimal, str(value)))
        elif kind is dict:
            add((dict, *value))  # so many values follow
            _shape(value.values(), add, leaf)
        elif kind is list or kind is tuple:
            add((kind, len(value)))
            _shape(value, add, leaf)
        else:
            raise UntraceableError(f"a {kind.__name__} in the context")


def with_holes(context: Mapping[str, object], trace: Trace) -> dict[str, Any]:
    """The context with a hole for each text, numbered as ``flattened`` numbers them."""
    count = iter(range(len(trace.leaves)))

    def holed(value: Any) -> Any:
        if isinstance(value, str):
            return Hole(trace, next(count))
        if isinstance(value, dict):
            return {key: holed(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(holed(one) for one in value)
        return value

    return {key: holed(value) for key, value in context.items()}


def watched(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Jinja's own filters, given texts in place of holes."""
    return {name: _watched(function, name in _STRUCTURAL) for name, function in filters.items()}


def watched_tests(tests: Mapping[str, Any]) -> dict[str, Any]:
    """Jinja's own tests, given texts in place of holes; those that a text always answers alike as they are."""
    return {name: test if name in _BLIND else _watched(test, False) for name, test in tests.items()}


def _watched(function: Callable[..., Any], structural: bool) -> Callable[..., Any]:
    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        if structural and not any(isinstance(one, Hole) for one in given):
            return function(*given, **named)
        return function(*map(thawed, given), **{key: thawed(one) for key, one in named.items()})

    return call
