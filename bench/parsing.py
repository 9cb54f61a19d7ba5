"""Loads a Rasa model and parses texts on one core: a process of its own, so that its memory and core are its own.

    python -m bench.parsing MODEL TEXTS.json PARSED.json

Ours and stock models go through the same loop. TEXTS.json is a list; PARSED.json holds `load_s` (seconds, after all
imports), `memory_mb` (resident, with the model loaded, before the first text) and, a text each, `ranking`, `entities`,
`faq`, `ms` and `cpu_ms` (processor time, in which other load on the machine counts little).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WARM_UP = 20


def main() -> None:
    model, source, target = map(Path, sys.argv[1:])
    # Before the imports: libraries count the cores once, to know how many threads to start.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    texts = json.loads(source.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        target.write_text(json.dumps(measure(model, texts, Path(folder)), ensure_ascii=False), encoding="utf-8")


def measure(model: Path, texts: list[str], folder: Path) -> dict[str, Any]:
    """The figures of a model on these texts; it is unpacked into `folder`."""
    import psutil  # type: ignore[import-untyped]
    from rasa.core.channels.channel import UserMessage
    from rasa.engine import loader
    from rasa.engine.constants import PLACEHOLDER_MESSAGE
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    # Imports the classes of the pipeline; stock's bring TensorFlow, which is no part of loading a model.
    LocalModelStorage.metadata_from_archive(model)
    begun = time.perf_counter()
    metadata, runner = loader.load_predict_graph_runner(folder, model, LocalModelStorage, DaskGraphRunner)
    load_s = time.perf_counter() - begun
    memory = psutil.Process().memory_info().rss
    target = metadata.nlu_target

    def parse(text: str) -> dict[str, Any]:
        begun, busy = time.perf_counter(), time.process_time()
        message = UserMessage(text=text, metadata={})
        parsed = runner.run(inputs={PLACEHOLDER_MESSAGE: [message]}, targets=[target])[target][0]
        found = parsed.as_dict(only_output_properties=True)
        seconds, busy_seconds = time.perf_counter() - begun, time.process_time() - busy
        return {
            "ranking": [(guess["name"], guess["confidence"]) for guess in found["intent_ranking"]],
            "entities": [(entity["entity"], entity["value"]) for entity in found.get("entities", [])],
            "faq": [(hit["id"], hit["score"]) for hit in found.get("faq", [])],
            "ms": 1000 * seconds,
            "cpu_ms": 1000 * busy_seconds,
        }

    for text in texts[:WARM_UP]:
        parse(text)
    return {"load_s": load_s, "memory_mb": memory / 2**20, "parsed": [parse(text) for text in texts]}


if __name__ == "__main__":
    main()
