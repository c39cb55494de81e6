"""Suites of test cases made from MultiCheckList's templates, as files that `reader` reads.

They are not the reference's: what it draws depends on the order of Python sets and so differs between its own runs
(marcotcr/checklist, editor.py).

Names of people are not among the templates: the reference takes them from a pickle of the framework's. They come as
JSON, `{"en": {"male": ["Tom", ...], "female": ["Ann", ...]}, ...}`; a language without names takes the English ones.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from ...errors import InputError
from ...files import write_text
from ..languages import LANGUAGES, nearest
from ..readers import read_lines
from .filling import Filling
from .rules import TESTS
from .templates import Templates, read_templates

SAMPLES = 200
"""Cases a test: the reference's `--num_test_samples`."""
SEED = 42
_DRAWS_A_CASE = 20
_SEXES = ("male", "female")
# Adjectives and nouns of these tests are declined for men alone.
_MALE_ONLY = ("comp", "intense", "profession_nationality")
# The second test of animals and vehicles is filled with those of the first.
_FILLERS_OF = {"animal_vehicle_v2": "animal_vehicle"}

Names = Mapping[str, Mapping[str, Sequence[str]]]
"""Language -> `male` and `female` -> first names."""


def write_suites(
    templates: Path,
    names: Path,
    directory: Path,
    languages: Sequence[str] = (),
    samples: int = SAMPLES,
    seed: int = SEED,
) -> list[Path]:
    """Write `multichecklist/<language>.jsonl` below `directory`, by default for all known languages of the table.

    The same files, `samples` and `seed` give the same bytes on every machine.

    Returns:
        The paths of the files.

    Raises:
        InputError: a file is malformed, a language is not in the table, or no case of a test can be made in it.
    """
    table, people = read_templates(templates), read_names(names)
    paths = []
    for language in languages or [code for code in table.languages if code in LANGUAGES]:
        if language not in table.languages:
            raise InputError(f"{templates}: no language {language!r}: {nearest(language, table.languages)}")
        lines = [json.dumps(row, ensure_ascii=False) for row in make_suite(table, people, language, samples, seed)]
        paths.append(directory / "multichecklist" / f"{language}.jsonl")
        write_text(paths[-1], "\n".join(lines) + "\n")
    return paths


def read_names(path: Path) -> Names:
    """Read names of people.

    Raises:
        InputError: it is not JSON of the form above, or English has none.
    """
    try:
        content = json.loads("\n".join(read_lines(path)))
        names = {code: {sex: [str(name) for name in lists[sex]] for sex in _SEXES} for code, lists in content.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: not lists 'male' and 'female' of names by language: {error!r}") from error
    if not all(names.get("en", {"none": ()}).values()):
        raise InputError(f"{path}: no English names, which serve the languages without their own")
    return names


def make_suite(
    templates: Templates, names: Names, language: str, samples: int = SAMPLES, seed: int = SEED
) -> Iterator[dict[str, str | int]]:
    """The lines of a suite: `samples` cases of each test, or fewer if so many draws do not give them.

    Raises:
        InputError: no case of a test can be made in this language.
    """
    for test in TESTS:
        template = templates.tests[test]
        fillers = templates.tests[_FILLERS_OF.get(test, test)].fillers
        filling = Filling(template, fillers, _first_names(names.get(language, names["en"]), test), language)
        cases = _distinct_cases(filling, samples, Random(f"{seed}:{test}"))  # noqa: S311
        if not cases:
            raise InputError(
                f"no case of {TESTS[test]!r}, line {template.line} of the templates, can be made in {language!r}"
            )
        for number, case in enumerate(cases):
            for row in case:
                yield {"test": test, "case": number, **row}


def _first_names(people: Mapping[str, Sequence[str]], test: str) -> list[str]:
    male, female = people["male"], people["female"]
    return list(male) if test in _MALE_ONLY else [name for pair in zip(male, female, strict=False) for name in pair]


def _distinct_cases(filling: Filling, samples: int, random: Random) -> list[list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for _ in range(samples * _DRAWS_A_CASE):
        case = filling.case(random)
        if case:
            found.setdefault(json.dumps(case), case)
        if len(found) == samples:
            break
    return list(found.values())
