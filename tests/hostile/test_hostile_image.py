"""Pictures that are small as files and large when they are opened, or loop, or lie; each ends as it must, alone."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from dropping import Cases, Thrown

pytest.importorskip("rapidocr", reason="the parts that read scans are not installed")

cases = Cases()


@pytest.fixture(scope="module")
def thrown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Thrown]:
    return cases.throw(tmp_path_factory.mktemp("image"), memory=3 << 30)


@pytest.mark.parametrize("what", cases)
def test_it_ends_as_it_must_and_its_neighbour_is_read(what: str, thrown: dict[str, Thrown]) -> None:
    cases.check(what, thrown)


def png(wide: int, high: int, before: bytes = b"", data: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def tiff(entries: list[tuple[int, int, int, int]], following: int = 0, data: bytes = b"") -> bytes:
    """One directory (tag, type, count, value) whose next one stands at ``following``."""
    fields = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return (
        b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + fields + struct.pack("<I", following) + data
    )


def bilevel(wide: int, high: int, strip: int = 200, size: int = 100) -> list[tuple[int, int, int, int]]:
    named = {256: wide, 257: high, 258: 1, 259: 1, 262: 1, 273: strip, 277: 1, 278: high, 279: size}
    return [(tag, 4, 1, value) for tag, value in named.items()]


@cases.add("三万.png", "too-large", "像素过多")
def a_png_of_30000_by_30000() -> bytes:
    packer = zlib.compressobj(1)
    row = b"\0" + b"\xff" * 3750
    return png(30_000, 30_000, data=b"".join([*(packer.compress(row) for _ in range(30_000)), packer.flush()]))


@cases.add("三万.jpg", "too-large", "像素过多")
def a_jpeg_of_30000_by_30000() -> bytes:
    frame = b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", 30_000, 30_000) + b"\x01\x01\x11\0"
    return b"\xff\xd8" + frame + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + bytes(1000) + b"\xff\xd9"


@cases.add("三万.tif", "too-large", "像素过多")
def a_tiff_of_30000_by_30000() -> bytes:
    return tiff(bilevel(30_000, 30_000), data=bytes(1000))


@cases.add("线.png", "too-large", "像素")
def a_picture_of_one_line_two_thousand_million_wide() -> bytes:
    return png(2_000_000_000, 1)


@cases.add("空.png", "unreadable", "图片")
def a_picture_of_nothing() -> bytes:
    return png(0, 0)


@cases.add("话.png", "unreadable", "图片")
def a_comment_that_unpacks_to_two_hundred_megabytes() -> bytes:
    words = zlib.compress(b" " * 200_000_000, 1)
    return png(1000, 1400, before=chunk(b"zTXt", b"x\0\0" + words))


@cases.add("环.tif", "unreadable", "图片")
def a_tiff_whose_next_page_is_itself() -> bytes:
    return tiff(bilevel(1000, 1400), following=8, data=bytes(1000))


@cases.add("万页.tif", "too-large", "超过 200 页")
def a_tiff_of_three_hundred_pages() -> bytes:
    from PIL import Image

    held = io.BytesIO()
    blank = Image.new("1", (120, 120), 1)
    blank.save(held, "TIFF", save_all=True, append_images=[blank] * 300)
    return held.getvalue()


@cases.add("谎.tif", "unreadable", "图片")
def a_tiff_whose_strips_lie_beyond_its_end() -> bytes:
    return tiff(bilevel(1000, 1400, strip=4_000_000_000, size=4_000_000_000))


@cases.add("多标.tif", "unreadable", "图片")
def a_tiff_that_says_a_tag_has_four_thousand_million_values() -> bytes:
    return tiff([*bilevel(1000, 1400), (700, 1, 0xFFFFFFFF, 8)])


@cases.add("断.jpg", "unreadable", "图片")
def a_jpeg_that_is_cut_off() -> bytes:
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"


@cases.add("动.gif", "unsupported", "GIF")
def a_gif() -> bytes:
    return b"GIF89a" + struct.pack("<HH", 65535, 65535) + bytes(100)


@cases.add("照.heic", "unsupported", "HEIC")
def a_heic() -> bytes:
    return b"\0\0\0\x18ftypheic\0\0\0\0" + bytes(100)


@cases.add("点.bmp", "too-large", "像素")
def a_bitmap_that_says_it_is_immense() -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, 100_000, -100_000, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + head
