"""Speed of making paper against named peers, in one run, on the same contexts: ``tools/bench.py render``.

Each part prints a ratio; above 1 formgen is faster. Where a peer is measured on fewer papers, its line says so.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COUNT = 500
FORM = "dayang-monthly"
_OF_A_PERSON = "title|subtitle|footnote|box|rows|total|organ|columns|header"  #: Names that the template prints of each.

_NODE = """
const fs = require('fs'), PizZip = require('pizzip'), Docxtemplater = require('docxtemplater');
const content = fs.readFileSync(process.argv[1]), data = JSON.parse(fs.readFileSync(process.argv[2]));
let size = 0;
const begun = process.hrtime.bigint();
for (const one of data) {
  const made = new Docxtemplater(new PizZip(content), { paragraphLoop: true, linebreaks: true });
  made.render(one);
  size += made.getZip().generate({ type: 'nodebuffer', compression: 'DEFLATE' }).length;
}
console.log(Number(process.hrtime.bigint() - begun) / 1e9);
"""


def took(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def report(what: str, ours: float, peer: str, theirs: float, wanted: int, note: str = "") -> None:
    verdict = "holds" if theirs / ours >= wanted else "DOES NOT HOLD"
    print(
        f"{what:<44} formgen {ours:8.2f} s   {peer:<46} {theirs:9.2f} s   ratio {theirs / ours:7.1f}"
        f"   (wanted ≥ {wanted}: {verdict}){note}",
        flush=True,
    )


def contexts(count: int = COUNT) -> list[dict[str, Any]]:
    """Filled tables of so many made-up people; a fifth of the scores and half of the remarks are blank."""
    from formgen.model import Subject, Value
    from formgen.rendering.context import form_context
    from formgen.scheme.loading import load_schemes

    scheme, form = next((one, form) for one in load_schemes() for form in one.form if form.id == FORM)
    made = []
    for number in range(count):
        chance = random.Random(number)
        values: dict[str, Value] = {one.id: Decimal(chance.randrange(5)) for one in form.items if chance.random() < 0.8}
        values |= {f"{one.id}.remark": f"走访记录缺{number}户&<补>" for one in form.items if chance.random() < 0.5}
        made.append(form_context(form, Subject(f"第{number // 40}村", f"组长{number}"), "2023-03", values, scheme))
    return made


def template() -> Path:
    from formgen.resources import find_template

    return find_template(f"docx/{FORM}.docx")


def changed(path: Path, change: Callable[[etree._Element], None], *, headers: bool = False) -> bytes:
    """The template with its document changed, and its headers if wanted."""
    output = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as made:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "word/document.xml" or (headers and name.startswith("word/header")):
                root = etree.fromstring(data)
                change(root)
                data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            made.writestr(name, data)
    return output.getvalue()


def plain(root: etree._Element) -> None:
    """In docxtpl's own language: no marks of ours, no line ends by filters, no content controls."""
    for text in root.iter(_W + "t"):
        text.text = re.sub(r"\|(?:merge|break)_\w+\([^)]*\)", "", text.text or "")
    for control in list(root.iter(_W + "sdt")):
        holder, content = control.getparent(), control.find(_W + "sdtContent")
        assert holder is not None and content is not None
        for child in list(content):
            control.addprevious(child)
        holder.remove(control)


def looped(root: etree._Element) -> None:
    """The plain template in a loop over people, a page for each."""
    plain(root)
    for text in root.iter(_W + "t"):
        text.text = re.sub(
            r"\{[{%].*?[}%]\}",
            lambda tag: re.sub(rf"(?<![\w.])({_OF_A_PERSON})\b", r"person.\1", tag[0]),
            text.text or "",
        )
    body = root[0]
    for place, words in ((0, "{%p for person in people %}"), (len(body), "{%p endfor %}")):
        paragraph = etree.Element(_W + "p")
        etree.SubElement(etree.SubElement(paragraph, _W + "r"), _W + "t").text = words
        body.insert(min(place, len(body) - 1), paragraph)
    page = etree.Element(_W + "p")
    etree.SubElement(etree.SubElement(page, _W + "r"), _W + "br").set(_W + "type", "page")
    body.insert(len(body) - 2, page)


def for_docxtemplater(root: etree._Element) -> None:
    """The plain template in docxtemplater's language; what filters do is done in its data."""
    plain(root)
    rows = list(root.iter(_W + "tr"))
    for row in rows:
        words = "".join(text.text or "" for text in row.iter(_W + "t"))
        if words.startswith("{%tr"):
            row.getparent().remove(row)  # type: ignore[union-attr]
        elif "{{ row." in words:
            texts = list(row.iter(_W + "t"))
            texts[0].text = "{#rows}" + (texts[0].text or "")
            texts[-1].text = (texts[-1].text or "") + "{/rows}"
    for text in root.iter(_W + "t"):
        words = text.text or ""
        words = re.sub(r"\{%p if (?:row\.)?(\w+) %\}", r"{#\1}", words)
        words = re.sub(r"\{\{ (?:row\.)?([\w.]+)(?:\|[^}]*)? \}\}", r"{\1}", words)
        text.text = words
    opened: list[str] = []
    for text in root.iter(_W + "t"):
        opened += re.findall(r"^\{#(\w+)\}$", text.text or "")
        if text.text == "{%p endif %}":
            text.text = "{/" + opened.pop() + "}"


def canonical(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.tostring(etree.fromstring(archive.read("word/document.xml")), method="c14n")


def by_docxtpl(path: Path, one: Mapping[str, Any]) -> bytes:
    from docxtpl import DocxTemplate

    from formgen.rendering.word import environment

    made = DocxTemplate(path)
    made.render(dict(one), environment())
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def bench_tables(people: Sequence[dict[str, Any]], room: Path) -> None:
    """500 filled tables, one file each."""
    from formgen.rendering import word
    from formgen.rendering.prepared import Prepared

    own = room / "plain.docx"
    own.write_bytes(changed(template(), plain))
    made: list[bytes] = []
    peers: list[bytes] = []

    def prepared(path: Path) -> None:
        made.clear()
        ready = Prepared(path.read_bytes(), path.name)
        made.extend(ready.render(one) for one in people)
        assert ready.slow == 0, ready.reason

    ours = min(took(lambda: prepared(own)) for _ in range(3))
    theirs = took(lambda: peers.extend(by_docxtpl(own, one) for one in people))
    equal = sum(canonical(a) == canonical(b) for a, b in zip(made, peers, strict=True))
    assert equal == len(people)
    note = f"   {equal} documents equal as canonical XML"
    report(f"{len(people)} filled tables, docxtpl's language", ours, "DocxTemplate(path)/render/save", theirs, 20, note)

    ours_whole = min(took(lambda: prepared(template())) for _ in range(3))
    assert all(made[place] == word.render(template(), people[place]) for place in range(0, len(people), 25))
    note = "   merges, controls and properties are ours alone"
    report(f"{len(people)} filled tables, our template", ours_whole, "the same loop, its steps alone", theirs, 20, note)
    bench_node(people, room, ours)


def bench_node(people: Sequence[dict[str, Any]], room: Path, ours: float) -> None:
    """The same tables by docxtemplater, where node and the package are."""
    node = shutil.which("node")
    modules = os.environ.get("NODE_PATH", "")
    found = node and subprocess.run(
        [node, "-e", "require('docxtemplater'); require('pizzip')"],
        capture_output=True, check=False, env={**os.environ, "NODE_PATH": modules},
    ).returncode == 0  # fmt: skip
    if not found or node is None:
        print("docxtemplater: skipped (needs node with docxtemplater and pizzip; NODE_PATH=…/node_modules)")
        return
    (room / "node.docx").write_bytes(changed(template(), for_docxtemplater, headers=True))
    data = [
        {
            "title": one["title"],
            "draft": one["draft"],
            "subtitle": one["subtitle"],
            "footnote": one["footnote"],
            **{f"box.{key}": words or "\u3000" * 8 for key, words in one["box"].items()},
            "rows": [{**row, "points": None, "maximum": None, "tiers": []} for row in one["rows"]],
        }
        for one in people
    ]
    (room / "node.json").write_text(json.dumps(data, ensure_ascii=False, default=str), encoding="utf-8")
    done = subprocess.run(
        [node, "-e", _NODE, str(room / "node.docx"), str(room / "node.json")],
        capture_output=True, text=True, check=True, env={**os.environ, "NODE_PATH": modules},
    )  # fmt: skip
    report(f"{len(people)} filled tables, docxtpl's language", ours, "docxtemplater (node)", float(done.stdout), 5)


def bench_run(people: Sequence[dict[str, Any]], room: Path) -> None:
    """One document for all, and its PDF."""
    from formgen import libreoffice
    from formgen.rendering.pdf import run_to_pdf
    from formgen.rendering.prepared import Prepared
    from formgen.rendering.print_run import print_run

    own, peer, single = room / "own.docx", room / "loop.docx", changed(template(), plain)
    peer.write_bytes(changed(template(), looped))
    made: list[bytes] = []
    looped_once: list[bytes] = []

    def run() -> None:
        made.append(print_run(Prepared(single, "run"), people))

    ours = min(took(run) for _ in range(3))
    theirs = took(lambda: looped_once.append(by_docxtpl(peer, {"people": people, "draft": ""})))
    words = [re.sub(rb"<[^>]*>|\s|\xe3\x80\x80", b"", canonical(one)) for one in (made[0], looped_once[0])]
    note = f"   the same words: {'yes' if words[0] == words[1] else 'NO'}"
    report(f"a print run of {len(people)}", ours, "a docxtpl loop template", theirs, 15, note)
    if libreoffice.find() is None:
        print("PDF: skipped (needs LibreOffice)")
        return
    own.write_bytes(print_run(Prepared(template().read_bytes(), "run"), people))
    few = 6
    ready = Prepared(template().read_bytes(), "one")
    singles = []
    for number, one in enumerate(people[:few]):
        singles.append(room / f"single-{number}.docx")
        singles[-1].write_bytes(ready.render(one))
    whole = took(lambda: run_to_pdf(own, [[str(number)] for number in range(len(people))]))
    each = took(lambda: [libreoffice.convert(one, "pdf", room / "pdf") for one in singles]) / few
    note = f"   peer measured on {few} files, {each:.2f} s each, times {len(people)}"
    report(f"PDF of a print run of {len(people)}", whole, "one conversion for each file", each * len(people), 10, note)


def bench_sheets(people: Sequence[dict[str, Any]]) -> None:
    """500 Excel forms."""
    import openpyxl

    from formgen.rendering import excel
    from formgen.rendering.sheet_fill import PreparedSheet
    from formgen.rendering.sheet_reading import same_book
    from formgen.resources import find_template

    path = find_template(f"xlsx/{FORM}.xlsx")
    few = 50
    blank = {**people[0], "header": [{**one, "value": ""} for one in people[0]["header"]]}
    blank["rows"] = [{**row, "score": "", "remark": ""} for row in people[0]["rows"]]
    ready = io.BytesIO(excel.render_form(path, blank))

    def prepared() -> list[bytes]:
        sheet = PreparedSheet(path)
        made = [sheet.render_form(one) for one in people]
        assert sheet.slow == 0, sheet.reason
        return made

    def filled(one: Mapping[str, Any]) -> bytes:
        """What openpyxl must do at the least: load the made blank, put the answers into their cells, save."""
        book = openpyxl.load_workbook(ready)
        sheet = book.worksheets[0]
        answers = {head["id"]: head["value"] for head in one["header"]}
        for row in one["rows"]:
            answers |= {row["id"]: row["score"] and Decimal(row["score"]), f"{row['id']}.remark": row["remark"]}
        for field, value in answers.items():
            place = sheet.defined_names[excel.answer_name(field)].attr_text.rpartition("!")[2].replace("$", "")
            sheet[place] = value or None
        output = io.BytesIO()
        book.save(output)
        return output.getvalue()

    ours = min(took(prepared) for _ in range(2))
    theirs = took(lambda: [filled(one) for one in people[:few]]) / few * len(people)
    made = prepared()
    same = sum(same_book(made[place], excel.render_form(path, people[place])) for place in range(0, len(people), 50))
    note = f"   peer measured on {few}; {same} of {len(people) // 50} compared read as openpyxl's own"
    report(f"{len(people)} xlsx forms", ours, "openpyxl load, fill, save", theirs, 20, note)


def bench_render() -> None:
    """All of it, in one run."""
    people = contexts()
    with tempfile.TemporaryDirectory() as name:
        bench_tables(people, Path(name))
        bench_sheets(people)
        bench_run(people, Path(name))
