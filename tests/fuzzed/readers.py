"""Reads a mutant by the reader of its kind, below every net: what a net would catch is a finding here.

A reader may refuse a file with an error of ours. It may not raise anything else; nor may a library's own error reach
one of our nets from a line of ours. What it returns must hold (``invariants``), be renderable and storable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from formgen.errors import FormgenError, UnreadableInputError
from formgen.parsing import FileReading, Hints, Scanning
from fuzzed import invariants, other_readers
from fuzzed.findings import LIMITS, Finding, Probe, from_us, hold, signature, story
from fuzzed.mutation import Mutant
from fuzzed.nets import below_the_nets, listening

_NAMES = {
    "docx": "三月.docx",
    "xlsx": "三月.xlsx",
    "xls": "三月.xls",
    "xlsb": "三月.xlsb",
    "ods": "三月.ods",
    "pdf": "三月.pdf",
}


def probe(mutant: Mutant) -> Probe:
    """Read it. Raises Finding."""
    found = Probe()
    with listening(found), _named(found):
        _READERS.get(mutant.kind, _paper)(mutant, found)
    for fault in found.logged:
        raise Finding(signature(fault), story(fault)) from fault
    return found


@contextmanager
def _named(found: Probe) -> Iterator[None]:
    try:
        yield
    except Finding:
        raise
    except FormgenError as fault:
        if type(fault) is FormgenError:
            raise Finding(signature(fault), story(fault)) from fault
        said = str(fault)
        if not any("\u4e00" <= c <= "\u9fff" for c in said):
            raise Finding(f"an error that is not Chinese: {signature(fault)}", said) from fault
        if len(said) > 25_000:
            raise Finding(f"an error of {len(said)} characters: {signature(fault)}", said[:500]) from fault
        found.outcome = found.outcome or "refused"
    except BaseException as fault:
        if isinstance(fault, KeyboardInterrupt | SystemExit):
            raise
        raise Finding(signature(fault), story(fault)) from fault


@cache
def forms() -> tuple[Any, ...]:
    """All forms that there are."""
    from formgen.scheme.loading import load_schemes

    return tuple(form for scheme in load_schemes(None) for form in scheme.form)


def _paper(mutant: Mutant, found: Probe) -> None:
    from parsers import PARSERS, kinds, reading
    from parsers.pictures import PageControl

    name = _NAMES.get(mutant.kind) or mutant.seed
    kind = kinds.sniff(mutant.data, name)
    kinds.mislabelled(kind, name)
    path = Path("/dev/null") / name
    with below_the_nets(found):
        content, real = reading._read(
            mutant.data, kind, path, forms(), LIMITS, Hints(names=(name,)), None, PARSERS, Scanning, PageControl()
        )
    issues = reading._once(content.issues)
    sha256 = hashlib.sha256(mutant.data).hexdigest()
    found.reading = FileReading(name, sha256, real, content.records, issues, content.claims)
    found.outcome = "records" if content.records else "no records"
    hold(invariants.broken(found.reading, {form.id: form for form in forms()}))
    if mutant.planted:
        titles = [form.title for form in forms()]
        hold(invariants.lost(mutant.planted, found.document, found.reading, titles))


def _picture(mutant: Mutant, found: Probe) -> None:
    """The pages of a picture as pixels, and whether a PDF is one: not what stands on them."""
    from parsers import kinds
    from parsers.scan import pages
    from parsers.scan.pdf_pages import scanned_pages

    kind = kinds.sniff(mutant.data, mutant.seed)
    if kind not in ("image", "pdf"):
        found.outcome = "refused"
        return
    if kind == "pdf":
        scanned_pages(mutant.data, LIMITS)
    try:
        for page in pages.images(mutant.data, kind, LIMITS):
            if page.pixels.ndim not in (2, 3) or page.pixels.size > LIMITS.pixels * 3 or min(page.pixels.shape[:2]) < 1:
                raise Finding("does not hold: a page of such a shape", str(page.pixels.shape))
            pages.grey(page.pixels)
            found.outcome = "records"
    except UnreadableInputError as fault:
        if fault.__cause__ is not None and from_us(fault.__cause__) and type(fault.__cause__).__module__ == "builtins":
            raise fault.__cause__ from None
        raise


_READERS: dict[str, Callable[[Mutant, Probe], None]] = {
    "picture": _picture,
    "old": other_readers.old,
    "packet": other_readers.packet,
    "review": other_readers.review,
    "scheme": other_readers.scheme,
    "settings": other_readers.settings,
    "template": other_readers.template,
}
