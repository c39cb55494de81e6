"""Mining against hand-worked cases, the rule written out as loops, and faiss; threshold and duplicates."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xbench.tasks import mining
from xbench.tasks.mining import (
    Bitext,
    accept_greedily,
    best_threshold,
    distinct,
    margin_candidates,
    mine,
)
from xbench.tasks.search import Neighbours, normalise


def planted(pairs, extra, dimensions=12, seed=0, noise=0.4):
    """Vectors of x and y: `pairs` translations in the same order, then `extra` sentences without one."""
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((pairs + extra, dimensions))
    y = draw.standard_normal((pairs + extra, dimensions))
    y[:pairs] = x[:pairs] + noise * y[:pairs]
    return x.astype(np.float32), y.astype(np.float32)


def names(vectors, prefix):
    return [f"{prefix}{row}" for row in range(len(vectors))]


def mined(x, y, **options):
    return mine(names(x, "x"), x.copy(), names(y, "y"), y.copy(), **options)


def rows_and_scores(bitext, duplicates="drop"):
    scores, x, y = bitext.scored_pairs(duplicates)
    return list(zip(x.tolist(), y.tolist(), scores.tolist(), strict=True))


def by_loops(x, y, k=4):
    """Protocol 2.3, steps 2 to 5, a sentence at a time in double precision."""
    x = [row / np.linalg.norm(row) for row in x.astype(float)]
    y = [row / np.linalg.norm(row) for row in y.astype(float)]
    cosine = [[float(a @ b) for b in y] for a in x]
    nearest_y = [sorted(range(len(y)), key=lambda j: -cosine[i][j])[:k] for i in range(len(x))]
    nearest_x = [sorted(range(len(x)), key=lambda i: -cosine[i][j])[:k] for j in range(len(y))]
    mean_x = [sum(cosine[i][j] for j in nearest_y[i]) / len(nearest_y[i]) for i in range(len(x))]
    mean_y = [sum(cosine[i][j] for i in nearest_x[j]) / len(nearest_x[j]) for j in range(len(y))]

    def margin(i, j):
        return cosine[i][j] / ((mean_x[i] + mean_y[j]) / 2)

    entries = [max((margin(i, j), i, j) for j in nearest_y[i]) for i in range(len(x))]
    entries += [max((margin(i, j), i, j) for i in nearest_x[j]) for j in range(len(y))]
    seen_x, seen_y, kept = set(), set(), []
    for score, i, j in sorted(entries, key=lambda entry: -entry[0]):
        if i not in seen_x and j not in seen_y:
            seen_x.add(i)
            seen_y.add(j)
            if score > 0:
                kept.append((i, j, score))
    return kept


class TestDistinct:
    @staticmethod
    def groups(texts):
        return [
            texts.rows[start : start + count].tolist() for start, count in zip(texts.starts, texts.counts, strict=True)
        ]

    def test_by_hand(self):
        texts = distinct(["a", "b", "a", "c", "b", "d"])
        assert texts.last.tolist() == [2, 3, 4, 5]
        assert self.groups(texts) == [[0, 2], [3], [1, 4], [5]]

    @given(st.lists(st.sampled_from("abcdef"), max_size=500))
    def test_every_row_in_its_group(self, letters):
        texts = distinct(letters)
        assert sorted(texts.rows.tolist()) == list(range(len(letters)))
        groups = self.groups(texts)
        assert [{letters[row] for row in rows} for rows in groups] == [{letters[rows[-1]]} for rows in groups]
        assert all(rows == sorted(rows) for rows in groups)
        assert len(groups) == len(set(letters))


class TestMargin:
    def test_by_hand(self):
        """Two sentences a side, k = 2; cosines .8 .6 / .2 .4."""
        forward = Neighbours(np.array([[0.8, 0.6], [0.4, 0.2]], np.float32), np.array([[0, 1], [1, 0]]))
        backward = Neighbours(np.array([[0.8, 0.2], [0.6, 0.4]], np.float32), np.array([[0, 1], [0, 1]]))
        # Means: x .7 .3, y .5 .5. Margins: (0,0) .8/.6, (0,1) .6/.6, (1,0) .2/.4, (1,1) .4/.4.
        scores, x, y = margin_candidates(forward, backward)
        assert scores == pytest.approx([4 / 3, 1, 4 / 3, 1], abs=1e-6)
        assert (x.tolist(), y.tolist()) == ([0, 1, 0, 0], [0, 1, 0, 1])

    def test_the_best_margin_need_not_be_the_nearest(self):
        """y0 is near to everything, so x0's second neighbour has the larger margin."""
        forward = Neighbours(np.array([[0.9, 0.8]], np.float32), np.array([[0, 1]]))
        backward = Neighbours(np.array([[0.9], [0.1]], np.float32), np.array([[0], [0]]))
        scores, x, y = margin_candidates(forward, backward)  # .9/.875 and .8/.475
        assert (x[0], y[0]) == (0, 1)
        assert scores[0] == pytest.approx(0.8 / 0.475)

    def test_mean_of_zero(self):
        """Embeddings of zeros have no margin."""
        bitext = mined(np.zeros((3, 2), np.float32), np.zeros((2, 2), np.float32))
        assert len(bitext.scores) == 0


class TestGreedy:
    @pytest.mark.parametrize(("candidates", "accepted"), [
        ([(0.9, 0, 0), (0.8, 0, 1), (0.7, 1, 1)], [0, 2]),  # x 0 is taken, so y 1 is free for x 1
        ([(0.7, 1, 1), (0.9, 0, 0), (0.8, 0, 1)], [1, 0]),  # whatever the order
        ([(0.5, 0, 1), (0.5, 0, 0), (0.5, 1, 1)], [0]),  # equal scores: first come, first served
        ([(0.5, 0, 0), (0.5, 1, 1), (0.5, 0, 0)], [0, 1]),  # the backward copy of a pair
        ([(0.0, 0, 0), (-0.5, 1, 1), (0.1, 2, 2)], [2]),  # only above 0
        ([], []),
    ])  # fmt: skip
    def test_by_hand(self, candidates, accepted):
        scores, x, y = (np.array([row[column] for row in candidates], kind) for column, kind in enumerate("dll"))
        assert accept_greedily(scores, x, y).tolist() == accepted

    def test_forward_before_backward_then_by_row(self):
        """Four cosines of 1: x 0 gets y 0 by the first forward entry, x 1 is left without, as its best was y 0 too."""
        ones = np.ones((2, 3), np.float32)
        assert rows_and_scores(mined(ones, ones)) == [(0, 0, 1.0)]


class TestMine:
    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("k", [1, 4, 100])
    def test_the_rule_as_loops(self, seed, k):
        x, y = planted(30, 20, seed=seed)
        x, y = x[:45] + 1, np.concatenate([y[7:], y[:3] + 0.1]) + 1  # shifted, so that no mean is near 0
        expected = by_loops(x, y, k)
        found = rows_and_scores(mined(x, y, k=k))
        assert [pair[:2] for pair in found] == [pair[:2] for pair in expected]
        assert [pair[2] for pair in found] == pytest.approx([pair[2] for pair in expected], abs=1e-5)
        assert len(found) > 20

    def test_finds_what_was_planted(self):
        x, y = planted(200, 100, dimensions=32, noise=0.2)
        shuffled = np.random.default_rng(3).permutation(300)
        best = mined(x, y[shuffled]).pairs(0, "drop")[:200]
        assert all(shuffled[other] == row < 200 for row, other in best)

    def test_neighbours_of_faiss(self):
        faiss = pytest.importorskip("faiss", reason="faiss is not installed")
        x, y = planted(600, 700, dimensions=24)
        sides = []
        for queries, others in ((x, y), (y, x)):
            index = faiss.IndexFlatIP(24)
            index.add(normalise(others))
            sides.append(Neighbours(*index.search(normalise(queries), 4)))
        scores, rows, others = margin_candidates(*sides)
        accepted = accept_greedily(scores, rows, others)
        found = rows_and_scores(mined(x, y))
        assert [pair[:2] for pair in found] == list(
            zip(rows[accepted].tolist(), others[accepted].tolist(), strict=True)
        )
        assert [pair[2] for pair in found] == pytest.approx(scores[accepted], abs=1e-5)

    def test_vectors_are_overwritten_by_unit_vectors(self):
        x, y = planted(5, 0)
        lengths = np.linalg.norm(x, axis=1, keepdims=True)
        before = x.copy()
        mine(names(x, "x"), x, names(y, "y"), y)
        assert x * lengths == pytest.approx(before, abs=1e-5)
        assert np.linalg.norm(y, axis=1) == pytest.approx(np.ones(5), abs=1e-6)

    @pytest.mark.parametrize("block", [1, 3, 1000])
    def test_vectors_of_distinct_texts_move_to_the_front(self, block, monkeypatch):
        monkeypatch.setattr(mining, "_MOVED_ROWS", block)
        x, y = planted(60, 0)
        texts = [f"x{row}" for row in np.random.default_rng(0).integers(0, 30, 60)]
        expected = normalise(x)[distinct(texts).last]
        assert 10 < len(expected) < 31
        mine(texts, x, names(y, "y"), y)
        assert np.array_equal(x[: len(expected)], expected)

    @pytest.mark.parametrize(("rows", "others"), [(0, 0), (0, 3), (3, 0)])
    def test_nothing_to_pair(self, rows, others):
        x, y = planted(rows, 0), planted(others, 0)
        bitext = mined(x[0], y[0])
        assert bitext.pairs(-math.inf, "expand") == []
        assert best_threshold(bitext, [(0, 0)], "drop") == 0.0

    @settings(derandomize=True)
    @given(st.integers(1, 30), st.integers(0, 30), st.integers(1, 6), st.integers(0, 999))
    def test_one_to_one_symmetric_and_in_order(self, pairs, extra, k, seed):
        x, y = planted(pairs, extra, seed=seed)
        y = y[: max(1, len(y) - seed % 7)]
        found = rows_and_scores(mined(x, y, k=k))
        for column in (0, 1):
            assert len({pair[column] for pair in found}) == len(found)
        scores = [pair[2] for pair in found]
        assert scores == sorted(scores, reverse=True)
        assert all(score > 0 for score in scores)
        swapped = {(row, other) for other, row, _ in rows_and_scores(mined(y, x, k=k))}
        assert swapped == {pair[:2] for pair in found}

    @settings(derandomize=True)
    @given(st.integers(1, 25), st.integers(0, 25), st.integers(0, 999))
    def test_permuted_input_permuted_result(self, pairs, extra, seed):
        x, y = planted(pairs, extra, seed=seed)
        draw = np.random.default_rng(seed)
        x_order, y_order = draw.permutation(len(x)), draw.permutation(len(y))
        permuted = rows_and_scores(mined(x[x_order], y[y_order]))
        expected = rows_and_scores(mined(x, y))
        assert [(x_order[row], y_order[other]) for row, other, _ in permuted] == [pair[:2] for pair in expected]


# "a" translates "p", "b" "q" and "c" "r"; "a" occurs three times, "q" twice.
X_TEXTS, Y_TEXTS = ("a", "b", "a", "c", "a"), ("q", "p", "r", "q")
VECTORS = {
    "a": [1, 0.1, 0], "b": [0.3, 1, 0], "c": [0, 0.2, 1],
    "p": [1, 0, 0.2], "q": [0.1, 1, 0], "r": [0.4, 0.1, 1],
}  # fmt: skip


def of(letters):
    return st.lists(st.sampled_from(letters), min_size=1, max_size=8)


class TestDuplicates:
    def bitext(self, x_texts=X_TEXTS, y_texts=Y_TEXTS):
        x, y = (np.array([VECTORS[text] for text in texts], np.float32) for texts in (x_texts, y_texts))
        return mine(x_texts, x, y_texts, y)

    def test_expanded_to_all_rows(self):
        pairs = self.bitext().pairs(0, "expand")
        assert sorted(pairs) == [(0, 1), (1, 0), (1, 3), (2, 1), (3, 2), (4, 1)]

    def test_dropped_altogether(self):
        assert self.bitext().pairs(0, "drop") == [(3, 2)]

    def test_expanded_pairs_share_their_score(self):
        scores = {row: score for row, _, score in rows_and_scores(self.bitext(), "expand")}
        assert scores[0] == scores[2] == scores[4]
        assert len(set(scores.values())) == 3

    def test_last_occurrence_counts(self):
        """ "a" is like "p" where it occurs first, like "q" where it occurs last."""
        x, y = np.array([[0, 1], [0.2, 1], [1, 0]], np.float32), np.array([[0, 1], [1, 0.1]], np.float32)
        assert sorted(mine(["a", "b", "a"], x, ["p", "q"], y, k=1).pairs(0, "expand")) == [(0, 1), (1, 0), (2, 1)]

    @given(of("abc"), of("pqr"), st.floats(0, 3))
    def test_expanding_finds_all_that_dropping_does(self, x_texts, y_texts, threshold):
        bitext = self.bitext(x_texts, y_texts)
        dropped, expanded = (bitext.pairs(threshold, way) for way in ("drop", "expand"))
        assert set(dropped) <= set(expanded)
        assert len(expanded) == len(set(expanded))
        once = {
            (row, other) for row, other in expanded if x_texts.count(x_texts[row]) == y_texts.count(y_texts[other]) == 1
        }
        assert set(dropped) == once

    def test_the_way_must_be_known(self):
        with pytest.raises(KeyError):
            self.bitext().pairs(0, "both")


def scored(scores):
    """Pairs (0, 0), (1, 1) ... with these scores, of texts that occur once."""
    rows = np.arange(len(scores))
    texts = distinct([str(row) for row in rows])
    return Bitext(np.array(scores, float), rows, rows, texts, texts)


def f1(pairs, gold):
    return 2 * len(set(pairs) & gold) / (len(pairs) + len(gold))


class TestThreshold:
    @pytest.mark.parametrize(("scores", "gold_rows", "missed", "threshold"), [
        ([4, 3, 2, 1], {0, 1}, 0, 2.5),  # F1 2/3, 1, 4/5, 2/3: between the second and the third
        ([4, 3, 2, 1], {0, 1, 3}, 0, 1.0),  # 2/4, 4/5, 4/6, 6/7: the last, so its own score
        ([4, 3, 2, 1], {0}, 1, 3.5),  # 2/3, 2/4, ...
        ([4, 3, 2, 1], {1}, 0, 2.5),  # 0, 2/3, 2/4, 2/5
        ([4, 3, 2, 1], {0, 3}, 2, 1.0),  # 2/5, 2/6, 2/7, 4/8
        ([4, 3, 2, 1], {0, 3}, 0, 3.5),  # 2/3, 2/4, 2/5, 4/6: of equal F1 the fewer pairs
        ([4, 3, 2, 1], set(), 3, 0.0),  # nothing right
        ([4, 3, 2, 1], set(), 0, 0.0),
        ([], set(), 2, 0.0),
        ([4], {0}, 0, 4.0),
        ([4, 3, 3, 1], {0, 1}, 0, 2.0),  # 2/3, (1), 4/5, 4/6: no threshold parts the equal ones
        ([4, 3, 2, 1], {0, 2}, 0, 1.5),  # 2/3, 2/4, 4/5
    ])  # fmt: skip
    def test_by_hand(self, scores, gold_rows, missed, threshold):
        gold = {(row, row) for row in gold_rows} | {(100 + row, 0) for row in range(missed)}
        assert best_threshold(scored(scores), gold, "drop") == threshold

    @given(
        st.lists(st.integers(1, 30).map(lambda value: value / 7), max_size=20),
        st.sets(st.integers(0, 20)),
        st.floats(0, 5),
    )
    def test_no_cut_is_better(self, scores, gold_rows, other):
        bitext, gold = scored(sorted(scores, reverse=True)), {(row, row) for row in gold_rows}
        best = bitext.pairs(best_threshold(bitext, gold, "drop"), "drop")
        if gold:
            assert f1(best, gold) >= f1(bitext.pairs(other, "drop"), gold)

    @pytest.mark.parametrize("right", [0, 1])
    def test_neighbouring_numbers(self, right):
        """The middle of two numbers that have none between them is one of the two."""
        low = np.nextafter(1.0, 2.0) if right else 1.0
        bitext = scored([np.nextafter(low, 2.0), low])
        assert bitext.pairs(best_threshold(bitext, {(0, 0)}, "drop"), "drop") == [(0, 0)]

    def test_gold_of_dropped_sentences_is_missed(self):
        """Pair (0, 0) stands before (2, 1) but "a" occurs twice: it neither counts as found nor as wrong."""
        texts, others = distinct(["a", "a", "b", "c"]), distinct(["p", "q", "r"])
        rows = np.arange(3)
        bitext = Bitext(np.array([3.0, 2.0, 1.0]), rows, rows, texts, others)
        gold = {(0, 0), (2, 1)}
        assert best_threshold(bitext, gold, "drop") == 1.5
        assert best_threshold(bitext, gold, "expand") == 1.5
        assert bitext.pairs(1.5, "drop") == [(2, 1)]
        assert bitext.pairs(1.5, "expand") == [(0, 0), (1, 0), (2, 1)]
