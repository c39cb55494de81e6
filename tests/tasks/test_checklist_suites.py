"""Suites made from a table of templates, on a small table of the same format."""

import json
import re
from collections import Counter, defaultdict
from random import Random

import pytest
from checklist_table import NAMES, ROWS, table_text, write_table
from xbench.errors import InputError
from xbench.tasks.checklist.filling import Filling
from xbench.tasks.checklist.reader import read_checklist
from xbench.tasks.checklist.rules import TESTS, passes, whole_words
from xbench.tasks.checklist.suites import make_suite, read_names, write_suites
from xbench.tasks.checklist.templates import read_templates
from xbench.tasks.suites import TASKS

TASK = TASKS["xquad"]


@pytest.fixture
def templates(tmp_path):
    return read_templates(write_table(tmp_path)[0])


def cases_of(rows, test):
    cases = defaultdict(list)
    for row in rows:
        if row["test"] == test:
            cases[row["case"]].append(row)
    return list(cases.values())


class TestTable:
    def test_rows(self, templates):
        assert templates.languages == ("en", "de", "th", "qu")
        assert list(templates.tests) == list(TESTS)
        comp = templates.tests["comp"]
        assert (len(comp.contexts), len(comp.questions), len(comp.answers), len(comp.fillers["adj"])) == (1, 2, 2, 2)
        assert [(w.text, w.only_for) for w in comp.questions[0].wordings["de"]] == [
            ("Wer ist weniger {adj[1]}?", "smarter, smart"),
            ("Wer ist minder {adj[1]}?", "older, old"),
        ]
        assert comp.fillers["adj"][0].names() == ("older, old", "older", "old")
        obj = templates.tests["props"].fillers["obj"][0]
        assert obj.names() == ("a clock, the clock", "a clock", "clock", "the clock")
        assert len(templates.tests["intense"].contexts[1].wordings.get("qu", ())) == 0

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("", ":1: not a table of checklist templates"),
            ("Field\tde\n", ":1: not a table of checklist templates"),
            ("Field\ten\nContext\tx\n", ":2: row 'Context' belongs to no test"),
            ("Field\ten\nName\tAnimal vs Vehikle\n", ":2: unknown test 'Animal vs Vehikle': did you mean 'Animal vs V"),
            ("Field\ten\nName\n", ":2: unknown test ''"),
            (table_text(ROWS[:10]), ": no test named 'Intensifiers"),
            (table_text([row for row in ROWS if row[:2] != ("Answer", "{profession}")]),
             ":36: the test has 1 contexts, 1 questions and 0 answers"),
        ],
    )  # fmt: skip
    def test_refusals(self, write, text, complaint):
        path = write("templates.tsv", text)
        with pytest.raises(InputError) as error:
            read_templates(path)
        assert str(error.value).startswith(f"{path}{complaint}")


class TestCases:
    def test_english_by_hand(self, templates):
        rows = list(make_suite(templates, NAMES, "en", samples=5))
        assert Counter(row["test"] for row in rows if row["case"] == 0) == {
            **dict.fromkeys(TESTS, 1), "comp": 2, "intense": 2,
        }  # fmt: skip
        for less, more in cases_of(rows, "comp"):
            first, adjective, second = re.fullmatch(r"(\w+) is (older|smarter) than (\w+)\.", less["context"]).groups()
            assert more["context"] == less["context"]
            assert {first, second} < set(NAMES["en"]["male"])  # declined for men alone
            assert (less["question"], less["answer"]) == (f"Who is less {adjective[:-1].removesuffix('e')}?", second)
            assert (more["question"], more["answer"]) == (f"Who is {adjective}?", first)
        for (row,) in cases_of(rows, "props"):
            assert re.fullmatch(r"There is a (\w+) in the room\. The \1 is \w+ and \w+\.", row["context"])
            assert (row["answer"] == "old") == row["question"].startswith("What age")
        women = {
            name
            for (row,) in cases_of(rows, "animal_vehicle")
            for name in NAMES["en"]["female"]
            if name in row["context"]
        }
        assert women

    def test_every_answer_is_in_its_context(self, templates):
        for language in ("en", "de", "th"):
            for row in make_suite(templates, NAMES, language, samples=20):
                assert not re.search(r"[{}\[\]]", "".join(map(str, row.values())))
                assert passes(whole_words(row["answer"], row["context"]), row["answer"], language), row

    def test_a_restricted_wording_goes_with_its_fillers(self, templates):
        rows = list(make_suite(templates, NAMES, "de", samples=30))
        for less, _ in cases_of(rows, "comp"):
            assert less["question"] in ("Wer ist weniger klug?", "Wer ist minder alt?")
        seen = set()
        for (row,) in cases_of(rows, "props"):
            # Both a property and an object restrict the question: the color of a tree, age or color of a clock.
            assert re.match("Welche Farbe hat der Baum|Welches (Farbe|Alter) hat die Uhr", row["question"]), row
            seen |= set(re.findall(r"roter|rote\b", row["context"] + row["answer"]))
            assert ("roter" in row["context"]) <= ("Baum" in row["context"])
            assert ("rote " in row["context"]) <= ("Uhr" in row["context"])
        assert seen == {"rote", "roter"}

    def test_languages_without_names_take_the_english_ones(self, templates):
        (less, _), *_ = cases_of(make_suite(templates, NAMES, "th", samples=3), "comp")
        assert less["answer"] in NAMES["en"]["male"]
        assert re.fullmatch(r"\w+ (แกกว่า|ฉลาดกว่า)กว่า \w+", less["context"])

    def test_a_language_whose_restrictions_name_nothing_known_is_refused(self, templates):
        # Quechua's column beside an answer holds another answer, not fillers.
        with pytest.raises(
            InputError, match=r"no case of 'Animal vs Vehicle', line \d+ of the templates, can be made in 'qu'"
        ):
            list(make_suite(templates, NAMES, "qu", samples=3))

    def test_equal_fillers_are_never_drawn_together(self, templates):
        filling = Filling(templates.tests["comp"], templates.tests["comp"].fillers, ["Tom", "Tom"], "en")
        assert [filling.case(Random(seed)) for seed in range(5)] == [None] * 5

    def test_no_more_cases_than_the_table_has(self, templates):
        rows = list(make_suite(templates, NAMES, "en", samples=100))
        cases = cases_of(rows, "comp")
        assert len(cases) == 3 * 2 * 2  # ordered pairs of names, adjectives
        assert len({row["context"] for case in cases for row in case}) == len(cases)


class TestFiles:
    def test_the_same_seed_gives_the_same_bytes_and_the_reader_reads_them(self, tmp_path):
        table, names = write_table(tmp_path)
        languages = ("en", "de", "th")
        first = write_suites(table, names, tmp_path / "a", languages, samples=8)
        again = write_suites(table, names, tmp_path / "b", languages, samples=8)
        other = write_suites(table, names, tmp_path / "c", languages, samples=8, seed=1)
        assert [path.relative_to(tmp_path / "a").as_posix() for path in first] == [
            f"multichecklist/{language}.jsonl" for language in languages
        ]
        assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
        assert first[0].read_bytes() != other[0].read_bytes()
        for path in first:
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            dataset = read_checklist([path], TASK)
            assert len(dataset.examples) == len(rows)
            assert {e.id.partition("/")[0] for e in dataset.examples[:8]} == set(TESTS)

    def test_refusals(self, tmp_path, write):
        table, names = write_table(tmp_path)
        with pytest.raises(InputError, match="no language 'dee': did you mean 'de'"):
            write_suites(table, names, tmp_path, ("dee",))
        for content, complaint in (
            ("[]", "not lists 'male' and 'female' of names by language"),
            ('{"en": {"male": ["Tom"]}}', "not lists 'male' and 'female'"),
            ("{", "not lists 'male' and 'female'"),
            ('{"de": {"male": ["Uwe"], "female": ["Ina"]}}', "no English names"),
            ('{"en": {"male": [], "female": ["Ann"]}}', "no English names"),
        ):
            with pytest.raises(InputError, match=complaint):
                read_names(write("names.json", content))
