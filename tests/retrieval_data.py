"""A few sentences in the layouts of BUCC, LAReQA and Mewsli-X, written for tests."""

import json
from itertools import accumulate
from pathlib import Path

from xbench.tasks.mini import sample_texts
from xbench.tasks.suites import TASKS


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_bucc(root: Path, language: str, splits=("dev", "test"), size: int = 12, gold: bool = True) -> None:
    """Sentence i of the foreign side translates sentence i of the English one, for the first half of them."""
    texts = {side: sample_texts(side, 2 * size * len(splits)) for side in (language, "en")}
    for number, split in enumerate(splits):
        for side in (language, "en"):
            lines = texts[side][number * size : (number + 1) * size]
            rows = "".join(f"{side}-{row:03d}\t{line}\n" for row, line in enumerate(lines))
            write_text(root / "bucc2018" / f"{language}-en.{split}.{side}", rows)
        if gold or split != "test":
            pairs = "".join(f"{language}-{row:03d}\ten-{row:03d}\n" for row in range(size // 2))
            write_text(root / "bucc2018" / f"{language}-en.{split}.gold", pairs)


def paragraph(sentences: list[str], questions: list[tuple[str, str, int]]) -> dict:
    """`questions` are (id, text, number of the sentence that answers)."""
    context = " ".join(sentences)
    starts = [0, *accumulate(len(sentence) + 1 for sentence in sentences[:-1])]
    return {
        "context": context,
        "sentence_breaks": [[start, start + len(text)] for start, text in zip(starts, sentences, strict=True)],
        "qas": [
            {"id": name, "question": text, "answers": [{"answer_start": starts[row] + 1, "text": sentences[row][1:4]}]}
            for name, text, row in questions
        ],
    }


def write_lareqa(root: Path, paragraphs: int = 3) -> None:
    """Three sentences a paragraph, one question each, in all languages of LAReQA."""
    for language in TASKS["lareqa"].languages:
        known = language if language not in ("es", "vi") else "en"
        texts = sample_texts(known, 4 * paragraphs)
        content = [paragraph(texts[4 * n : 4 * n + 3], [(f"q{n}", texts[4 * n + 3], n % 3)]) for n in range(paragraphs)]
        document = {"data": [{"paragraphs": content[:1]}, {"paragraphs": content[1:]}]}
        write_text(root / "lareqa" / "xquad-r" / f"{language}.json", json.dumps(document))


def entity(name: str, description: str) -> dict:
    spans = [{"start": 0, "end": len(description)}]
    return {"entity_id": name, "title": name, "description": description, "sentence_spans": spans}


def mention(name: str, text: str, words: str, entity_id: str) -> dict:
    start = text.index(words)
    span = {"text": words, "start": start, "end": start + len(words)}
    return {"example_id": name, "entity_id": entity_id, "mention_span": span}


def write_mewslix(root: Path, languages=("en", "de"), size: int = 30, split: str = "test", labels: bool = True) -> None:
    """`size` entities, and in each language three documents of one mention."""
    texts = sample_texts("en", size)
    pool = "".join(json.dumps(entity(f"Q{n}", text)) + "\n" for n, text in enumerate(texts))
    write_text(root / "mewslix" / "candidate_set_entities.jsonl", pool)
    for language in languages:
        documents = []
        for number, text in enumerate(sample_texts(language, 3)):
            context = {"text": text, "sentence_spans": [{"start": 0, "end": len(text)}]}
            words = text.split()[0]
            found = mention(f"{language}{number}", text, words, f"Q{number}" if labels else "")
            documents.append(json.dumps({"context": context, "mentions": [found]}) + "\n")
        write_text(root / "mewslix" / "wikinews_mentions" / f"{split}-{language}.jsonl", "".join(documents))
