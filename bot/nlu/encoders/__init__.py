"""Dense sentence encoders, each behind one small interface: folders with an ONNX model, run by onnxruntime.

`use` and `e5` are made of what two pinned packages carry (`packaged.py`), on first use. A bank's own model is any
folder in the form that `folder.py` describes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from bot.nlu.encoders import packaged
from bot.nlu.encoders.folder import OnnxEncoder
from bot.nlu.normalise import feature_text
from bot.settings import ROOT

logger = logging.getLogger(__name__)

DEFAULT = ("use", "e5")


class Encoder(Protocol):
    """Texts to vectors; the same text always gives the same vector."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """(n, d) float32, rows of length 1."""


@lru_cache(maxsize=8)
def load_encoders(names: tuple[str, ...] = DEFAULT) -> tuple[Encoder, ...]:
    """The encoders of this process, each loaded once. One that is absent ends the row, with a warning.

    A name is `use`, `e5`, or a folder relative to the project. Raises DataError where such a folder is wrong.
    """
    found: list[Encoder] = []
    for name in names:
        try:
            found.append(OnnxEncoder(packaged.folder(name) if name in packaged.EXPORTS else ROOT / name))
        except ImportError as error:
            logger.warning("%s is absent: texts are understood without the encoder %s, less well.", error.name, name)
            break
    return tuple(found)


def encode(texts: Sequence[str], encoders: Sequence[Encoder]) -> list[np.ndarray]:
    """Customers' texts as features see them, one matrix (n, d) an encoder."""
    seen = [feature_text(text) for text in texts]
    return [encoder.encode(seen) for encoder in encoders]


def signature(names: tuple[str, ...]) -> str:
    """Tells one row of encoders from another, without loading them."""
    return " ".join(packaged.version(name) if name in packaged.EXPORTS else _stamp(name) for name in names)


def _stamp(name: str) -> str:
    model = ROOT / name / "model.onnx"
    return f"{name}:{model.stat().st_size}:{model.stat().st_mtime_ns}" if model.is_file() else f"{name}:absent"
