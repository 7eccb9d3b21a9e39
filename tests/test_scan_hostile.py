"""Pictures that are no forms, or are made to cost much: each ends as a named issue, within its limits."""

from __future__ import annotations

import io
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from formgen.model import IssueCode
from formgen.parsing import Hints, Limits, Scanning
from formgen.rendering.layout import layouts
from formgen.scheme.loading import load_schemes
from parsers.isolated import IsolatedReader

FORMS = tuple(form for scheme in load_schemes(None) for form in scheme.form)
SAMPLES = Path(__file__).parent.parent / "samples" / "dayang-2023-03" / "收件箱"
SECONDS = 60.0  #: The machine of the tests may be slow; none of these takes more than a few.


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    known = Scanning(layouts(None, FORMS))
    with IsolatedReader(FORMS, Limits(seconds=SECONDS), scanning=lambda: known) as made:
        yield made


def png(wide: int, high: int) -> bytes:
    """A white picture of one bit a pixel: small as a file, large when it is opened."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(1)
    row = b"\x00" + b"\xff" * ((wide + 7) // 8)
    data = b"".join([*(packer.compress(row) for _ in range(high)), packer.flush()])
    head = struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def tiff_cut_off() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((1200, 1600), 80).save(out, "TIFF", compression="tiff_deflate")
    return out.getvalue()[: len(out.getvalue()) // 2]


def pdf(objects: list[bytes]) -> bytes:
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%b\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(objects) + 1)


def long_pdf(pages: int = 2000) -> bytes:
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    return pdf(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, pages), *[page] * pages]
    )


def bomb() -> bytes:
    """One page with a picture of 30,000 × 30,000 that is packed twice: some kilobytes that say they are 2.7 GB."""
    packer = zlib.compressobj(9)
    inner = b"".join([*(packer.compress(bytes(3_000_000)) for _ in range(100)), packer.flush()])
    data = zlib.compress(inner, 9)
    image = (
        b"<</Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%b\nendstream" % (len(data), data)
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    drawing = b"<</Length 28>>stream\nq 595 0 0 842 0 0 cm /I Do Q\nendstream"
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, drawing, image])


def cat() -> bytes:
    return (SAMPLES / "入户走访照片.jpg").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="no bound on memory here")
@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("猫.jpg", cat, {IssueCode.NOT_A_FORM}),
        ("大.png", lambda: png(20_000, 20_000), {IssueCode.TOO_LARGE}),
        ("更大.png", lambda: png(30_000, 30_000), {IssueCode.TOO_LARGE}),
        ("断.tif", tiff_cut_off, {IssueCode.UNREADABLE}),
        ("长.pdf", long_pdf, {IssueCode.TOO_LARGE}),
        ("弹.pdf", bomb, {IssueCode.TOO_LARGE, IssueCode.UNREADABLE}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_input_is_a_named_issue_within_its_limits(
    name: str, make: Callable[[], bytes], code: set[IssueCode], reader: IsolatedReader, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    begun = time.monotonic()

    reading = reader(path, Hints())

    assert time.monotonic() - begun < SECONDS
    assert reading.records == ()
    assert {issue.code for issue in reading.issues} & code, reading.issues
    assert all(issue.message for issue in reading.issues)
