"""Send out: blanks, filled tables, notices, registers, opinions, pay sheets, records. Data comes by argument.

Nothing doubtful leaves as if it were certain: a list that holds an assessment which is not final is refused, or, where
drafts are asked for, says on every page that it is one. What rests on an example decision says so too.
"""

from formgen.generate.forms import Filling, blank, opinion, register, table
from formgen.generate.instalments import monthly_paysheet
from formgen.generate.listings import left_out, paid_form, paysheet, results
from formgen.generate.records import archive, public_table
from formgen.rendering.outcome import Outcome, outcomes
from formgen.rendering.personal import Chapter
from formgen.rendering.press import Made, Output

__all__ = [
    "Chapter",
    "Filling",
    "Made",
    "Outcome",
    "Output",
    "archive",
    "blank",
    "left_out",
    "monthly_paysheet",
    "opinion",
    "outcomes",
    "paid_form",
    "paysheet",
    "public_table",
    "register",
    "results",
    "table",
]
