"""A folder with a sentence encoder, run by onnxruntime.

    model.onnx       inputs `input_ids` and `attention_mask`, (batch, tokens) int64; the first output is either one
                     vector a text, (batch, d), or one a token, (batch, tokens, d), which is averaged here
    tokenizer.json   in the form of Hugging Face's `tokenizers`
    encoder.json     optional: {"prefix": "query: ", "max_tokens": 128}

It is what `optimum-cli export onnx --task feature-extraction` writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from bot.errors import DataError

MODEL, TOKENIZER, FACTS = "model.onnx", "tokenizer.json", "encoder.json"
MAX_TOKENS = 128
BATCH = 32


class OnnxEncoder:
    """Calls may come from several threads. ImportError without onnxruntime, DataError where the folder is wrong."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            facts = json.loads((folder / FACTS).read_text(encoding="utf-8")) if (folder / FACTS).is_file() else {}
            self._prefix: str = facts.get("prefix", "")
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._tokenizer.enable_truncation(int(facts.get("max_tokens", MAX_TOKENS)))
            # A text is short: one thread each, and several texts side by side, never several threads on one text.
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                str(folder / MODEL), options, providers=["CPUExecutionProvider"]
            )
            self._inputs = {given.name for given in self._session.get_inputs()}
            self.dimensions = self._run([[0]]).shape[1]
        except Exception as error:
            raise DataError(str(folder), f"holds no encoder that loads ({error})") from error

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """(n, d) float32, rows of length 1."""
        # One text is no work to share: a batch wakes the tokenizer's threads.
        said = [self._prefix + text for text in texts]
        encoded = [self._tokenizer.encode(said[0])] if len(said) == 1 else self._tokenizer.encode_batch(said)
        rows = [row.ids for row in encoded]
        vectors = np.empty((len(rows), self.dimensions), dtype=np.float32)
        # Neighbours in length share a batch, so that little of it is padding.
        order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        if len(batches) == 1:
            vectors[order] = self._run([rows[row] for row in order])
        elif batches:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                every = pool.map(self._run, [[rows[row] for row in batch] for batch in batches])
                for batch, found in zip(batches, every, strict=True):
                    vectors[batch] = found
        return vectors

    def _run(self, rows: Sequence[Sequence[int]]) -> np.ndarray:
        ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        given: dict[str, Any] = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found: np.ndarray = self._session.run(None, {k: v for k, v in given.items() if k in self._inputs})[0]
        if found.ndim == 3:
            found = (found * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
