"""The tasks and suites that xbench knows: tables, no logic.

Languages and their order: XTREME's evaluate.py; XTREME-R's additions follow in its order. File names: the `download`
directory that XTREME's scripts/download_data.sh makes.
"""

from ..errors import InputError
from .kinds.checklist import Checklist
from .kinds.choice import Choice
from .kinds.classification import Classification
from .kinds.mining import Mining
from .kinds.ranking import Ranking
from .kinds.retrieval import Retrieval
from .kinds.span import Span
from .kinds.tagging import Tagging
from .languages import nearest
from .mini import MINI_LANGUAGES
from .mini.generate import NOTICE
from .plugins import with_plugins
from .task import Form, Suite, Task

_XNLI = tuple("ar bg de el en es fr hi ru sw th tr ur vi zh".split())
_PAWSX = tuple("de en es fr ja ko zh".split())
_PANX = tuple(
    "ar he vi id jv ms tl eu ml ta te af nl en de el bn hi mr ur fa fr it pt es bg ru ja ka ko th sw yo my zh kk tr"
    " et fi hu".split()
)
_PANX_R = (*_PANX, *"qu pl uk az lt pa gu ro".split())
_UDPOS = tuple(
    "af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh".split()
)
_UDPOS_R = (*_UDPOS, *"lt pl uk wo ro".split())
_XQUAD = tuple("en es de el ru tr ar vi th zh hi".split())
_XQUAD_R = (*_XQUAD, "ro")
_MLQA = tuple("en es de ar hi vi zh".split())
_TYDIQA = tuple("en ar bn fi id ko ru sw te".split())
_TATOEBA = tuple(language for language in _PANX if language not in ("en", "ms", "my", "yo"))
_TATOEBA_R = (*_TATOEBA, *"az lt pl uk ro".split())
_XCOPA = tuple("et ht id it qu sw ta th tr vi zh".split())


_BUCC = ("de", "fr", "ru", "zh")
_LAREQA = tuple("ar de el en es hi ru th tr vi zh".split())
_CHECKLIST = tuple(
    "en af ar az bg bn de el es et eu fa fi fr gu he hi ht hu id it ja jv ka kk ko lt ml mr ms my nl pa pl pt qu ro ru"
    " sw ta te th tl tr uk ur vi wo yo zh".split()
)
_MEWSLIX = tuple("ar de en es fa ja pl ro ta tr uk".split())

_TATOEBA_FILES = ("tatoeba/{language}-en.{language}", "tatoeba/{language}-en.en")


def _mining_forms(split: str) -> tuple[Form, ...]:
    """BUCC's files of one split with their gold, and without it as XTREME ships the test split."""
    sides = tuple(f"bucc2018/{{language}}-en.{split}.{side}" for side in ("{language}", "en"))
    return Form("mining", (*sides, f"bucc2018/{{language}}-en.{split}.gold")), Form("mining", sides)


def _per_split(reader: str, **paths: str) -> dict[str, tuple[Form, ...]]:
    return {split: (Form(reader, (path,)),) for split, path in paths.items()}


_UPOS = tuple("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split())

_TASKS = (
    Task(
        key="xnli",
        title="XNLI",
        kind=Classification(),
        languages=_XNLI,
        training="xnli",
        main_metrics=("accuracy",),
        max_length=128,
        splits=_per_split(
            "pairs", train="xnli/train-en.tsv", dev="xnli/dev-{language}.tsv", test="xnli/test-{language}.tsv"
        ),
        labels=("contradiction", "entailment", "neutral"),
    ),
    Task(
        key="pawsx",
        title="PAWS-X",
        kind=Classification(),
        languages=_PAWSX,
        training="pawsx",
        main_metrics=("accuracy",),
        max_length=128,
        splits=_per_split(
            "pairs", train="pawsx/train-en.tsv", dev="pawsx/dev-{language}.tsv", test="pawsx/test-{language}.tsv"
        ),
        labels=("0", "1"),
    ),
    Task(
        key="xcopa",
        title="XCOPA",
        kind=Choice(),
        languages=(*_XCOPA, "en"),
        training="xcopa",
        main_metrics=("accuracy",),
        max_length=128,
        splits=_per_split(
            "copa", train="xcopa/train-en.jsonl", dev="xcopa/val-{language}.jsonl", test="xcopa/test-{language}.jsonl"
        ),
    ),
    Task(
        key="udpos",
        title="UD-POS",
        kind=Tagging(),
        languages=_UDPOS_R,
        training="udpos",
        main_metrics=("f1",),
        max_length=128,
        splits=_per_split(
            "tags", train="udpos/train-en.tsv", dev="udpos/dev-{language}.tsv", test="udpos/test-{language}.tsv"
        ),
        labels=_UPOS,
        extra_labels=("O", "_"),
    ),
    Task(
        key="panx",
        title="PAN-X",
        kind=Tagging(),
        languages=_PANX_R,
        training="panx",
        main_metrics=("f1",),
        max_length=128,
        splits=_per_split(
            "tags", train="panx/train-en.tsv", dev="panx/dev-{language}.tsv", test="panx/test-{language}.tsv"
        ),
        labels=("B-LOC", "B-ORG", "B-PER", "I-LOC", "I-ORG", "I-PER", "O"),
    ),
    Task(
        key="xquad",
        title="XQuAD",
        kind=Span(),
        languages=_XQUAD_R,
        training="squad",
        main_metrics=("exact_match", "f1"),
        max_length=384,
        splits={
            "train": (
                Form("squad", ("squad/train-v1.1.json",)),
                Form("squad", ("squad/train-v1.1.part.json",)),
            ),
            "dev": (Form("squad", ("squad/dev-v1.1.json",)),),
            "test": (Form("squad", ("xquad/xquad.{language}.json",)),),
        },
        version=2,
    ),
    Task(
        key="mlqa",
        title="MLQA",
        kind=Span(rule="mlqa"),
        languages=_MLQA,
        training="squad",
        main_metrics=("exact_match", "f1"),
        max_length=384,
        splits=_per_split(
            "squad",
            train="squad/train-v1.1.json",
            dev="mlqa/MLQA_V1/dev/dev-context-{language}-question-{language}.json",
            test="mlqa/MLQA_V1/test/test-context-{language}-question-{language}.json",
        ),
        version=2,
    ),
    Task(
        key="tydiqa",
        title="TyDiQA-GoldP",
        kind=Span(),
        languages=_TYDIQA,
        training="tydiqa",
        main_metrics=("exact_match", "f1"),
        max_length=384,
        # The test set is the public dev set; it also serves as dev.
        splits=_per_split(
            "squad",
            train="tydiqa/tydiqa-goldp-v1.1-train/tydiqa.goldp.en.train.json",
            dev="tydiqa/tydiqa-goldp-v1.1-dev/tydiqa.goldp.{language}.dev.json",
            test="tydiqa/tydiqa-goldp-v1.1-dev/tydiqa.goldp.{language}.dev.json",
        ),
        version=2,
    ),
    Task(
        key="tatoeba",
        title="Tatoeba",
        kind=Retrieval(),
        languages=_TATOEBA_R,
        training="encoder",
        main_metrics=("accuracy",),
        max_length=512,
        splits={
            "test": (
                Form("sorted-bitext", (*_TATOEBA_FILES, "labels/tatoeba/test-{language}.tsv")),
                # LASER's original files, line i translating line i, wherever they were put.
                *(
                    Form("bitext", (f"{folder}tatoeba.{{iso3}}-eng.{{iso3}}", f"{folder}tatoeba.{{iso3}}-eng.eng"))
                    for folder in ("tatoeba/v1/", "tatoeba/", "v1/", "")
                ),
                Form("sorted-bitext", _TATOEBA_FILES),
            )
        },
    ),
    Task(
        key="bucc2018",
        title="BUCC 2018",
        kind=Mining(),
        languages=_BUCC,
        training="encoder",
        main_metrics=("f1",),
        max_length=512,
        splits={split: _mining_forms(split) for split in ("dev", "test")},
        tuned_on="dev",
    ),
    Task(
        key="lareqa",
        title="LAReQA",
        kind=Ranking(query_length=96),
        languages=_LAREQA,
        training="lareqa",
        main_metrics=("map@20",),
        max_length=256,
        pooling="pooler",
        splits={
            "test": (
                Form(
                    "lareqa",
                    ("lareqa/xquad-r/{language}.json",),
                    pool=tuple(f"lareqa/xquad-r/{language}.json" for language in _LAREQA),
                ),
            )
        },
    ),
    Task(
        key="mewslix",
        title="Mewsli-X",
        kind=Ranking(query_length=64),
        languages=_MEWSLIX,
        training="mewslix",
        main_metrics=("map@20",),
        max_length=64,
        pooling="pooler",
        splits={
            split: (
                Form(
                    "mewslix",
                    (f"mewslix/wikinews_mentions/{split}-{{language}}.jsonl",),
                    pool=("mewslix/candidate_set_entities.jsonl",),
                ),
            )
            for split in ("dev", "test")
        },
    ),
    # A diagnostic of XTREME-R, in none of its averages. Languages: multichecklist/README.md.
    Task(
        key="multichecklist",
        title="MultiCheckList",
        kind=Checklist(),
        languages=_CHECKLIST,
        training="squad",
        main_metrics=("error_rate",),
        max_length=384,
        splits=_per_split("checklist", test="multichecklist/{language}.jsonl"),
    ),
)

TASKS: dict[str, Task] = {task.key: task for task in _TASKS}

_XTREME_LANGUAGES = {
    "xnli": _XNLI,
    "pawsx": _PAWSX,
    "udpos": _UDPOS,
    "panx": _PANX,
    "xquad": _XQUAD,
    "mlqa": _MLQA,
    "tydiqa": _TYDIQA,
    "bucc2018": _BUCC,
    "tatoeba": _TATOEBA,
}
_XTREME_R_LANGUAGES = {
    "xnli": _XNLI,
    "xcopa": _XCOPA,
    "udpos": _UDPOS_R,
    "panx": _PANX_R,
    "xquad": _XQUAD_R,
    "mlqa": _MLQA,
    "tydiqa": _TYDIQA,
    "tatoeba": _TATOEBA_R,
    "mewslix": _MEWSLIX,
    "lareqa": _LAREQA,
}

SUITES: dict[str, Suite] = {
    suite.key: suite
    for suite in (
        Suite(
            key="mini",
            title="mini",
            languages={
                **dict.fromkeys(("xnli", "xcopa", "udpos", "xquad"), MINI_LANGUAGES),
                "tatoeba": tuple(language for language in MINI_LANGUAGES if language != "en"),
            },
            groups={
                "classification": ("xnli", "xcopa"),
                "tagging": ("udpos",),
                "qa": ("xquad",),
                "retrieval": ("tatoeba",),
            },
            notice=NOTICE,
        ),
        Suite(
            key="xtreme",
            title="XTREME",
            languages=_XTREME_LANGUAGES,
            groups={
                "classification": ("pawsx", "xnli"),
                "tagging": ("udpos", "panx"),
                "qa": ("xquad", "mlqa", "tydiqa"),
                "retrieval": ("bucc2018", "tatoeba"),
            },
        ),
        Suite(
            key="xtreme-r",
            title="XTREME-R",
            languages=_XTREME_R_LANGUAGES,
            groups={
                "classification": ("xnli", "xcopa"),
                "tagging": ("udpos", "panx"),
                "qa": ("xquad", "mlqa", "tydiqa"),
                "retrieval": ("tatoeba", "mewslix", "lareqa"),
            },
        ),
    )
}


def known_tasks() -> dict[str, Task]:
    """All tasks, those of plug-ins too."""
    return with_plugins(TASKS, Task)


def known_suites() -> dict[str, Suite]:
    """All suites, those of plug-ins too."""
    return with_plugins(SUITES, Suite)


def find_task(key: str) -> Task:
    """Look up a task by its key.

    Raises:
        InputError: there is no such task; the nearest key is named.
    """
    known = known_tasks()
    if key not in known:
        raise InputError(f"unknown task {key!r}: {nearest(key, known)}")
    return known[key]


def find_suite(key: str) -> Suite:
    """Look up a suite by its key.

    Raises:
        InputError: there is no such suite; the nearest key is named.
    """
    known = known_suites()
    if key not in known:
        raise InputError(f"unknown suite {key!r}: {nearest(key, known)}")
    return known[key]
