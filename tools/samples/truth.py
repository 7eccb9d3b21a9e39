"""What was written on each paper, as a careful clerk would state it: kept while the paper is made."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PRINTED: dict[str, dict[str, Any]] = {
    form["id"]: form for form in tomllib.loads((Path(__file__).parent / "printed.toml").read_text("utf-8"))["form"]
}


@dataclass
class Entry:
    """One answer: the marks on the paper and what they mean.

    ``must``: issue codes of which one has to stand on the field (``*``: any). ``may``: a doubt is allowed, the value
    has to be right or absent with an issue. Neither: the value is plain, and a doubt about it is a false alarm.
    """

    text: str = ""
    value: str | None = None
    must: tuple[str, ...] = ()
    may: bool = False
    number: bool = False
    formula: str = ""
    xml: str = ""


def plain(text: str) -> Entry:
    """An answer that means what it says; ``-`` in a list of marks stands for a blank."""
    return Entry() if text == "-" else Entry(text, text or None)


def w(text: str, value: str | None = None, *must: str, may: bool = False, xml: str = "", formula: str = "") -> Entry:
    """An answer whose meaning is not its text."""
    return Entry(text, value, must, may, xml=xml, formula=formula)


@dataclass
class Fill:
    """One form as one person filled it in."""

    form: str
    period: str | None
    header: dict[str, Entry | str]
    scores: dict[str, Entry] = field(default_factory=dict)
    remarks: dict[str, Entry | str] = field(default_factory=dict)
    fields: dict[str, Entry | str] = field(default_factory=dict)
    must: tuple[str, ...] = ()  #: Issue codes that have to be there for this record, on whatever field.
    may: tuple[str, ...] = ()  #: Issue codes that are no false alarm.
    signed: dict[str, str] = field(default_factory=dict)  #: Names and days under the boxes, the grade named in one.
    total: Entry | None = None  #: A total that somebody added up, where the form prints none.
    only: tuple[str, ...] = ()  #: The blanks that this paper has, where it is not the whole form.

    @property
    def printed(self) -> dict[str, Any]:
        return PRINTED[self.form]

    def said(self, part: dict[str, Entry | str], key: str) -> Entry:
        """The answer under a key, blank if there is none."""
        answer = part.get(key, "")
        return plain(answer) if isinstance(answer, str) else answer

    def subject(self) -> dict[str, str]:
        """Whom the form is about, by the parts that its regulation knows."""
        source = self.fields or self.header
        parts = {"person": ("village", "name", "group"), "village": ("village",), "team": ("village", "team")}
        values = {
            key: self.said(source, key).value
            for key in parts[self.printed["subject"]]
            if not self.only or key in self.only
        }
        return {key: value for key, value in values.items() if value}

    def answers(self) -> dict[str, Entry]:
        """Every blank of the form with its answer."""
        result = {key: self.said(self.header, key) for key, _ in self.printed.get("header", ())}
        remarks = any(kind == "remark" for _, kind in self.printed.get("columns", ()))
        for item in self.printed.get("items", ()):
            result[item["id"]] = self.scores.get(item["id"], Entry())
            if remarks:
                result[item["id"] + ".remark"] = self.said(self.remarks, item["id"])
        for key, _ in self.printed.get("fields", ()):
            result[key] = self.said(self.fields, key)
        result = {key: entry for key, entry in result.items() if not self.only or key in self.only}
        result |= {key: w(value, value) for key, value in self.signed.items()}
        return result | ({"total": self.total} if self.total else {})

    def truth(self) -> dict[str, Any]:
        """The record as a table of truth.toml."""
        answers = self.answers()
        doubtful = {key: list(entry.must) for key, entry in answers.items() if entry.must}
        record: dict[str, Any] = {"form": self.form, "subject": self.subject()}
        if self.period:
            record["period"] = self.period
        record["values"] = {key: entry.value for key, entry in answers.items() if entry.value is not None}
        record["blank"] = [key for key, entry in answers.items() if entry.value is None]
        if doubtful:
            record["field_issues"] = doubtful
        if allowed := [key for key, entry in answers.items() if entry.may]:
            record["may_doubt"] = allowed
        if self.must:
            record["issues"] = list(self.must)
        if self.may:
            record["may_issues"] = list(self.may)
        return record


def marks(form: str, text: str, **entries: Entry) -> dict[str, Entry]:
    """Scores in the order of the printed items, ``-`` for a blank; ``i2_1=`` puts another answer in a place."""
    ids = [item["id"] for item in PRINTED[form]["items"]]
    words = text.split()
    if len(words) != len(ids):
        raise ValueError(f"{form} has {len(ids)} items, not {len(words)}")
    scores = {key: plain(word) for key, word in zip(ids, words, strict=True)}
    return scores | {key[1:].replace("_", "."): entry for key, entry in entries.items()}


@dataclass
class Row:
    """One row of a roster or of a facts table."""

    form: str  #: ``roster`` or ``facts``.
    values: dict[str, Entry | str]
    period: str | None = None

    def truth(self) -> dict[str, Any]:
        entries = {key: plain(value) if isinstance(value, str) else value for key, value in self.values.items()}
        subject = {key: entry.value for key, entry in entries.items() if key in ("village", "name", "group")}
        record: dict[str, Any] = {"form": self.form, "subject": {k: v for k, v in subject.items() if v}}
        if self.period:
            record["period"] = self.period
        record["values"] = {key: entry.value for key, entry in entries.items() if entry.value is not None}
        record["blank"] = [key for key, entry in entries.items() if entry.value is None]
        if doubtful := {key: list(entry.must) for key, entry in entries.items() if entry.must}:
            record["field_issues"] = doubtful
        return record


@dataclass
class Sample:
    """One file with its truth."""

    path: str  #: Below samples/.
    producer: str
    kind: str
    records: list[Fill | Row] = field(default_factory=list)
    issues: tuple[str, ...] = ()  #: File-level codes that have to be there.
    may_issues: tuple[str, ...] = ()
    shows: str = ""  #: What this sample is about.
    program: str = ""  #: An outside program that is needed to read it.
    made_from: str = ""  #: sha256 of what LibreOffice made it from.


def _toml(value: Any) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{escaped}"'
    if isinstance(value, list):
        return "[" + ", ".join(_toml(entry) for entry in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(entry)}" for key, entry in value.items()) + " }"
    raise TypeError(value)


def write(samples: list[Sample], path: Path) -> None:
    """Write truth.toml, sample by sample."""
    lines = [
        "# What is written on each sample, as a careful clerk would state it. Written by tools/make_samples.py while",
        "# it makes the files, from what it puts on the paper; never from what a reader read. See docs/samples.md.",
    ]
    for sample in samples:
        lines += ["", "[[file]]", f"path = {_toml(sample.path)}", f"kind = {_toml(sample.kind)}"]
        lines += [f"producer = {_toml(sample.producer)}", f"shows = {_toml(sample.shows)}"]
        for key in ("program", "made_from"):
            if value := getattr(sample, key):
                lines.append(f"{key} = {_toml(value)}")
        for key in ("issues", "may_issues"):
            if codes := getattr(sample, key):
                lines.append(f"{key} = {_toml(list(codes))}")
        for record in sample.records:
            lines.append("[[file.record]]")
            lines += [f"{key} = {_toml(value)}" for key, value in record.truth().items()]
    path.write_text("\n".join(lines) + "\n", "utf-8")
