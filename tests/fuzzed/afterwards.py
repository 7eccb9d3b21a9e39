"""What is done with what was read: kept, given out as tables, put on paper."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from formgen.model import Record
from formgen.parsing import FileReading
from fuzzed.findings import Finding, signature, story
from fuzzed.mutation import Mutant


def _plain(record: Record) -> list[tuple[str, str, object]]:
    """The readings of a record without their places, which name the file once they are kept."""
    return [(name, one.text, one.value) for name, one in record.readings.items()]


class Office:
    """A store that keeps readings as an intake does, and gives them out again as tables and as paper."""

    def __init__(self, folder: Path) -> None:
        from formgen.store import Store

        self._folder = folder
        self._count = 0
        self._store = Store(folder / "0.sqlite")

    def keep(self, mutant: Mutant, reading: FileReading) -> None:
        """Store a reading and look at it again. Raises Finding."""
        from datetime import UTC, datetime, timedelta

        from formgen.model import Submission

        self._count += 1
        try:
            at = datetime(2023, 4, 1, tzinfo=UTC) + timedelta(seconds=self._count)
            sha256 = hashlib.sha256(mutant.name.encode()).hexdigest()
            self._store.add_reading(Submission(sha256, reading.name, at), reading)
            again = self._store.records_of(sha256)
            if [_plain(one.record) for one in again] != [_plain(one) for one in reading.records]:
                raise Finding("does not hold: what is kept is not what was read", mutant.name)
        except Finding:
            raise
        except Exception as fault:
            raise Finding(signature(fault), story(fault)) from fault

    def tables(self) -> None:
        """All that is kept, in each of the three kinds of table; the next go into a new store. Raises Finding."""
        import openpyxl

        from formgen import exporting
        from formgen.store import Store

        try:
            made = list(exporting.tables(self._store, ("records", "facts"), ()))
            for table in made:
                exporting.as_csv(table)
                exporting.as_json(table)
            openpyxl.load_workbook(io.BytesIO(exporting.as_book(made)))
        except Exception as fault:
            raise Finding(signature(fault), story(fault)) from fault

        finally:
            self._store.close()
            self._store = Store(self._folder / f"{self._count}.sqlite")


def rendered(reading: FileReading) -> None:
    """What was read, on paper again: the form in Word and in Excel. Raises Finding."""
    from formgen.rendering import excel, word
    from formgen.rendering.context import form_context
    from formgen.resources import find_template
    from formgen.scheme.loading import load_schemes

    known = {form.id: (scheme, form) for scheme in load_schemes(None) for form in scheme.form}
    try:
        for record in reading.records[:1]:
            if record.form not in known:
                continue
            scheme, form = known[record.form]
            values = {name: one.value for name, one in record.readings.items()}
            context = form_context(form, record.subject, record.period, values, scheme)
            word.render(find_template(f"docx/{form.id}.docx"), context)
            excel.render_form(find_template(f"xlsx/{form.id}.xlsx"), context)
    except Exception as fault:
        raise Finding(signature(fault), story(fault)) from fault
