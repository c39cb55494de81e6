"""Readers of what retrieval tasks lie in: bitexts of Tatoeba and BUCC, the pools of LAReQA and Mewsli-X.

A pool is read once and gives the reader of its languages' queries.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError
from .examples import Candidates, Dataset, Query
from .readers import load_json, malformed, read_lines, reason
from .task import Reader, Task


def _require_equal(first: Path, second: Path, sizes: tuple[int, int]) -> None:
    if sizes[0] != sizes[1]:
        raise InputError(f"{second}: {sizes[1]} lines where {first} has {sizes[0]}; they must be parallel")


def _stripped(path: Path) -> list[str]:
    return [line.strip() for line in read_lines(path)]


def read_sorted_bitext(paths: Sequence[Path], task: Task) -> Dataset[Query]:
    """XTREME's Tatoeba: foreign lines, sorted English lines, and if it is there the foreign row (from 0) of each."""
    foreign, english = map(_stripped, paths[:2])
    _require_equal(paths[0], paths[1], (len(foreign), len(english)))
    golds = _gold_rows(paths[2], paths[1], paths[0], len(foreign)) if len(paths) > 2 else [None] * len(english)
    examples = tuple(Query(str(row), text, gold) for row, (text, gold) in enumerate(zip(english, golds, strict=True)))
    return Dataset(examples, Candidates(tuple(foreign)))


def _gold_rows(labels: Path, english: Path, foreign: Path, size: int) -> list[tuple[int, ...] | None]:
    rows = read_lines(labels)
    _require_equal(english, labels, (size, len(rows)))
    for number, row in enumerate(rows, start=1):
        if not row.strip().isdecimal() or int(row) >= size:
            raise malformed(labels, number, f"{row!r} is not a row of {foreign.name} (0-{size - 1})")
    return [(int(row),) for row in rows]


def read_bitext(paths: Sequence[Path], task: Task) -> Dataset[Query]:
    """LASER's Tatoeba, line i translating line i, brought into XTREME's form: English sorted by code point."""
    foreign, english = map(_stripped, paths)
    _require_equal(paths[0], paths[1], (len(foreign), len(english)))
    return sorted_bitext(foreign, english)


def sorted_bitext(foreign: Sequence[str], english: Sequence[str]) -> Dataset[Query]:
    """Parallel lines in XTREME's form: queries are the English lines sorted by code point, gold their old rows."""
    order = sorted(range(len(english)), key=lambda row: english[row])
    examples = tuple(Query(str(number), english[row], (row,)) for number, row in enumerate(order))
    return Dataset(examples, Candidates(tuple(foreign)))


def _turned(dataset: Dataset[Query]) -> Dataset[Query]:
    """The foreign lines as queries, the English ones as candidates."""
    found = {row: english for english, query in enumerate(dataset.examples) for row in query.gold or ()}
    queries = tuple(
        Query(str(row), text, (found[row],) if row in found else None)
        for row, text in enumerate(dataset.candidates.texts)
    )
    return Dataset(queries, Candidates(tuple(query.text for query in dataset.examples)))


def read_sorted_bitext_to_english(paths: Sequence[Path], task: Task) -> Dataset[Query]:
    """XTREME's Tatoeba, searched among the English lines."""
    return _turned(read_sorted_bitext(paths, task))


def read_bitext_to_english(paths: Sequence[Path], task: Task) -> Dataset[Query]:
    """LASER's Tatoeba, searched among the English lines."""
    return _turned(read_bitext(paths, task))


def _named_lines(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(read_lines(path), start=1):
        name, tab, text = line.partition("\t")
        if not tab or not name.strip():
            raise malformed(path, number, f"expected an id, a tab and a sentence, found {line!r}")
        if name in found:
            raise malformed(path, number, f"the id {name!r} occurs twice")
        found[name] = text.strip()
    return found


def read_gold_pairs(path: Path, sources: Mapping[str, int], targets: Mapping[str, int]) -> dict[str, list[int]]:
    """BUCC's gold, lines `source id TAB target id`: rows of the targets by source id.

    Raises:
        InputError: a malformed line or an unknown id.
    """
    gold: defaultdict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(read_lines(path), start=1):
        names = line.split("\t")
        if len(names) != 2:
            raise malformed(path, number, f"expected two ids and a tab between them, found {line!r}")
        for name, known in zip(names, (sources, targets), strict=True):
            if name not in known:
                raise malformed(path, number, f"the id {name!r} is not in the file of sentences")
        if targets[names[1]] not in gold[names[0]]:
            gold[names[0]].append(targets[names[1]])
    return gold


def read_mining(paths: Sequence[Path], task: Task) -> Dataset[Query]:
    """BUCC: two files `id TAB sentence` and, if it is there, the gold pairs of ids."""
    foreign, english = map(_named_lines, paths[:2])
    gold: Mapping[str, list[int]] | None = None
    if len(paths) > 2:
        gold = read_gold_pairs(paths[2], _rows(foreign), _rows(english))
    examples = tuple(
        Query(name, text, None if gold is None else tuple(gold.get(name, ()))) for name, text in foreign.items()
    )
    return Dataset(examples, Candidates(tuple(english.values()), tuple(english)))


def _rows(named: Mapping[str, str]) -> dict[str, int]:
    return {name: row for row, name in enumerate(named)}


def _paragraphs(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Paragraphs of a file in XQuAD-R's format, numbered from 1 through all articles."""
    try:
        articles = load_json(path)["data"]
        yield from enumerate((paragraph for article in articles for paragraph in article["paragraphs"]), start=1)
    except (KeyError, TypeError) as error:
        raise InputError(f"{path}: not in SQuAD's format: {reason(error)}") from error


def read_lareqa_pool(paths: Sequence[Path]) -> Reader:
    """XQuAD-R in all languages: every sentence is a candidate, read as itself with its whole paragraph behind it.

    Sentence and paragraph are joined without a blank and line ends are dropped, as XTREME-R does
    (third_party/utils_lareqa.py, evaluate_retrieval.py); a candidate's name is language, paragraph and sentence. A
    sentence answers a question if it is that of the answer, in any language.
    """
    texts: list[str] = []
    names: list[str] = []
    relevant: defaultdict[str, list[int]] = defaultdict(list)
    for path in paths:
        for number, paragraph in _paragraphs(path):
            try:
                _add_paragraph(f"{path.stem}_{number}", paragraph, texts, names, relevant)
            except (KeyError, TypeError, ValueError, IndexError) as error:
                raise InputError(f"{path}: paragraph {number} is not in XQuAD-R's format: {reason(error)}") from error
    candidates = Candidates(tuple(texts), tuple(names))

    def read_queries(paths: Sequence[Path], task: Task) -> Dataset[Query]:
        (path,) = paths
        asked = [item for _, paragraph in _paragraphs(path) for item in paragraph["qas"]]
        return Dataset(
            tuple(Query(str(item["id"]), str(item["question"]), tuple(relevant[item["id"]])) for item in asked),
            candidates,
        )

    return read_queries


def _add_paragraph(
    name: str, paragraph: Mapping[str, Any], texts: list[str], names: list[str], relevant: Mapping[str, list[int]]
) -> None:
    context, first = str(paragraph["context"]), len(texts)
    sentences = [context[start:end] for start, end in paragraph["sentence_breaks"]]
    texts.extend((sentence + context).replace("\n", "") for sentence in sentences)
    names.extend(f"{name}_{number}" for number in range(len(sentences)))
    for item in paragraph["qas"]:
        begin = item["answers"][0]["answer_start"]
        holding = [context[start:end] for start, end in paragraph["sentence_breaks"] if start <= begin < end][:1]
        # A sentence that stands twice in the paragraph answers twice.
        relevant[item["id"]].extend(first + row for row, sentence in enumerate(sentences) if sentence in holding)


_BRACED = re.compile(r"\{(.*?)\}")


def _one_line(text: str) -> str:
    return " ".join(text.splitlines()).replace("  ", " ").strip()


def read_mewslix_pool(paths: Sequence[Path]) -> Reader:
    """Mewsli-X's entities, each read as the sentences of its description.

    The query is the mention, then its sentence with the mention in braces; braces that were there become brackets
    (third_party/utils_mewslix.py).
    """
    (pool_path,) = paths
    texts: list[str] = []
    rows: dict[str, int] = {}
    for number, line in enumerate(read_lines(pool_path), start=1):
        try:
            entity = json.loads(line)
            description = str(entity["description"])
            sentences = (description[span["start"] : span["end"]] for span in entity["sentence_spans"])
            texts.append(_one_line(" ".join(sentences)))
            rows[str(entity["entity_id"])] = number - 1
        except (ValueError, KeyError, TypeError) as error:
            raise malformed(pool_path, number, f"not an entity of Mewsli-X: {reason(error)}") from error
    candidates = Candidates(tuple(texts), tuple(rows))
    if len(rows) != len(texts):
        raise InputError(f"{pool_path}: {len(texts) - len(rows)} entities have an id that occurs twice")

    def read_queries(paths: Sequence[Path], task: Task) -> Dataset[Query]:
        (path,) = paths
        queries = []
        for number, line in enumerate(read_lines(path), start=1):
            try:
                content = json.loads(line)
                queries += [_mention(content["context"], mention, rows) for mention in content["mentions"]]
            except (ValueError, KeyError, TypeError) as error:
                raise malformed(path, number, f"not a document of Mewsli-X: {reason(error)}") from error
        return Dataset(tuple(queries), candidates)

    return read_queries


def _mention(context: Mapping[str, Any], mention: Mapping[str, Any], rows: Mapping[str, int]) -> Query:
    span, text = mention["mention_span"], str(context["text"])
    start, end, words = int(span["start"]), int(span["end"]), str(span["text"])
    holding = [s for s in context["sentence_spans"] if s["start"] <= start < s["end"] and end <= s["end"]]
    if not holding:
        raise ValueError(f"mention {mention['example_id']} does not lie in one sentence")
    left = _BRACED.sub(r"(\1)", text[holding[0]["start"] : start])
    right = _BRACED.sub(r"(\1)", text[end : holding[0]["end"]])
    entity = str(mention.get("entity_id") or "")
    if entity and entity not in rows:
        raise ValueError(f"the entity {entity!r} of mention {mention['example_id']} is not among the candidates")
    gold = (rows[entity],) if entity else None
    return Query(str(mention["example_id"]), _one_line(f"{words}: {left} {{ {words} }} {right}"), gold)
