"""What the templates of notices, letters, lists and records may print, by the name of the template. Pure.

Forms are not here: what they may print follows from the form (``linting.names_of`` of its context).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from formgen.rendering.linting import Names

_EVERY = "title organ period period_text date draft scheme_id properties"
_SHEET = "title organ period period_text draft scheme_id properties rows sums in_words"
_LISTED = "to number paragraphs rows consequences tables has_name has_team has_score has_money has_note"
_RESULT = "no village name team score grade money note"
_DUE = "no village name team label article note"
_LETTER = "to number paragraphs measures rows objection"
_LOST = "no item full score steps article"
_SLIP = "title organ period date draft scheme_id properties to number paragraphs rows closing has_whom"
_PAID = "no village name group team post grade base_pay basic performance days lines withheld performance_due pay note"
_MONTH = "no village name group team post base_pay basic steps article pay note"
_RECORD = (
    "title organ date draft properties scheme_id scheme_title village name group team post series level base_pay since "
    "summary rows years"
)


def _names(known: str, *sheets: str, **keys: str) -> Names:
    """``sheets``: the table of each sheet of a workbook; ``keys``: list (``rows``, ``rows__lines``) → what it holds."""
    held = {
        ("sums" if path == "sums" else path.replace("__", "[].") + "[]"): frozenset(words.split())
        for path, words in keys.items()
    }
    return Names(frozenset(known.split()), held, sheets=sheets)


_SUMS = "base_pay basic performance days withheld performance_due pay"
_RESULTS = _names(f"{_EVERY} {_LISTED}", "rows", "consequences", rows=_RESULT, consequences=_DUE)
_PAYSHEET = _names(f"{_SHEET} kinds", "rows", rows=_PAID, rows__lines="label amount steps article", sums=_SUMS)
_A_LETTER = _names(f"{_EVERY} {_LETTER}", rows=_LOST)

#: Name of a template, without its ending → what it may print.
VOCABULARY: Mapping[str, Names] = MappingProxyType(
    {
        "results": _RESULTS,
        "announcement": _names(
            f"{_EVERY} {_LISTED} days contact", "rows", "consequences", rows=_RESULT, consequences=_DUE
        ),
        "letter-incompetent": _A_LETTER,
        "letter-criticism": _A_LETTER,
        "letter-admonition": _A_LETTER,
        "letter-replacement": _A_LETTER,
        "return-notice": _names(_SLIP, rows="no place item found wanted whom"),
        "paysheet": _PAYSHEET,
        "paysheet-split": _PAYSHEET,
        "paysheet-days": _PAYSHEET,
        "paysheet-month": _names(_SHEET, "rows", rows=_MONTH, sums="base_pay basic pay"),
        "personal-archive": _names(
            _RECORD,
            rows="no period form score grade money consequences facts corrections files note",
            years="year grades money",
        ),
        "public-table": _names(
            f"{_EVERY} year paragraphs rows changes articles tables",
            "rows",
            "changes",
            rows="no village months total rank change note",
            changes="no village item points steps article first span",
            articles="item full article",
        ),
    }
)
