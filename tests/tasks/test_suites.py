"""The tables of tasks and suites against XTREME's evaluate.py, as section 1.1 and 3.1 of the protocol quote it."""

import pytest
from xbench.errors import InputError
from xbench.tasks.languages import LANGUAGES, find_language, nearest
from xbench.tasks.mini import MINI_LANGUAGES
from xbench.tasks.suites import SUITES, TASKS, find_suite, find_task

XTREME, XTREME_R, MINI = SUITES["xtreme"], SUITES["xtreme-r"], SUITES["mini"]

XTREME_COUNTS = {
    "xnli": 15,
    "pawsx": 7,
    "udpos": 33,
    "panx": 40,
    "xquad": 11,
    "mlqa": 7,
    "tydiqa": 9,
    "bucc2018": 4,
    "tatoeba": 36,
}
XTREME_R_COUNTS = {
    "xnli": 15,
    "xcopa": 11,
    "udpos": 38,
    "panx": 48,
    "xquad": 12,
    "mlqa": 7,
    "tydiqa": 9,
    "tatoeba": 41,
    "mewslix": 11,
    "lareqa": 11,
}
# "languages (exact, evaluate.py order)"
ORDER = {
    "pawsx": "de en es fr ja ko zh",
    "xnli": "ar bg de el en es fr hi ru sw th tr ur vi zh",
    "panx": "ar he vi id jv ms tl eu ml ta te af nl en de el bn hi mr ur fa fr it pt es bg ru ja ka ko th sw yo my zh "
    "kk tr et fi hu",
    "udpos": "af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh",
    "bucc2018": "de fr ru zh",
    "tatoeba": "ar he vi id jv tl eu ml ta te af nl de el bn hi mr ur fa fr it pt es bg ru ja ka ko th sw zh kk tr et "
    "fi hu",
    "xquad": "en es de el ru tr ar vi th zh hi",
    "mlqa": "en es de ar hi vi zh",
    "tydiqa": "en ar bn fi id ko ru sw te",
}
ADDED = {
    "udpos": "lt pl uk wo ro",
    "panx": "qu pl uk az lt pa gu ro",
    "xquad": "ro",
    "tatoeba": "az lt pl uk ro",
}


@pytest.mark.parametrize(("suite", "counts"), [(XTREME, XTREME_COUNTS), (XTREME_R, XTREME_R_COUNTS)])
def test_tasks_and_numbers_of_languages(suite, counts):
    assert suite.tasks == tuple(counts)
    assert {task: len(languages) for task, languages in suite.languages.items()} == counts
    assert all(len(set(languages)) == len(languages) for languages in suite.languages.values())


def test_the_languages_of_xtreme_in_its_order():
    assert {task: " ".join(languages) for task, languages in XTREME.languages.items()} == ORDER


def test_xtreme_r_is_xtreme_and_its_additions():
    for task in XTREME.languages.keys() & XTREME_R.languages.keys():
        assert " ".join(XTREME_R.languages[task]) == f"{ORDER[task]} {ADDED.get(task, '')}".strip()
    assert XTREME_R.languages["xcopa"] == tuple("et ht id it qu sw ta th tr vi zh".split())
    assert sorted(XTREME_R.languages["mewslix"]) == "ar de en es fa ja pl ro ta tr uk".split()
    assert sorted(XTREME_R.languages["lareqa"]) == "ar de el en es hi ru th tr vi zh".split()


def test_forty_and_fifty_languages():
    forty = {language for languages in XTREME.languages.values() for language in languages}
    fifty = {language for languages in XTREME_R.languages.values() for language in languages}
    assert len(forty) == 40
    assert fifty - forty == set("az gu ht lt pa pl qu ro uk wo".split())
    assert len(forty | fifty) == 50
    assert set(LANGUAGES) == forty | fifty


def test_the_groups_of_xtreme():
    assert XTREME.groups == {
        "classification": ("pawsx", "xnli"),
        "tagging": ("udpos", "panx"),
        "qa": ("xquad", "mlqa", "tydiqa"),
        "retrieval": ("bucc2018", "tatoeba"),
    }


@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)
def test_groups_hold_each_task_once(suite):
    grouped = [task for tasks in suite.groups.values() for task in tasks]
    assert sorted(grouped) == sorted(suite.tasks)


def test_a_task_has_the_languages_of_xtreme_and_xtreme_r():
    for key in XTREME.languages.keys() | XTREME_R.languages.keys():
        task = TASKS[key]
        used = {code for suite in (XTREME, XTREME_R) for code in suite.languages.get(key, ())}
        # English COPA is there to train on, and no language of XCOPA.
        assert set(task.languages) == used | ({"en"} if key == "xcopa" else set())
        assert len(set(task.languages)) == len(task.languages)


def test_the_mini_suite_has_a_task_for_every_head_and_says_what_it_is():
    assert {TASKS[task].kind.head for task in MINI.tasks} == {task.kind.head for task in TASKS.values()}
    assert len({task.kind.head for task in TASKS.values()}) == 5
    assert len({task.kind.name for task in TASKS.values()}) == 8
    assert MINI.languages["xnli"] == MINI_LANGUAGES
    assert "en" not in MINI.languages["tatoeba"]
    assert MINI.notice
    assert (XTREME.notice, XTREME_R.notice) == (None, None)


def test_main_metrics_are_metrics_of_the_kind():
    main = {key: task.main_metrics for key, task in TASKS.items()}
    assert main == {
        **dict.fromkeys(("xnli", "pawsx", "xcopa", "tatoeba"), ("accuracy",)),
        **dict.fromkeys(("udpos", "panx", "bucc2018"), ("f1",)),
        **dict.fromkeys(("lareqa", "mewslix"), ("map@20",)),
        "multichecklist": ("error_rate",),
        **dict.fromkeys(("xquad", "mlqa", "tydiqa"), ("exact_match", "f1")),
    }
    for task in TASKS.values():
        assert set(task.main_metrics) <= {metric.name for metric in task.kind.metrics}


def test_labels_in_the_references_order():
    assert TASKS["xnli"].labels == ("contradiction", "entailment", "neutral")
    assert TASKS["pawsx"].labels == ("0", "1")
    assert TASKS["panx"].labels == ("B-LOC", "B-ORG", "B-PER", "I-LOC", "I-ORG", "I-PER", "O")
    # "(17); a stray `_` can occur as tag"; the reference's models have a needless class O.
    upos = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X"
    assert TASKS["udpos"].labels == tuple(upos.split())
    assert set(TASKS["udpos"].extra_labels) == {"O", "_"}


def test_lengths_and_training():
    assert {key: task.max_length for key, task in TASKS.items()} == {
        **dict.fromkeys(("xnli", "pawsx", "xcopa", "udpos", "panx"), 128),
        **dict.fromkeys(("xquad", "mlqa", "tydiqa", "multichecklist"), 384),
        **dict.fromkeys(("tatoeba", "bucc2018"), 512),
        "lareqa": 256,
        "mewslix": 64,
    }
    assert {key: task.training for key, task in TASKS.items() if task.training != key} == {
        "xquad": "squad",
        "mlqa": "squad",
        "tatoeba": "encoder",
        "bucc2018": "encoder",
        "multichecklist": "squad",
    }


@pytest.mark.parametrize(
    ("find", "name", "complaint"),
    [
        (find_task, "xnlii", "unknown task 'xnlii': did you mean 'xnli'?"),
        (find_task, "ud-pos", "unknown task 'ud-pos': did you mean 'udpos'?"),
        (
            find_task,
            "?",
            "unknown task '?': known: bucc2018, lareqa, mewslix, mlqa, multichecklist, panx, pawsx, tatoeba, tydiqa,"
            " udpos, xcopa, xnli, xquad",
        ),
        (find_suite, "xtrem", "unknown suite 'xtrem': did you mean 'xtreme'?"),
        (find_suite, "xtreme_r", "unknown suite 'xtreme_r': did you mean 'xtreme-r'?"),
        (find_suite, "", "unknown suite '': known: mini, xtreme, xtreme-r"),
        (find_language, "swa", "unknown language 'swa': did you mean 'sw'?"),
        (find_language, "German", "unknown language 'German': did you mean 'de'?"),
        (find_language, "haitian creole", "unknown language 'haitian creole': did you mean 'ht'?"),
    ],
)
def test_an_unknown_name_names_the_nearest(find, name, complaint):
    with pytest.raises(InputError) as caught:
        find(name)
    assert str(caught.value) == complaint
    assert caught.value.exit_code == 2


def test_known_names_are_found():
    assert all(find_task(key).key == key for key in TASKS)
    assert all(find_suite(key).key == key for key in SUITES)
    assert all(find_language(code).code == code for code in LANGUAGES)


def test_nearest_lists_what_is_known_where_nothing_is_near():
    assert nearest("zzz", ["b", "a"]) == "known: a, b"


def test_languages():
    # LASER's codes (protocol, 1.2), and the rule for low-resource languages.
    iso3 = (
        "afr af ara ar bul bg ben bn deu de ell el spa es est et eus eu pes fa fin fi fra fr heb he hin hi hun hu ind"
        " id ita it jpn ja jav jv kat ka kaz kk kor ko mal ml mar mr nld nl por pt rus ru swh sw tam ta tel te tha th"
        " tgl tl tur tr urd ur vie vi cmn zh aze az lit lt pol pl ukr uk ron ro"
    ).split()
    expected = dict(zip(iso3[1::2], iso3[::2], strict=True))
    assert {code: LANGUAGES[code].iso3 for code in expected} == expected
    assert set(expected) == set(TASKS["tatoeba"].languages)
    assert (LANGUAGES["ht"].name, LANGUAGES["de"].family) == ("Haitian Creole", "IE: Germanic")
    assert (LANGUAGES["yo"].low_resource, LANGUAGES["ta"].low_resource, LANGUAGES["en"].low_resource) == (
        True,
        False,
        False,
    )
