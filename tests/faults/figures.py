"""What a torture came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Figures:
    """What a torture came to. Times in seconds; `peak_mb` is the most memory of a life that was not killed."""

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

    def add(self, other: Figures) -> None:
        """Sum up with another one."""
        self.kills += other.kills
        for name in ("published", "expected", "received", "lost", "doubled", "disordered", "faults", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.peak_mb = max(self.peak_mb, other.peak_mb)

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing doubled, nothing out of order."""
        return not (self.lost or self.doubled or self.disordered)

    def line(self) -> str:
        """One line for people."""
        return (
            f"kills: {self.kills.total()} · faults met: {self.faults} · alerts expected: {self.expected} · "
            f"received: {self.received} · lost: {self.lost} · doubled: {self.doubled} · "
            f"out of order: {self.disordered} · {self.seconds:.0f} s"
        )
