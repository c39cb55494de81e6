"""The tasks of phase 1, English or translated, and plain text for masked language modelling beside them."""

from .catalogue import INTERMEDIATE, OFFICIAL_SIZE, PARTS
from .labels import labels_of, with_labels
from .loading import TrainingReference, load_training, parse_training_reference
from .texts import TextCorpus, load_texts

__all__ = [
    "INTERMEDIATE",
    "OFFICIAL_SIZE",
    "PARTS",
    "TextCorpus",
    "TrainingReference",
    "labels_of",
    "load_texts",
    "load_training",
    "parse_training_reference",
    "with_labels",
]
