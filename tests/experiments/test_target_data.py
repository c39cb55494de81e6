"""Training data of other languages beside the English ones."""

import pytest
from xbench.errors import InputError
from xbench.experiments.target_data import TRAINING_FORMS, EnrichedSource
from xbench.tasks.sources import DirectorySource
from xbench.tasks.suites import SUITES, TASKS

TRAIN = "the\tDET\ndog\tNOUN\n\nit\tPRON\nbarks\tVERB\n"


@pytest.fixture
def data(tmp_path):
    (tmp_path / "udpos").mkdir()
    for language, word in (("en", "dog"), ("af", "hond"), ("wo", "xaj")):
        (tmp_path / f"udpos/train-{language}.tsv").write_text(TRAIN.replace("dog", word))
    (tmp_path / "udpos/dev-en.tsv").write_text(TRAIN)
    return DirectorySource(tmp_path)


def words(dataset):
    return [(example.id, example.words[-1]) for example in dataset.examples]


def test_english_first_then_the_others(data):
    enriched = EnrichedSource(data, {"udpos": ("af", "wo")}).load(TASKS["udpos"], "train", "en")
    assert [word for _, word in words(enriched)] == ["dog", "barks", "hond", "barks", "xaj", "barks"]
    assert len({example.id for example in enriched.examples}) == 6
    plain = data.load(TASKS["udpos"], "train", "en")
    assert [one.gold for one in enriched.examples[:2]] == [one.gold for one in plain.examples]
    assert enriched.fingerprint() != plain.fingerprint()


def test_all_else_is_the_source_s_own(data):
    enriched = EnrichedSource(data, {"panx": ("af",)})
    for split in ("train", "dev"):
        assert enriched.load(TASKS["udpos"], split, "en") == data.load(TASKS["udpos"], split, "en")
        assert enriched.has(TASKS["udpos"], split, "en")
    assert not enriched.has(TASKS["udpos"], "dev", "af")
    assert (enriched.name, enriched.notice(TASKS["udpos"])) == (data.name, None)


def test_missing_data_name_the_file(data):
    with pytest.raises(InputError, match=r"udpos@yo in 'yo': .*udpos/train-yo.tsv not found"):
        EnrichedSource(data, {"udpos": ("af", "yo")}).load(TASKS["udpos"], "train", "en")


@pytest.mark.parametrize("key", TRAINING_FORMS)
def test_in_english_a_form_is_the_task_s_own(key):
    assert TRAINING_FORMS[key].located("en") == TASKS[key].forms("train")[0].located("en")
    assert TRAINING_FORMS[key].reader == TASKS[key].forms("train")[0].reader
    assert key == TASKS[key].training
    assert key in SUITES["xtreme-r"].tasks


def test_the_hub_does_not_pass_english_for_another_language(tmp_path):
    from xbench.experiments.target_data import _in_language
    from xbench.tasks.hub import HubSource

    assert not HubSource(True, tmp_path).has(_in_language(TASKS["udpos"], "af"), "train", "af")
