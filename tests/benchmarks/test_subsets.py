"""A subset is drawn evenly, and reads back as a part of the whole."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.benchmarks.subsets import draw, spread, write_subset
from xbench.errors import InputError
from xbench.tasks.sources import DirectorySource
from xbench.tasks.suites import TASKS


@given(st.lists(st.integers(0, 50), min_size=1, max_size=80), st.data())
def test_one_of_each_stretch_of_lengths(lengths, data):
    count = data.draw(st.integers(1, len(lengths)))
    chosen = draw(lengths, count)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == count
    order = sorted(range(len(lengths)), key=lambda number: (lengths[number], number))
    ranks = sorted(order.index(number) for number in chosen)
    edges = [len(order) * number // count for number in range(count + 1)]
    assert all(first <= rank < last for first, rank, last in zip(edges, ranks, edges[1:], strict=False))


def test_a_draw_is_the_same_again_and_another_by_another_seed():
    lengths = list(range(1000))
    assert draw(lengths, 10) == draw(lengths, 10)
    assert draw(lengths, 10, seed=0) != draw(lengths, 10, seed=1)
    assert draw([3, 1, 2], 7) == [0, 1, 2]


def test_spread():
    assert spread("abcdef", 3) == ["a", "c", "e"]
    assert spread("ab", 3) == ["a", "b"]


def plain(examples):
    """Examples without the names that their place in a file gives them."""
    return [replace(example, id="") for example in examples]


@pytest.mark.parametrize("key", ["xnli", "udpos", "xquad"])
def test_a_subset_is_a_part_of_the_whole_in_its_order(key, mini_data, tmp_path):
    whole, task = DirectorySource(mini_data), TASKS[key]
    languages = write_subset(whole, task, "test", 30, tmp_path)
    assert set(languages) == {"en", "de", "th"} & set(task.languages)
    for language in languages:
        part = plain(DirectorySource(tmp_path).load(task, "test", language).examples)
        assert len(part) == round(30 / len(languages))
        rest = iter(plain(whole.load(task, "test", language).examples))
        assert all(example in rest for example in part)


def test_translations_stay_translations(mini_data, tmp_path):
    task = TASKS["tatoeba"]
    assert write_subset(DirectorySource(mini_data), task, "test", 8, tmp_path, least=8) == ["de"]

    def pairs(directory):
        found = DirectorySource(directory).load(task, "test", "de")
        return [(query.text, found.candidates.texts[query.gold[0]]) for query in found.examples]

    assert len(pairs(tmp_path)) == 8
    assert set(pairs(tmp_path)) <= set(pairs(mini_data))


def test_what_has_no_labels_is_left_out(mini_data, tmp_path):
    task, whole = TASKS["udpos"], tmp_path / "whole"
    (whole / "udpos").mkdir(parents=True)
    (whole / "udpos" / "test-de.tsv").write_bytes((mini_data / "udpos" / "test-de.tsv").read_bytes())
    (whole / "udpos" / "test-th.tsv").write_text("word\nword\n\nword\n")
    assert write_subset(DirectorySource(whole), task, "test", 4, tmp_path / "part") == ["de"]
    with pytest.raises(InputError, match="no test data of panx with gold labels"):
        write_subset(DirectorySource(whole), TASKS["panx"], "test", 4, tmp_path / "part")
