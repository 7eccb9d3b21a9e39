"""Points, money and grades by the regulation, each line with its article. Pure: no files, no clock, no database."""

from formgen.scoring.assessor import ALL_STEPS, Assessor, Step
from formgen.scoring.evidence import Evidence
from formgen.scoring.explanation import explain

__all__ = ["ALL_STEPS", "Assessor", "Evidence", "Step", "explain"]
