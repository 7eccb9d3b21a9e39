"""One page: whose form it is, and what stands on it. A page of our own by its code, else by its rules and its title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from formgen.model import Form, Issue, IssueCode, Locator, PageLayout, Severity
from formgen.pagecode import PageCode
from formgen.parsing import Scanning
from parsers.forms.printed import title_likeness
from parsers.grid import Grid
from parsers.scan import empty_page
from parsers.scan.own import read_own
from parsers.scan.seen import ForeignPage, NoPage, OwnPage, SeenPage

if TYPE_CHECKING:
    from parsers.scan.foreign import Tables
    from parsers.scan.page import SeenPage as Page
    from parsers.scan.pages import PageImage
    from parsers.scan.recogniser import Recogniser
    from parsers.scan.sheets import Sheet
    from parsers.scan.snapping import Placement

_ALIKE = 0.75  #: How alike the title must be on a page whose code cannot be read.
_AHEAD = 0.05  #: By how much the best form must fit better than the next one, or else …
_TOLD = 0.1  #: … by how much more its title must be alike.
_BLANK = 0.0015  #: Share of ink below which a page is empty.


def look_at(
    image: PageImage, forms: Sequence[Form], scanning: Scanning, recogniser: Recogniser
) -> tuple[SeenPage, ...]:
    """What is on an image: a page, or the two sheets that lie on it, each with its places on the whole image."""
    from parsers.scan.page import see
    from parsers.scan.sheets import on_whole_image, parted_by_marks

    page = see(image)
    sheets = parted_by_marks(page) if page.repeated else ()
    if not sheets:
        found = _look_at(page, forms, scanning, recogniser)
        if isinstance(found, OwnPage | ForeignPage | NoPage):
            return (found,)
        sheets = found
    done: list[SeenPage] = []
    tables = 0
    for sheet in sheets:
        seen = _look_at(see(sheet.image), forms, scanning, recogniser, parting=False)
        if not isinstance(seen, tuple):
            done.append(on_whole_image(seen, sheet, tables))
            tables += sum(isinstance(block, Grid) for block in getattr(seen, "blocks", ()))
    return tuple(done)


def _look_at(
    page: Page, forms: Sequence[Form], scanning: Scanning, recogniser: Recogniser, *, parting: bool = True
) -> SeenPage | tuple[Sheet, ...]:
    """What is on one sheet; or the sheets, if there are two (``parting``: that may be)."""
    from parsers.scan.foreign import look_at_foreign, no_table, tables_of
    from parsers.scan.likely import layouts_by_marks, likely_layouts
    from parsers.scan.sheets import parted_by_gutter
    from parsers.scan.snapping import place

    image = page.image
    by_id = {form.id: form for form in forms}
    code = page.code
    if code is not None and code.form not in by_id:
        return _other_form(image.number, code)
    if code is not None:
        layout = _layout(code, scanning.layouts)
        if layout is not None:
            placement = place(page, layout)
            if placement.consistent or layout.edition == code.edition:
                own = read_own(page, placement, by_id[code.form], code, recogniser, scanning.subjects)
                return replace(own, issues=(*own.issues, *_several(page), *_other_edition(page, layout, code)))
    if _empty(page):
        return NoPage(image.number, (empty_page(image.number),))
    if parting and (sheets := parted_by_gutter(page, forms, recogniser)):
        return sheets
    likely = layouts_by_marks(page, scanning.layouts) if page.marks else ()  # to try all forms takes long
    found = _by_title(page, forms, likely, recogniser) if likely else None
    tables: Tables | None = None
    if found is None:
        tables = tables_of(page)
        if not page.marks and not tables.enough:
            return no_table(image.number)
        others = likely_layouts(tables.grids, scanning.layouts) or (scanning.layouts if page.marks else ())
        found = _by_title(page, forms, others, recogniser)
    if found is not None:
        form, placement = found
        own = read_own(page, placement, form, None, recogniser, scanning.subjects)
        message = f"第{image.number}页的编码看不清，按标题和表格线认作《{form.title}》，请核对"
        issue = Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, Locator(f"page {image.number}"))
        return replace(own, issues=(*own.issues, issue))
    return look_at_foreign(page, recogniser, forms, tables)


def _other_form(number: int, code: PageCode) -> NoPage:
    """A page of a form of ours that is none of those that are known here: never taken for another one."""
    message = f"第{number}页的编码是表“{code.form}”（{code.edition}）的，这里没有这种表，没有读取"
    return NoPage(number, (Issue(IssueCode.NOT_A_FORM, Severity.ERROR, message, Locator(f"page {number}")),))


def _layout(code: PageCode, layouts: Sequence[PageLayout]) -> PageLayout | None:
    """The page of the edition that the code names, else the same page of another edition of the form."""
    same = [one for one in layouts if (one.form, one.page, one.pages) == (code.form, code.page, code.pages)]
    return next((one for one in same if one.edition == code.edition), same[0] if same else None)


def _other_edition(page: Page, layout: PageLayout, code: PageCode) -> list[Issue]:
    if layout.edition == code.edition:
        return []
    message = f"第{page.image.number}页是用另一版模板（{code.edition}）印的，按现在的版面读取，请核对"
    return [Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, Locator(f"page {page.image.number}"))]


def _several(page: Page) -> list[Issue]:
    if len(set(page.codes)) < 2:
        return []
    message = f"第{page.image.number}页的图像上有{len(set(page.codes))}张表；只读了一张，请一张一页重新扫描"
    return [Issue(IssueCode.EXTRA_PAGE, Severity.ERROR, message, Locator(f"page {page.image.number}"))]


def _empty(page: Page) -> bool:
    from parsers.scan.ink import dark_mask

    if page.marks:
        return False
    height, width = page.grey.shape
    inner = page.grey[height // 20 : -height // 20, width // 20 : -width // 20]
    return bool((dark_mask(inner) > 0).mean() < _BLANK)


def _by_title(
    page: Page, forms: Sequence[Form], layouts: Sequence[PageLayout], recogniser: Recogniser
) -> tuple[Form, Placement] | None:
    """The form whose rules and title are on a page, None where none fits, or two do."""
    from parsers.scan.snapping import best_layouts

    found = best_layouts(page, layouts)
    fits = [one for one in found if one.consistent] or [one for one in found if one.likely]
    known = {form.id: form for form in forms}
    close = [one for one in fits if fits[0].score - one.score < _AHEAD]
    close = [one for number, one in enumerate(close) if number == 0 or not _same_page(fits[0], one)]
    if not close or any(one.layout.form not in known for one in close):
        return None
    (best, *rivals) = close
    if rivals or best.layout.page == 1:
        titles = [_titled(page, one, known[one.layout.form], recogniser) for one in close]
        order = sorted(range(len(close)), key=lambda number: -titles[number])
        best = close[order[0]]
        if titles[order[0]] < _ALIKE or (rivals and titles[order[0]] - titles[order[1]] < _TOLD):
            return None
        if best.layout.page != 1:  # its title is that of another page
            return None
    return known[best.layout.form], best


def _same_page(one: Placement, other: Placement) -> bool:
    """Whether both are the same page of a form, in two editions: no rivals."""
    return (one.layout.form, one.layout.page) == (other.layout.form, other.layout.page)


def _titled(page: Page, placement: Placement, form: Form, recogniser: Recogniser) -> float:
    """How alike the words where the title is expected are to the form's title."""
    from parsers.scan import ink

    top = min((slot.y for slot in placement.layout.slots if slot.ruled), default=0.0)
    titles = [
        one
        for one in placement.placed
        if not one.slot.ruled and one.slot.y < top and one.slot.text and not one.slot.tags
    ][:3]
    texts = [line.text for line in recogniser.free([ink.crop(page, one, 1.0) for one in titles])]
    joined = ["".join(texts[:count]) for count in range(1, len(texts) + 1)]
    return max((title_likeness(text, form.title) for text in (*texts, *joined)), default=0.0)
