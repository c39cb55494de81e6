"""The gains of a board: against the improvement it shows, scipy's bootstrap and tests, and what must not matter."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
from xbench.errors import InputError
from xbench.leaderboard.averages import Mean
from xbench.leaderboard.board import make_board
from xbench.leaderboard.scores import CellKey
from xbench.leaderboard.statistics import improvements
from xbench.leaderboard.statistics.gains import Gain, Statistics, SystemGains
from xbench.leaderboard.statistics.improvements import measure_gains
from xbench.leaderboard.statistics.significance import Resampling, false_discovery
from xbench.results.store import Store, read_predictions, write_predictions

FEW, MANY = Resampling(400), Resampling(10_000)


def right(share: float, seed: int, examples: int = 120) -> list[int]:
    """Hits of a system on examples of which some are hard for all; `seed` is of the system's own luck."""
    hard = np.random.default_rng(examples).normal(size=examples)
    own = np.random.default_rng([seed, examples]).normal(size=examples)
    return (hard + own < np.sqrt(2) * scipy.stats.norm.ppf(share)).astype(int).tolist()


@pytest.fixture
def gains_of(tmp_path):
    """The statistics of whatever was written into `tmp_path`."""

    def measured(baseline="base", resampling=FEW, *, resample_languages=False, suite="xtreme") -> Statistics:
        stored = {CellKey(*key): one for key, one in by_place(tmp_path).items()}
        board = make_board([one.record for one in stored.values()], suite=suite, baseline=baseline)
        return measure_gains(
            board, stored, baseline=baseline, resampling=resampling, resample_languages=resample_languages
        )

    return measured


def by_place(directory: Path):
    return {(one.record.system, one.record.task, one.record.language): one for one in Store(directory).stored()}


def one(statistics: Statistics, name: str) -> SystemGains:
    (found,) = [gains for gains in statistics.gains if gains.name == name]
    return found


PLACES = (("xnli", "de"), ("xnli", "sw"), ("pawsx", "de"), ("tatoeba", "sw"), ("tatoeba", "tl"))


def write_some(tmp_path, write_system, **shares: float) -> None:
    for number, (name, share) in enumerate(shares.items()):
        hits = {place: right(share, 10 * number + row) for row, place in enumerate(PLACES)}
        write_system(tmp_path / name.replace("_seed", ".seed"), hits)


def numbers(gain: Gain) -> tuple[float, ...]:
    return gain.difference, gain.low, gain.high, gain.p


def test_differences_are_those_of_the_improvement(tmp_path, write_system, gains_of):
    write_some(tmp_path, write_system, base=0.5, better=0.6, worse=0.4)
    board = make_board(list(Store(tmp_path).records()), suite="xtreme", baseline="base")
    found = gains_of()
    assert [gains.name for gains in found.gains] == [gain.system for gain in board.improvements] == ["better", "worse"]
    for gain in board.improvements:
        gains = one(found, gain.system)
        assert gains.average.difference == gain.average.mean.partial
        assert gains.average.covers == gain.average.mean
        assert gains.without_retrieval.covers == gain.without_retrieval.mean
        assert {task: own.covers for task, own in gains.tasks.items()} == {
            task: delta.mean for task, delta in gain.tasks.items() if delta.mean.there
        }
        assert {place: own.difference for place, own in gains.cells.items()} == {
            (task, code): value for task, delta in gain.tasks.items() for code, value in delta.languages.items()
        }
        assert [(own.language, own.gain.difference, own.tasks) for own in gains.languages] == [
            (delta.language, delta.mean, delta.tasks) for delta in gain.languages
        ]
        assert gains.groups["classification"].difference == pytest.approx(
            np.mean([gains.tasks[task].difference for task in ("xnli", "pawsx")])
        )
        low = gains.slices["resources: low"]
        assert low.difference == pytest.approx(
            np.mean([gains.cells["xnli", "sw"].difference, gains.tasks["tatoeba"].difference])
        )
        assert (low.covers.tasks, low.covers.languages) == (2, 3)


def test_interval_and_p_value_agree_with_scipy(tmp_path, write_system, gains_of):
    base, head = ([right(share, seed, 200) for seed in seeds] for share, seeds in ((0.5, (1, 2)), (0.54, (3, 4))))
    for name, (german, swahili) in (("base", base), ("head", head)):
        write_system(tmp_path / name, {("xnli", "de"): german, ("xnli", "sw"): swahili})
    found = one(gains_of(resampling=MANY), "head").tasks["xnli"]
    sides = [100 * np.mean(side, axis=0) for side in (base, head)]
    interval = scipy.stats.bootstrap((sides[1] - sides[0],), np.mean, method="percentile", n_resamples=9999, rng=1)
    test = scipy.stats.permutation_test(
        sides, lambda x, y, axis: np.mean(y - x, axis=axis), permutation_type="samples",
        vectorized=True, n_resamples=9999, rng=1,
    )  # fmt: skip
    assert found.difference == pytest.approx(np.mean(sides[1] - sides[0]))
    assert (found.low, found.high) == pytest.approx(tuple(interval.confidence_interval), abs=0.35)
    assert 0.005 < test.pvalue < 0.6
    assert found.p == pytest.approx(test.pvalue, abs=0.03)
    assert found.covers == Mean(pytest.approx(found.difference), 2, 15)


def test_p_values_are_corrected_within_what_is_seen_together(tmp_path, write_system, gains_of):
    write_some(tmp_path, write_system, base=0.5, better=0.58, alike=0.52)
    all_gains = gains_of().gains
    totals = [
        gain
        for gains in all_gains
        for gain in (gains.average, gains.without_retrieval, *gains.groups.values(), *gains.tasks.values())
    ]
    families = {
        "totals": totals,
        "slices": [gain for gains in all_gains for gain in gains.slices.values()],
        "cells": [gain for gains in all_gains for gain in gains.cells.values()],
        "languages": [own.gain for gains in all_gains for own in gains.languages],
    }
    assert len({len(family) for family in families.values()}) > 2
    for family in families.values():
        assert [gain.q for gain in family] == pytest.approx(false_discovery([gain.p for gain in family]))


def test_other_systems_change_no_interval(tmp_path, write_system, gains_of):
    write_some(tmp_path, write_system, base=0.5, better=0.6)
    alone = one(gains_of(), "better")
    write_some(tmp_path, write_system, base=0.5, better=0.6, alike=0.5, zero=0.2)
    among = one(gains_of(), "better")
    assert {place: numbers(gain) for place, gain in among.cells.items()} == {
        place: pytest.approx(numbers(gain), abs=1e-9) for place, gain in alone.cells.items()
    }
    assert numbers(among.average) == pytest.approx(numbers(alone.average), abs=1e-9)


def test_memory_decides_nothing(tmp_path, write_system, gains_of, monkeypatch):
    write_some(tmp_path, write_system, base=0.5, better=0.6, worse=0.45, m_seed1=0.5, m_seed2=0.6)
    whole = gains_of()
    monkeypatch.setattr(improvements, "_HELD", 1)
    assert gains_of() == whole


def test_the_order_of_examples_does_not_matter(tmp_path, write_system, gains_of):
    write_some(tmp_path, write_system, base=0.5, better=0.6)
    before = gains_of()
    path = tmp_path / "better" / "xnli" / "de.parquet"
    write_predictions(path, {name: values[::-1] for name, values in read_predictions(path).items()})
    assert gains_of() == before


def test_equal_systems_differ_by_exactly_nothing(tmp_path, write_system, gains_of):
    write_some(tmp_path, write_system, base=0.5)
    hits = {place: right(0.5, row) for row, place in enumerate(PLACES)}
    for name in ("copy", "m.seed1", "m.seed2"):
        write_system(tmp_path / name, hits)
    found = gains_of()
    for name in ("copy", "m"):
        assert numbers(one(found, name).average) == (0, 0, 0, 1)
    assert found.letters == {"base": "a", "copy": "a", "m": "a"}


class TestWhatCannotBeCompared:
    def test_other_measurements_do_not_count(self, tmp_path, write_system, gains_of):
        write_some(tmp_path, write_system, base=0.5, better=0.6)
        write_system(tmp_path / "better", {("xnli", "sw"): right(0.9, 7)}, precision="int8")
        found = one(gains_of(), "better")
        assert ("xnli", "sw") not in found.cells
        assert found.tasks["xnli"].covers.there == 1
        assert found.tasks["xnli"].difference == found.cells["xnli", "de"].difference

    @pytest.mark.parametrize(
        ("damage", "complaint"),
        [
            (lambda path: path.unlink(), "cannot read the predictions"),
            (lambda path: path.write_bytes(b"PAR1 not parquet"), "cannot read the predictions"),
            (lambda path: path.write_bytes(path.read_bytes()[:-60]), "cannot read the predictions"),
            (
                lambda path: change(path, id=[f"other {row}" for row in range(120)]),
                "its examples are not those of base",
            ),
            (lambda path: change(path, id=[None] * 120), "no counts of the 120 examples"),
            (lambda path: change(path, count_correct=[0.0] * 120), "does not give the score"),
            (lambda path: change(path, count_correct=[float("nan")] * 120), "does not give the score"),
            (lambda path: change(path, count_correct=["right"] * 120), "no counts of the 120 examples"),
        ],
    )
    def test_bad_predictions_are_noted_and_the_rest_stands(self, tmp_path, write_system, gains_of, damage, complaint):
        write_some(tmp_path, write_system, base=0.5, better=0.6, worse=0.4)
        before = gains_of()
        damage(tmp_path / "better" / "xnli" / "sw.parquet")
        after = gains_of()
        found = one(after, "better")
        assert ("xnli", "sw") not in found.cells
        # Never a mean over less than the scores.
        assert found.average is None
        assert set(found.tasks) == {"pawsx", "tatoeba"}
        assert numbers(found.tasks["pawsx"]) == numbers(one(before, "better").tasks["pawsx"])
        assert numbers(one(after, "worse").average) == numbers(one(before, "worse").average)
        assert set(after.letters) == {"base", "worse"}
        (note, unlettered) = after.notes
        assert note.startswith("No intervals with better's xnli sw: ")
        assert complaint in note
        assert unlettered == "No letters, as they lack scores that base has: better."

    def test_bad_predictions_of_the_baseline(self, tmp_path, write_system, gains_of):
        write_some(tmp_path, write_system, base=0.5, better=0.6)
        for path in (tmp_path / "base" / "xnli").glob("*.parquet"):
            path.unlink()
        found = gains_of()
        assert set(one(found, "better").tasks) == {"pawsx", "tatoeba"}
        assert set(found.letters) == {"base", "better"}
        (note,) = found.notes
        assert note.startswith("No intervals with base's xnli de and 1 more: cannot read the predictions")

    def test_nothing_in_common(self, tmp_path, write_system, gains_of):
        write_system(tmp_path / "base", {("xnli", "de"): right(0.5, 1)})
        write_system(tmp_path / "other", {("pawsx", "de"): right(0.5, 1)})
        found = gains_of()
        assert (found.gains, found.letters) == ((), {})
        assert found.notes == ("No gain over base can be estimated of: other.",)

    def test_records_without_files(self, tmp_path, write_system):
        write_some(tmp_path, write_system, base=0.5, better=0.6)
        board = make_board(list(Store(tmp_path).records()), suite="xtreme", baseline="base")
        found = measure_gains(board, {}, baseline="base", resampling=FEW, resample_languages=False)
        assert found.gains == ()
        assert found.notes[0] == "No intervals with base's xnli de and 4 more: its predictions are not there."

    def test_an_unknown_baseline(self, tmp_path, write_system):
        write_some(tmp_path, write_system, base=0.5, better=0.6)
        board = make_board(list(Store(tmp_path).records()), suite="xtreme", baseline=None)
        with pytest.raises(InputError, match=r"unknown baseline 'bse'.*base"):
            measure_gains(board, {}, baseline="bse", resampling=FEW, resample_languages=False)

    def test_fewer_scores_than_the_baseline_give_no_letter(self, tmp_path, write_system, gains_of):
        write_some(tmp_path, write_system, base=0.5, better=0.6)
        write_system(tmp_path / "part", {("xnli", "de"): right(0.55, 4)})
        found = gains_of()
        assert one(found, "part").average.covers.languages == 1
        assert set(found.letters) == {"base", "better"}
        assert [gains.name for gains in found.gains][-1:] != ["base"]
        assert found.notes == ("No letters, as they lack scores that base has: part.",)


def change(path: Path, **columns: list) -> None:
    write_predictions(path, read_predictions(path) | columns)


class TestSeeds:
    def test_the_mean_over_seeds_counts(self, tmp_path, write_system, gains_of):
        write_some(tmp_path, write_system, base=0.5, m_seed1=0.6, m_seed2=0.5, m_seed10=0.7, lone_seed3=0.55)
        found = gains_of()
        group = one(found, "m")
        assert group.systems == ("m.seed1", "m.seed2", "m.seed10")
        board = make_board(list(Store(tmp_path).records()), suite="xtreme", baseline="base")
        alone = {gain.system: gain.average.mean.partial for gain in board.improvements}
        assert group.average.difference == pytest.approx(np.mean([alone[name] for name in group.systems]))
        assert one(found, "lone.seed3").systems == ("lone.seed3",)
        assert set(found.letters) == {"base", "m", "lone.seed3"}

    def test_a_group_as_the_baseline(self, tmp_path, write_system, gains_of):
        write_some(tmp_path, write_system, m_seed1=0.6, m_seed2=0.5, other=0.55)
        found = gains_of("m")
        assert (found.baseline, set(found.letters)) == ("m", {"m", "other"})
        board = make_board(list(Store(tmp_path).records()), suite="xtreme", baseline="m")
        assert one(found, "other").average.difference == board.improvements[0].average.mean.partial

    def test_one_seed_as_the_baseline_of_the_others(self, tmp_path, write_system, gains_of):
        write_some(tmp_path, write_system, m_seed1=0.6, m_seed2=0.5, m_seed3=0.55)
        found = gains_of("m.seed1")
        assert found.baseline == "m.seed1"
        assert one(found, "m").systems == ("m.seed2", "m.seed3")

    def test_seeds_named_like_another_system_stand_alone(self, tmp_path, write_system, gains_of):
        write_some(tmp_path, write_system, base=0.5, m=0.6, m_seed1=0.5, m_seed2=0.55)
        assert {gains.name for gains in gains_of().gains} == {"m", "m.seed1", "m.seed2"}

    def test_a_score_that_one_seed_lacks_does_not_count(self, tmp_path, write_system, gains_of):
        write_some(tmp_path, write_system, base=0.5, m_seed1=0.6)
        write_system(tmp_path / "m.seed2", {("xnli", "de"): right(0.5, 3), ("pawsx", "de"): right(0.5, 4)})
        found = one(gains_of(), "m")
        assert set(found.cells) == {("xnli", "de"), ("pawsx", "de")}
        assert found.average.covers.tasks == 2

    @pytest.mark.parametrize(("bases", "freedom"), [((40.0, 40.0, 40.0), 2), ((40.0,), 2)])
    def test_intervals_and_p_values_are_students_without_noise_of_examples(
        self, tmp_path, write_answers, gains_of, bases, freedom
    ):
        heads = (43.0, 44.0, 48.0)
        for name, values in (("h", heads), ("b", bases)):
            for number, value in enumerate(values, 1):
                write_answers(f"{name}.seed{number}", value)
        found = one(gains_of("b", MANY), "h").average
        expected = scipy.stats.t.interval(0.95, freedom, np.mean(heads) - 40, scipy.stats.sem(heads))
        assert found.high - found.low == pytest.approx(expected[1] - expected[0], rel=0.12)
        assert found.low + found.high == pytest.approx(sum(expected), abs=1.5)
        assert found.p == pytest.approx(scipy.stats.ttest_1samp(heads, 40).pvalue, rel=0.2)

    def test_more_seeds_say_more(self, tmp_path, write_answers, gains_of):
        write_answers("base", 40.0)
        for number in range(6):
            write_answers(f"few.seed{number}", 42.0 + 4 * (number % 2)) if number < 2 else None
            write_answers(f"many.seed{number}", 42.0 + 4 * (number % 2))
        found = gains_of(resampling=MANY)
        few, many = (one(found, name).average for name in ("few", "many"))
        assert few.difference == pytest.approx(many.difference)
        assert few.low < 0 < many.low
        assert few.p > 0.1
        assert many.p < 0.02


@pytest.fixture
def write_answers(tmp_path, record):
    """A system that scores the same value on every one of 2,000 questions."""

    def write(name: str, value: float, languages=("en",)) -> None:
        for number, language in enumerate(languages):
            share = (value if isinstance(value, float) else value[number]) / 100
            made = record(name, "xquad", language, 100 * share, examples=2000)
            columns = {"id": [str(row) for row in range(2000)], "count_examples": [1.0] * 2000}
            Store(tmp_path).save(made, columns | dict.fromkeys(("count_exact", "count_overlap"), [share] * 2000))

    return write


class TestLanguages:
    CODES = ("ar", "de", "el", "en", "es", "hi")
    GAINS = (1.0, 4.0, 2.0, -0.5, 3.0, 0.5)

    def test_resampled_they_give_students_interval(self, write_answers, gains_of):
        write_answers("base", [40.0] * 6, self.CODES)
        write_answers("head", [40.0 + gain for gain in self.GAINS], self.CODES)
        found = one(gains_of(resampling=MANY, resample_languages=True), "head").tasks["xquad"]
        expected = scipy.stats.t.interval(0.95, 5, np.mean(self.GAINS), scipy.stats.sem(self.GAINS))
        assert (found.low, found.high) == pytest.approx(expected, rel=0.12, abs=0.05)
        assert found.p == pytest.approx(scipy.stats.ttest_1samp(self.GAINS, 0).pvalue, rel=0.2)

    def test_fixed_they_leave_only_the_examples(self, write_answers, gains_of):
        write_answers("base", [40.0] * 6, self.CODES)
        write_answers("head", [40.0 + gain for gain in self.GAINS], self.CODES)
        found = gains_of(resampling=MANY)
        assert not found.languages_resampled
        average = one(found, "head").average
        assert (average.low, average.high) == pytest.approx((10 / 6, 10 / 6))

    def test_one_language_has_no_spread(self, tmp_path, write_system, gains_of):
        write_some(tmp_path, write_system, base=0.5, better=0.6)
        fixed, free = (one(gains_of(resample_languages=choice), "better") for choice in (False, True))
        assert free.cells == fixed.cells
        assert free.tasks["pawsx"] == replace(fixed.tasks["pawsx"], q=free.tasks["pawsx"].q)
        assert free.languages == fixed.languages
        # Of two languages that is known of the spread: next to nothing.
        assert free.tasks["xnli"].high - free.tasks["xnli"].low > fixed.tasks["xnli"].high - fixed.tasks["xnli"].low


class TestLetters:
    def test_those_far_apart_have_other_letters(self, tmp_path, write_system, gains_of):
        write_some(tmp_path, write_system, base=0.3, good=0.7, alike=0.31, better=0.9)
        found = gains_of(resampling=MANY).letters
        assert found == {"better": "a", "good": "b", "alike": "c", "base": "c"}
        assert list(found) == ["better", "good", *sorted(("alike", "base"), key=list(found).index)]

    @pytest.mark.parametrize("resample_languages", [False, True])
    def test_they_follow_the_tests_of_all_pairs(self, tmp_path, write_tags, gains_of, resample_languages):
        """As if each system had been the baseline once, with the p-value of the average."""
        shares = {"base": 0.5, "n1": 0.52, "n2": 0.56, "n3": 0.61, "n4": 0.67, "m.seed1": 0.6, "m.seed2": 0.62}
        for number, (name, share) in enumerate(shares.items()):
            write_tags(name, share, number)
        letters = gains_of(resampling=MANY, resample_languages=resample_languages).letters
        p_values = {
            frozenset((baseline, gains.name)): gains.average.p
            for baseline in letters
            for gains in gains_of(baseline, MANY, resample_languages=resample_languages).gains
        }
        pairs = [frozenset(pair) for pair in combinations(letters, 2)]
        corrected = false_discovery([p_values[pair] for pair in pairs])
        apart = {pair for pair, q in zip(pairs, corrected, strict=True) if q <= 0.05}
        assert 0 < len(apart) < len(pairs)
        assert apart == {pair for pair in pairs if not set.intersection(*({*letters[name]} for name in pair))}


@pytest.fixture
def write_tags(tmp_path, record, write_system):
    """A system of which swaps change what is divided by, on named entities, and one task where they do not."""

    def write(name: str, share: float, number: int) -> None:
        codes = ("ar", "de", "el", "en", "es", "hi")
        write_system(tmp_path / name, {("xnli", code): right(share, 100 * number + ord(code[1])) for code in codes})
        for code in codes:
            gold = np.array([1.0, 2.0, 0.0] * 40)
            found = gold * right(share, 100 * number + ord(code[0]))
            more = np.array(right(0.3, 1000 + 100 * number + ord(code[0])), float)
            f1 = 200 * found.sum() / (found.sum() + more.sum() + gold.sum())
            columns = {"correct": found, "predicted": found + more, "gold": gold}
            Store(tmp_path).save(
                record(name, "panx", code, f1, examples=120),
                {"id": [str(row) for row in range(120)]}
                | {f"count_{key}": [*map(float, one)] for key, one in columns.items()},
            )

    return write
