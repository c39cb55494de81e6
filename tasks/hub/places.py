"""Which split of a task lies where on the hub: a table, no logic.

Revisions are commits, so that the data cannot change under a score. Where several repositories hold a set, the one
that is nearest to XTREME's own files was taken: `google/xtreme` reads PAWS-X as CSV and loses rows by it (1,961 of
2,000 in Spanish dev are left), and cuts the blanks around texts, so it is used where nothing better is known.

Nothing here was fetched when it was written down. Revisions, paths and columns were seen in pages of the hub and in
public code that pins them, but for two: the columns of `izhx/xtreme-r-udpos` are taken to be those of `google/xtreme`,
from whose script it was made, and the paths of `mteb/tatoeba-bitext-mining` were seen on its main branch.
Cosmos QA and SocialIQA are scripts on the hub, which the library no longer runs; their revisions are commits of the
hub's own conversion of what the scripts gave (refs/convert/parquet).
"""

from dataclasses import dataclass

from ..languages import find_language
from ..suites import SUITES


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of data sets on the hub, or a directory that is laid out like one, and the commit to read."""

    path: str
    revision: str


REPOSITORIES: dict[str, Repository] = {
    "xtreme": Repository("google/xtreme", "ec5f1f46e9af79639a90684a7a70a956c4998f04"),
    "xnli": Repository("facebook/xnli", "b8dd5d7af51114dbda02c0e3f6133f332186418e"),
    "paws-x": Repository("google-research-datasets/paws-x", "4cd8187c404bda33cb1f62b49b001115862acf37"),
    "squad": Repository("rajpurkar/squad", "7b6d24c440a36b6815f21b70d25016731768db1f"),
    "xquad": Repository("google/xquad", "51adfef1c1287aab1d2d91b5bead9bcfb9c68583"),
    "xcopa": Repository("cambridgeltl/xcopa", "042f78955ba48e6404616762fa6e05e839c3907a"),
    "super_glue": Repository("aps/super_glue", "3de24cf8022e94f4ee4b9d55a6f539891524d646"),
    "wikiann": Repository("unimelb-nlp/wikiann", "f0a3be6dc5564c0cc4150bb660144800a1f539d4"),
    "udpos-r": Repository("izhx/xtreme-r-udpos", "7e002378cc5704114200c479db0c592c7f77f8f8"),
    "tatoeba": Repository("mteb/tatoeba-bitext-mining", "69e8f12da6e31d59addadda9a9c8a2e601a0e282"),
    "multi_nli": Repository("nyu-mll/multi_nli", "da70db2af9d09693783c3320c4249840212ee221"),
    "snli": Repository("stanfordnlp/snli", "cdb5c3d5eed6ead6e5a341c8e56e669bb666725b"),
    "anli": Repository("facebook/anli", "8e4813d81f46d313dac7892e1c28076917cfcdf9"),
    "glue": Repository("nyu-mll/glue", "bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c"),
    "squad_v2": Repository("rajpurkar/squad_v2", "3ffb306f725f7d2ce8394bc1873b24868140c412"),
    "hellaswag": Repository("Rowan/hellaswag", "218ec52e09a7e7462a5400043bb9a69a41d06b76"),
    "cosmos_qa": Repository("allenai/cosmos_qa", "ed50fe83db62b355759053b1cd5eef344ee371e0"),
    "commonsense_qa": Repository("tau/commonsense_qa", "94630fe30dad47192a8546eb75f094926d47e155"),
    "social_i_qa": Repository("allenai/social_i_qa", "537a2ec8ec565adc0b70b70752893e59e024df26"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a split of a task lies on the hub, and how its rows become the files of XTREME's layout.

    Attributes:
        repository: a key of `REPOSITORIES`.
        files: what the paths of its files begin with, mostly configuration and split; `{language}`, `{iso3}`,
            `{name}` and `{lower_name}` stand for codes and name of the language.
        layout: a key of `layouts.LAYOUTS`.
        columns: of the rows, in the order in which the layout takes them.
        languages: those for which this place is the one; None for all of the task.
        only: where languages lie in one split: what the first column of this language's rows begins with.
        form: which of the task's forms is laid out; from the end if it is negative.
    """

    repository: str
    files: str
    layout: str
    columns: tuple[str, ...]
    languages: tuple[str, ...] | None = None
    only: str = ""
    form: int = 0


def for_language(template: str, code: str) -> str:
    """Fill in codes and name of the language."""
    language = find_language(code)
    return template.format(language=code, iso3=language.iso3, name=language.name, lower_name=language.name.lower())


_XTREME = SUITES["xtreme"].languages
_XCOPA = SUITES["xtreme-r"].languages["xcopa"]
_NO_UDPOS_DEV = ("kk", "th", "tl", "yo")
_UDPOS_R = tuple(code for code in SUITES["xtreme-r"].languages["udpos"] if code not in _XTREME["udpos"])

_NLI = ("premise", "hypothesis", "label")
_PAIR = ("sentence1", "sentence2", "label")
_CHOICE = ("premise", "choice1", "choice2", "question", "label")
_NER = ("tokens", "ner_tags")
_POS = ("tokens", "pos_tags")
_QA = ("id", "context", "question", "answers")


def _english(
    task: str, repository: str, train: str, dev: str, layout: str, columns: tuple[str, ...], form: int = 0
) -> dict[tuple[str, str], tuple[Place, ...]]:
    """The two splits of an intermediate task (`tasks.intermediate`)."""
    return {
        (task, split): (Place(repository, files, layout, columns, ("en",), form=form),)
        for split, files in (("train", train), ("dev", dev))
    }


_MULTI_NLI = _english("mnli", "multi_nli", "data/train", "data/validation_matched", "pair-lines", _NLI, -1)
_ANSWERS = ("context", "question", "answer0", "answer1", "answer2", "answer3", "label")
_SOCIAL = ("context", "question", "answerA", "answerB", "answerC", "label")
_ENDINGS = ("ctx_a", "ctx_b", "endings", "label")
_STEM = ("question", "choices", "answerKey")

_INTERMEDIATE: dict[tuple[str, str], tuple[Place, ...]] = {
    **_MULTI_NLI,
    # XNLI's training data in other languages are machine translations of MultiNLI.
    ("mnli", "train"): (
        *_MULTI_NLI["mnli", "train"],
        Place(
            "xnli",
            "{language}/train",
            "pair-lines",
            _NLI,
            tuple(code for code in _XTREME["xnli"] if code != "en"),
            form=1,
        ),
    ),
    **_english("snli", "snli", "plain_text/train", "plain_text/validation", "pair-lines", _NLI, -1),
    **_english("anli-r1", "anli", "plain_text/train_r1", "plain_text/dev_r1", "pair-lines", _NLI, -1),
    **_english("anli-r2", "anli", "plain_text/train_r2", "plain_text/dev_r2", "pair-lines", _NLI, -1),
    **_english("anli-r3", "anli", "plain_text/train_r3", "plain_text/dev_r3", "pair-lines", _NLI, -1),
    **_english("qqp", "glue", "qqp/train", "qqp/validation", "pair-lines", ("question1", "question2", "label"), -1),
    **_english("squad", "squad", "plain_text/train", "plain_text/validation", "questions", _QA),
    **_english("squad2", "squad_v2", "squad_v2/train", "squad_v2/validation", "answerable-questions", _QA),
    **_english("hellaswag", "hellaswag", "data/train", "data/validation", "hellaswag", _ENDINGS),
    **_english("cosmosqa", "cosmos_qa", "default/train/", "default/validation/", "cosmos", _ANSWERS),
    **_english("csqa", "commonsense_qa", "data/train", "data/validation", "commonsense", _STEM),
    **_english("siqa", "social_i_qa", "default/train/", "default/validation/", "social", _SOCIAL),
    **_english("copa", "super_glue", "copa/train", "copa/validation", "choices", _CHOICE),
}

PLACES: dict[tuple[str, str], tuple[Place, ...]] = {
    ("xnli", "train"): (Place("xnli", "en/train", "pairs", _NLI),),
    ("xnli", "dev"): (Place("xnli", "{language}/validation", "pairs", _NLI),),
    ("xnli", "test"): (Place("xnli", "{language}/test", "pairs", _NLI),),
    ("pawsx", "train"): (Place("paws-x", "en/train", "pairs", _PAIR),),
    ("pawsx", "dev"): (Place("paws-x", "{language}/validation", "pairs", _PAIR),),
    ("pawsx", "test"): (Place("paws-x", "{language}/test", "pairs", _PAIR),),
    # The labels of English COPA's test set are withheld there.
    ("xcopa", "train"): (Place("super_glue", "copa/train", "choices", _CHOICE),),
    ("xcopa", "dev"): (
        Place("super_glue", "copa/validation", "choices", _CHOICE, ("en",)),
        Place("xcopa", "{language}/validation", "choices", _CHOICE, _XCOPA),
    ),
    ("xcopa", "test"): (Place("xcopa", "{language}/test", "choices", _CHOICE, _XCOPA),),
    ("udpos", "train"): (Place("xtreme", "udpos.English/train", "words", _POS),),
    ("udpos", "dev"): (
        Place(
            "xtreme",
            "udpos.{name}/validation",
            "words",
            _POS,
            tuple(code for code in _XTREME["udpos"] if code not in _NO_UDPOS_DEV),
        ),
    ),
    ("udpos", "test"): (
        Place("xtreme", "udpos.{name}/test", "words", _POS, _XTREME["udpos"]),
        Place("udpos-r", "{language}/test", "words", _POS, _UDPOS_R),
    ),
    ("panx", "train"): (Place("xtreme", "PAN-X.en/train", "entities", _NER),),
    ("panx", "dev"): (
        Place("xtreme", "PAN-X.{language}/validation", "entities", _NER, _XTREME["panx"]),
        Place("wikiann", "{language}/validation", "entities", _NER),
    ),
    ("panx", "test"): (
        Place("xtreme", "PAN-X.{language}/test", "entities", _NER, _XTREME["panx"]),
        Place("wikiann", "{language}/test", "entities", _NER),
    ),
    ("xquad", "train"): (Place("squad", "plain_text/train", "questions", _QA),),
    ("xquad", "dev"): (Place("squad", "plain_text/validation", "questions", _QA),),
    ("xquad", "test"): (Place("xquad", "xquad.{language}/validation", "questions", _QA),),
    ("mlqa", "train"): (Place("squad", "plain_text/train", "questions", _QA),),
    ("mlqa", "dev"): (Place("xtreme", "MLQA.{language}.{language}/validation", "questions", _QA),),
    ("mlqa", "test"): (Place("xtreme", "MLQA.{language}.{language}/test", "questions", _QA),),
    ("tydiqa", "train"): (Place("xtreme", "tydiqa/train", "renamed-questions", _QA, only="english-"),),
    **dict.fromkeys(
        [("tydiqa", "dev"), ("tydiqa", "test")],
        (Place("xtreme", "tydiqa/validation", "questions", _QA, only="{lower_name}-"),),
    ),
    # LASER's form of it.
    ("tatoeba", "test"): (
        Place(
            "xtreme",
            "tatoeba.{iso3}/validation",
            "bitext",
            ("source_sentence", "target_sentence"),
            _XTREME["tatoeba"],
            form=1,
        ),
        Place("tatoeba", "test/{iso3}-eng", "bitext", ("sentence1", "sentence2"), form=1),
    ),
    **_INTERMEDIATE,
}

UNAVAILABLE: dict[str, str] = {
    "bucc2018": "google/xtreme holds its gold pairs alone, without the sentences to mine them from",
    "lareqa": "google-research-datasets/xquad_r leaves out where sentences end, which are LAReQA's candidates",
    "mewslix": "izhx/mewsli-x holds archives in a form of its own, none of them a table",
    "ccg": "CCGbank is licensed by the LDC (LDC2005T13)",
}

NOTICES = {
    "udpos": (
        "UD-POS of the Hugging Face hub is not XTREME's: fused words are split there, and Greek, Chinese and German"
        " hold Ancient Greek, Classical Chinese and Swiss German too; its scores do not compare with published ones."
    )
}
"""What must be said of scores, by task."""
