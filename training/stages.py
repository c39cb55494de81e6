"""A request as trainings: which tasks at once, on which data, by which recipe."""

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError
from ..tasks.dual import DUAL
from ..tasks.intermediate import OFFICIAL_SIZE, load_texts, parse_training_reference
from ..tasks.sources import DirectorySource, Source
from ..tasks.task import Task
from ..tasks.tokenization import TextEncoder
from .data import TaskData, TrainingSet, dual_training_set, intermediate_data, target_data, training_set
from .parts import MASKED, MaskedText, Stage
from .recipe import Recipe
from .sampling import task_probabilities
from .targets import Course, courses_of, official_size

if TYPE_CHECKING:
    from .phases import TrainingRequest

MULTITASK = "multitask"
"""The key of the recipe for several intermediate tasks at once; of their own only `max_length` and `limit` count."""


def check_recipes(request: "TrainingRequest") -> None:
    """Read all recipes that the request needs.

    Raises:
        InputError: one has a value that does not exist or is out of range, or changes do.
    """
    Recipe(learning_rate=1.0).changed(request.changes)
    keys = dict.fromkeys(parse_training_reference(text).task.key for text in request.intermediate)
    for key in (*keys, *[MULTITASK] * (len(keys) > 1), *[MASKED] * bool(request.mlm)):
        _recipe(request, key, intermediate=True)
    for target in request.targets:
        for course in courses_of(target):
            _recipe(request, course.key, intermediate=False)


def intermediate_stage(request: "TrainingRequest", source: Source, tokenizer: Path) -> Stage:
    """Phase 1: all intermediate tasks at once; several languages of a task are one task.

    Raises:
        InputError: data are missing or malformed.
    """
    encoder = TextEncoder.from_file(tokenizer, request.base.position_limit)
    references: dict[str, list[str]] = {}
    for text in request.intermediate:
        references.setdefault(parse_training_reference(text).task.key, []).append(text)
    sets = {}
    for key, texts in references.items():
        recipe = _recipe(request, key, intermediate=True)
        english, train, dev = intermediate_data(source, texts, recipe)
        official = OFFICIAL_SIZE.get(key)
        sets[key] = training_set(
            english.task, (train, dev), encoder, request.base.pad_id, recipe.max_length, texts, official
        )
    key = MULTITASK if len(sets) > 1 else next(iter(sets))
    return Stage(
        title=f"phase 1, {', '.join(request.intermediate)}",
        sets=sets,
        probabilities=task_probabilities({key: len(data) for key, data in sets.items()}, request.sampling),
        recipe=_recipe(request, key, intermediate=True),
        unverified=_unverified(request, key, intermediate=True),
        masked=_masked(request, source, tokenizer, encoder),
    )


def target_stages(
    request: "TrainingRequest", target: str, source: Source, tokenizer: Path
) -> tuple[tuple[Stage, ...], tuple[str, ...]]:
    """Phase 2 of one target: its courses, and notes on what is missing.

    Raises:
        InputError: data are missing or malformed.
    """
    encoder = TextEncoder.from_file(tokenizer, request.base.position_limit)
    stages, notes = [], []
    for course in courses_of(target):
        task = course.found(source)
        if task is None and course.optional:
            notes.append(f"no training data of {course.key} in {source.name}: left out")
            continue
        task = task or course.trains[0]
        recipe = _recipe(request, course.key, intermediate=False)
        prepared = _prepared(request, course, task, source, encoder, recipe)
        if prepared.dev is None and recipe.select == "best":
            notes.append(f"no English dev data of {course.key} in {source.name}: the last weights are kept")
        title = f"phase 2, {target}" + (f" ({course.key})" if course.key != target else "")
        unverified = _unverified(request, course.key, intermediate=False)
        stages.append(Stage(title, {course.key: prepared}, {course.key: 1.0}, recipe, unverified))
    return tuple(stages), tuple(notes)


def _recipe(request: "TrainingRequest", key: str, *, intermediate: bool) -> Recipe:
    return request.book.recipe(key, intermediate=intermediate, layers=request.base.layers, changes=request.changes)


def _unverified(request: "TrainingRequest", key: str, *, intermediate: bool) -> tuple[str, ...]:
    return request.book.unverified(key, intermediate=intermediate, layers=request.base.layers, changes=request.changes)


def _prepared(
    request: "TrainingRequest", course: Course, task: Task, source: Source, encoder: TextEncoder, recipe: Recipe
) -> TrainingSet:
    pad_id, official = request.base.pad_id, official_size(course.key)
    if course.key in DUAL:
        return dual_training_set(source, course.key, encoder, pad_id, recipe, official)
    data = target_data(source, task, course.evaluated, recipe)
    return training_set(course.evaluated, data, encoder, pad_id, recipe.max_length, (task.key,), official)


def _masked(request: "TrainingRequest", source: Source, tokenizer: Path, encoder: TextEncoder) -> MaskedText | None:
    if not request.mlm:
        return None
    if not isinstance(source, DirectorySource):
        raise InputError(f"text to mask is read from mlm/ of a directory, not from {source.name}: name a --data-dir")
    from .masking import MaskedBatch, MaskVocabulary, pack_texts

    recipe = _recipe(request, MASKED, intermediate=True)
    corpora = [load_texts(source.directory, language, recipe.limit) for language in request.mlm]
    sequences = pack_texts(corpora, encoder, recipe.max_length or encoder.position_limit)
    digest = sha256("".join(corpus.fingerprint() for corpus in corpora).encode()).hexdigest()[:16]
    references = tuple(f"{MASKED}@{language}" for language in request.mlm)
    vocabulary = MaskVocabulary.from_file(tokenizer)
    return MaskedText(
        len(sequences),
        lambda seed: MaskedBatch(sequences, vocabulary, request.base.pad_id, seed),
        request.mlm_share,
        TaskData(references, sum(len(corpus.texts) for corpus in corpora), None, digest),
    )
