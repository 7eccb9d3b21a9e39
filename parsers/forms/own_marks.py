"""What our own blank carries unseen, laid beside the paper: where the paper is silent it says whose the form is.

A mark never wins over words on the paper. Where the two differ the paper is taken, and a doubt says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formgen.model import Form, Issue, IssueCode, Locator, Reading, Severity
from parsers.forms.lines import Line
from parsers.forms.sections import title_of
from parsers.forms.wording import excerpt, key

_NAMES = {"village": "村名", "name": "姓名", "group": "组", "team": "派出单位"}
_NEEDED = ("village", "name", "team")
_SURE = 0.95  #: How alike a title must be to be another form's.


def fill_subject(
    readings: dict[str, Reading], ids: Sequence[str], marks: Mapping[str, str], record: int
) -> list[Issue]:
    """Take whom the blank was sent to where the paper names nobody, and doubt a paper that names somebody else."""
    issues = []
    for field in ids:
        if field not in _NAMES or not (mark := marks.get(field)):
            continue
        reading = readings.get(field)
        where = reading.where if reading else Locator()
        if reading is None or reading.value is None:
            readings[field] = Reading(reading.text if reading else "", mark, where, 0.5)
            severity = Severity.WARNING if field in _NEEDED else Severity.INFO
            message = f"表上没有写{_NAMES[field]}，按空白表是发给“{excerpt(mark)}”的登记，请核对"
        elif isinstance(reading.value, str) and key(mark) != key(reading.value):
            severity = Severity.WARNING
            message = f"空白表是发给“{mark}”的，表上写的是“{excerpt(reading.value)}”，请核对"
        else:
            continue
        issues.append(Issue(IssueCode.LOW_CONFIDENCE, severity, message, where, field, record))
    return issues


def form_doubts(
    form: Form, lines: Sequence[Line], forms: Sequence[Form], marks: Mapping[str, str], record: int
) -> list[Issue]:
    """Doubt a paper of our own whose rows, title and mark do not all speak of the same form."""
    marked = next((one for one in forms if one.id == marks.get("form")), None)
    if marked is None:
        return []
    found = []
    if marked.id != form.id:
        message = f"空白表发出时是《{marked.title}》，表上的内容是《{form.title}》，按后者读取，请核对"
        found.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, record=record))
    for place in range(len(lines)):
        title = title_of(lines, place, forms)
        if title is not None and title[0].id != form.id and title[1] >= _SURE:
            message = f"标题被改成《{title[0].title}》，表上的内容是《{form.title}》，按后者读取，请核对"
            where = lines[place].where
            found.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, record=record))
            break
    return found
