"""The list of what is done to pages, by name: single faults, and what comes together in an office or on a telephone."""

from __future__ import annotations

import random
from dataclasses import dataclass

from scans import degrading as d
from scans.degrading import Degradation, Scan, at_resolution
from scans.desks import photographed


@dataclass(frozen=True, slots=True)
class Damage:
    """Steps at a resolution."""

    dpi: float
    steps: tuple[tuple[Degradation, float], ...] = ()


DAMAGES: dict[str, Damage] = {
    "clean-300": Damage(300),
    "clean-200": Damage(200),
    "clean-150": Damage(150),
    "skew-4": Damage(200, ((d.skew, 1.0),)),
    "turned-90": Damage(200, ((d.quarter, 0.25),)),
    "turned-180": Damage(200, ((d.skew, 0.3), (d.quarter, 0.5))),
    "turned-270": Damage(200, ((d.skew, 0.3), (d.quarter, 0.75))),
    "perspective": Damage(220, ((d.perspective, 0.8),)),
    "curl": Damage(200, ((d.curl, 0.7),)),
    "shadow": Damage(200, ((d.shadow, 0.9),)),
    "noise": Damage(200, ((d.noise, 0.9),)),
    "blur": Damage(200, ((d.blur, 0.6),)),
    "jpeg-40": Damage(200, ((d.jpeg, 1.0),)),
    "jpeg-40-150dpi": Damage(150, ((d.jpeg, 1.0),)),
    "jpeg-90": Damage(200, ((d.jpeg, 0.0),)),
    "fax": Damage(204, ((d.skew, 0.3), (d.fax, 0.7))),
    "stripe": Damage(200, ((d.stripe, 0.6),)),
    "stripe-through-marks": Damage(200, ((d.stripe_through_marks, 1.0),)),
    "stain": Damage(200, ((d.stain, 0.8),)),
    "staple": Damage(200, ((d.staple, 0.9), (d.skew, 0.2))),
    "torn-corner": Damage(200, ((d.torn, 0.5), (d.skew, 0.2))),
    "copied-twice": Damage(200, ((d.copied_twice, 0.6),)),
    "scale-92": Damage(200, ((d.shrunk, 1.0), (d.skew, 0.2))),
    "seal": Damage(200, ((d.sealed, 0.9), (d.skew, 0.2))),
    "seal-grey": Damage(200, ((d.sealed, 0.9), (d.grey, 1.0), (d.jpeg, 0.5))),
    "code-gone": Damage(200, ((d.uncoded, 1.0), (d.skew, 0.2))),
    "office": Damage(200, ((d.sealed, 0.8), (d.skew, 0.4), (d.noise, 0.4), (d.jpeg, 0.5))),
    "telephone": Damage(
        200, ((d.curl, 0.4), (d.perspective, 0.6), (d.shadow, 0.6), (d.noise, 0.3), (d.blur, 0.2), (d.jpeg, 0.4))
    ),
    "desk": Damage(300, ((d.curl, 0.3), (photographed, 0.8), (d.jpeg, 0.4))),
    "old-copier": Damage(200, ((d.shrunk, 1.0), (d.copied, 0.6), (d.skew, 0.5), (d.stripe, 0.4), (d.fax, 0.3))),
}


def damaged(scan: Scan, name: str, seed: int) -> Scan:
    """A page after the damage of that name."""
    damage = DAMAGES[name]
    chance = random.Random(f"{name} {seed}")
    scan = at_resolution(scan, damage.dpi)
    for step, strength in damage.steps:
        scan = step(scan, strength, chance.randrange(2**31))
    return scan
