"""Switches: what they change, what they leave, and what is said of one that does not exist."""

import pytest
from xbench.errors import InputError
from xbench.tasks.protocol import SWITCHES, parse_protocol, with_protocol
from xbench.tasks.readers import read_pairs, read_parsed_pairs
from xbench.tasks.sources import open_directory
from xbench.tasks.suites import TASKS

CONCERNED = {
    "chunks": {"udpos", "panx"},
    "answers": {"xquad", "mlqa", "tydiqa"},
    "duplicates": {"bucc2018"},
    "quotes": {"xnli", "pawsx"},
    "direction": {"tatoeba"},
}


@pytest.mark.parametrize("key", SWITCHES)
def test_a_switch_changes_the_tasks_it_concerns_and_no_other(key):
    switch = SWITCHES[key]
    changed = {name for name, task in TASKS.items() if switch.apply(task, switch.values[1]) != task}
    assert changed == CONCERNED[key]
    # The first value is the reference's, which is what the tasks are.
    assert all(switch.apply(task, switch.values[0]) == task for task in TASKS.values())


def test_only_what_differs_is_named():
    choices = parse_protocol(("quotes=parsed", "chunks=seqeval-1", "answers=reference"))
    task, named = with_protocol(TASKS["udpos"], choices)
    assert named == ("chunks=seqeval-1",)
    assert task.kind.chunk_rule == "seqeval-1"
    assert with_protocol(TASKS["tatoeba"], choices) == (TASKS["tatoeba"], ())


@pytest.mark.parametrize(
    ("choice", "complaint"),
    [
        ("chunk=seqeval-1", "unknown protocol choice 'chunk': did you mean 'chunks'?"),
        ("chunks", "chunks cannot be '': one of seqeval-0.0.12, seqeval-1"),
        ("answers=cut", "answers cannot be 'cut': one of reference, offsets"),
    ],
)
def test_bad_choices(choice, complaint):
    with pytest.raises(InputError) as caught:
        parse_protocol((choice,))
    assert str(caught.value) == complaint


QUOTED = '"He said ""no""."\tIt is.\tneutral\r\nplain\t"a"\tentailment\r\n'


def test_quotes_are_kept_or_undone(write):
    path = write("f", QUOTED)
    kept = [(e.first, e.second) for e in read_pairs([path], TASKS["xnli"]).examples]
    parsed = [(e.first, e.second) for e in read_parsed_pairs([path], TASKS["xnli"]).examples]
    assert kept == [('"He said ""no""."', "It is."), ("plain", '"a"')]
    assert parsed == [('He said "no".', "It is."), ("plain", "a")]


def test_a_quote_that_is_never_closed_is_named(write):
    with pytest.raises(InputError, match=r"f:\d: not what a CSV writer writes"):
        read_parsed_pairs([write("f", 'a\t"b\tneutral\nc\td\tneutral\n')], TASKS["xnli"])


def test_the_switch_reaches_the_reader(write, tmp_path):
    write("xnli/test-de.tsv", QUOTED)
    task, _ = with_protocol(TASKS["xnli"], {"quotes": "parsed"})
    assert open_directory(tmp_path).load(task, "test", "de").examples[0].first == 'He said "no".'
