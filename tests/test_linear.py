"""Logistic regression on sentence vectors: it goes on from an earlier fit, and comes back from arrays the same."""

from __future__ import annotations

import numpy as np
import pytest

from bot.linear import VectorClassifier


def points(labels: int) -> tuple[np.ndarray, np.ndarray]:
    """Sixty noisy vectors a label, (60 * labels, 16), and their labels."""
    chance = np.random.default_rng(7)
    truth = np.repeat(np.arange(labels), 60)
    vectors = chance.normal(size=(labels, 16))[truth] + chance.normal(size=(len(truth), 16))
    return vectors.astype(np.float32), truth


def right(classifier: VectorClassifier, vectors: np.ndarray, truth: np.ndarray) -> float:
    return float((classifier.log_probabilities([vectors]).argmax(axis=1) == truth).mean())


def test_a_fit_goes_on_from_an_earlier_one() -> None:
    vectors, truth = points(12)
    start = VectorClassifier.fit([vectors[::2]], truth[::2], rounds=50)
    cold = VectorClassifier.fit([vectors], truth, rounds=1)
    warm = VectorClassifier.fit([vectors], truth, rounds=1, start=start)
    assert right(warm, vectors, truth) > right(cold, vectors, truth)


@pytest.mark.parametrize("labels", [2, 5])
def test_a_start_with_any_number_of_labels_will_do(labels: int) -> None:
    vectors, truth = points(labels)
    start = VectorClassifier.fit([vectors], truth, rounds=20)
    weights = start.weights.copy()
    again = VectorClassifier.fit([vectors], truth, rounds=20, start=start)
    assert right(again, vectors, truth) > 0.8
    assert (start.weights == weights).all()


def test_arrays_bring_the_classifier_back() -> None:
    vectors, truth = points(3)
    classifier = VectorClassifier.fit([vectors, vectors], truth, rounds=20)
    back = VectorClassifier.of_arrays("x", classifier.arrays("x"))
    assert back is not None
    expected = classifier.log_probabilities([vectors, vectors])
    assert np.array_equal(back.log_probabilities([vectors, vectors]), expected)
    assert VectorClassifier.of_arrays("y", classifier.arrays("x")) is None
