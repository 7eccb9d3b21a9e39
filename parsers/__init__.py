"""The front end: from paper and files to records. ``PARSERS`` is the explicit list of the forms that are known."""

from __future__ import annotations

from formgen.parsing import Parser
from parsers.forms.facts_table import FactsTableParser
from parsers.forms.register_form import RegisterFormParser
from parsers.forms.roster import RosterParser
from parsers.forms.score_sheet import ScoreSheetParser
from parsers.forms.summary_list import SummaryListParser
from parsers.grid import Document

PARSERS: tuple[Parser[Document], ...] = (
    ScoreSheetParser(),
    RegisterFormParser(),
    SummaryListParser(),
    RosterParser(),
    FactsTableParser(),
)
