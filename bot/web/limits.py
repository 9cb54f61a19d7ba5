"""Flood limits. Pure: the clock is passed in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Bucket:
    """A token bucket: `rate` tokens a second up to `burst`."""

    rate: float
    burst: float
    level: float
    at: float

    @classmethod
    def full(cls, *, rate: float, burst: float, now: float) -> Bucket:
        return cls(rate=rate, burst=burst, level=burst, at=now)

    def take(self, now: float) -> float:
        """0.0 if one token was taken, else the seconds until there is one."""
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level < 1:
            return (1 - self.level) / self.rate
        self.level -= 1
        return 0.0
