"""Mutations of bytes, of whatever kind the file is: flipped, cut, spliced, repeated, numbers in it set to extremes."""

from __future__ import annotations

import random

Data = bytes

_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 0x10000)
_MOST = 3_000_000  #: Bytes of a mutant; more is the business of the tests of limits.


def flip(data: Data, chance: random.Random) -> Data:
    """Some bits of it flipped."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16, 64))):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def cut(data: Data, chance: random.Random) -> Data:
    """Its end, its beginning or a piece of its middle gone."""
    first, second = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    match chance.randrange(4):
        case 0:
            return data[:second]
        case 1:
            return data[first:]
        case 2:
            return data[: max(1, len(data) - chance.choice((1, 2, 16, 22, 100, 1000)))]
    size = min(second - first, chance.choice((1, 2, 8, 100, 4000)))
    return data[:first] + data[first + size :]


def repeat(data: Data, chance: random.Random) -> Data:
    """A piece of it more than once."""
    start = chance.randrange(len(data))
    piece = data[start : start + chance.choice((1, 4, 16, 128, 1024))]
    times = min(chance.choice((2, 3, 10, 100, 1000)), _MOST // max(1, len(piece)))
    return data[:start] + piece * times + data[start + len(piece) :]


def splice(data: Data, chance: random.Random) -> Data:
    """A piece of it moved to another place, over what was there or between."""
    start, target = chance.randrange(len(data)), chance.randrange(len(data))
    piece = data[start : start + chance.choice((2, 8, 64, 512, 4096))]
    return data[:target] + piece + data[target + (len(piece) if chance.random() < 0.6 else 0) :]


def number(data: Data, chance: random.Random) -> Data:
    """A number of 1, 2, 4 or 8 bytes set to an extreme, either end first."""
    size = chance.choice((1, 2, 2, 4, 4, 4, 8))
    if len(data) <= size:
        return flip(data, chance)
    value = chance.choice(_EXTREMES) & ((1 << 8 * size) - 1)
    place = chance.randrange(len(data) - size)
    if chance.random() < 0.5:
        place = min(chance.randrange(0, 1024), len(data) - size)  # heads hold most of what counts
    return data[:place] + value.to_bytes(size, chance.choice(("little", "big"))) + data[place + size :]


def noise(data: Data, chance: random.Random) -> Data:
    """A piece of it replaced by random bytes, or by one byte again and again."""
    start = chance.randrange(len(data))
    size = chance.choice((1, 4, 32, 512))
    piece = chance.randbytes(size) if chance.random() < 0.6 else bytes([chance.choice((0, 0xFF, 0x41))]) * size
    return data[:start] + piece + data[start + size :]


OPERATIONS = (flip, flip, cut, repeat, splice, number, number, noise)


def mutated(data: Data, chance: random.Random) -> Data:
    """One mutation of bytes."""
    return chance.choice(OPERATIONS)(data, chance)[:_MOST] if data else chance.randbytes(20)
