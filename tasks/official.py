"""Sizes of the official data sets, as data: what a directory in XTREME's layout should hold.

Sources. Most rows: the features of Hugging Face's copy of XTREME (datasets/xtreme/dataset_infos.json) and counts of the
original files; BUCC's gold pairs: the same; LAReQA: counts of XQuAD-R; Mewsli-X: google-research's
dense_representations_for_entity_retrieval/mel/mewsli-x.md; WikiANN's additions in XTREME-R: its data-set card. A row
that is not here is not known.

UD-POS is what XTREME's script makes of Universal Dependencies 2.5, which takes treebanks by the code their files begin
with. Hugging Face goes by the name and so adds Ancient Greek (2,353 test sentences), Classical Chinese (2,073), Swiss
German (100), Old French and Old Russian. Greek, Chinese and German are corrected here. French and Russian are left out:
Hugging Face's 9,465 and 11,336 are too many, and what is right could not be counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .suites import TASKS


@dataclass(frozen=True, slots=True)
class Size:
    """How large one split is in one language.

    Attributes:
        examples: examples, questions, tagged sentences or queries.
        candidates: what a retrieval task searches, where its number is not that of the queries.
        pairs: gold pairs of a mining task.
        doubt: why the size itself may be wrong.
        version: which of several official versions has it.
    """

    examples: int
    candidates: int | None = None
    pairs: int | None = None
    doubt: str = ""
    version: str = ""


Sizes = Mapping[str, tuple[Size, ...]]
"""By language; several where there are several official versions, the usual one first."""
Manifest = Mapping[str, Mapping[str, Sizes]]
"""By task, split and language."""

_FROM_MEMORY = "the official numbers of sentences are from memory"


def _sizes(table: str) -> dict[str, tuple[Size, ...]]:
    """Read `code size code size ...`."""
    words = table.split()
    return {code: (Size(int(size)),) for code, size in zip(words[::2], words[1::2], strict=True)}


def _each(languages: str, size: int) -> dict[str, tuple[Size, ...]]:
    return {code: (Size(size),) for code in languages.split()}


def _all(task: str, size: int) -> dict[str, tuple[Size, ...]]:
    return _each(" ".join(TASKS[task].languages), size)


_SQUAD_TRAIN = {"en": (Size(87_599),)}
# The public dev set of v1.1 is XTREME's test set, and serves as its dev set too.
_TYDIQA = _sizes("ar 921 bn 113 en 440 fi 782 id 565 ko 276 ru 812 sw 499 te 669")
_PANX = {
    **_each("ar bg de el en es fa fi fr he hu id it ja ko nl pt ru th tr vi zh pl uk ro et eu ka lt", 10_000),
    **_each("ms ur ta bn ml tl az af hi mr kk sw te", 1_000),
    **_each("jv my yo qu pa gu", 100),
}
_GERMAN_TEST = (
    Size(22_358, version="as XTREME's script makes it"),
    Size(20_436, version="without the treebank LIT, as XTREME's paper has it"),
)

OFFICIAL: Manifest = {
    "xnli": {"train": {"en": (Size(392_702),)}, "dev": _all("xnli", 2_490), "test": _all("xnli", 5_010)},
    # Rows of the original files; Hugging Face drops those with a blank side (dev es 1,961, fr 1,988; test ko 1,999).
    "pawsx": {"train": {"en": (Size(49_401),)}, "dev": _all("pawsx", 2_000), "test": _all("pawsx", 2_000)},
    # COPA's own for English (SuperGLUE), cambridgeltl/xcopa for the others.
    "xcopa": {"train": {"en": (Size(400),)}, "dev": _all("xcopa", 100), "test": _all("xcopa", 500)},
    "udpos": {
        "train": {"en": (Size(21_253),)},
        # 0: no treebank of the language has a dev set. Greek GDT 403; Chinese GSD 500 and GSDSimp 500.
        "dev": _sizes(
            "af 194 ar 909 bg 1115 de 19233 el 403 en 3974 es 3054 et 3125 eu 1798 fa 599 fi 3239 he 484 hi 1659 hu 441"
            " id 559 it 2278 ja 511 kk 0 ko 3016 mr 46 nl 1394 pt 1770 ta 80 te 131 th 0 tl 0 tr 988 ur 552 vi 800 yo 0"
            " zh 1000"
        ),
        # Wolof: counted from Universal Dependencies 2.7, as the four other additions of XTREME-R would have to be.
        "test": {
            **_sizes(
                "af 425 ar 1680 bg 1116 el 456 en 5440 es 3147 et 3760 eu 1799 fa 600 fi 4422 he 491 hi 2684 hu 449"
                " id 1557 it 3518 ja 2372 kk 1047 ko 4276 mr 47 nl 1471 pt 2681 ta 120 te 146 th 1000 tl 55 tr 4785"
                " ur 535 vi 800 wo 470 yo 100 zh 3455"
            ),
            "de": _GERMAN_TEST,
        },
    },
    "panx": {"train": {"en": (Size(20_000),)}, "dev": _PANX, "test": _PANX},
    "xquad": {"train": _SQUAD_TRAIN, "dev": {"en": (Size(10_570),)}, "test": _all("xquad", 1_190)},
    "mlqa": {
        "train": _SQUAD_TRAIN,
        "dev": _sizes("en 1148 ar 517 de 512 es 500 hi 507 vi 511 zh 504"),
        "test": _sizes("en 11590 ar 5335 de 4517 es 5253 hi 4918 vi 5495 zh 5137"),
    },
    "tydiqa": {"train": {"en": (Size(3_696),)}, "dev": _TYDIQA, "test": _TYDIQA},
    "tatoeba": {
        "test": {
            **_all("tatoeba", 1_000),
            **_sizes("jv 205 te 234 ta 307 sw 390 th 548 kk 575 ml 687 ka 746"),
        }
    },
    # Dev is the shared task's sample, test its training part. Counted: all of zh dev, the French side of fr dev.
    "bucc2018": {
        "dev": {
            "de": (Size(32_593, 40_354, 1_038, _FROM_MEMORY),),
            "fr": (Size(21_497, 38_069, 929, "the official number of English sentences is from memory"),),
            "ru": (Size(45_459, 72_766, 2_374, _FROM_MEMORY),),
            "zh": (Size(8_624, 13_589, 257),),
        },
        "test": {
            "de": (Size(413_869, 399_337, 9_580, _FROM_MEMORY),),
            "fr": (Size(271_874, 369_810, 9_086, _FROM_MEMORY),),
            "ru": (Size(460_853, 558_401, 14_435, _FROM_MEMORY),),
            "zh": (Size(94_637, 88_860, 1_899, _FROM_MEMORY),),
        },
    },
    "lareqa": {"test": {code: (Size(1_190, 13_014),) for code in TASKS["lareqa"].languages}},
    "mewslix": {
        split: {code: (Size(size[0].examples, 1_003_893),) for code, size in _sizes(table).items()}
        for split, table in {
            "dev": "ar 318 de 326 en 316 es 311 fa 72 ja 310 pl 304 ro 145 ta 312 tr 262 uk 315",
            "test": "ar 1501 de 1551 en 1490 es 1552 fa 458 ja 1519 pl 1562 ro 672 ta 1567 tr 1215 uk 1537",
        }.items()
    },
}


def official_sizes(manifest: Manifest, task: str, split: str, language: str) -> tuple[Size, ...]:
    """The official sizes, the usual one first; none where they are not known."""
    return manifest.get(task, {}).get(split, {}).get(language, ())
