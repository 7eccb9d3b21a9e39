"""PDF files with loops, bombs, scripts and floods; each ends as it must, alone."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pytest
from dropping import Cases, Thrown
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

cases = Cases()
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
FONT = b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
WORDS = b"BT /F 12 Tf 50 700 Td (hello) Tj ET"
NO_WORDS = "没有文字层"


@pytest.fixture(scope="module")
def thrown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Thrown]:
    return cases.throw(tmp_path_factory.mktemp("pdf"))


@pytest.mark.parametrize("what", cases)
def test_it_ends_as_it_must_and_its_neighbour_is_read(what: str, thrown: dict[str, Thrown]) -> None:
    cases.check(what, thrown)


def pdf(objects: Sequence[bytes]) -> bytes:
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%%PDF-1.7\n%btrailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (body, len(objects) + 1)


def stream(data: bytes, about: bytes = b"") -> bytes:
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(data), about, data)


def flat(data: bytes, times: int = 1) -> bytes:
    """A stream that is packed so many times."""
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter[" + b"/FlateDecode" * times + b"]")


def page(content: bytes, resources: bytes = FONT, box: bytes = b"[0 0 595 842]", more: Sequence[bytes] = ()) -> bytes:
    about = b"<</Type/Page/Parent 2 0 R/MediaBox %b/Contents 4 0 R/Resources<<%b>>>>" % (box, resources)
    return pdf([CATALOG, PAGES, about, content, *more])


# --- loops -----------------------------------------------------------------------------------------------------


@cases.add("页环.pdf", "unsupported", NO_WORDS)
def pages_that_are_their_own_children() -> bytes:
    return pdf([CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1>>"])


@cases.add("页笑.pdf", "too-large", "上限 200 页")
def a_tree_of_pages_with_ten_branches_twenty_levels_deep() -> bytes:
    levels = [b"<</Type/Pages/Kids[%b]/Count 1000000>>" % (b"%d 0 R " % (number + 3) * 10) for number in range(20)]
    return pdf([CATALOG, *levels, b"<</Type/Page/MediaBox[0 0 9 9]>>"])


@cases.add("页数.pdf", "unsupported", NO_WORDS)
def a_file_that_says_it_has_a_billion_pages_and_has_one() -> bytes:
    return pdf([CATALOG, PAGES.replace(b"Count 1", b"Count 1000000000"), b"<</Type/Page/MediaBox[0 0 9 9]>>"])


@cases.add("物环.pdf", "unreadable", "打不开")
def objects_that_are_each_other() -> bytes:
    return pdf([b"2 0 R", b"1 0 R"])


@cases.add("父环.pdf", "unreadable", "重新另存为 PDF")
def a_page_that_is_its_parents_parent() -> bytes:
    return pdf(
        [
            CATALOG,
            PAGES.replace(b">>", b"/Parent 3 0 R>>"),
            b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
            stream(WORDS),
        ]
    )


@cases.add("长环.pdf", "unsupported", NO_WORDS)
def a_stream_whose_length_is_itself() -> bytes:
    return page(b"<</Length 4 0 R>>stream\nx\nendstream")


@cases.add("画环.pdf", "unsupported", NO_WORDS)
def a_form_that_draws_itself() -> bytes:
    own = stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>")
    return page(stream(b"/X Do"), b"/XObject<</X 5 0 R>>", more=[own])


@cases.add("画笑.pdf", "too-large", "内容过多")
def forms_that_draw_ten_forms_that_draw_ten_forms() -> bytes:
    forms = [
        stream(
            b"/X Do " * 10,
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (number + 6),
        )
        for number in range(6)
    ]
    return page(stream(b"/X Do"), b"/XObject<</X 5 0 R>>", more=forms)


@cases.add("前环.pdf", "unreadable", "打不开")
def a_table_of_objects_that_goes_on_in_itself() -> bytes:
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 1/Prev 9>>\nstartxref\n9\n%%EOF"
    return b"%PDF-1.4\n" + table


@cases.add("父栏.pdf", "not-a-form")
def form_fields_whose_parents_are_a_ring() -> bytes:
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/Rect[0 0 9 9]/Parent 5 0 R/T(a)>>"
    about = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots[5 0 R]/Resources<<%b>>>>" % FONT
    return pdf([CATALOG, PAGES, about, stream(WORDS), field])


# --- floods and bombs ------------------------------------------------------------------------------------------


@cases.add("弹.pdf", "too-large", "内容展开后过大")
def a_page_that_unpacks_to_eighty_million_bytes() -> bytes:
    return page(flat(b" " * 80_000_000))


@cases.add("双弹.pdf", "too-large", "内容展开后过大")
def a_page_that_is_packed_twice() -> bytes:
    return page(flat(b" " * 80_000_000, 2))


@cases.add("反复.pdf", "too-large", "内容反复压缩")
def a_page_that_is_packed_a_thousand_times() -> bytes:
    return page(stream(b"x", b"/Filter[" + b"/ASCIIHexDecode" * 1_000 + b"]"))


@cases.add("步.pdf", "too-large", "内容展开后过大")
def a_page_of_millions_of_steps() -> bytes:
    return page(flat(b"q " * 3_000_000))


@cases.add("无尽.pdf", "not-a-form")
def a_stream_that_says_it_is_a_thousand_gigabytes() -> bytes:
    return page(b"<</Length 999999999999>>stream\n%b\nendstream" % WORDS)


@cases.add("字.pdf", "too-large", "内容展开后过大")
def a_page_of_a_million_letters() -> bytes:
    return page(flat(b"BT /F 1 Tf 50 700 Td " + b"(aaaaaaaaaa) Tj " * 350_000 + b" ET"))


LINES = b"".join(b"%d %d 5 5 re S\n" % (number % 500, number // 500) for number in range(2_000))


@cases.add("线.pdf", "too-large", "线条过多")
def a_page_of_thousands_of_lines() -> bytes:
    return page(flat(WORDS + b"\n" + LINES))


@cases.add("线图.pdf", "not-a-form", "没有读取")
def a_page_of_thousands_of_lines_and_no_words_which_is_drawn() -> bytes:
    return page(flat(LINES))


@cases.add("套.pdf", "unreadable", "打不开")
def three_million_brackets() -> bytes:
    return pdf([b"[" * 3_000_000])


@cases.add("百万.pdf", "too-large", "个对象")
def half_a_million_objects() -> bytes:
    return pdf([CATALOG, PAGES, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"] + [b"0"] * 500_000)


@cases.add("画多.pdf", "too-large", "内容过多")
def one_large_picture_drawn_a_hundred_thousand_times() -> bytes:
    about = b"/Type/XObject/Subtype/Image/Width 1000/Height 1000/ColorSpace/DeviceGray/BitsPerComponent 8"
    picture = stream(zlib.compress(bytes(1_000_000)), about + b"/Filter/FlateDecode")
    return page(stream(b"q 5 0 0 5 0 0 cm /I Do Q " * 100_000), b"/XObject<</I 5 0 R>>", more=[picture])


@cases.add("大图.pdf", "too-large", "30,000×30,000")
def a_picture_of_30000_by_30000_on_a_page() -> bytes:
    about = b"/Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceRGB/BitsPerComponent 8"
    return page(stream(b"q 595 0 0 842 0 0 cm /I Do Q"), b"/XObject<</I 5 0 R>>", more=[stream(b"x", about)])


def composite(more: bytes) -> bytes:
    system = b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    below = b"<</Type/Font/Subtype/CIDFontType2%b/FontDescriptor<</Type/FontDescriptor/FontName/X>>%b>>" % (
        system,
        more,
    )
    about = (
        b"/Font<</F<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 5 0 R/DescendantFonts[%b]>>>>"
    )
    return about % below


@cases.add("码.pdf", "too-large", "字体的字符表")
def a_font_with_four_thousand_million_characters() -> bytes:
    table = b"begincmap 1 beginbfrange <00000000> <ffffffff> <0000> endbfrange endcmap"
    return page(stream(WORDS), composite(b""), more=[stream(table)])


@cases.add("宽.pdf", "too-large", "字体的宽度表")
def a_font_with_four_thousand_million_widths() -> bytes:
    return page(stream(WORDS), composite(b"/W[0 4294967295 500]"), more=[stream(b"")])


@cases.add("目.pdf", "unreadable", "打不开")
def a_table_that_says_it_has_a_billion_objects() -> bytes:
    table = b"xref\n0 999999999\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 999999999>>\nstartxref\n9\n%%EOF"
    return b"%PDF-1.4\n" + table


@cases.add("纸大.pdf", "unreadable", "重新另存为 PDF")
def a_page_as_large_as_the_universe() -> bytes:
    return page(stream(WORDS), box=b"[0 0 1e30 1e30]")


@cases.add("纸空.pdf", "unsupported", NO_WORDS)
def a_page_without_any_size() -> bytes:
    return page(stream(WORDS), box=b"[0 0 0 0]")


# --- what it brings along --------------------------------------------------------------------------------------


@cases.add("脚本.pdf", "not-a-form")
def scripts_programs_and_files_within() -> bytes:
    catalog = (
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(while\\(1\\);)>>/AA<</WC<</S/Launch/F(cmd.exe)>>>>"
        b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1:9/'\\))>>]>>"
        b"/EmbeddedFiles<</Names[(x.exe)<</F(x.exe)/EF<</F 5 0 R>>>>]>>>>>>"
    )
    about = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%b>>>>" % FONT
    return pdf([catalog, PAGES, about, stream(WORDS), stream(b"MZ")])


@cases.add("表单.pdf", "unsupported", NO_WORDS)
def a_form_in_xml_that_reads_a_file_of_the_machine() -> bytes:
    xml = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 4 0 R/Fields[]>>>>"
    return pdf([catalog, PAGES, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>", stream(xml)])


@cases.add("码径.pdf", "unsupported", NO_WORDS)
def a_font_that_wants_a_table_from_another_folder() -> bytes:
    table = stream(b"/../../../../etc/passwd usecmap", b"/UseCMap 5 0 R/CMapName/..#2f..#2fx")
    return page(stream(WORDS), composite(b"").replace(b"/Identity-H", b" 5 0 R"), more=[table])


def locked(user: str) -> bytes:
    import io

    held = io.BytesIO()
    canvas = Canvas(held, encrypt=StandardEncryption(user, ownerPassword="x", strength=128))
    canvas.drawString(50, 700, "hello")
    canvas.save()
    return held.getvalue()


@cases.add("密.pdf", "encrypted", "打开密码")
def a_password_to_open_it() -> bytes:
    return locked("secret")


@cases.add("锁.pdf", "not-a-form")
def a_password_only_to_change_it_hinders_no_reading() -> bytes:
    return locked("")
