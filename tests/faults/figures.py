"""What a torture came to."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Figures:
    """What a torture came to. Times in seconds; `peak_mb` is the most memory of a life that was not killed.

    `broken` counts rounds that ended before their count could be made.
    """

    kills: Counter[str] = field(default_factory=Counter)
    published: int = 0
    expected: int = 0
    received: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    faults: int = 0
    seconds: float = 0.0
    peak_mb: float = 0.0
    broken: int = 0

    def add(self, other: Figures) -> None:
        """Sum up with another one."""
        self.kills += other.kills
        summed = ("published", "expected", "received", "lost", "doubled", "disordered", "faults", "seconds", "broken")
        for name in summed:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.peak_mb = max(self.peak_mb, other.peak_mb)

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing doubled, nothing out of order, nothing broken off."""
        return not (self.lost or self.doubled or self.disordered or self.broken)

    def keep(self, path: Path) -> None:
        """Write them to a file, for `tests.faults.report --kept`; it replaces what stood there, or does not."""
        half = path.with_name(f"{path.name}.half")
        half.write_text(json.dumps(vars(self)), encoding="utf-8")
        half.replace(path)

    @classmethod
    def kept(cls, path: Path) -> Figures:
        """And read them again."""
        read = json.loads(path.read_text(encoding="utf-8"))
        return cls(**read | {"kills": Counter(read["kills"])})

    def line(self) -> str:
        """One line for people."""
        return (
            f"kills: {self.kills.total()} · faults met: {self.faults} · alerts expected: {self.expected} · "
            f"received: {self.received} · lost: {self.lost} · doubled: {self.doubled} · "
            f"out of order: {self.disordered} · broken off: {self.broken} · {self.seconds:.0f} s"
        )
