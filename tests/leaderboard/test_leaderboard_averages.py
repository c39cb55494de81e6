import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.leaderboard.averages import Mean, TaskMean, language_value, mean_of_tasks, mean_over

PERCENT = st.floats(0, 100)


def test_xlmr_large_reproduces_its_published_average():
    """Protocol 1.4: the plain mean over nine tasks, QA as the mean of F1 and EM, is 68.1."""
    qa = [language_value({"f1": f1, "exact_match": em}, ("exact_match", "f1")) for f1, em in
          ((76.6, 60.8), (71.6, 53.2), (65.1, 45.0))]  # fmt: skip
    assert qa == pytest.approx([68.7, 62.4, 55.05])
    values = [79.2, 86.4, 72.6, 65.4, *qa, 66.0, 57.3]
    average = mean_of_tasks([Mean(value, 1, 1) for value in values])
    assert average.value == pytest.approx(613.05 / 9)
    assert round(average.value, 1) == 68.1


# Deltas of protocol 7.9, rows marked as reproducing their average: XNLI, PAWS-X, POS, NER, XQuAD, MLQA, TyDiQA, BUCC,
# Tatoeba; QA as F1 and EM.
PHANG = {
    "ANLI+": ((-0.8, 0.0, -1.4, -3.5), ((-1.1, -0.5), (-0.6, -0.8), (-0.6, -3.0)), (19.9, 48.2), 6.6),
    "MNLI": ((-1.2, 1.4, -0.7, 0.5), ((-0.3, -0.3), (0.2, 0.2), (-1.0, -1.6)), (20.0, 48.8), 7.5),
    "QQP": ((-4.4, -4.8, -6.5, -45.4), ((-3.8, -3.8), (-4.5, -4.4), (-11.1, -10.2)), (17.1, 49.5), -1.5),
    "SQuAD": ((-1.9, 1.2, -0.8, -0.4), ((1.8, 2.5), (2.2, 2.6), (9.7, 10.8)), (18.9, 41.3), 8.1),
}


def _average(*values: float) -> float:
    average = mean_of_tasks([Mean(value, 1, 1) for value in values]).value
    assert average is not None
    return average


@pytest.mark.parametrize("row", PHANG)
def test_phang_rows_reproduce_their_average(row: str):
    plain, qa, retrieval, published = PHANG[row]
    qa_values = [language_value({"f1": f1, "exact_match": em}, ("exact_match", "f1")) for f1, em in qa]
    assert round(_average(*plain, *qa_values, *retrieval), 1) == published


def test_without_retrieval_the_gain_of_mnli_is_gone():
    # -1.2 + 1.4 - 0.7 + 0.5 - 0.3 + 0.2 - 1.3 = -1.4 over 7 tasks
    assert _average(-1.2, 1.4, -0.7, 0.5, -0.3, 0.2, -1.3) == pytest.approx(-0.2)


def test_a_mean_is_over_the_wanted_languages_only():
    assert mean_over({"en": 90.0, "de": 80.0, "az": 1.0}, ("en", "de")) == Mean(85.0, 2, 2)


def test_an_incomplete_mean_has_no_value_but_a_partial_one():
    mean = mean_over({"en": 90.0}, ("en", "de"))
    assert (mean.value, mean.partial, mean.there, mean.wanted) == (None, 90.0, 1, 2)
    assert not mean.complete


def test_a_mean_of_nothing_is_none():
    assert mean_over({}, ("en",)) == Mean(None, 0, 1)
    assert mean_over({}, ()).value is None


def test_tasks_count_alike_whatever_their_number_of_languages():
    assert mean_of_tasks([Mean(80.0, 40, 40), Mean(60.0, 4, 4)]) == TaskMean(70.0, 2, 2, 44, 44)


@pytest.mark.parametrize("missing", [Mean(None, 0, 4), Mean(60.0, 3, 4)])
def test_one_missing_language_makes_the_average_incomplete(missing: Mean):
    average = mean_of_tasks([Mean(80.0, 40, 40), missing])
    assert average.value is None
    assert average.partial is not None
    assert (average.languages, average.wanted_languages) == (40 + missing.there, 44)


def test_no_tasks_have_no_average():
    assert mean_of_tasks([]) == TaskMean(None, 0, 0, 0, 0)
    assert mean_of_tasks([]).value is None


@given(st.dictionaries(st.sampled_from("ar de en fr sw zh".split()), PERCENT, min_size=1))
def test_a_complete_mean_is_numpys(values: dict[str, float]):
    assert mean_over(values, tuple(values)).value == pytest.approx(np.mean(list(values.values())))


@given(st.lists(PERCENT, min_size=1))
def test_a_complete_average_is_numpys(values: list[float]):
    assert _average(*values) == pytest.approx(np.mean(values))
