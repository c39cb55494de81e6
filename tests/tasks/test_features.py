"""Packing and padding lose nothing and add nothing but padding."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from xbench.tasks.features import Sequences

packed_rows = st.lists(
    st.lists(st.tuples(st.integers(0, 250_001), st.integers(0, 1)), max_size=9).map(
        lambda pairs: ([token for token, _ in pairs], [kind for _, kind in pairs])
    ),
    max_size=8,
)


@given(packed_rows)
def test_pack_round_trip(rows):
    sequences = Sequences.pack(iter(rows))
    assert len(sequences) == len(rows)
    assert [sequences[i].tolist() for i in range(len(rows))] == [ids for ids, _ in rows]
    assert sequences.lengths.tolist() == [len(ids) for ids, _ in rows]
    assert sequences.type_ids.tolist() == [kind for _, kinds in rows for kind in kinds]
    assert (sequences.ids.dtype, sequences.type_ids.dtype, sequences.starts.dtype) == (np.int32, np.int32, np.int64)


@given(packed_rows.filter(bool), st.data(), st.integers(0, 5))
def test_padded_round_trip(rows, data, pad_id):
    sequences = Sequences.pack(rows)
    # Any rows in any order, also the same one twice.
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=6))
    batch = sequences.padded(chosen, pad_id)
    width = max(len(rows[row][0]) for row in chosen)
    assert set(batch) == {"input_ids", "attention_mask", "token_type_ids"}
    for place, row in enumerate(chosen):
        ids, kinds = rows[row]
        blank = width - len(ids)
        assert batch["input_ids"][place].tolist() == ids + [pad_id] * blank
        assert batch["attention_mask"][place].tolist() == [1] * len(ids) + [0] * blank
        assert batch["token_type_ids"][place].tolist() == kinds + [0] * blank
    assert all(array.dtype == np.int32 and array.shape == (len(chosen), width) for array in batch.values())


def test_padded_takes_numpy_rows():
    sequences = Sequences.pack([([5, 6, 7], [0, 0, 1]), ([8], [0])])
    batch = sequences.padded(np.array([1, 0]), 9)
    assert batch["input_ids"].tolist() == [[8, 9, 9], [5, 6, 7]]
    assert batch["token_type_ids"].tolist() == [[0, 0, 0], [0, 0, 1]]


def test_no_sequences():
    assert len(Sequences.pack([])) == 0
    assert Sequences.pack([]).lengths.tolist() == []


def test_first_occurrences():
    rows = [([1, 2], [0, 0]), ([3], [0]), ([1, 2], [0, 0]), ([1, 2], [0, 1]), ([3], [0]), ([1], [0])]
    # The fourth differs in its types; ids alone do not make two sequences the same.
    assert Sequences.pack(rows).first_occurrences().tolist() == [0, 1, 0, 3, 1, 5]
    assert Sequences.pack([]).first_occurrences().tolist() == []


@given(st.lists(st.lists(st.integers(0, 2), max_size=3), max_size=20))
def test_first_occurrences_are_the_loop(texts):
    rows = [(ids, [0] * len(ids)) for ids in texts]
    assert Sequences.pack(rows).first_occurrences().tolist() == [texts.index(ids) for ids in texts]
