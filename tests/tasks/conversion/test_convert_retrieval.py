"""Tatoeba and BUCC: by hand, and LASER's real files against XTREME's real files."""

import io
import tarfile

import pytest
from xbench.errors import InputError
from xbench.tasks.conversion import convert


def test_tatoeba(write, tmp_path, converted, loaded):
    write("tatoeba.deu-eng.deu", " null \neins\r\nzwei\u2028\ndrei\n")
    write("tatoeba.deu-eng.eng", "b \na\nB\na\n")
    write("tatoeba.xxx-eng.xxx", "of no language of XTREME")
    assert converted("tatoeba", tmp_path) == {
        "tatoeba/de-en.de": (4, " null \neins\r\nzwei\u2028\ndrei\n"),  # byte for byte
        "tatoeba/de-en.en": (4, "B\na\na\nb\n"),  # capitals first, equal lines in their order
        "labels/tatoeba/test-de.tsv": (4, "2\n1\n3\n0\n"),
    }
    assert [(e.text, e.gold) for e in loaded("tatoeba", "test", "de")] == [
        ("B", (2,)),
        ("a", (1,)),
        ("a", (3,)),
        ("b", (0,)),
    ]


def test_tatoeba_names_languages_by_three_letters(write, tmp_path, converted):
    for code in ("cmn", "pes", "swh", "tgl"):
        write(f"LASER-master/data/tatoeba/v1/tatoeba.{code}-eng.{code}", "x\n")
        write(f"LASER-master/data/tatoeba/v1/tatoeba.{code}-eng.eng", "y\n")
    assert {path.split("/")[1] for path in converted("tatoeba", tmp_path) if path.startswith("tatoeba/")} == {
        f"{language}-en.{side}" for language in ("zh", "fa", "sw", "tl") for side in (language, "en")
    }


def test_tatoeba_needs_both_sides(write, tmp_path, output):
    write("tatoeba.deu-eng.deu", "a\nb\n")
    with pytest.raises(InputError, match=r"tatoeba\.deu-eng\.deu is there without the file in the other language"):
        list(convert("tatoeba", tmp_path, output))
    write("tatoeba.deu-eng.eng", "a\n")
    with pytest.raises(InputError, match=r"tatoeba\.deu-eng\.eng: 1 lines where .*tatoeba\.deu-eng\.deu has 2"):
        list(convert("tatoeba", tmp_path, output))
    assert not output.exists()


def test_lasers_tatoeba_becomes_xtremes_byte_for_byte(xtreme, converted):
    found = converted("tatoeba", xtreme / "tatoeba" / "v1")
    assert len(found) == 3 * 21
    assert found.keys() == {
        path.relative_to(xtreme).as_posix()
        for folder in ("tatoeba", "labels/tatoeba")
        for path in (xtreme / folder).glob("*-*")
        if path.is_file()
    }
    for path, (_, text) in found.items():
        assert text.encode() == (xtreme / path).read_bytes(), path


FOREIGN, ENGLISH, GOLD = "de-1\teins\nde-2\tzwei\n", "en-1\tone\nen-2\ttwo\nen-3\tthree\n", "de-2\ten-2\n"


def bucc(write, name="sample", **changed):
    files = {"de": FOREIGN, "en": ENGLISH, "gold": GOLD, **changed}
    for side, text in files.items():
        write(f"bucc2018/de-en/de-en.{name}.{side}", text)


def test_bucc(write, tmp_path, converted, loaded):
    bucc(write)
    bucc(write, "training", gold=GOLD + "de-1\ten-3\n")
    assert converted("bucc2018", tmp_path) == {
        "bucc2018/de-en.dev.de": (2, FOREIGN),
        "bucc2018/de-en.dev.en": (3, ENGLISH),
        "bucc2018/de-en.dev.gold": (1, GOLD),
        "bucc2018/de-en.test.de": (2, FOREIGN),
        "bucc2018/de-en.test.en": (3, ENGLISH),
        "bucc2018/de-en.test.gold": (2, GOLD + "de-1\ten-3\n"),
    }
    assert [(e.id, e.text, e.gold) for e in loaded("bucc2018", "test", "de")] == [
        ("de-1", "eins", (2,)),
        ("de-2", "zwei", (1,)),
    ]


def test_bucc_in_its_archives(write, tmp_path, converted):
    for name in ("sample", "training"):
        with tarfile.open(tmp_path / f"bucc2018-de-en.{name}-gold.tar.bz2", "w:bz2") as archive:
            for side, text in {"de": FOREIGN, "en": ENGLISH, "gold": GOLD}.items():
                info = tarfile.TarInfo(f"bucc2018/de-en/de-en.{name}.{side}")
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text.encode()))
    found = converted("bucc2018", tmp_path, "de")
    assert [path.rpartition(".")[0] for path in found] == ["bucc2018/de-en.dev"] * 3 + ["bucc2018/de-en.test"] * 3


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"gold": "de-9\ten-1\n"}, r"de-en\.sample\.gold:1: the id 'de-9' is not in"),
        ({"gold": "de-1 en-1\n"}, r"de-en\.sample\.gold:1: expected two ids"),
        ({"en": "en-1\tone\nrubbish\n"}, r"de-en\.sample\.en:2: expected an id"),
    ],
)
def test_malformed_bucc_is_refused(write, tmp_path, output, changed, complaint):
    bucc(write, **changed)
    with pytest.raises(InputError, match=complaint):
        list(convert("bucc2018", tmp_path, output))
    assert not output.exists()


def test_bucc_needs_its_gold(write, tmp_path, output):
    bucc(write)
    (tmp_path / "bucc2018/de-en/de-en.sample.gold").unlink()
    with pytest.raises(InputError, match=r"is there without de-en\.sample\.gold"):
        list(convert("bucc2018", tmp_path, output))


def test_the_real_sample_of_bucc_comes_back_byte_for_byte(xtreme, write, tmp_path, converted):
    for side in ("zh", "en", "gold"):
        write(f"zh-en/zh-en.sample.{side}", (xtreme / "bucc2018" / f"zh-en.dev.{side}").read_bytes())
    found = converted("bucc2018", tmp_path)
    assert {path: count for path, (count, _) in found.items()} == {
        "bucc2018/zh-en.dev.zh": 8624,
        "bucc2018/zh-en.dev.en": 13589,
        "bucc2018/zh-en.dev.gold": 257,
    }
    for path, (_, text) in found.items():
        assert text.encode() == (xtreme / path).read_bytes(), path
