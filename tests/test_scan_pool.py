"""Pages looked at side by side: the order is kept, and no more images are held than the pool may have at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from formgen.parsing import Scanning
from parsers.scan import reader
from parsers.scan.pages import PageImage
from parsers.scan.seen import NoPage

np = pytest.importorskip("numpy")

MEGABYTE = 1_000_000


class Pool(Executor):
    """Looks at a page when its answer is asked for, and remembers how many bytes of images waited at most."""

    def __init__(self) -> None:
        self.waiting = 0
        self.most = 0
        self.pages = 0

    def submit(self, task: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        image = given[0]
        self.waiting += image.pixels.nbytes
        self.most = max(self.most, self.waiting)
        self.pages += 1
        return _Asked(self, image)


class _Asked(Future[Any]):
    def __init__(self, pool: Pool, image: PageImage) -> None:
        super().__init__()
        self._pool, self._image = pool, image

    def result(self, timeout: float | None = None) -> tuple[NoPage, ...]:
        self._pool.waiting -= self._image.pixels.nbytes
        return (NoPage(self._image.number),)


def images(count: int, size: int) -> Iterator[PageImage]:
    return (PageImage(number, np.zeros((1000, size // 1000), np.uint8), 200.0) for number in range(1, count + 1))


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_no_more_pages_wait_than_the_workers_can_soon_look_at(workers: int) -> None:
    pool = Pool()

    pages = list(reader._together(images(40, MEGABYTE), (), Scanning(workers=workers), pool))

    assert [page.number for page in pages] == list(range(1, 41))
    assert pool.most == workers * 2 * MEGABYTE


def test_large_pages_wait_only_up_to_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_HELD", 10 * MEGABYTE)
    pool = Pool()

    pages = list(reader._together(images(12, 4 * MEGABYTE), (), Scanning(workers=32), pool))

    assert len(pages) == 12
    assert pool.most == 8 * MEGABYTE


def test_a_page_larger_than_that_is_looked_at_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_HELD", MEGABYTE)
    pool = Pool()

    pages = list(reader._together(images(3, 4 * MEGABYTE), (), Scanning(workers=32), pool))

    assert len(pages) == 3
    assert pool.most == 4 * MEGABYTE
