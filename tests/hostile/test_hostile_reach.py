"""Nothing that a returned file names is fetched, started or opened: not by us, not by a library, not by LibreOffice."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from dropping import FORMS, SCORES, honest
from packages import book, links, parts_of, word, zipped
from test_hostile_pdf import page, pdf, stream

from formgen import libreoffice
from formgen.errors import ProgramFailedError
from formgen.parsing import Hints, Limits
from parsers.isolated import IsolatedReader
from parsers.reading import read_file

_WATCHED: list[tuple[str, tuple[Any, ...]]] = []
_watching = False
_FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn",
              "os.startfile", "urllib.Request", "webbrowser.open")  # fmt: skip


def _hook(event: str, given: tuple[Any, ...]) -> None:
    if _watching and (event in _FORBIDDEN or (event == "open" and isinstance(given[0], str) and "passwd" in given[0])):
        _WATCHED.append((event, given))
        raise PermissionError(f"{event} is refused in this test")


sys.addaudithook(_hook)


@contextmanager
def refused() -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
    """Connections, programs and the password file are refused; what was tried."""
    global _watching
    _WATCHED.clear()
    _watching = True
    try:
        yield _WATCHED
    finally:
        _watching = False


class Listener:
    """A server that notes whoever connects: libraries in C do not tell Python whom they ask."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                try:
                    self.heard.append(connection.recv(200))
                except OSError:
                    self.heard.append(b"")

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


def files(address: str) -> dict[str, bytes]:
    """Files that each name an address in all the ways that their kind has."""
    settings = links(("r1", "attachedTemplate", f"{address}/a.dotm", "External"))
    rels = links(
        ("r1", "image", f"{address}/b.png", "External"),
        ("r2", "oleObject", f"{address}/c", "External"),
        ("r3", "aFChunk", f"{address}/d.html", "External"),
        ("r4", "subDocument", f"{address}/e.docx", "External"),
        ("r5", "header", f"{address}/f.xml", "External"),
        ("r6", "frame", f"{address}/g.html", "External"),
    )
    held = parts_of(honest("王九"))
    doctype = f'<!DOCTYPE x SYSTEM "{address}/x.dtd" [<!ENTITY % a SYSTEM "{address}/y.dtd">%a;]>'
    about = b"/OpenAction<</S/URI/URI(%b/h)>>/AcroForm<</XFA 4 0 R>>" % address.encode()
    catalog = b"<</Type/Catalog/Pages 2 0 R%b>>" % about
    outside = b"<</Length 0/F<</FS/URL/F(%b/i)>>>>stream\n\nendstream" % address.encode()
    return {
        "王九.docx": zipped({**held, "word/_rels/settings.xml.rels": settings}),
        "链.docx": word("<w:p/>", parts={"word/_rels/document.xml.rels": rels}),
        "外.docx": word("<w:p/>", doctype),
        "样.xlsx": book(
            '<row r="1"><c r="A1"><v>1</v></c></row>',
            names='<externalReferences><externalReference r:id="rId9"/></externalReferences>',
            parts={
                "xl/worksheets/_rels/sheet1.xml.rels": links(("r1", "drawing", f"{address}/j.xml", "External")),
                "xl/sharedStrings.xml": f"{doctype.replace('x SYSTEM', 'sst SYSTEM')}<sst/>",
            },
        ),
        "页.pdf": page(outside),
        "开.pdf": pdf([catalog, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R>>", stream(b"")]),
        "径.docx": word("<w:p/>", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    }


def test_a_reader_opens_no_connection_and_starts_no_program(listener: Listener, tmp_path: Path) -> None:
    for name, data in files(listener.address).items():
        path = tmp_path / name
        path.write_bytes(data)

        with refused() as tried:
            reading = read_file(path, FORMS)

        assert tried == [], name
        assert reading.records or reading.issues
    assert listener.heard == []


def test_the_reader_process_opens_no_connection_either(listener: Listener, tmp_path: Path) -> None:
    with IsolatedReader(FORMS, Limits()) as reader:
        for name, data in files(listener.address).items():
            (tmp_path / name).write_bytes(data)
            reading = reader(tmp_path / name, Hints())
            if name == "王九.docx":
                assert {key: str(reading.records[0].readings[key].value) for key in SCORES} == SCORES

    assert listener.heard == []


def test_the_listener_hears_who_connects(listener: Listener) -> None:
    """The judge itself: it would have noticed."""
    ours = Listener()
    host, port = ours.address.removeprefix("http://").split(":")

    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /")
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)

    assert ours.heard == [b"GET /"]
    ours.close()


def test_what_is_tried_is_noticed() -> None:
    """The other judge: a refused call is noted."""
    with refused() as tried, pytest.raises(PermissionError):
        socket.create_connection(("127.0.0.1", 9))

    assert [event for event, _ in tried][:1] in (["socket.getaddrinfo"], ["socket.connect"])


RTF = rb"""{\rtf1\ansi {\field{\*\fldinst INCLUDEPICTURE "%b/a.png" \\d}{\fldrslt x}}
{\field{\*\fldinst INCLUDETEXT "%b/b.docx"}{\fldrslt x}}{\*\template %b/c.dotm}
{\field{\*\fldinst DDEAUTO soffice "%b/d" "x"}{\fldrslt x}} Text\par}"""
HTML = b"""<html><head><link rel="stylesheet" href="%b/e.css"><base href="%b/"></head><body>
<img src="%b/f.png"><iframe src="%b/g.html"></iframe><object data="%b/h"></object><table><tr><td>x</td></tr></table>
<script src="%b/i.js"></script></body></html>"""


@pytest.mark.libreoffice
@pytest.mark.parametrize(("name", "text"), [("旧.rtf", RTF), ("网.html", HTML)], ids=["rtf", "html"])
def test_libreoffice_fetches_nothing_for_a_file_that_it_converts(
    name: str, text: bytes, listener: Listener, tmp_path: Path
) -> None:
    heard = len(listener.heard)
    path = tmp_path / name
    path.write_bytes(text.replace(b"%b", listener.address.encode()))

    try:
        made = libreoffice.convert(path, "docx", tmp_path / "out")
    except ProgramFailedError:
        made = None

    assert listener.heard[heard:] == []
    assert made is None or made.stat().st_size > 0
