"""A small convolutional network over a line of figures, learned with numpy alone (CTC), and written as ONNX.

The picture is ``HIGH`` pixels high; the answer is, for every second pixel along it, how probable each character is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HIGH = 32
KEPT = 0.8  #: Share of the last layer's units that take part in a step of learning.
DECAY = 2e-5

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """A convolution, the best of each pool of its answers, and a rectifier."""

    kernel: tuple[int, int]
    before: int  #: Channels.
    after: int
    frame: tuple[int, int]  #: White around the picture, above and below, left and right.
    stride: int = 1
    spread: int = 1  #: How far apart the columns are that it looks at.
    pool: int = 1  #: Rows of which only the best goes on.


LAYERS = (
    Layer((4, 4), 1, 16, (1, 1), stride=2),
    Layer((3, 3), 16, 20, (1, 1), pool=2),
    Layer((3, 3), 20, 40, (1, 1), pool=2),
    Layer((4, 3), 40, 72, (0, 1)),
    Layer((1, 5), 72, 72, (0, 2)),
    Layer((1, 5), 72, 72, (0, 4), spread=2),
)


@dataclass
class _Trace:
    columns: Array
    shape: tuple[int, ...]
    passed: Array  #: Where the rectifier let through.
    chosen: Array | None  #: Where the pool took its value from.


class Network:
    """Layers of convolution, and one that names the characters; Adam teaches it."""

    def __init__(self, labels: int, seed: int = 0) -> None:
        self.chance = np.random.default_rng(seed)
        self.parts: list[Array] = []
        for layer in LAYERS:
            size = layer.kernel[0] * layer.kernel[1] * layer.before
            self.parts.append(self.chance.normal(0, np.sqrt(2 / size), (size, layer.after)).astype(np.float32))
            self.parts.append(np.zeros(layer.after, np.float32))
        last = LAYERS[-1].after
        self.parts.append(self.chance.normal(0, np.sqrt(1 / last), (last, labels)).astype(np.float32))
        self.parts.append(np.zeros(labels, np.float32))
        self._drift = [np.zeros_like(part) for part in self.parts]
        self._spread = [np.zeros_like(part) for part in self.parts]
        self._count = 0

    def answers(self, pictures: Array) -> Array:
        """The logarithm of each character's probability: pictures × steps × labels."""
        return self._forward(pictures, None, 1.0)[0]

    def _forward(self, pictures: Array, traces: list[_Trace] | None, kept: float) -> tuple[Array, Array, Array]:
        seen: Array = pictures[..., None]
        for number, layer in enumerate(LAYERS):
            columns, shape = _columns(seen, layer)
            made = (columns @ self.parts[2 * number] + self.parts[2 * number + 1]).reshape(*shape, -1)
            chosen = None
            if layer.pool > 1:
                n, rows, steps, depth = made.shape
                parted = made.reshape(n, rows // layer.pool, layer.pool, steps, depth)
                pooled = parted.max(axis=2)
                if traces is not None:
                    chosen = parted == pooled[:, :, None]
                made = pooled
            passed = made > 0
            if traces is not None:
                traces.append(_Trace(columns, seen.shape, passed, chosen))
            seen = made * passed
        flat = seen[:, 0]
        mask = np.ones_like(flat)
        if kept < 1:
            mask = ((self.chance.random((len(flat), 1, flat.shape[2])) < kept) / kept).astype(np.float32)
        thinned = flat * mask
        logits = thinned @ self.parts[-2] + self.parts[-1]
        logits -= logits.max(axis=-1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True)), thinned, mask

    def learn(self, pictures: Array, texts: Sequence[Sequence[int]], pace: float) -> float:
        """One step of learning; back comes the mean cost before it."""
        traces: list[_Trace] = []
        answers, thinned, mask = self._forward(pictures, traces, KEPT)
        cost, wrong = lesson(answers, texts)
        wrong /= len(pictures)
        slopes: list[Array] = [
            np.tensordot(thinned, wrong, ((0, 1), (0, 1))).astype(np.float32),
            wrong.sum(axis=(0, 1)),
        ]
        back = ((wrong @ self.parts[-2].T) * mask)[:, None]
        for number in reversed(range(len(LAYERS))):
            trace = traces[number]
            back = back * trace.passed
            if trace.chosen is not None:
                parted = trace.chosen * back[:, :, None]
                n, rows, up, steps, depth = parted.shape
                back = parted.reshape(n, rows * up, steps, depth)
            flat = back.reshape(-1, back.shape[-1])
            slopes = [trace.columns.T @ flat, flat.sum(axis=0), *slopes]
            if number:
                back = _gathered(flat @ self.parts[2 * number].T, trace.shape, LAYERS[number])
        self._adapt(slopes, pace)
        return cost

    def _adapt(self, slopes: Sequence[Array], pace: float) -> None:
        self._count += 1
        size = np.sqrt(sum(float((slope * slope).sum()) for slope in slopes))
        held = min(1.0, 5.0 / max(size, 1e-9))
        for place, slope in enumerate(slopes):
            part, drift, spread = self.parts[place], self._drift[place], self._spread[place]
            slope = slope * np.float32(held) + (np.float32(DECAY) * part if part.ndim > 1 else 0)
            drift += 0.1 * (slope - drift)
            spread += 0.001 * (slope * slope - spread)
            level = np.sqrt(spread / (1 - 0.999**self._count)) + 1e-8
            part -= (pace * drift / (1 - 0.9**self._count) / level).astype(np.float32)

    def write(self, path: Path, characters: Sequence[str]) -> None:
        """As an ONNX file, the weights in half precision; ``characters``: what each label but the first stands for."""
        path.write_bytes(_model(self.parts, characters))


def _places(layer: Layer, rows: int, steps: int) -> tuple[int, int, list[tuple[slice, slice]]]:
    """How many rows and steps a layer answers, and for each part of its kernel the framed places that it covers."""
    (high, wide), (down, along), stride, spread = layer.kernel, layer.frame, layer.stride, layer.spread
    after = (rows + 2 * down - high) // stride + 1
    left = (steps + 2 * along - (wide - 1) * spread - 1) // stride + 1
    parts = [
        (slice(y, y + stride * (after - 1) + 1, stride), slice(x, x + stride * (left - 1) + 1, stride))
        for y in range(high)
        for x in range(0, wide * spread, spread)
    ]
    return after, left, parts


def _columns(seen: Array, layer: Layer) -> tuple[Array, tuple[int, int, int]]:
    """For each place the values that the kernel covers."""
    n, rows, steps, depth = seen.shape
    down, along = layer.frame
    framed = np.pad(seen, ((0, 0), (down, down), (along, along), (0, 0)))
    after, left, parts = _places(layer, rows, steps)
    columns = np.empty((n, after, left, len(parts), depth), np.float32)
    for number, (up, across) in enumerate(parts):
        columns[:, :, :, number] = framed[:, up, across]
    return columns.reshape(n * after * left, -1), (n, after, left)


def _gathered(columns: Array, shape: tuple[int, ...], layer: Layer) -> Array:
    """The other way: what each place gets from all that covered it."""
    n, rows, steps, depth = shape
    down, along = layer.frame
    after, left, parts = _places(layer, rows, steps)
    parted = columns.reshape(n, after, left, len(parts), depth)
    framed = np.zeros((n, rows + 2 * down, steps + 2 * along, depth), np.float32)
    for number, (up, across) in enumerate(parts):
        framed[:, up, across] += parted[:, :, :, number]
    return framed[:, down : down + rows, along : along + steps]


def lesson(answers: Array, texts: Sequence[Sequence[int]]) -> tuple[float, Array]:
    """The mean CTC cost of the true texts, and its slope by the logits. Texts must fit into the steps."""
    n, steps, _ = answers.shape
    longest = max(len(text) for text in texts)
    states = 2 * longest + 1
    named = np.zeros((n, states), np.intp)
    for row, text in enumerate(texts):
        named[row, 1 : 2 * len(text) : 2] = text
    ends = np.array([2 * len(text) for text in texts])
    skips = np.zeros((n, states))
    skips[:, 3::2] = np.where((named[:, 3::2] != named[:, 1:-2:2]) & (named[:, 3::2] > 0), 0.0, -1e9)
    skips[:, :3] = skips[:, 4::2] = -1e9
    rows = np.arange(n)
    heard = np.take_along_axis(answers.astype(np.float64), np.broadcast_to(named[:, None], (n, steps, states)), 2)
    forward = np.full((n, steps, states), -1e9)
    forward[:, 0, 0], forward[:, 0, 1] = heard[:, 0, 0], heard[:, 0, 1]
    for step in range(1, steps):
        before = forward[:, step - 1]
        best = np.logaddexp(before[:, 1:], before[:, :-1])
        best[:, 1:] = np.logaddexp(best[:, 1:], before[:, :-2] + skips[:, 2:])
        forward[:, step, 0] = before[:, 0] + heard[:, step, 0]
        forward[:, step, 1:] = best + heard[:, step, 1:]
    backward = np.full((n, steps, states), -1e9)
    backward[rows, -1, ends] = 0.0
    backward[rows, -1, np.maximum(ends - 1, 0)] = 0.0
    for step in range(steps - 2, -1, -1):
        after = backward[:, step + 1] + heard[:, step + 1]
        best = after.copy()
        best[:, :-1] = np.logaddexp(best[:, :-1], after[:, 1:])
        best[:, :-2] = np.logaddexp(best[:, :-2], after[:, 2:] + skips[:, 2:])
        backward[:, step] = best
    together = forward + backward
    whole = np.logaddexp(forward[rows, -1, ends], forward[rows, -1, np.maximum(ends - 1, 0)])
    posterior = np.exp(np.minimum(together - whole[:, None, None], 0.0))
    wrong = np.exp(answers.astype(np.float64))
    for state in range(states):
        wrong[rows[:, None], np.arange(steps)[None], named[:, state][:, None]] -= posterior[:, :, state]
    return float(-whole.mean()), wrong.astype(np.float32)


# ONNX, as far as it is needed: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto


def _model(parts: Sequence[Array], characters: Sequence[str]) -> bytes:
    nodes: list[bytes] = []
    kept: list[bytes] = []

    def weights(name: str, values: Array) -> str:
        kept.append(_tensor(f"{name}.half", values))
        nodes.append(_node("Cast", [f"{name}.half"], name, to=1))
        return name

    seen = "pictures"
    for number, layer in enumerate(LAYERS):
        shaped = parts[2 * number].reshape(*layer.kernel, layer.before, layer.after).transpose(3, 2, 0, 1)
        given = [seen, weights(f"w{number}", shaped), weights(f"b{number}", parts[2 * number + 1])]
        about = {"kernel_shape": layer.kernel, "pads": layer.frame * 2, "dilations": (1, layer.spread)}
        nodes.append(_node("Conv", given, f"c{number}", strides=(layer.stride, layer.stride), **about))
        seen = f"c{number}"
        if layer.pool > 1:
            pool = (layer.pool, 1)
            nodes.append(_node("MaxPool", [seen], f"p{number}", kernel_shape=pool, strides=pool))
            seen = f"p{number}"
        nodes.append(_node("Relu", [seen], f"r{number}"))
        seen = f"r{number}"
    last = parts[-2].T[:, :, None, None]
    given = [seen, weights("w", last), weights("b", parts[-1])]
    nodes.append(_node("Conv", given, "named", kernel_shape=(1, 1)))
    nodes.append(_node("Softmax", ["named"], "shares", axis=1))
    graph = [
        *(_field(1, node) for node in nodes),
        _field(2, b"figures"),
        *(_field(5, tensor) for tensor in kept),
        _field(11, _value("pictures", ("n", 1, HIGH, "wide"))),
        _field(12, _value("shares", ("n", len(parts[-1]), 1, "steps"))),
    ]
    entry = _field(1, b"characters") + _field(2, "\n".join(characters).encode())
    model = [_field(1, 8), _field(7, b"".join(graph)), _field(8, _field(1, b"") + _field(2, 13)), _field(14, entry)]
    return b"".join(model)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _node(operation: str, given: Iterable[str], made: str, **attributes: int | tuple[int, ...]) -> bytes:
    parts = [*(_field(1, name.encode()) for name in given), _field(2, made.encode()), _field(4, operation.encode())]
    for name, value in attributes.items():
        if isinstance(value, int):
            attribute = _field(1, name.encode()) + _field(3, value) + _field(20, 2)
        else:
            attribute = _field(1, name.encode()) + b"".join(_field(8, one) for one in value) + _field(20, 7)
        parts.append(_field(5, attribute))
    return b"".join(parts)


def _tensor(name: str, values: Array) -> bytes:
    halves = np.ascontiguousarray(values, "<f2")
    dims = b"".join(_field(1, size) for size in values.shape)
    return dims + _field(2, 10) + _field(8, name.encode()) + _field(9, halves.tobytes())


def _value(name: str, shape: tuple[int | str, ...]) -> bytes:
    sizes = b"".join(
        _field(1, _field(1, size) if isinstance(size, int) else _field(2, size.encode())) for size in shape
    )
    return _field(1, name.encode()) + _field(2, _field(1, _field(1, 1) + _field(2, sizes)))
