"""What is known of a checkpoint without loading it, and what it can serve."""

import json

import pytest
from xbench.errors import EnvironmentFault, InputError
from xbench.exporters.checkpoint import Checkpoint
from xbench.exporters.fingerprints import file_fingerprint
from xbench.exporters.layers import retrieval_layer
from xbench.exporters.system import resolve
from xbench.tasks.suites import TASKS


def checkpoint(directory, **config) -> Checkpoint:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "config.json").write_text(json.dumps({"model_type": "xlm-roberta", "num_hidden_layers": 2, **config}))
    return Checkpoint(directory, directory.name)


def classifier(directory, *labels: str) -> Checkpoint:
    names = {str(number): label for number, label in enumerate(labels)}
    return checkpoint(directory, architectures=["XLMRobertaForSequenceClassification"], id2label=names)


@pytest.mark.parametrize(
    ("config", "layer"),
    [
        ({"model_type": "bert", "num_hidden_layers": 12, "vocab_size": 119547}, 8),  # bert-base-multilingual-cased
        ({"model_type": "bert", "num_hidden_layers": 12, "vocab_size": 105879}, 8),  # ... uncased
        ({"model_type": "xlm-roberta", "num_hidden_layers": 24, "vocab_size": 250002}, 14),  # large
        ({"model_type": "xlm-roberta", "num_hidden_layers": 12, "vocab_size": 250002}, 12),  # base
        ({"model_type": "bert", "num_hidden_layers": 12, "vocab_size": 30522}, 12),  # English BERT
        ({"model_type": "bert", "num_hidden_layers": 6, "vocab_size": 119547}, 6),
    ],
)
def test_retrieval_layer(config, layer):
    assert retrieval_layer(config, config["num_hidden_layers"]) == layer


def test_what_a_classifier_serves(tmp_path):
    nli = classifier(tmp_path / "nli", "ENTAILMENT", "NEUTRAL", "CONTRADICTION")
    assert nli.unfit(TASKS["xnli"]) is None
    assert nli.task_labels(TASKS["xnli"]) == ("entailment", "neutral", "contradiction")  # the model's order
    assert nli.unfit(TASKS["tatoeba"]) is None
    assert "not PAWS-X's" in str(nli.unfit(TASKS["pawsx"]))
    assert "needs a tagging head" in str(nli.unfit(TASKS["udpos"]))


def test_numbered_labels_are_numbers_and_no_more(tmp_path):
    assert classifier(tmp_path / "two", "LABEL_0", "LABEL_1").unfit(TASKS["pawsx"]) is None
    assert "id2label" in str(classifier(tmp_path / "three", "LABEL_0", "LABEL_1", "LABEL_2").unfit(TASKS["xnli"]))


def test_label_ids_are_ordered_as_numbers(tmp_path):
    tagger = checkpoint(tmp_path / "t", id2label={str(n): f"t{n}" for n in (10, 2, 1, 0, 9, 3, 4, 5, 6, 7, 8)})
    assert tagger.labels == tuple(f"t{n}" for n in range(11))


def test_taggers(tmp_path):
    def tagger(name, labels):
        return checkpoint(
            tmp_path / name,
            architectures=["BertForTokenClassification"],
            id2label={str(n): label for n, label in enumerate(labels)},
        )

    assert tagger("upos", TASKS["udpos"].labels).unfit(TASKS["udpos"]) is None
    assert tagger("upos-o", ("O", *TASKS["udpos"].labels)).unfit(TASKS["udpos"]) is None
    assert tagger("few", ("NOUN", "VERB")).unfit(TASKS["udpos"]) is None
    assert tagger("upos2", TASKS["udpos"].labels).unfit(TASKS["panx"]) is not None
    assert tagger("ner", TASKS["panx"].labels).unfit(TASKS["panx"]) is None
    assert tagger("ner2", TASKS["panx"].labels).unfit(TASKS["udpos"]) is not None


def test_position_limits(tmp_path):
    assert checkpoint(tmp_path / "a", max_position_embeddings=514, pad_token_id=1).position_limit == 512
    assert checkpoint(tmp_path / "b", model_type="bert", max_position_embeddings=512).position_limit == 512


def test_what_is_missing_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"no config\.json"):
        _ = Checkpoint(tmp_path / "empty", "empty").config
    bare = checkpoint(tmp_path / "bare")
    with pytest.raises(InputError, match="no weights"):
        bare.weight_files()
    with pytest.raises(InputError, match="no tokenizer"):
        bare.tokenizer_file()
    (tmp_path / "bare" / "config.json").write_text("{")
    with pytest.raises(InputError, match="not JSON"):
        _ = Checkpoint(tmp_path / "bare", "bare").config
    (tmp_path / "bare" / "config.json").write_text("{}")
    with pytest.raises(InputError, match="model_type"):
        _ = Checkpoint(tmp_path / "bare", "bare").config


def test_fingerprints_follow_content(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"one")
    first = file_fingerprint(path, tmp_path / "cache")
    assert first == file_fingerprint(path, tmp_path / "cache")
    path.write_bytes(b"three")
    assert file_fingerprint(path, tmp_path / "cache") != first
    # sha256 of "three" by sha256sum
    assert file_fingerprint(path, tmp_path / "cache").startswith("8b5b9db0c13db24256c829aa364aa90c")


class TestSystems:
    def test_one_checkpoint(self, tmp_path):
        classifier(tmp_path / "nli", *TASKS["xnli"].labels)
        system = resolve(str(tmp_path / "nli"))
        assert system.name == "nli"
        assert not isinstance(system.serving(TASKS["xnli"]), str)
        assert isinstance(system.serving(TASKS["xquad"]), str)

    def test_a_directory_of_checkpoints(self, tmp_path):
        checkpoint(tmp_path / "sys" / "encoder", architectures=["XLMRobertaModel"])
        classifier(tmp_path / "sys" / "xnli", *TASKS["xnli"].labels)
        checkpoint(tmp_path / "sys" / "squad", architectures=["XLMRobertaForQuestionAnswering"])
        system = resolve(str(tmp_path / "sys"), name="mine")
        assert system.name == "mine"
        for task, directory in (("tatoeba", "encoder"), ("xnli", "xnli"), ("xquad", "squad"), ("mlqa", "squad")):
            assert system.checkpoint_for(TASKS[task]).directory.name == directory
        assert "no checkpoint 'udpos'" in str(system.serving(TASKS["udpos"]))
        with pytest.raises(InputError, match="udpos"):
            system.checkpoint_for(TASKS["udpos"])

    def test_system_toml(self, tmp_path):
        classifier(tmp_path / "elsewhere", *TASKS["xnli"].labels)
        (tmp_path / "s").mkdir()
        (tmp_path / "s" / "system.toml").write_text('name = "x"\n[checkpoints]\nxnli = "../elsewhere"\n')
        for reference in (tmp_path / "s", tmp_path / "s" / "system.toml"):
            system = resolve(str(reference))
            assert system.name == "x"
            assert system.checkpoint_for(TASKS["xnli"]).directory.resolve() == tmp_path / "elsewhere"

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("name =", "not TOML"),
            ("name = 'x'", r"no table \[checkpoints\]"),
            ("[checkpoints]\nxnil = 'a'", "did you mean 'xnli'"),
            ("[checkpoints]\nxnli = 'nowhere'", r"no config\.json"),
        ],
    )
    def test_bad_toml(self, tmp_path, text, complaint):
        (tmp_path / "system.toml").write_text(text)
        with pytest.raises(InputError, match=complaint):
            resolve(str(tmp_path))

    def test_nothing_there(self, tmp_path):
        with pytest.raises(InputError, match="no model at"):
            resolve(str(tmp_path / "nowhere"))
        with pytest.raises(InputError, match="no checkpoint"):
            resolve(str(tmp_path))
        (tmp_path / "file").write_text("")
        with pytest.raises(InputError, match="no model at"):
            resolve(str(tmp_path / "file"))

    def test_hub_id_offline_and_not_cached(self):
        with pytest.raises(EnvironmentFault, match="in the hub's cache"):
            resolve("nobody/nothing-of-the-kind", offline=True)
