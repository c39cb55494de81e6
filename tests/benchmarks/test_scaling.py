"""Sentences made of real ones, and the files that they are run from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.benchmarks.recombined import halves, take
from xbench.benchmarks.scaling import PAIRS_A_FILE, file_sizes, write_bitexts
from xbench.tasks.sources import DirectorySource
from xbench.tasks.suites import TASKS


@given(st.text())
def test_halves_make_the_whole(sentence):
    assert "".join(halves(sentence)) == sentence


def test_sentences_are_distinct_and_the_same_again():
    real = ["a b c d", "e f", "ghij", "k l m"]
    made = take(real, 10)
    assert len(set(made)) == 10
    assert made == take(real, 10)
    assert all(any(sentence.startswith(halves(one)[0]) for one in real) for sentence in made)


def test_too_few_sentences_are_refused():
    with pytest.raises(ValueError, match="2 sentences give no more than 4 others"):
        take(["a b", "c d"], 5)
    with pytest.raises(ValueError, match="two sentences are needed"):
        take(["a b"], 1)


def test_files_are_equal_and_hold_all():
    assert file_sizes(1_000, 36) == [500]
    assert sum(file_sizes(100_000, 36)) == 50_000
    assert max(file_sizes(100_000, 36)) - min(file_sizes(100_000, 36)) <= 1
    assert max(file_sizes(100_000, 36)) <= PAIRS_A_FILE
    with pytest.raises(ValueError, match="do not hold"):
        file_sizes(100_000, 2)


def test_files_read_back(tmp_path):
    sentences = [f"s{number}" for number in range(2 * PAIRS_A_FILE + 4)]
    languages = write_bitexts(sentences, tmp_path)
    assert len(languages) == 2
    data = [DirectorySource(tmp_path).load(TASKS["tatoeba"], "test", language) for language in languages]
    read = [text for one in data for text in (*one.candidates.texts, *(query.text for query in one.examples))]
    assert sorted(read) == sorted(sentences)
    assert all(one.labelled for one in data)
