"""Vectors that tell who looked at them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class Watched(Sequence[np.ndarray]):
    """One text's vectors, an encoder each; `asked` are those that were looked at."""

    def __init__(self, vectors: Sequence[np.ndarray]) -> None:
        self._vectors = vectors
        self.asked: set[int] = set()

    def __len__(self) -> int:
        return len(self._vectors)

    def __getitem__(self, number: int) -> np.ndarray:  # type: ignore[override]
        self.asked.add(number)
        return self._vectors[number]
