"""Fine-grained analysis of stored predictions against cases worked by hand, and its invariants."""

import json
from statistics import fmean

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xbench.errors import InputError
from xbench.leaderboard.analysis.analysis import Request, analyse
from xbench.leaderboard.analysis.analysis_report import analysis_json, analysis_text
from xbench.leaderboard.analysis.attributes import ATTRIBUTES, Subject, tokens
from xbench.leaderboard.analysis.buckets import make_buckets, quantiles
from xbench.results.store import Store
from xbench.tasks.examples import Dataset, Question, SentencePair, TaggedSentence
from xbench.tasks.suites import TASKS

PANX, XQUAD, XNLI = TASKS["panx"], TASKS["xquad"], TASKS["xnli"]


def stored_rows(task, examples, predictions, language="en"):
    """The columns that a run stores."""
    kind, dataset = task.kind, Dataset(tuple(examples))
    columns = kind.score(task, language, dataset, predictions)
    return {
        "id": [example.id for example in examples],
        "input": [list(kind.texts(example)) for example in examples],
        "gold": [list(e.gold) if isinstance(e.gold, tuple) else e.gold for e in examples],
        "prediction": predictions,
        **{f"count_{name}": column.tolist() for name, column in columns.items()},
    }


def whole_scores(task, rows):
    columns = {name.removeprefix("count_"): np.array(column) for name, column in rows.items() if "count_" in name}
    return {metric.name: metric.value(columns) for metric in task.kind.metrics}


@pytest.fixture
def save(record, tmp_path):
    """Store predictions as a run would; the store."""

    def save_one(task, language, examples, predictions, system="one", **changes):
        rows = stored_rows(task, examples, predictions, language)
        made = record(system, task.key, language, whole_scores(task, rows), examples=len(examples), **changes)
        Store(tmp_path).save(made, rows)
        return Store(tmp_path)

    return save_one


def question(number, context, answer="x"):
    return Question(str(number), "why ?", context, (answer,), (0,))


def pair(number, length, gold="neutral"):
    return SentencePair(str(number), " ".join(["w"] * (length - 1)), "w", gold)


def sentence(number, tags):
    return TaggedSentence(str(number), tuple(f"w{i}" for i in range(len(tags.split()))), tuple(tags.split()))


class TestTokens:
    @pytest.mark.parametrize(
        ("text", "language", "expected"),
        [
            ("Wie geht's dir?", "de", ["Wie", "geht's", "dir?"]),
            ("北京是首都", "zh", ["北", "京", "是", "首", "都"]),
            ("东京 in 2020年。", "zh", ["东", "京", "in", "2020", "年", "。"]),
            ("The capital of China", "zh", ["The", "capital", "of", "China"]),  # a query of Tatoeba
            ("カタカナ漢字", "ja", list("カタカナ漢字")),
            ("ไป ดี", "th", list("ไปดี")),
            ("မြန်", "my", list("မြန်")),
            ("한국 사람", "ko", ["한국", "사람"]),
        ],
    )
    def test_words_or_characters(self, text, language, expected):
        assert tokens(text, language) == expected


class TestQuantiles:
    @pytest.mark.parametrize(
        ("values", "buckets", "expected"),
        [
            # the shares below 1, 2, 3, 4, 5 and 9 are 0, 3/8, 4/8, 5/8, 6/8 and 7/8
            ([1, 1, 1, 2, 3, 4, 5, 9], 4, [0, 0, 0, 1, 2, 2, 3, 3]),
            ([9, 1, 5], 1, [0, 0, 0]),
            ([2, 1, 1, 1, 1, 1, 1, 3], 4, [3, 0, 0, 0, 0, 0, 0, 3]),  # 6/8 lie below 2: quantiles 2 and 3 are empty
            ([7, 7, 7], 4, [0, 0, 0]),
            ([2, 1], 4, [2, 0]),
        ],
    )
    def test_by_hand(self, make_units, values, buckets, expected):
        assert quantiles(make_units(values), buckets).tolist() == expected

    def test_what_is_not_counted_goes_by_the_bounds_of_what_is(self, make_units):
        units = make_units([1, 2, 3, 4, 3.5, 9, 0], counted=[1, 1, 1, 1, 0, 0, 0])
        assert quantiles(units, 4).tolist() == [0, 1, 2, 3, 3, 3, 0]

    @given(values=st.lists(st.integers(0, 20), min_size=1, max_size=60), buckets=st.integers(1, 6))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_equal_values_stay_together_and_order_is_kept(self, make_units, values, buckets):
        numbers = quantiles(make_units(values), buckets)
        placed = sorted(zip(values, numbers.tolist(), strict=True))
        assert [number for _, number in placed] == sorted(numbers.tolist())
        assert len(set(zip(values, numbers.tolist(), strict=True))) == len(set(values))
        assert numbers.min() == 0
        assert numbers.max() < buckets


@pytest.fixture
def make_units():
    from xbench.leaderboard.analysis.attributes import Units

    def make(values, counted=None):
        array = np.array(values, float)
        mask = np.ones(len(values), bool) if counted is None else np.array(counted, bool)
        return Units(array, {"correct": array * 0, "examples": array * 0 + 1}, mask)

    return make


def measured(name, task, rows, language="en", vocabulary=None, buckets=4):
    attribute = ATTRIBUTES[name]
    return make_buckets(attribute.measure(Subject(task, language, rows, vocabulary)), buckets, task.kind.metrics[:3])


class TestAttributes:
    def test_lengths_of_a_question(self):
        examples = [
            Question("0", "who ?", "a b c", ("b c", "a"), (2, 0)),
            Question("1", "who is it", "a", ("a",), (0,)),
        ]
        rows = stored_rows(XQUAD, examples, ["b c", "z"])
        for name, first, second in (
            ("question_length", 2, 3),
            ("context_length", 3, 1),
            ("text_length", 5, 4),
            ("answer_length", 2, 1),
        ):
            units = ATTRIBUTES[name].measure(Subject(XQUAD, "en", rows))
            assert units.values.tolist() == [first, second], name

    def test_density(self):
        rows = stored_rows(
            PANX, [sentence(0, "B-LOC I-LOC O O"), sentence(1, "O"), sentence(2, "")], [["O"] * 4, ["O"], []]
        )
        assert ATTRIBUTES["entity_density"].measure(Subject(PANX, "en", rows)).values.tolist() == [0.5, 0, 0]

    def test_oov(self):
        rows = stored_rows(PANX, [sentence(0, "O O O"), sentence(1, "O")], [["O"] * 3, ["O"]])
        subject = Subject(PANX, "de", rows, frozenset({"w0", "W1"}))
        assert ATTRIBUTES["num_oov"].measure(subject).values.tolist() == [2, 0]

    def test_entities_by_hand(self):
        # Gold: LOC of 2, PER of 1; PER of 1. Predicted: LOC of 2 (right), PER of 2 (wrong); PER of 1 (right), ORG of 1.
        examples = [sentence(0, "B-LOC I-LOC O B-PER O"), sentence(1, "B-PER O O")]
        predicted = ["B-LOC I-LOC O B-PER I-PER".split(), "B-PER O B-ORG".split()]
        rows = stored_rows(PANX, examples, predicted)
        short, long = measured("entity_length", PANX, rows, buckets=2)
        assert (short.low, short.high, short.units) == (1, 1, 2)
        assert short.scores == {"f1": 50.0, "precision": 50.0, "recall": 50.0}  # 1 right of 2 predicted and 2 gold
        assert (long.low, long.high, long.units) == (2, 2, 1)
        assert long.scores == {"f1": pytest.approx(200 / 3), "precision": 50.0, "recall": 100.0}  # 1 of 2, 1 of 1

    def test_a_bucket_of_predicted_entities_alone_has_no_recall(self):
        rows = stored_rows(PANX, [sentence(0, "B-LOC O O")], ["B-LOC B-PER I-PER".split()])
        short, long = measured("entity_length", PANX, rows)
        assert short.scores["f1"] == 100.0
        assert (long.units, long.scores) == (0, {"f1": 0.0, "precision": 0.0, "recall": None})

    def test_no_entities_at_all(self):
        rows = stored_rows(PANX, [sentence(0, "O O")], [["O", "O"]])
        assert measured("entity_length", PANX, rows) == ()

    def test_which_tasks_an_attribute_fits(self):
        fitting = {name: {key for key, task in TASKS.items() if ATTRIBUTES[name].fits(task)} for name in ATTRIBUTES}
        assert fitting["text_length"] == set(TASKS)
        assert {"xquad", "mlqa", "tydiqa"} <= fitting["context_length"] == fitting["answer_length"]
        assert not fitting["context_length"] & {"xnli", "panx", "tatoeba"}
        assert fitting["entity_length"] == fitting["entity_density"] == {"panx"}
        assert "tatoeba" not in fitting["num_oov"]
        assert {"xnli", "panx", "xquad"} <= fitting["num_oov"]


TAGS = st.lists(st.sampled_from(PANX.labels), min_size=1, max_size=8)


class TestInvariants:
    @given(pairs=st.lists(TAGS.flatmap(lambda gold: st.tuples(st.just(gold), st.lists(
        st.sampled_from(PANX.labels), min_size=len(gold), max_size=len(gold)))), min_size=1, max_size=12),
        buckets=st.integers(1, 5))  # fmt: skip
    @settings(max_examples=60)
    def test_entities(self, pairs, buckets):
        examples = [sentence(number, " ".join(gold)) for number, (gold, _) in enumerate(pairs)]
        rows = stored_rows(PANX, examples, [predicted for _, predicted in pairs])
        units = ATTRIBUTES["entity_length"].measure(Subject(PANX, "en", rows))
        for name in ("correct", "predicted", "gold"):
            assert units.columns[name].sum() == sum(rows[f"count_{name}"])
        whole = whole_scores(PANX, rows)
        for bucket in measured("entity_length", PANX, rows, buckets=1):
            assert {name: score or 0.0 for name, score in bucket.scores.items()} == pytest.approx(
                {name: whole[name] for name in bucket.scores}
            )
        found = measured("entity_length", PANX, rows, buckets=buckets)
        assert sum(bucket.units for bucket in found) == sum(rows["count_gold"])
        hits = sum(bucket.units * (bucket.scores["recall"] or 0) / 100 for bucket in found)
        assert hits == pytest.approx(sum(rows["count_correct"]))

    @given(lengths=st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=40),
           buckets=st.integers(1, 6))  # fmt: skip
    def test_examples_and_hits_add_up(self, lengths, buckets):
        examples = [question(number, " ".join(["w"] * length), "w") for number, (length, _) in enumerate(lengths)]
        rows = stored_rows(XQUAD, examples, ["w" if right else "v" for _, right in lengths])
        whole = whole_scores(XQUAD, rows)
        for name in ("context_length", "text_length", "question_length"):
            found = measured(name, XQUAD, rows, buckets=buckets)
            assert sum(bucket.units for bucket in found) == len(examples)
            for metric in ("exact_match", "f1"):
                total = sum(bucket.units * bucket.scores[metric] for bucket in found)
                assert total / len(examples) == pytest.approx(whole[metric])


class TestAnalyse:
    def test_tables_and_means(self, save):
        # German: lengths 2 2 3 3, right right wrong right. Spanish: 2 2 2 2, all wrong: its second quantile is empty.
        save(
            XNLI,
            "de",
            [pair(i, n) for i, n in enumerate((2, 2, 3, 3))],
            ["neutral", "neutral", "entailment", "neutral"],
        )
        store = save(XNLI, "es", [pair(i, 2) for i in range(4)], ["entailment"] * 4)
        analysis = analyse(store, Request("text_length", buckets=2))
        (part,) = analysis.portions
        assert [(b.number, b.low, b.high, b.units, b.scores["accuracy"]) for b in part.languages["de"]] == [
            (1, 2, 2, 2, 100.0),
            (2, 3, 3, 2, 50.0),
        ]
        assert [(b.number, b.units, b.scores["accuracy"]) for b in part.languages["es"]] == [(1, 4, 0.0)]
        assert [(m.number, m.there, m.wanted, m.scores["accuracy"]) for m in part.means] == [
            (1, 2, 2, 50.0),
            (2, 1, 2, None),
        ]
        text = analysis_text(analysis)
        assert "only 1 of 2 languages" in text
        assert "text_length (tokens)" in text
        content = json.loads(analysis_json(analysis))
        assert content["analyses"][0]["languages"]["de"][1]["scores"] == {"accuracy": 50.0}
        assert content["analyses"][0]["means"][1]["scores"] == {"accuracy": None}

    def test_one_bucket_is_the_record(self, save):
        store = save(XQUAD, "de", [question(i, "w " * (i + 1), "w") for i in range(5)], ["w", "w v", "", "w", "x"])
        (record,) = store.records()
        (part,) = analyse(store, Request("context_length", buckets=1)).portions
        (bucket,) = part.languages["de"]
        assert bucket.scores == pytest.approx(record.scores)
        assert part.metrics == ("exact_match", "f1")

    def test_selection(self, save):
        for system in ("one", "two"):
            for language in ("de", "es"):
                save(XNLI, language, [pair(0, 2)], ["neutral"], system=system)
        store = save(XQUAD, "de", [question(0, "w")], ["w"])
        request = Request("text_length", systems=("two",), languages=("es",), tasks=("xnli",))
        assert [(p.portion.system, list(p.languages)) for p in analyse(store, request).portions] == [("two", ["es"])]
        notes = analyse(store, Request("context_length")).notes
        assert notes == ("Left out: xnli, to which context_length does not apply.",)

    def test_other_splits_and_limits_are_labelled(self, save):
        save(XNLI, "de", [pair(0, 2)], ["neutral"])
        save(XNLI, "de", [pair(0, 3), pair(1, 3)], ["neutral", "entailment"], split="dev")
        store = save(XNLI, "es", [pair(0, 3)], ["neutral"], limit=1)
        text = analysis_text(analyse(store, Request("text_length")))
        assert text.count("one: xnli\n") == 1
        assert "one: xnli, dev split\n" in text
        assert "one: xnli, only the first 1 examples\n" in text
        assert "mean" not in text  # none of the three may be averaged with another

    def test_the_protocol_of_the_record_decides_what_an_entity_is(self, save, record, tmp_path):
        store = save(PANX, "de", [sentence(0, "B-LOC I-LOC")], [["B-LOC", "I-LOC"]])
        (made,) = store.records()
        (part,) = analyse(store, Request("entity_length")).portions
        assert part.metrics == ("f1", "precision", "recall")
        key = made.key.model_copy(update={"protocol": ("chunks=seqeval-2",)})
        store.save(
            made.model_copy(update={"key": key}), stored_rows(PANX, [sentence(0, "B-LOC I-LOC")], [["B-LOC", "I-LOC"]])
        )
        with pytest.raises(InputError, match="chunks cannot be 'seqeval-2'"):
            analyse(store, Request("entity_length"))

    def test_oov_from_a_file_and_from_a_directory(self, save, tmp_path):
        train = tmp_path / "data" / "panx" / "train-en.tsv"
        train.parent.mkdir(parents=True)
        train.write_text("w0\tO\nw1\tB-LOC\n\n", encoding="utf-8")
        store = save(PANX, "de", [sentence(0, "B-LOC"), sentence(1, "B-LOC O O O")], [["B-LOC"], ["O"] * 4])
        for training in (train, tmp_path / "data"):
            analysis = analyse(store, Request("num_oov", training=training, tasks=("panx",)))
            known, unknown = analysis.portions[0].languages["de"]
            assert (known.low, known.scores["f1"]) == (0, 100.0)
            assert (unknown.low, unknown.scores["f1"]) == (2, 0.0)
            assert analysis.notes == (f"Vocabulary of panx: 2 English tokens from {training}.",)

    def test_means_need_every_language(self, save):
        for language, predictions in (("de", ["neutral"] * 3), ("es", ["neutral", "entailment", "neutral"])):
            store = save(XNLI, language, [pair(i, i + 2) for i in range(3)], predictions)
        (part,) = analyse(store, Request("text_length", buckets=3)).portions
        assert [mean.scores["accuracy"] for mean in part.means] == [fmean([100, 100]), fmean([100, 0]), 100.0]


class TestRefusals:
    @pytest.mark.parametrize(
        ("request_", "complaint"),
        [
            (Request("context_lenght"), "unknown attribute 'context_lenght': did you mean 'context_length'"),
            (Request("entity_length"), r"entity_length fits none of the stored tasks with scores \(xnli\)"),
            (Request("num_oov"), "num_oov needs English training data: give it with --train"),
            (Request("text_length", tasks=("xnlu",)), "no records of task 'xnlu' in .*: did you mean 'xnli'"),
            (Request("text_length", systems=("oen",)), "no records of system 'oen' in .*: did you mean 'one'"),
            (Request("text_length", languages=("fr",)), "no records of language 'fr' in .*: known: de"),
        ],
    )
    def test_requests(self, save, request_, complaint):
        store = save(XNLI, "de", [pair(0, 2)], ["neutral"])
        with pytest.raises(InputError, match=complaint):
            analyse(store, request_)

    def test_no_records(self, tmp_path):
        with pytest.raises(InputError, match=r"no records in .*: write some with `xbench run`"):
            analyse(Store(tmp_path), Request("text_length"))
        with pytest.raises(InputError, match="no results directory"):
            analyse(Store(tmp_path / "nowhere"), Request("text_length"))

    def test_predictions_of_another_run(self, save, tmp_path):
        store = save(XNLI, "de", [pair(0, 2)], ["neutral"])
        (made,) = store.records()
        path = store.record_path("one", "xnli", "de")
        path.write_text(made.model_copy(update={"examples": 2}).model_dump_json())
        with pytest.raises(InputError, match=r"de\.parquet is not of its record, which has 2 examples"):
            analyse(store, Request("text_length"))
        path.with_suffix(".parquet").unlink()
        with pytest.raises(InputError, match="cannot read the predictions"):
            analyse(store, Request("text_length"))

    def test_unlabelled_records_are_left_out(self, save, record):
        store = save(XNLI, "de", [pair(0, 2)], ["neutral"])
        rows = {"id": ["0"], "input": [["a", "b"]], "gold": [None], "prediction": ["neutral"]}
        store.save(record("one", "xnli", "es", {}, examples=1), rows)
        assert analyse(store, Request("text_length")).notes == ("Left out: xnli es, which has no gold labels.",)
