"""Exact search against a double loop, sorting and faiss; blocking, ties, memory."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.tasks import search
from xbench.tasks.search import normalise, top_k, top_k_both


def drawn(rows, dimensions, seed=0):
    return np.random.default_rng(seed).standard_normal((rows, dimensions)).astype(np.float32)


def with_integers(rows, dimensions, seed):
    """Vectors of few small integers: products are exact whatever the order of the sums, and many are equal."""
    return np.random.default_rng(seed).integers(-2, 3, (rows, dimensions)).astype(np.float32)


def naive(queries, candidates, k):
    """Every product in a double loop, then sorted by falling similarity and rising row."""
    similarities, rows = [], []
    for query in queries.tolist():
        products = [sum(a * b for a, b in zip(query, candidate, strict=True)) for candidate in candidates.tolist()]
        order = sorted(range(len(products)), key=lambda row, products=products: (-products[row], row))[:k]
        similarities.append([products[row] for row in order])
        rows.append(order)
    return similarities, rows


def assert_same(found, similarities, rows):
    assert found.similarities.tolist() == similarities
    assert found.rows.tolist() == rows


class TestNormalise:
    def test_lengths_and_directions(self):
        unit = normalise(np.array([[3, 4], [0, 0], [0, -2]], np.float32))
        assert unit == pytest.approx(np.array([[0.6, 0.8], [0, 0], [0, -1]]), abs=1e-7)
        assert unit.dtype == np.float32

    def test_leaves_its_input_alone(self):
        vectors = drawn(10, 4)
        before = vectors.copy()
        unit = normalise(vectors)
        assert np.array_equal(vectors, before)
        assert not np.shares_memory(unit, vectors)

    @pytest.mark.parametrize("rows", [0, 1, 4, 5, 11])
    def test_in_place_in_blocks(self, rows, monkeypatch):
        monkeypatch.setattr(search, "_NORMALISED_ROWS", 4)
        vectors = drawn(rows, 7)
        expected = normalise(vectors)
        assert normalise(vectors, out=vectors) is vectors
        assert np.array_equal(vectors, expected)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(rows), abs=1e-6)

    def test_memory_in_place(self, monkeypatch):
        monkeypatch.setattr(search, "_NORMALISED_ROWS", 64)
        vectors = drawn(4000, 64)
        assert peak(lambda: normalise(vectors, out=vectors)) < vectors.nbytes / 10


def peak(call):
    """Bytes allocated at most during a call, what it returns included."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class TestTopK:
    def test_by_hand(self):
        candidates = np.array([[1, 0], [0, 1], [2, 0], [1, 0]], np.float32)
        queries = np.array([[1, 0], [-1, 1]], np.float32)
        assert_same(top_k(queries, candidates, 3), [[2, 1, 1], [1, -1, -1]], [[2, 0, 3], [1, 0, 3]])

    def test_types(self):
        found = top_k(drawn(3, 4), drawn(5, 4), 2)
        assert (found.similarities.dtype, found.rows.dtype) == (np.float32, np.int64)

    @pytest.mark.parametrize(("queries", "candidates", "k", "shape"), [
        (3, 2, 5, (3, 2)), (3, 5, 5, (3, 5)), (1, 1, 1, (1, 1)),
        (3, 0, 4, (3, 0)), (0, 3, 4, (0, 3)), (0, 0, 4, (0, 0)),
    ])  # fmt: skip
    def test_no_more_than_there_are(self, queries, candidates, k, shape):
        x, y = with_integers(queries, 4, 0), with_integers(candidates, 4, 1)
        found = top_k(x, y, k)
        assert found.similarities.shape == found.rows.shape == shape
        if 0 not in shape:
            assert_same(found, *naive(x, y, k))

    def test_all_equal(self):
        found = top_k(np.zeros((70, 3), np.float32), np.zeros((500, 3), np.float32), 4)
        assert (found.rows == np.arange(4)).all()
        assert not found.similarities.any()

    def test_rising_similarities(self, monkeypatch):
        """The worst case: every candidate is better than all before it."""
        monkeypatch.setattr(search, "_COLUMNS", 16)
        candidates = np.arange(1, 201, dtype=np.float32)[:, None]
        found = top_k(np.ones((3, 1), np.float32), candidates, 5)
        assert found.rows.tolist() == [[199, 198, 197, 196, 195]] * 3

    def test_memory_is_that_of_blocks_and_results(self, monkeypatch):
        monkeypatch.setattr(search, "_ROWS", 128)
        monkeypatch.setattr(search, "_COLUMNS", 128)
        x, y = normalise(drawn(3000, 16)), normalise(drawn(3000, 16, 1))
        results = 2 * 3000 * 4 * (4 + 8)
        assert peak(lambda: top_k_both(x, y, 4)) - results < 3000 * 3000 * 4 / 40


sizes = st.integers(1, 40)


class TestAgainstOthers:
    @given(sizes, sizes, st.integers(1, 12), st.integers(1, 9), st.integers(1, 9), st.integers(0, 1000))
    def test_any_blocking_gives_what_a_double_loop_gives(self, queries, candidates, k, rows, columns, seed):
        x, y = with_integers(queries, 3, seed), with_integers(candidates, 3, seed + 1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(search, "_ROWS", rows)
            patch.setattr(search, "_COLUMNS", columns)
            forward, backward = top_k_both(x, y, k)
            assert_same(top_k(x, y, k), *naive(x, y, k))
        assert_same(forward, *naive(x, y, k))
        assert_same(backward, *naive(y, x, k))

    @pytest.mark.parametrize("shape", [(1500, 1300, 24), (700, 2500, 8), (1, 3000, 16), (3000, 1, 16)])
    @pytest.mark.parametrize("k", [1, 4, 20])
    def test_sorting_in_double_precision(self, shape, k, monkeypatch):
        monkeypatch.setattr(search, "_ROWS", 512)
        monkeypatch.setattr(search, "_COLUMNS", 640)
        x, y = normalise(drawn(shape[0], shape[2])), normalise(drawn(shape[1], shape[2], 1))
        exact = x.astype(float) @ y.T.astype(float)
        for found, products in zip(top_k_both(x, y, k), (exact, exact.T), strict=True):
            expected = -np.sort(-products, axis=1)[:, :k]
            assert found.similarities == pytest.approx(expected, abs=1e-6)
            assert np.take_along_axis(products, found.rows, 1) == pytest.approx(expected, abs=1e-6)
            assert all(len(set(rows)) == len(rows) for rows in found.rows.tolist())

    def test_both_directions_say_the_same_of_a_pair(self):
        x, y = normalise(drawn(300, 16)), normalise(drawn(200, 16, 1))
        forward, backward = top_k_both(x, y, 4)
        of_pair = {
            (row, other): similarity
            for row, (others, similarities) in enumerate(zip(forward.rows, forward.similarities, strict=True))
            for other, similarity in zip(others.tolist(), similarities.tolist(), strict=True)
        }
        shared = [
            (of_pair[other, row], similarity)
            for row, (others, similarities) in enumerate(zip(backward.rows, backward.similarities, strict=True))
            for other, similarity in zip(others.tolist(), similarities.tolist(), strict=True)
            if (other, row) in of_pair
        ]
        assert len(shared) > 100
        assert all(first == second for first, second in shared)

    def test_faiss(self):
        faiss = pytest.importorskip("faiss", reason="faiss is not installed")
        x, y = normalise(drawn(2500, 48)), normalise(drawn(4500, 48, 1))
        for found, (queries, candidates) in zip(top_k_both(x, y, 4), ((x, y), (y, x)), strict=True):
            index = faiss.IndexFlatIP(48)
            index.add(candidates)
            similarities, rows = index.search(queries, 4)
            assert found.similarities == pytest.approx(similarities, abs=1e-6)
            other = rows != found.rows
            assert other.mean() < 1e-3  # two that are equal but for rounding may stand in either order
            products = np.einsum("ij,ikj->ik", queries.astype(float), candidates[found.rows].astype(float))
            assert products[other] == pytest.approx(similarities[other], abs=1e-6)
