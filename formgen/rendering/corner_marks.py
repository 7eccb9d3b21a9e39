"""The four marks in the corners of a page, by which a scan of it is laid straight. Pure.

They are ArUco markers of the dictionary DICT_4X4_50: 4 × 4 squares within a black edge.
"""

from __future__ import annotations

SIZE = 9.0  #: Millimetres: the side of the black square.
INSET = 8.0  #: Millimetres from the edges of the page to a mark.

#: The squares of the markers 0 to 3 with their edge, from the upper left; ``#`` is black.
_MARKERS = (
    ("######", "#.#..#", "##.#.#", "###..#", "###.##", "######"),
    ("######", "######", "#....#", "#.##.#", "#.#.##", "######"),
    ("######", "###..#", "###..#", "###.##", "#..#.#", "######"),
    ("######", "#.##.#", "#.##.#", "##.###", "##..##", "######"),
)


def places(width: float, height: float) -> tuple[tuple[int, float, float], ...]:
    """Number of each mark and the place of its upper left corner on a page of this size, all in millimetres.

    0 upper left, 1 upper right, 2 lower right, 3 lower left.
    """
    right, low = width - INSET - SIZE, height - INSET - SIZE
    return ((0, INSET, INSET), (1, right, INSET), (2, right, low), (3, INSET, low))


def squares(number: int) -> list[bytes]:
    """The squares of a mark, 0 to 3, row by row; 1 is black."""
    return [bytes(square == "#" for square in row) for row in _MARKERS[number]]
