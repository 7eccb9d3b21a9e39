"""Scans as the files that arrive: PDF, TIFF, JPEG, PNG."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image

from scans.degrading import Scan

KINDS = ("pdf", "tif", "jpg", "png")


def picture(scan: Scan, kind: str = "png", quality: int = 92) -> bytes:
    """One page as a picture file."""
    options = {"jpg": [cv2.IMWRITE_JPEG_QUALITY, quality], "png": [cv2.IMWRITE_PNG_COMPRESSION, 1]}
    done, data = cv2.imencode(f".{kind}", scan.image[:, :, ::-1], options.get(kind, []))
    assert done
    return bytes(data.tobytes())


def tiff(scans: Sequence[Scan]) -> bytes:
    """Several pages as one TIFF; of one bit, group 4, where they have only black and white."""
    pages = []
    for scan in scans:
        image = Image.fromarray(scan.image)
        bits = bool(np.isin(scan.image, (0, 255)).all())
        pages.append(image.convert("1") if bits else image)
    out = io.BytesIO()
    kind = "group4" if pages[0].mode == "1" else "tiff_deflate"
    dpi = (scans[0].dpi, scans[0].dpi)
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression=kind, dpi=dpi)
    return out.getvalue()


def pdf(scans: Sequence[Scan], quality: int | None = 92) -> bytes:
    """Several pages as one PDF of images, as scanners make it; ``quality`` None: without loss."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for scan in scans:
        high, wide = scan.image.shape[:2]
        data = picture(scan, "jpg", quality) if quality else zlib.compress(scan.image.tobytes(), 1)
        how = b"/DCTDecode" if quality else b"/FlateDecode"
        across, down = wide * 72 / scan.dpi, high * 72 / scan.dpi
        page = len(objects) + 1
        kids.append(b"%d 0 R" % page)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R"
            b" /Resources << /XObject << /I %d 0 R >> >> >>" % (across, down, page + 1, page + 2)
        )
        drawing = b"q %.2f 0 0 %.2f 0 0 cm /I Do Q" % (across, down)
        objects.append(b"<< /Length %d >> stream\n%s\nendstream" % (len(drawing), drawing))
        objects.append(
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
            b" /Filter %s /Length %d >> stream\n%s\nendstream" % (wide, high, how, len(data), data)
        )
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def file_of(scans: Sequence[Scan], number: int) -> tuple[str, bytes]:
    """The pages as one file of the kind that falls to this number; (ending, bytes)."""
    kind = KINDS[number % len(KINDS)]
    if kind == "tif":
        return kind, tiff(scans)
    if kind == "pdf" or len(scans) > 1:
        return "pdf", pdf(scans)
    return kind, picture(scans[0], kind)
