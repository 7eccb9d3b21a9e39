"""Points, money and grades by the regulation, each line with its article. Pure: no files, no clock, no database."""

from formgen.scoring.assessor import ALL_STEPS, Assessor, Step
from formgen.scoring.candidates import Candidate, Essence
from formgen.scoring.evidence import Evidence
from formgen.scoring.explanation import explain, explain_standing, settled_line
from formgen.scoring.hypothesis import suppose, who_moves
from formgen.scoring.quotas import QuotaResult
from formgen.scoring.sequences import History, history_key
from formgen.scoring.standing import Settlement, settle, settled_together

__all__ = [
    "ALL_STEPS",
    "Assessor",
    "Candidate",
    "Essence",
    "Evidence",
    "History",
    "QuotaResult",
    "Settlement",
    "Step",
    "explain",
    "explain_standing",
    "history_key",
    "settle",
    "settled_line",
    "settled_together",
    "suppose",
    "who_moves",
]
