"""Which tasks and languages a user means."""

import pytest
from xbench.errors import InputError
from xbench.tasks.selection import select_languages
from xbench.tasks.suites import SUITES


def test_suite_and_all():
    assert "pawsx" in select_languages(None, (), ())
    assert select_languages("mini", (), ()) == SUITES["mini"].languages
    assert select_languages(None, ("xnli",), ("sw", "de")) == {"xnli": ("sw", "de")}


@pytest.mark.parametrize(
    ("suite", "tasks", "languages", "complaint"),
    [
        (None, ("xnil",), (), "unknown task 'xnil': did you mean 'xnli'"),
        ("xtrem", (), (), "did you mean 'xtreme'"),
        (None, (), ("german",), "did you mean 'de'"),
        (None, (), ("xx",), "unknown language 'xx'"),
        ("mini", ("pawsx",), (), "suite 'mini' has no task 'pawsx'"),
        (None, ("xnli",), ("ka",), "none of the tasks xnli has the language 'ka'"),
    ],
)
def test_what_cannot_be_meant(suite, tasks, languages, complaint):
    with pytest.raises(InputError, match=complaint):
        select_languages(suite, tasks, languages)
