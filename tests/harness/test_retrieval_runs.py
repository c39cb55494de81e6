"""BUCC, LAReQA and Mewsli-X from files to records; splits, sweeps, predictions without labels, departures."""

import numpy as np
import pytest
from retrieval_data import write_bucc, write_lareqa, write_mewslix, write_text
from tiny_models import make_checkpoint
from xbench.errors import InputError
from xbench.harness.report import report_text
from xbench.harness.run import RunResult, run
from xbench.harness.settings import RunSettings
from xbench.results.store import read_predictions
from xbench.tasks.kinds.ranking import average_precision


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    """A lone encoder with a pooler, BERT's layout."""
    return make_checkpoint(tmp_path_factory.mktemp("models") / "bert", family="bert")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    root = tmp_path_factory.mktemp("retrieval")
    write_bucc(root, "de")
    write_lareqa(root)
    write_mewslix(root)
    return root


@pytest.fixture
def evaluate(encoder, data, cache, tmp_path):
    def evaluate(*tasks, **changes) -> RunResult:
        # A measured budget would differ from run to run, and with it what rounding decides.
        given = {"model": str(encoder), "data_dir": data, "output": tmp_path / "out", "cache": cache, "tasks": tasks}
        given["batch_tokens"] = 512
        return run(RunSettings(**{**given, **changes}))

    return evaluate


def predictions(result, record):
    path = result.store.record_path(record.system, record.task, record.language, record.split)
    return read_predictions(path.with_suffix(".parquet"))


def same(first, second, **tolerance):
    assert [(r.task, r.language) for r in first.records] == [(r.task, r.language) for r in second.records]
    for left, right in zip(first.records, second.records, strict=True):
        assert predictions(first, left)["prediction"] == predictions(second, right)["prediction"]
        assert left.scores == pytest.approx(right.scores)


@pytest.mark.parametrize("task", ["bucc2018", "lareqa", "mewslix"])
def test_backends_agree(evaluate, task, tmp_path):
    first = evaluate(task, output=tmp_path / "onnx")
    assert first.exit_code == 0
    assert first.records
    same(first, evaluate(task, backend="torch", output=tmp_path / "torch"))


def test_a_pool_is_encoded_once_for_all_languages(evaluate):
    result = evaluate("lareqa")
    assert [record.language for record in result.records] == "ar de el en es hi ru th tr vi zh".split()
    assert {record.key.pooling for record in result.records} == {"pooler"}
    # 11 languages of 3 questions; 11 languages of 3 paragraphs of 3 sentences, counted with the unit that came first.
    assert [record.timing.sequences for record in result.records] == [3 + 99] + 10 * [3]
    assert result.throughput.sequences == 11 * 3 + 99
    for record in result.records:
        rows = predictions(result, record)
        assert {len(ranked) for ranked in rows["prediction"]} == {20}
        assert {len(gold) for gold in rows["gold"]} == {11}


def test_the_pool_gives_what_each_language_alone_gives(evaluate, tmp_path):
    together = evaluate("lareqa")
    for language in ("de", "zh"):
        alone = evaluate("lareqa", languages=(language,), output=tmp_path / language)
        (record,) = alone.records
        twin = next(other for other in together.records if other.language == language)
        assert record.scores == pytest.approx(twin.scores)
        assert record.key == twin.key


def test_map_is_the_mean_of_stored_rankings(evaluate):
    result = evaluate("mewslix")
    assert [record.language for record in result.records] == ["de", "en"]
    for record in result.records:
        rows = predictions(result, record)
        names = [f"Q{gold[0]}" for gold in rows["gold"]]
        mean = np.mean([average_precision(r, [name]) for r, name in zip(rows["prediction"], names, strict=True)])
        assert record.scores == {"map@20": pytest.approx(100 * mean)}


def test_a_model_without_a_pooler_is_skipped_unless_another_pooling_is_named(evaluate, tmp_path):
    bare = make_checkpoint(tmp_path / "bare", family="distilbert")
    with pytest.raises(InputError, match=r"LAReQA uses a trained pooler, .*bare has none \(--pooling mean"):
        evaluate("lareqa", model=str(bare))
    result = evaluate("lareqa", model=str(bare), pooling="mean", languages=("en",))
    assert result.records[0].key.pooling == "mean"


def test_the_pooler_stands_on_the_last_layer(evaluate):
    with pytest.raises(InputError, match="the pooler stands on the last layer, 3, not on 1"):
        evaluate("lareqa", layer=1)


# -- splits -------------------------------------------------------------------------------------------------------


def test_dev_and_test_stand_side_by_side(evaluate):
    test, dev = evaluate("bucc2018"), evaluate("bucc2018", split="dev")
    assert (test.records[0].split, dev.records[0].split) == ("test", "dev")
    assert test.records[0].timing.sequences == 48  # with dev, for the threshold
    assert dev.records[0].timing.sequences == 24
    assert list(dev.store.records()) == list(test.records)
    assert list(dev.store.records("dev")) == list(dev.records)
    assert evaluate("bucc2018", split="dev").reused == 1


def test_test_needs_dev(evaluate, tmp_path):
    write_bucc(tmp_path / "data", "ru", splits=("test",))
    with pytest.raises(InputError, match=r"no dev data of bucc2018 in 'ru': .*ru-en\.dev\.ru not found"):
        evaluate("bucc2018", languages=("ru",), data_dir=tmp_path / "data")
    write_lareqa(tmp_path / "data")
    result = evaluate("bucc2018", "lareqa", languages=("ru",), data_dir=tmp_path / "data", suite="xtreme-r", tasks=())
    assert [record.task for record in result.records] == ["lareqa"]


def test_a_task_without_the_split_is_skipped(evaluate):
    with pytest.raises(InputError, match="lareqa: LAReQA has no dev split"):
        evaluate("lareqa", split="dev")


# -- all layers ---------------------------------------------------------------------------------------------------


def test_a_sweep_gives_each_layers_own_score(evaluate, tmp_path):
    sweep = evaluate("bucc2018", split="dev", layer="all")
    (record,) = sweep.records
    assert list(record.layers) == [0, 1, 2, 3]
    for layer, scores in record.layers.items():
        (alone,) = evaluate("bucc2018", split="dev", layer=layer, output=tmp_path / str(layer)).records
        assert scores == pytest.approx(alone.scores)
    best = max(record.layers, key=lambda layer: record.layers[layer]["f1"])
    assert (record.key.layer, record.scores) == (best, record.layers[best])
    text = report_text(sweep)
    assert "bucc2018/de, dev, mean pooling" in text
    assert sum(line.endswith("best") for line in text.splitlines()) == 1


def test_a_sweep_is_kept_apart_and_reused(evaluate):
    sweep = evaluate("bucc2018", split="dev", layer="all")
    assert not list(sweep.store.records("dev"))
    assert evaluate("bucc2018", split="dev").reused == 0
    again = evaluate("bucc2018", split="dev", layer="all")
    assert again.reused == 1
    assert again.records == sweep.records


def test_no_sweep_on_the_test_set(evaluate):
    with pytest.raises(InputError, match=r"all layers are compared on dev alone \(--split dev\)"):
        evaluate("bucc2018", layer="all")
    with pytest.raises(InputError, match="the pooler stands on the last layer alone"):
        evaluate("bucc2018", layer="all", split="dev", pooling="pooler")


# -- without labels -----------------------------------------------------------------------------------------------


def test_predictions_without_gold_are_stored_when_they_are_asked_for(evaluate, tmp_path):
    write_bucc(tmp_path / "data", "de", gold=False)
    refused = evaluate("bucc2018", data_dir=tmp_path / "data")
    assert "has no gold labels" in str(refused.errors[0])
    assert not refused.records
    (record,) = evaluate("bucc2018", data_dir=tmp_path / "data", unlabelled=True).records
    labelled = evaluate("bucc2018", output=tmp_path / "labelled")
    assert record.scores == {}
    rows, wanted = predictions(refused, record), predictions(labelled, labelled.records[0])
    assert rows["prediction"] == wanted["prediction"]
    assert "count_correct" not in rows
    result = evaluate("bucc2018", data_dir=tmp_path / "data", unlabelled=True)
    assert result.reused == 1
    assert "bucc2018/de: predictions of 12 examples without gold labels" in report_text(result)


# -- departures ---------------------------------------------------------------------------------------------------


def test_a_departure_from_the_reference_is_named_in_the_record(evaluate):
    first, other = evaluate("bucc2018"), evaluate("bucc2018", protocol=("duplicates=expand",))
    assert (first.records[0].key.protocol, other.records[0].key.protocol) == ((), ("duplicates=expand",))
    assert other.reused == 0
    assert evaluate("bucc2018", protocol=("chunks=seqeval-1", "duplicates=expand")).reused == 1
    with pytest.raises(InputError, match="unknown protocol choice 'dupes'"):
        evaluate("bucc2018", protocol=("dupes=drop",))


# -- equal inputs -------------------------------------------------------------------------------------------------


def test_equal_sequences_are_computed_once(evaluate, tmp_path):
    """Forty sentences that are one sequence."""
    rows = "".join(f"en-{row}\tthe same line\n" for row in range(10))
    for split in ("dev", "test"):
        write_text(tmp_path / "data" / "bucc2018" / f"de-en.{split}.en", rows)
        write_text(tmp_path / "data" / "bucc2018" / f"de-en.{split}.de", rows.replace("en-", "de-"))
        write_text(tmp_path / "data" / "bucc2018" / f"de-en.{split}.gold", "de-0\ten-0\n")
    (record,) = evaluate("bucc2018", data_dir=tmp_path / "data").records
    assert record.timing.sequences == 40
    assert record.timing.batches == 1
    assert record.timing.tokens == record.timing.padded_tokens < 20
