import numpy as np
import pytest
from xbench.errors import InputError
from xbench.leaderboard.statistics.paired import read_pair, task_value
from xbench.results.store import Store, StoredRecord, read_predictions, write_predictions


def store(directory, record, columns) -> StoredRecord:
    place = Store(directory)
    place.save(record, columns)
    return StoredRecord(place.record_path(record.system, record.task, record.language), record)


def test_question_answering_is_the_mean_of_its_two_metrics(tmp_path, record):
    scores = {"exact_match": 50.0, "f1": 62.5}
    columns = {
        "id": ["q1", "q2"],
        "count_exact": [1.0, 0.0],
        "count_overlap": [1.0, 0.25],
        "count_examples": [1.0, 1.0],
    }
    base = store(tmp_path, record("base", "xquad", "de", scores, examples=2), columns)
    pair = read_pair(base, base)
    assert pair.values == pytest.approx((56.25, 56.25))
    assert (pair.task, pair.language, pair.ids) == ("xquad", "de", ("q1", "q2"))


def test_micro_f1_weighs_its_counts(tmp_path, record):
    # 2 * (1 + 2) / ((2 + 2) + (1 + 3))
    columns = {"id": ["0", "1"], "count_correct": [1.0, 2.0], "count_predicted": [2.0, 2.0], "count_gold": [1.0, 3.0]}
    base = store(tmp_path, record("base", "panx", "de", 75.0, examples=2), columns)
    pair = read_pair(base, base)
    np.testing.assert_array_equal(pair.head[:, 0], [[2, 3], [4, 5]])
    assert pair.values == pytest.approx((75, 75))


def test_examples_are_aligned_by_id(tmp_path, record):
    def hits(**by_id):
        return {"id": list(by_id), "count_correct": list(by_id.values()), "count_examples": [1.0] * len(by_id)}

    base = store(tmp_path, record("base", "xnli", "de", 100 / 3, examples=3), hits(a=1.0, b=0.0, c=0.0))
    head = store(tmp_path, record("head", "xnli", "de", 200 / 3, examples=3), hits(c=1.0, a=1.0, b=0.0))
    pair = read_pair(base, head)
    assert pair.ids == ("a", "b", "c")
    assert pair.base[:, 0, 0].tolist() == [1, 0, 0]
    assert pair.head[:, 0, 0].tolist() == [1, 0, 1]


def test_other_examples_are_refused(tmp_path, write_system, record):
    hits = {("xnli", "de"): [1, 0]}
    one, two = (write_system(tmp_path / name, hits) / "xnli" / "de.json" for name in ("base", "head"))
    rows = read_predictions(two.with_suffix(".parquet"))
    write_predictions(two.with_suffix(".parquet"), rows | {"id": ["0", "7"]})
    stored = [StoredRecord(path, record(path.parts[-3], "xnli", "de", 50.0, examples=2)) for path in (one, two)]
    with pytest.raises(InputError, match="hold other examples"):
        read_pair(*stored)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"count_correct": [1.0, 1.0]}, "does not give the score of its record"),
        ({"id": ["0"], "count_correct": [1.0], "count_examples": [1.0], "input": ["a"]}, "no counts of the 2 examples"),
        ({"count_correct": None}, "no counts of the 2 examples"),
    ],
)
def test_predictions_must_be_those_of_their_record(tmp_path, write_system, record, change, complaint):
    path = write_system(tmp_path / "base", {("xnli", "de"): [1, 0]}) / "xnli" / "de.json"
    rows = read_predictions(path.with_suffix(".parquet")) | change
    write_predictions(path.with_suffix(".parquet"), {name: values for name, values in rows.items() if values})
    stored = StoredRecord(path, record("base", "xnli", "de", 50.0, examples=2))
    with pytest.raises(InputError, match=complaint):
        read_pair(stored, stored)


def test_nothing_to_divide_by_is_zero():
    sums = np.array([[[3.0, 4.0], [1.0, 0.0]], [[0.0, 0.0], [2.0, 2.0]]])
    np.testing.assert_allclose(task_value(sums), [37.5, 50])
