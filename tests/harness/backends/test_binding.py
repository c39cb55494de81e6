"""Buffers that are reused give what a plain run gives, to the last bit."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tiny_models import make_checkpoint
from xbench.exporters.checkpoint import Checkpoint
from xbench.exporters.export import ExportOptions, ensure_export
from xbench.exporters.heads import HEADS
from xbench.exporters.session import open_session
from xbench.harness.backends.binding import BoundSession, _Binding, _known_shape

# Rows and tokens: longest first as a run has them, then growing and shrinking in both.
SHAPES = [(2, 40), (3, 30), (10, 8), (1, 1), (2, 60), (40, 3), (10, 8)]


@pytest.fixture(scope="module", params=HEADS)
def session(request, tmp_path_factory, cache):
    directory = tmp_path_factory.mktemp("bound") / request.param
    checkpoint = Checkpoint(make_checkpoint(directory, request.param), request.param)
    return open_session(ensure_export(checkpoint, ExportOptions(request.param), cache).graph)


def batches(shapes=SHAPES) -> list[dict[str, np.ndarray]]:
    draw = np.random.default_rng(0)
    found = []
    for rows, tokens in shapes:
        ids = draw.integers(5, 300, (rows, tokens)).astype(np.int32)
        mask = (np.arange(tokens) < draw.integers(1, tokens + 1, (rows, 1))).astype(np.int32)
        found.append({"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})
    return found


def plain(session, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    names = [node.name for node in session.get_outputs()]
    feed = {node.name: batch[node.name] for node in session.get_inputs()}
    return dict(zip(names, session.run(names, feed), strict=True))


def assert_equal(found: dict[str, np.ndarray], wanted: dict[str, np.ndarray]) -> None:
    assert list(found) == list(wanted)
    for name, array in wanted.items():
        assert found[name].dtype == array.dtype
        assert np.array_equal(found[name], array)


def test_every_batch_gives_what_a_plain_run_gives(session):
    bound = BoundSession(session, "cpu")
    # All are kept, so that an output that still lay in a buffer would be overwritten by the next batch.
    found = [bound.run(batch) for batch in batches()]
    for outputs, batch in zip(found, batches(), strict=True):
        assert_equal(outputs, plain(session, batch))


def test_several_threads_have_buffers_of_their_own(session):
    bound = BoundSession(session, "cpu")
    work = batches(SHAPES * 6)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(bound.run, work))
    for outputs, batch in zip(found, work, strict=True):
        assert_equal(outputs, plain(session, batch))
    assert 1 <= bound._idle.qsize() <= 4


def test_one_set_of_buffers_serves_one_caller(session):
    bound = BoundSession(session, "cpu")
    for batch in batches():
        bound.run(batch)
    assert bound._idle.qsize() == 1
    binding = bound._idle.get()
    assert {buffer.size for _, buffer in binding._inputs} == {2 * 60}  # the most tokens that a batch had


def test_buffers_are_allocated_once_where_the_largest_batch_comes_first(session):
    binding = _Binding(session, "cpu")
    pointers = []
    for batch in batches([(4, 30), (4, 20), (2, 15)]):
        binding.run(batch)
        buffers = [buffer for _, buffer in binding._inputs]
        buffers += [buffer for _, _, buffer in binding._outputs if buffer.size]
        pointers.append([buffer.pointer for buffer in buffers])
    assert pointers[0] == pointers[1] == pointers[2]


def test_a_failed_run_returns_its_buffers(session):
    bound = BoundSession(session, "cpu")
    (batch,) = batches([(2, 5)])
    wrong = {**batch, "attention_mask": np.ones((3, 4), np.int32)}
    with pytest.raises(Exception, match=r"(?i)shape|dimension|broadcast|size"):
        bound.run(wrong)
    assert bound._idle.qsize() == 1
    assert_equal(bound.run(batch), plain(session, batch))


def test_known_shapes():
    known = {"batch_size": 3, "sequence_length": 7}
    assert _known_shape(["batch_size", 4, 32], known) == [3, 4, 32]
    assert _known_shape(["batch_size", "sequence_length"], known) == [3, 7]
    assert _known_shape(["batch_size", "TopK_dim_1"], known) is None
    assert _known_shape(["batch_size", None], known) is None
    assert _known_shape([], known) == []
