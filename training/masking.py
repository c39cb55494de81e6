"""Masked language modelling over packed text: which tokens are hidden depends on the seed and the place alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tokenizers
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import InputError
from ..tasks.features import Sequences
from ..tasks.intermediate.texts import TextCorpus
from ..tasks.kinds.tagging import IGNORED
from ..tasks.tokenization import TextEncoder
from .sampling import Draw

# Devlin et al. 2019, section 3.1.
_CHOSEN = 0.15
_MASKED = 0.8
_RANDOM = 0.1
_MASKS = ("<mask>", "[MASK]")


@dataclass(frozen=True)
class MaskVocabulary:
    """What masking needs to know of a tokenizer.

    Attributes:
        mask_id: the token that hides another.
        special: ids of special tokens, which are never hidden; sorted, shape (specials,).
        ordinary: all other ids, from which random tokens are taken; sorted, shape (others,).
    """

    mask_id: int
    special: NDArray[np.int64]
    ordinary: NDArray[np.int64]

    @classmethod
    def from_file(cls, path: Path) -> "MaskVocabulary":
        """Read a `tokenizer.json`.

        Raises:
            InputError: the file cannot be read as a tokenizer, or the tokenizer has no mask token.
        """
        try:
            tokenizer = tokenizers.Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises bare Exception
            raise InputError(f"cannot read the tokenizer {path}: {error}") from error
        mask_id = next((found for mask in _MASKS if (found := tokenizer.token_to_id(mask)) is not None), None)
        if mask_id is None:
            raise InputError(f"the tokenizer {path} has no mask token ({', '.join(_MASKS)}): text cannot be masked")
        added = tokenizer.get_added_tokens_decoder()
        special = np.array(sorted({mask_id, *(number for number, token in added.items() if token.special)}), np.int64)
        known = np.array(sorted(tokenizer.get_vocab().values()), np.int64)
        return cls(int(mask_id), special, np.setdiff1d(known, special))


def pack_texts(corpora: Iterable[TextCorpus], encoder: TextEncoder, max_length: int) -> Sequences:
    """Sequences of `max_length` tokens, special tokens around them included; the last one of a language may be shorter.

    The tokens of a language's paragraphs stand one behind the other, so a sequence may begin and end within one.
    Sequences that hold nothing but unknown tokens are left out, as there is nothing to learn.

    Raises:
        InputError: that is all the tokenizer makes of a language.
    """
    before, after, kind = encoder.single.before, encoder.single.after, encoder.single.first_type
    budget = min(max_length, encoder.position_limit) - len(before.ids) - len(after.ids)
    unknown = {encoder.unknown_id}

    def rows() -> Iterator[tuple[list[int], list[int]]]:
        for corpus in corpora:
            known = encoder.ids(corpus.texts)
            stream = [token for text in corpus.texts for token in known[text]]
            if not {*stream} - unknown:
                raise InputError(f"the tokenizer knows no token of the text in {corpus.language!r}: leave it out")
            for start in range(0, len(stream), budget):
                piece = stream[start : start + budget]
                if {*piece} - unknown:
                    yield before.ids + piece + after.ids, before.type_ids + [kind] * len(piece) + after.type_ids

    return Sequences.pack(rows())


class MaskedBatch:
    """Makes batches in which some tokens are hidden, with the hidden ones as labels.

    Of a sequence's ordinary tokens 15 % are chosen, at least one; of these 80 % become the mask token, 10 % any
    ordinary token and 10 % stay as they are (Devlin et al. 2019, section 3.1). A mask depends on the seed, the batch's
    number and the row alone, so a training that goes on after a kill draws the same ones, and each pass over the text
    draws others.
    """

    def __init__(self, sequences: Sequences, vocabulary: MaskVocabulary, pad_id: int, seed: int) -> None:
        """Draw from `sequences`, each a row."""
        self._sequences = sequences
        self._vocabulary = vocabulary
        self._pad_id = pad_id
        self._seed = seed

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._sequences)

    def __call__(self, draws: list[Draw]) -> dict[str, Tensor]:
        """`input_ids`, `attention_mask`, `token_type_ids` and `labels`, each of shape (draws, tokens).

        A label is the token that was there, and `IGNORED` where none was chosen.
        """
        batch = self._sequences.padded([draw.row for draw in draws], self._pad_id)
        labels = np.full_like(batch["input_ids"], IGNORED)
        for place, draw in enumerate(draws):
            original = self._sequences[draw.row]
            chosen, hidden = self._masks(original, draw)
            labels[place, chosen] = original[chosen]
            batch["input_ids"][place, chosen] = hidden
        return {name: torch.from_numpy(array.astype(np.int64)) for name, array in (batch | {"labels": labels}).items()}

    def _masks(self, original: NDArray[np.int32], draw: Draw) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places in a sequence, and what is put there; both of shape (chosen,)."""
        rng = np.random.default_rng((self._seed, draw.batch, draw.row))
        allowed = np.flatnonzero(~np.isin(original, self._vocabulary.special))
        size = min(len(allowed), max(1, round(_CHOSEN * len(allowed))))
        chosen = rng.choice(allowed, size, replace=False)
        lot = rng.random(len(chosen))
        random = rng.choice(self._vocabulary.ordinary, len(chosen))
        hidden = np.where(lot < _MASKED + _RANDOM, random, original[chosen])
        return chosen, np.where(lot < _MASKED, self._vocabulary.mask_id, hidden)
