"""Masking: shares over many tokens, special tokens untouched, the same masks for the same place whatever is around."""

import numpy as np
import pytest
import torch
from tiny_models import LANGUAGES, make_checkpoint, save_tokenizer
from xbench.errors import InputError
from xbench.exporters.checkpoint import Checkpoint
from xbench.tasks.features import Sequences
from xbench.tasks.intermediate.texts import TextCorpus
from xbench.tasks.mini import sample_texts
from xbench.tasks.tokenization import TextEncoder
from xbench.training.masking import MaskedBatch, MaskVocabulary, pack_texts
from xbench.training.multitask import MultiTask
from xbench.training.sampling import Draw

SPECIAL = {"bert": ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], "xlm-roberta": ["<s>", "<pad>", "</s>", "<unk>"]}
SPECIAL["xlm-roberta"].append("<mask>")


@pytest.fixture(scope="module", params=SPECIAL)
def family(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def tokenizer(family, tmp_path_factory):
    directory = tmp_path_factory.mktemp(family)
    save_tokenizer(directory, family)
    return directory / "tokenizer.json"


@pytest.fixture(scope="module")
def encoder(tokenizer) -> TextEncoder:
    return TextEncoder.from_file(tokenizer, 128)


@pytest.fixture(scope="module")
def vocabulary(tokenizer) -> MaskVocabulary:
    return MaskVocabulary.from_file(tokenizer)


def corpora(size: int = 200) -> list[TextCorpus]:
    return [TextCorpus(language, tuple(sample_texts(language, size))) for language in LANGUAGES]


def draws(rows, batch: int = 0) -> list[Draw]:
    return [Draw("mlm", int(row), batch) for row in rows]


# -- The vocabulary ---------------------------------------------------------------------------------------------------


def test_the_vocabulary(tokenizer, family, vocabulary):
    from tokenizers import Tokenizer

    ids = Tokenizer.from_file(str(tokenizer)).get_vocab()
    assert vocabulary.mask_id == ids[SPECIAL[family][-1]]
    assert sorted(vocabulary.special) == sorted(ids[token] for token in SPECIAL[family])
    assert {*vocabulary.special, *vocabulary.ordinary} == set(ids.values())
    assert len(vocabulary.special) + len(vocabulary.ordinary) == len(ids)


def test_the_real_vocabulary(minilm):
    found = MaskVocabulary.from_file(minilm / "tokenizer.json")
    assert found.mask_id == 103
    assert found.special.tolist() == [0, 100, 101, 102, 103]
    assert len(found.ordinary) == 30522 - 5


def test_added_words_are_no_special_tokens_but_the_mask_is(tmp_path):
    from tokenizers import Tokenizer, models

    tokenizer = Tokenizer(models.WordLevel({"a": 0, "[MASK]": 1, "[SEP]": 2}, unk_token="a"))
    tokenizer.add_tokens(["word"])
    tokenizer.add_special_tokens(["[SEP]"])
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    found = MaskVocabulary.from_file(tmp_path / "tokenizer.json")
    assert (found.mask_id, found.special.tolist(), found.ordinary.tolist()) == (1, [1, 2], [0, 3])


def test_a_tokenizer_without_a_mask(tmp_path):
    from tokenizers import Tokenizer, models

    path = tmp_path / "tokenizer.json"
    Tokenizer(models.WordLevel({"a": 0}, unk_token="a")).save(str(path))
    with pytest.raises(InputError, match=r"tokenizer\.json has no mask token \(<mask>, \[MASK\]\)"):
        MaskVocabulary.from_file(path)
    path.write_text("{}")
    with pytest.raises(InputError, match="cannot read the tokenizer"):
        MaskVocabulary.from_file(path)


# -- Packing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [5, 32, 10_000])
def test_packed_text_is_the_text(encoder, length):
    """Nothing is lost and nothing moved; all sequences but the last of a language are full."""
    texts = corpora(20)
    packed = pack_texts(texts, encoder, length)
    full, around = min(length, 128), encoder.encode_singles([""], 8)[0].tolist()
    assert len(around) == 2
    streams = [[token for text in corpus.texts for token in encoder.ids([text])[text]] for corpus in texts]
    inside = full - 2
    wanted = [stream[start : start + inside] for stream in streams for start in range(0, len(stream), inside)]
    assert [packed[row].tolist() for row in range(len(packed))] == [[around[0], *piece, around[1]] for piece in wanted]


def test_sequences_of_nothing_known_are_left_out(encoder):
    """`\u0c95` is in no text that the tokenizers have seen."""
    unknown, words = " ".join(["\u0c95"] * 9), sample_texts("en", 1)[0]
    assert set(encoder.ids([unknown])[unknown]) >= {encoder.unknown_id}
    packed = pack_texts([TextCorpus("en", (words, unknown))], encoder, 3)
    kept = [token for token in encoder.ids([words])[words] if token != encoder.unknown_id]
    assert [packed[row][1] for row in range(len(packed))][: len(kept)] == kept
    assert encoder.unknown_id not in packed.ids


def test_a_language_of_which_nothing_is_known(tmp_path):
    save_tokenizer(tmp_path, "bert")
    encoder = TextEncoder.from_file(tmp_path / "tokenizer.json", 128)
    with pytest.raises(InputError, match="knows no token of the text in 'th'"):
        pack_texts([TextCorpus("en", ("a",)), TextCorpus("th", ("\u0c95",))], encoder, 8)


# -- Masking ----------------------------------------------------------------------------------------------------------


def test_shares_over_many_tokens(encoder, vocabulary):
    sequences = pack_texts(corpora(), encoder, 64)
    masked = MaskedBatch(sequences, vocabulary, pad_id=0, seed=1)
    tokens = chosen = hidden = kept = 0
    for batch in range(12):
        found = masked(draws(range(len(masked)), batch))
        original = torch.from_numpy(sequences.padded(range(len(sequences)), 0)["input_ids"]).long()
        labelled = found["labels"] != -100
        assert torch.equal(found["labels"][labelled], original[labelled])
        assert torch.equal(found["input_ids"][~labelled], original[~labelled])
        assert not np.isin(found["labels"].numpy(), vocabulary.special).any()
        given = found["input_ids"][labelled]
        tokens += int((~np.isin(original, vocabulary.special)).sum())
        chosen += int(labelled.sum())
        hidden += int((given == vocabulary.mask_id).sum())
        kept += int((given == original[labelled]).sum())
        others = given[given != vocabulary.mask_id].numpy()
        assert np.isin(others, vocabulary.ordinary).all()
    assert tokens > 50_000
    # About four standard errors around the shares of Devlin et al.
    assert chosen / tokens == pytest.approx(0.15, abs=0.005)
    assert hidden / chosen == pytest.approx(0.8, abs=0.02)
    assert kept / chosen == pytest.approx(0.1, abs=0.015)


def test_random_tokens_are_of_the_whole_vocabulary(encoder, vocabulary):
    masked = MaskedBatch(pack_texts(corpora(), encoder, 64), vocabulary, pad_id=0, seed=1)
    seen: set[int] = set()
    for batch in range(60):
        found = masked(draws(range(len(masked)), batch))
        changed = (found["labels"] != -100) & (found["labels"] != found["input_ids"])
        seen |= set(found["input_ids"][changed].tolist())
    assert seen <= {*vocabulary.ordinary.tolist(), vocabulary.mask_id}
    assert len(seen) > 0.95 * len(vocabulary.ordinary)


def test_a_mask_depends_on_seed_batch_and_row_alone(encoder, vocabulary):
    sequences = pack_texts(corpora(), encoder, 64)
    masked = MaskedBatch(sequences, vocabulary, pad_id=0, seed=1)
    first = masked(draws([3, 1, 4], batch=7))
    np.random.default_rng(0).random()
    torch.manual_seed(5)
    state = torch.get_rng_state()
    alone = MaskedBatch(sequences, vocabulary, pad_id=0, seed=1)(draws([1], batch=7))
    for name, values in alone.items():
        assert torch.equal(first[name][1, : values.shape[1]], values[0])
    assert torch.equal(state, torch.get_rng_state())
    others = [masked(draws([3, 1, 4], batch=8)), MaskedBatch(sequences, vocabulary, 0, 2)(draws([3, 1, 4], batch=7))]
    for other in others:
        assert not torch.equal(other["labels"], first["labels"])
    places = {tuple((row != -100).tolist()) for row in masked(draws(range(8)))["labels"]}
    assert len(places) == 8


def test_a_batch_by_hand():
    """Of five tokens one is chosen; padding and special tokens are none."""
    vocabulary = MaskVocabulary(4, np.array([0, 1, 2, 3, 4]), np.array([5, 6, 7]))
    sequences = Sequences.pack([([2, 5, 6, 7, 5, 6, 3], [0] * 7), ([2, 7, 1, 4, 3], [0, 0, 0, 0, 1])])
    for batch in range(30):
        found = MaskedBatch(sequences, vocabulary, pad_id=0, seed=3)(draws([0, 1], batch))
        assert {name: tuple(tensor.shape) for name, tensor in found.items()} == dict.fromkeys(
            ("input_ids", "attention_mask", "token_type_ids", "labels"), (2, 7)
        )
        assert {tensor.dtype for tensor in found.values()} == {torch.int64}
        assert (found["labels"] != -100).sum(1).tolist() == [1, 1]
        assert found["labels"][1, 1] == 7
        assert found["input_ids"][1, 2:].tolist() == [1, 4, 3, 0, 0]
        assert found["attention_mask"].tolist() == [[1] * 7, [1] * 5 + [0] * 2]
        assert found["token_type_ids"].tolist() == [[0] * 7, [0, 0, 0, 0, 1, 0, 0]]


def test_a_sequence_of_special_tokens_has_no_labels():
    vocabulary = MaskVocabulary(4, np.array([0, 1, 2, 3, 4]), np.array([5, 6, 7]))
    sequences = Sequences.pack([([2, 1, 3], [0] * 3), ([2, 6, 3], [0] * 3)])
    found = MaskedBatch(sequences, vocabulary, pad_id=0, seed=3)(draws([0, 1]))
    assert found["labels"].tolist() == [[-100] * 3, [-100, 6, -100]]


def test_it_trains_a_model_for_masked_language_modelling(family, tmp_path):
    """As one of the models of a `MultiTask`; the loss against the unmasked text falls."""
    import transformers

    base = Checkpoint(make_checkpoint(tmp_path / "base", family=family, spread=0.02), "base")
    encoder = TextEncoder.from_file(base.tokenizer_file(), base.position_limit)
    vocabulary = MaskVocabulary.from_file(base.tokenizer_file())
    masked = MaskedBatch(pack_texts(corpora(60), encoder, 48), vocabulary, base.pad_id, seed=1)
    transformers.set_seed(0)
    config = transformers.AutoConfig.from_pretrained(str(base.directory))
    model = MultiTask([("mlm", transformers.AutoModelForMaskedLM.from_config(config))]).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    losses = []
    for batch in range(25):
        loss = model(task="mlm", **masked(draws(range(16), batch)))["loss"]
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.3
