"""What the dual encoders of XTREME-R learn from: English pairs of a query and the text that answers it.

A pair is a query with one candidate. LAReQA's come from SQuAD v1.1, Mewsli-X's from Wikipedia. The tasks of `DUAL` are
those of the suites with other splits, `train` and `dev`; lengths and metric are the same.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from .examples import Candidates, Dataset, Query, Question
from .intermediate.loading import spread
from .readers import malformed, read_lines, read_squad, reason
from .retrieval_readers import _mention, _one_line
from .sources import Source, load_labelled
from .suites import TASKS
from .task import Form, Task

Span = tuple[int, int]

# A mark that ends sentences, quotes and brackets it closes, Wikipedia's notes (`[citation needed]`), and white space
# before a word that may have quotes and brackets before it.
_END = re.compile(
    r"(?P<mark>[.!?]+)[)\]'\"\u201d\u2019»]*(?:\[[\w ?]+\])*(?P<gap>\s+)(?=[\[('\"\u201c\u2018«]*(?P<next>[^\W_]+))"
)
_WORD = re.compile(r"[^\s(\[\"\u201c'-]+$")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof fr rev st sta lt gen col maj adm capt sgt gov sen rep pres hon jan feb mar apr aug sept oct nov"
    " dec mt ft vs v cf ca e.g i.e approx no nos art sec ch vol pp p op al b d c r fl a.k.a bros".split()
)
# Behind initials these begin a sentence; any other word is taken for the rest of a name.
_OPENERS = frozenset(
    "After Although An As At Before By During For From He However If In It Its Many Meanwhile Most On Several She"
    " Some That The Their There These They This Those Under We When While".split()
)


def sentence_spans(text: str) -> list[Span]:
    """Where English sentences begin and end, (start, end) characters; every character but white space is in one.

    A sentence ends at `.`, `!` or `?` before white space and a capital or a digit, unless the full stop belongs to an
    abbreviation or to initials of a name. XTREME-R has a longer list of cases in its place, some of them taken from
    SQuAD (third_party/processors/sb_sed.py): of the 1,180 sentences that XQuAD-R marks in English this rule finds
    1,167, and differs in initials (`J. A. Hobson` is a name here), in `E.I.`, in `1 · 3, 1 · 1` behind `e.g.,`, and
    in not ending a sentence before what begins with a small letter (`iPod`) or a bullet.
    """
    ends = [match for match in _END.finditer(text) if _ends(text, match)]
    start = len(text) - len(text.lstrip())
    starts = [start, *(match.end() for match in ends)]
    return list(zip(starts, [*(match.start("gap") for match in ends), max(start, len(text.rstrip()))], strict=True))


def _ends(text: str, match: re.Match[str]) -> bool:
    first = match["next"][0]
    if not (first.isupper() or first.isdigit()):
        return False
    before = _WORD.search(text, 0, match.start("mark"))
    if match["mark"] != "." or match.end("mark") < match.start("gap") or before is None:
        return True
    word = before.group()
    if word.lower() in _ABBREVIATIONS:
        return False
    initials = all(len(letter) == 1 and letter.isupper() for letter in word.split("."))
    return not initials or match["next"] in _OPENERS


def answering_sentence(question: Question, spans: Sequence[Span]) -> str | None:
    """The sentence of the context in which the first answer begins; None if the answer does not stand where it should.

    `spans` are the sentences of the context. One that ends inside the answer is taken all the same, as XTREME-R does
    (third_party/processors/lareqa.py).
    """
    if not question.gold or not question.context.startswith(question.gold[0], question.starts[0]):
        return None
    start, end = spans[max(0, bisect_right(spans, question.starts[0], key=lambda span: span[0]) - 1)]
    return question.context[start:end]


def read_squad_pairs(paths: Sequence[Path], task: Task) -> Dataset[Query]:
    """SQuAD v1.1's JSON as questions and the sentences that answer them, each with its whole paragraph behind it.

    The text is that of LAReQA's candidates: sentence and paragraph without a blank between them, no line ends
    (`retrieval_readers.read_lareqa_pool`). XTREME-R trains on the two as a pair with the separator between them, but
    evaluates without; here both are alike. Questions whose answer does not stand where the file says are left out, as
    there.
    """
    spans = cache(sentence_spans)  # a context has several questions

    def pairs() -> Iterator[tuple[str, str, str]]:
        for question in read_squad(paths, task).examples:
            sentence = answering_sentence(question, spans(question.context))
            if sentence is not None:
                yield question.id, question.question, (sentence + question.context).replace("\n", "")

    return _paired(pairs())


def read_mention_pairs(paths: Sequence[Path], task: Task) -> Dataset[Query]:
    """Mewsli-X's `MentionEntityPair` lines as mentions in their sentence and descriptions of what they mean.

    Texts are made as for the test set (`retrieval_readers.read_mewslix_pool`).
    """
    (path,) = paths

    def pairs() -> Iterator[tuple[str, str, str]]:
        for number, line in enumerate(read_lines(path), start=1):
            try:
                yield _mention_pair(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise malformed(path, number, f"not a pair of Mewsli-X: {reason(error)}") from error

    return _paired(pairs())


def _mention_pair(record: Mapping[str, Any]) -> tuple[str, str, str]:
    entity, contextual = record["entity"], record["contextual_mention"]
    query = _mention(contextual["context"], contextual["mention"], {str(entity["entity_id"]): 0})
    description = str(entity["description"])
    sentences = (description[span["start"] : span["end"]] for span in entity["sentence_spans"])
    return query.id, query.text, _one_line(" ".join(sentences))


def _paired(pairs: Iterable[tuple[str, str, str]]) -> Dataset[Query]:
    """Make a data set of (id, query, candidate); candidates with one text are one."""
    rows: dict[str, int] = {}
    queries = tuple(Query(name, query, (rows.setdefault(text, len(rows)),)) for name, query, text in pairs)
    return Dataset(queries, Candidates(tuple(rows), tuple(str(row) for row in range(len(rows)))))


def pairs_of(dataset: Dataset[Query]) -> list[tuple[str, str]]:
    """The texts of all pairs, (query, candidate); of several right candidates the first."""
    texts = dataset.candidates.texts
    return [(query.text, texts[query.gold[0]]) for query in dataset.examples if query.gold]


def load_pairs(source: Source, key: str, split: str = "train", limit: int | None = None) -> Dataset[Query]:
    """Read the English pairs that the task `key` of `DUAL` learns from.

    Args:
        source: where the data are.
        key: `lareqa` or `mewslix`.
        split: `train` or `dev`.
        limit: keep this many pairs, spread evenly over the file, and no candidates but theirs; None for all.

    Raises:
        InputError: the file is missing, malformed or empty.
    """
    kept = spread(load_labelled(source, DUAL[key], split, "en"), limit)
    return _paired((query.id, *texts) for query, texts in zip(kept.examples, pairs_of(kept), strict=True))


def _dual(key: str, splits: Mapping[str, tuple[Form, ...]]) -> Task:
    return replace(TASKS[key], splits=splits)


DUAL: dict[str, Task] = {
    "lareqa": _dual(
        "lareqa",
        {
            "train": tuple(Form(read_squad_pairs, (f"squad/train-v1.1{part}.json",)) for part in ("", ".part")),
            "dev": (Form(read_squad_pairs, ("squad/dev-v1.1.json",)),),
        },
    ),
    "mewslix": _dual(
        "mewslix",
        {split: (Form(read_mention_pairs, (f"mewslix/wikipedia_pairs-{split}.jsonl",)),) for split in ("train", "dev")},
    ),
}
"""The tasks that a dual encoder serves, by training task, with the splits that it learns from."""
