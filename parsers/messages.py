"""What a reader process may say to formgen: so much, and nothing that is more than data.

The process reads hostile files with libraries that have had faults. Whoever took it over could send what it likes; so
an answer has a bound, and is made only of our own plain types.
"""

from __future__ import annotations

import io
import pickle
from enum import Enum
from multiprocessing.reduction import ForkingPickler
from typing import Any

MOST_BYTES = 100_000_000  #: Of one answer; a list of 20,000 people takes some 20 million.

_OURS = ("formgen.model", "formgen.parsing", "formgen.errors", "parsers.grid", "parsers.content")
_PLAIN = frozenset(
    {
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("collections", "OrderedDict"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "time"),
        ("datetime", "timedelta"),
        ("decimal", "Decimal"),
        ("pathlib", "Path"),
        ("pathlib", "PosixPath"),
        ("pathlib", "WindowsPath"),
    }
)


def packed(content: object) -> bytes:
    """A message as bytes, for any place to send to."""
    return bytes(ForkingPickler.dumps(content))


def unpacked(data: bytes) -> Any:
    """The message in an answer. Raises pickle.UnpicklingError for what is no answer of a reader."""
    try:
        return _Answer(io.BytesIO(data)).load()
    except pickle.UnpicklingError:
        raise
    except Exception as fault:  # whatever made-up bytes call forth
        raise pickle.UnpicklingError(f"no answer: {type(fault).__name__}") from fault


class _Answer(pickle.Unpickler):
    """Makes our own dataclasses, errors and words of a list, and plain values; calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """The class that a message names. Raises pickle.UnpicklingError."""
        ours = any(module == known or module.startswith(known + ".") for known in _OURS)
        if "." not in name and (ours or (module, name) in _PLAIN):
            found = super().find_class(module, name)
            if not ours or _is_data(found, module):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")


def _is_data(found: object, module: str) -> bool:
    if not isinstance(found, type) or found.__module__ != module:
        return False
    return issubclass(found, Enum | Exception) or hasattr(found, "__dataclass_fields__")
