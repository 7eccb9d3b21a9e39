"""Pages of one scanned file are sorted into papers: several people's, in any order, with pages missing or doubled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formgen.model import Issue, IssueCode, Severity, Slot, Subject
from formgen.pagecode import PageCode
from parsers.scan.papers import sort
from parsers.scan.seen import ForeignPage, NoPage, OwnPage, SeenPage, SeenSlot

FORM, EDITION = "dayang-monthly", "dayang-2023@0badcafe"


def page(number: int, who: str | None, part: int, pages: int = 2, text: str = "8") -> OwnPage:
    """``who``: None: no code; empty: a code without a name."""
    code = None
    if who is not None:
        subject = Subject("张庄村", who) if who else Subject()
        code = PageCode(FORM, EDITION, "2023-03", subject, part, pages)
    slot = SeenSlot(Slot(20, 50, 20, 8, tags=("2.1",)), (0, 0, 1, 0, 1, 1, 0, 1), True, text)
    return OwnPage(number, FORM, EDITION, part, pages, (slot,), code)


def papers(*pages: SeenPage) -> list[list[int]]:
    """For each paper the numbers of its pages within the file, in the order of the form."""
    return [[paper.found[part].number for part in sorted(paper.found)] for paper in sort(pages).papers]


def codes(*pages: SeenPage) -> list[IssueCode]:
    found = sort(pages)
    return [issue.code for paper in found.papers for issue in paper.issues] + [issue.code for issue in found.issues]


@given(st.permutations([("李四", 1), ("李四", 2), ("王五", 1), ("王五", 2), ("赵六", 1), ("赵六", 2)]))
def test_pages_of_several_people_in_any_order(order: list[tuple[str, int]]) -> None:
    pages = [page(number, who, part) for number, (who, part) in enumerate(order, 1)]

    found = sort(pages)

    assert {paper.code.subject.name for paper in found.papers if paper.code} == {"李四", "王五", "赵六"}
    assert all(sorted(paper.found) == [1, 2] for paper in found.papers)
    assert codes(*pages) == []


def test_a_missing_page_is_said() -> None:
    assert codes(page(1, "李四", 1), page(2, "王五", 1), page(3, "王五", 2)) == [IssueCode.MISSING_PAGE]


@pytest.mark.parametrize(("text", "word"), [("8", "读数相同"), ("9", "读数不同")])
def test_a_page_that_came_twice_is_read_once_and_said(text: str, word: str) -> None:
    twice = (page(1, "李四", 1), page(2, "李四", 2), page(3, "李四", 2, text=text))

    (paper,) = sort(twice).papers

    assert papers(*twice) == [[1, 2]]
    assert [(issue.code, word in issue.message) for issue in paper.issues] == [(IssueCode.EXTRA_PAGE, True)]


def test_blanks_without_a_name_follow_one_another() -> None:
    assert papers(page(1, "", 1), page(2, "", 2), page(3, "", 1), page(4, "", 2)) == [[1, 2], [3, 4]]


def test_blanks_without_a_name_that_came_backwards_are_put_together_so_and_doubted() -> None:
    reversed_pages = (page(1, "", 2), page(2, "", 1), page(3, "", 2), page(4, "", 1))

    assert papers(*reversed_pages) == [[2, 1], [4, 3]]  # not page 1 of the one with page 2 of the next
    assert codes(*reversed_pages) == [IssueCode.LOW_CONFIDENCE] * 2


def test_a_page_that_could_not_be_read_parts_blanks_without_a_name() -> None:
    fault = Issue(IssueCode.TOO_SLOW, Severity.ERROR, "")

    assert papers(page(1, "", 1), NoPage(2, (fault,)), page(3, "", 2)) == [[1], [3]]


def test_two_first_pages_without_a_name_are_two_papers() -> None:
    assert papers(page(1, "", 1, 1), page(2, "", 1, 1)) == [[1], [2]]


def test_second_pages_without_a_name_are_not_given_to_somebody() -> None:
    assert papers(page(1, "", 1), page(2, "", 1), page(3, "", 2), page(4, "", 2)) == [[1], [2, 3], [4]]
    assert codes(page(1, "", 1), page(2, "", 1), page(3, "", 2), page(4, "", 2)).count(IssueCode.MISSING_PAGE) == 2


def test_a_page_whose_code_is_torn_off_follows_its_first_page_and_is_doubted() -> None:
    torn = (page(1, "李四", 1), page(2, None, 2))

    assert papers(*torn) == [[1, 2]]
    assert codes(*torn) == [IssueCode.LOW_CONFIDENCE]


def test_a_blank_without_a_name_is_no_page_of_somebodys_form() -> None:
    assert papers(page(1, "李四", 1), page(2, "", 2)) == [[1], [2]]


def test_an_empty_back_parts_nothing() -> None:
    assert papers(page(1, "", 1), NoPage(2), page(3, "", 2)) == [[1, 3]]


def test_another_form_between_parts() -> None:
    assert papers(page(1, "", 1), ForeignPage(2, ()), page(3, "", 2)) == [[1], [3]]
