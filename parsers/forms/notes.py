"""The issues of one record while it is being read."""

from __future__ import annotations

from dataclasses import dataclass, field

from formgen.model import Form, Issue, IssueCode, Locator, Severity
from parsers.forms.conservation import unexpected


@dataclass(slots=True)
class Notes:
    """Collects issues; it lives as long as one sheet is being read."""

    form: Form
    record: int  #: Index of the record within the file.
    issues: list[Issue] = field(default_factory=list)

    def say(self, code: IssueCode, severity: Severity, message: str, where: Locator, field: str | None = None) -> None:
        """Note an issue."""
        self.issues.append(Issue(code, severity, message, where, field, self.record))

    def add(self, issue: Issue | None) -> None:
        """Note an issue, if there is one."""
        if issue is not None:
            self.issues.append(issue)

    def spare(self, text: str, where: Locator, *, in_table: bool, field: str | None = None) -> None:
        """Report words that belong nowhere, unless the form prints them."""
        self.add(unexpected(text, where, self.form, self.record, in_table=in_table, field=field))
