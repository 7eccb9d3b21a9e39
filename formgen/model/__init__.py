"""The plain types that the stages hand on: frozen, with no behaviour but naming themselves."""

from formgen.model.forms import Blank, Form, FormField, Item
from formgen.model.layout import PageLayout, Slot
from formgen.model.paper import Issue, IssueCode, Locator, Reading, Record, Severity, Subject, Submission, Value
from formgen.model.results import Assessment, ConsequenceDue, ConsequenceKind, Issuance, Line, Reason, Source, Standing
from formgen.model.vouched import Citation, Correction, Decision, Fact, RosterEntry

__all__ = [
    "Assessment",
    "Blank",
    "Citation",
    "ConsequenceDue",
    "ConsequenceKind",
    "Correction",
    "Decision",
    "Fact",
    "Form",
    "FormField",
    "Issuance",
    "Issue",
    "IssueCode",
    "Item",
    "Line",
    "Locator",
    "PageLayout",
    "Reading",
    "Reason",
    "Record",
    "RosterEntry",
    "Severity",
    "Slot",
    "Source",
    "Standing",
    "Subject",
    "Submission",
    "Value",
]
