"""Score sheets: a row per item, with its points or judgement; rows are known by wording, never by position."""

from __future__ import annotations

from collections.abc import Sequence

from formgen.model import Form, Issue, IssueCode, Record, Severity
from formgen.parsing import Claim, Extraction, Hints
from parsers.forms.doubts import attached
from parsers.forms.lines import lines_of
from parsers.forms.own_marks import form_doubts
from parsers.forms.repeats import repeated
from parsers.forms.sections import sections
from parsers.forms.sheet import read_sheet
from parsers.grid import Document


class ScoreSheetParser:
    """Knows the seven score sheets: a title, a head row, a row per item; several in one file, too."""

    name = "score-sheet"

    def identify(self, document: Document, forms: Sequence[Form]) -> tuple[Claim, ...]:
        """One claim for each form that is found, with the surest sheet's score."""
        claims: dict[str, Claim] = {}
        for section in sections(document, lines_of(document), forms):
            form = section.form.form
            if form.id not in claims or claims[form.id].score < section.score:
                claims[form.id] = Claim(self.name, form.id, section.score, section.evidence)
        return tuple(claims.values())

    def extract(self, document: Document, forms: Sequence[Form], hints: Hints) -> Extraction:
        """A record for each sheet in the document, with its issues."""
        lines = lines_of(document)
        records: list[Record] = []
        issues: list[Issue] = []
        found = sections(document, lines, forms)
        for section in found:
            marked = document.properties.get("form")
            rivals = [section.form, *section.rivals]
            if section.rivals and not any(one.form.id == marked for one in rivals):
                names = "、".join(f"《{one.form.title}》" for one in rivals)
                message = f"这张表像是{names}中的一种，分不出是哪一种，没有读取；请写明标题"
                issues.append(Issue(IssueCode.AMBIGUOUS_FORM, Severity.ERROR, message, section.lines[0].where))
                continue
            form = next((one for one in rivals if one.form.id == marked), section.form)
            marks = document.properties if len(found) == 1 else {}
            record, said = read_sheet(section.lines, form, forms, len(records), marks, hints)
            records.append(record)
            issues.extend(said)
            issues.extend(form_doubts(form.form, section.lines, forms, marks, len(records) - 1))
        return Extraction(tuple(records), (*issues, *repeated(records), *attached(document, records)))
