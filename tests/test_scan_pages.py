"""The pages of scanned files: decoded within bounds, upright as the file says, and every fault named."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image as Picture

from formgen.errors import EncryptedInputError, UnreadableInputError
from formgen.parsing import Limits
from parsers.scan.pages import PageImage, images
from parsers.scan.pdf_pages import scanned_pages

LIMITS = Limits()


def corner_picture(mode: str = "L", size: tuple[int, int] = (300, 400)) -> Picture.Image:
    """White, with a black square in its upper left corner."""
    picture = Picture.new("RGB", size, "white")
    picture.paste((0, 0, 0), (10, 10, 70, 70))
    return picture.convert(mode)


def saved(picture: Picture.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def noise() -> Picture.Image:
    return Picture.fromarray(np.random.default_rng(1).integers(0, 255, (301, 403, 3), np.uint8))


def only(data: bytes, kind: str = "image") -> PageImage:
    (page,) = images(data, kind, LIMITS)
    return page


def dark_corner(page: PageImage) -> str:
    grey = page.pixels if page.pixels.ndim == 2 else page.pixels.mean(axis=2)
    y, x = np.argwhere(grey < 100).mean(axis=0)
    return ("upper" if y < grey.shape[0] / 2 else "lower") + (" left" if x < grey.shape[1] / 2 else " right")


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "1"),
        ("PNG", "L"),
        ("PNG", "RGB"),
        ("PNG", "P"),
        ("JPEG", "L"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("TIFF", "1"),
        ("TIFF", "CMYK"),
        ("BMP", "RGB"),
    ],
)
def test_an_image_of_any_usual_kind_is_read_as_it_looks(kind: str, mode: str) -> None:
    page = only(saved(corner_picture(mode), kind))

    assert page.pixels.shape[:2] == (400, 300)
    assert page.pixels.dtype == np.uint8
    assert int(page.pixels[40, 40].max()) < 60
    assert int(page.pixels[300, 200].min()) > 200


def test_what_is_transparent_is_paper() -> None:
    picture = Picture.new("RGBA", (200, 200), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (10, 10, 60, 60))

    page = only(saved(picture, "PNG"))

    assert int(page.pixels[150, 150].min()) == 255
    assert int(page.pixels[30, 30].max()) == 0


def test_sixteen_bits_a_pixel_are_made_eight() -> None:
    deep = np.full((200, 200), 60000, np.uint16)
    deep[20:60, 20:60] = 0

    page = only(saved(Picture.fromarray(deep), "PNG"))

    assert int(page.pixels[40, 40]) == 0
    assert int(page.pixels[150, 150]) > 200


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_turned_as_its_exif_says(kind: str) -> None:
    exif = Picture.Exif()
    exif[0x0112] = 6  # to be turned 90° clockwise

    page = only(saved(corner_picture("RGB"), kind, exif=exif))

    assert page.pixels.shape[:2] == (300, 400)
    assert dark_corner(page) == "upper right"


def test_every_frame_of_a_tiff_is_a_page() -> None:
    frames = [corner_picture("1"), corner_picture("1").rotate(180), corner_picture("1")]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:], compression="group4", dpi=(200, 200))

    pages = list(images(data, "image", LIMITS))

    assert [page.number for page in pages] == [1, 2, 3]
    assert [dark_corner(page) for page in pages] == ["upper left", "lower right", "upper left"]
    assert pages[0].dpi == 200


def test_only_the_wanted_pages_are_given() -> None:
    frames = [corner_picture("1") for _ in range(3)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])

    pages = list(images(data, "image", LIMITS, only=frozenset({2})))

    assert [page.number for page in pages] == [2]


def test_a_tiff_with_too_many_frames_is_refused_after_the_first_ones() -> None:
    frames = [corner_picture("1") for _ in range(4)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    seen = []

    with pytest.raises(UnreadableInputError) as fault:
        for page in images(data, "image", Limits(pages=2)):
            seen.append(page.number)

    assert fault.value.code == "too-large"
    assert seen == [1, 2]


def test_an_image_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    data = saved(corner_picture("L"), "PNG")
    huge = data[:16] + struct.pack(">II", 20_000, 20_000) + data[24:]
    import zlib

    huge = huge[:29] + struct.pack(">I", zlib.crc32(huge[12:29])) + huge[33:]

    with pytest.raises(UnreadableInputError) as fault:
        list(images(huge, "image", LIMITS))

    assert fault.value.code == "too-large"


def test_a_tiny_image_is_refused() -> None:
    with pytest.raises(UnreadableInputError, match="看不清"):
        only(saved(corner_picture("L", (90, 400)), "PNG"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP"])
def test_a_truncated_image_is_unreadable(kind: str) -> None:
    noisy = Picture.fromarray(np.random.default_rng(1).integers(0, 255, (400, 400), np.uint8))
    data = saved(noisy, kind)

    with pytest.raises(UnreadableInputError) as fault:
        list(images(data[: len(data) // 2], "image", LIMITS))

    assert fault.value.code == "unreadable"


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize(
    ("kind", "how"),
    [("JPEG", {}), ("JPEG", {"progressive": True}), ("JPEG", {"subsampling": 0, "quality": 95}), ("PNG", {})],
)
def test_a_picture_has_the_pixels_that_pillow_gives_it(kind: str, how: dict[str, object], mode: str) -> None:
    data = saved(noise().convert(mode), kind, **how)

    pixels = only(data).pixels

    with Picture.open(io.BytesIO(data)) as picture:
        assert np.array_equal(pixels if mode == "L" else pixels[:, :, ::-1], np.asarray(picture))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_wherever_an_image_is_cut_short_it_is_unreadable(kind: str, mode: str) -> None:
    data = saved(noise().convert(mode), kind)

    for end in (len(data) // 4, len(data) * 9 // 10, len(data) - 1000, len(data) - 200):
        with pytest.raises(UnreadableInputError) as fault:
            only(data[:end])

        assert fault.value.code == "unreadable"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_bytes_after_an_image_change_nothing(kind: str) -> None:
    data = saved(noise(), kind)

    assert np.array_equal(only(data + b"more\xff\xd9").pixels, only(data).pixels)


def test_a_png_that_moves_is_its_first_picture() -> None:
    first = corner_picture("RGB")
    data = saved(first, "PNG", save_all=True, append_images=[first.rotate(180)])

    assert dark_corner(only(data)) == "upper left"


def test_a_png_whose_pixels_were_changed_on_the_way_is_unreadable() -> None:
    data = bytearray(saved(noise(), "PNG"))
    data[60] ^= 0x55

    with pytest.raises(UnreadableInputError):
        only(bytes(data))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x00\x00\x00\x18ftypheic" + bytes(200), "HEIC"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(200), "WebP"),
        (b"GIF89a" + bytes(200), "GIF"),
    ],
)
def test_an_unsupported_kind_is_named(data: bytes, name: str) -> None:
    with pytest.raises(UnreadableInputError, match=name) as fault:
        list(images(data, "image", LIMITS))

    assert fault.value.code == "unsupported"


def image_pdf(pictures: list[Picture.Image], words: dict[int, str] | None = None, **draw: float) -> bytes:
    """A PDF with a picture a page that covers it; ``words`` stand on a page (by index) besides."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(300, 400))
    for index, picture in enumerate(pictures):
        canvas.drawImage(ImageReader(picture), draw.get("x", 0), 0, draw.get("width", 300), 400)
        if text := (words or {}).get(index):
            canvas.drawString(20, 20, text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def test_the_picture_of_a_pdf_page_is_extracted_not_drawn_anew() -> None:
    picture = corner_picture("RGB", (600, 800))

    page = only(image_pdf([picture]), "pdf")

    assert not page.rendered
    assert page.pixels.shape[:2] == (800, 600)
    assert page.dpi == pytest.approx(144, abs=1)
    assert np.array_equal(page.pixels, np.asarray(picture)[:, :, ::-1])


def test_a_page_of_several_pictures_is_drawn() -> None:
    page = only(image_pdf([corner_picture("RGB")], x=100.0, width=200.0), "pdf")

    assert page.rendered
    assert page.pixels.shape[1] == pytest.approx(300 / 72 * 200, abs=2)


@pytest.mark.parametrize(
    ("rotation", "corner"), [(0, "upper left"), (90, "upper right"), (180, "lower right"), (270, "lower left")]
)
def test_a_turned_pdf_page_is_turned(rotation: int, corner: str) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(image_pdf([corner_picture("RGB")]))
    document[0].set_rotation(rotation)
    stream = io.BytesIO()
    document.save(stream)

    page = only(stream.getvalue(), "pdf")

    assert not page.rendered
    assert dark_corner(page) == corner


def test_a_cropped_pdf_page_shows_only_what_is_seen() -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(image_pdf([corner_picture("RGB")]))
    document[0].set_cropbox(100, 0, 300, 400)
    stream = io.BytesIO()
    document.save(stream)

    page = only(stream.getvalue(), "pdf")

    assert page.pixels.shape[1] < 0.7 * page.pixels.shape[0]
    assert int(page.pixels.min()) > 200


def test_pages_with_words_are_told_from_pictures() -> None:
    pictures = [corner_picture("RGB")] * 3
    data = image_pdf(pictures, {1: "words that a program wrote"})

    assert scanned_pages(data, LIMITS) == ((1, 3), 3)


def test_a_photo_that_does_not_fill_its_page_is_a_picture_where_there_are_no_words() -> None:
    small = image_pdf([corner_picture("RGB")] * 2, {1: "words that a program wrote"}, width=110.0)

    assert scanned_pages(small, LIMITS) == ((1,), 2)


def test_type_that_was_turned_into_drawings_is_a_picture() -> None:
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(300, 400))
    for strokes in (80, 3):
        for number in range(strokes):
            canvas.line(20 + 3 * number, 30, 22 + 3 * number, 300)
        canvas.showPage()
    canvas.save()

    assert scanned_pages(stream.getvalue(), LIMITS) == ((1,), 2)


def test_a_pdf_with_too_many_pages_is_refused() -> None:
    data = image_pdf([corner_picture("L", (100, 140))] * 5)

    with pytest.raises(UnreadableInputError) as fault:
        list(images(data, "pdf", Limits(pages=4)))

    assert fault.value.code == "too-large"


def test_a_pdf_picture_with_too_many_pixels_is_refused() -> None:
    data = image_pdf([corner_picture("L", (600, 800))])

    with pytest.raises(UnreadableInputError) as fault:
        list(images(data, "pdf", Limits(pixels=100_000)))

    assert fault.value.code == "too-large"


def test_a_broken_pdf_is_unreadable() -> None:
    with pytest.raises(UnreadableInputError) as fault:
        list(images(b"%PDF-1.4\nnothing", "pdf", LIMITS))

    assert fault.value.code == "unreadable"


def test_a_pdf_with_a_password_is_said_to_have_one() -> None:
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt="secret")
    canvas.drawString(20, 20, "x")
    canvas.save()

    with pytest.raises(EncryptedInputError):
        list(images(stream.getvalue(), "pdf", LIMITS))
