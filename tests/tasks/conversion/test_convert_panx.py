"""PAN-X: by hand, in every way it may lie on disk, and the real files with the language put back."""

import io
import tarfile
import zipfile

import pytest
from xbench.errors import InputError
from xbench.tasks.conversion import convert

RAW = "vi:Hà\tB-LOC\nvi:Nội\tI-LOC\n\n\nvi:a:b\tO\n\n"
TEXT = "Hà\tB-LOC\nNội\tI-LOC\n\n\na:b\tO\n"


def tar_gz(**files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content.encode())
            archive.addfile(info, io.BytesIO(content.encode()))
    return buffer.getvalue()


def test_two_blank_lines_make_an_empty_sentence(write, tmp_path, converted, loaded):
    write("vi/test", RAW)
    assert converted("panx", tmp_path) == {"panx/test-vi.tsv": (3, TEXT)}
    examples = loaded("panx", "test", "vi")
    assert [(e.words, e.gold) for e in examples] == [
        (("Hà", "Nội"), ("B-LOC", "I-LOC")),
        ((), ()),
        (("a:b",), ("O",)),  # the token is all that follows the first colon
    ]


@pytest.mark.parametrize(
    ("raw", "text", "count"),
    [
        ("vi:a\tO\n", "a\tO\n", 1),
        ("vi:a\tO", "a\tO\n", 1),
        ("vi:a\tO\n\n", "a\tO\n", 1),  # only the last line of all is dropped if it is blank
        ("vi:a\tO\n\n\n", "a\tO\n\n", 1),
        ("vi:a\tO\n\n\n\n", "a\tO\n\n\n", 2),
        ("\nvi:a\tO\n", "\na\tO\n", 2),
        ("vi: a \t O \n \t\nvi:\u00a0\tO\n", "a\tO\n\n\tO\n", 2),  # a token of blanks leaves an empty word
        ("vi:x\u2028y\tO\r\n\r\nvi:z\tB-PER\r\n", "x\u2028y\tO\n\nz\tB-PER\n", 2),
    ],
)
def test_blank_lines(write, tmp_path, converted, loaded, raw, text, count):
    write("vi/dev", raw)
    assert converted("panx", tmp_path) == {"panx/dev-vi.tsv": (count, text)}
    assert len(loaded("panx", "dev", "vi")) == count


def test_the_archive_of_archives(write, tmp_path, converted):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for language in ("vi", "ar"):
            files = {split: RAW.replace("vi:", f"{language}:") for split in ("./train", "dev", "test")}
            archive.writestr(f"panx_dataset/{language}.tar.gz", tar_gz(**files))
        archive.writestr("panx_dataset/xx.tar.gz", b"not even an archive, and of no language of XTREME")
        archive.writestr("__MACOSX/panx_dataset/._ar.tar.gz", b"rubbish")
    path = write("AmazonPhotos.zip", buffer.getvalue())
    names = {f"panx/{split}-{language}.tsv" for split in ("train", "dev", "test") for language in ("vi", "ar")}
    assert converted("panx", path) == dict.fromkeys(names, (3, TEXT))


@pytest.mark.parametrize("name", ["vi/test", "panx_dataset/vi-test", "deep/down/vi/test"])
def test_unpacked_folders(write, tmp_path, converted, name):
    write(f"raw/{name}", RAW)
    write("raw/vi/readme", "x")
    write("raw/davi/test", "no language of that name")
    assert list(converted("panx", tmp_path / "raw", "vi")) == ["panx/test-vi.tsv"]


@pytest.mark.parametrize("name", ["vi.tar.gz", "my download.tgz"])
def test_one_language_alone(write, tmp_path, converted, name):
    inside = "test" if name.startswith("vi") else "vi/test"
    path = write(name, tar_gz(**{inside: RAW}))
    assert list(converted("panx", path)) == ["panx/test-vi.tsv"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("vi:a", "vi:a"), ("a\tO", r"a\\tO"), ("vi:a\tB-MISC", "B-MISC"), ("vi:a\tO\tO", r"vi:a"), ("vi:a\t", "vi:a")],
)
def test_a_malformed_line_in_a_nested_archive_is_named(write, tmp_path, output, line, complaint):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("vi.tar.gz", tar_gz(test=f"vi:ok\tO\n{line}\n"))
    path = write("AmazonPhotos.zip", buffer.getvalue())
    match = rf"AmazonPhotos\.zip/vi\.tar\.gz/test:2: expected language:token, a tab and a PAN-X label, .*{complaint}"
    with pytest.raises(InputError, match=match):
        list(convert("panx", path, output))
    assert not output.exists()


def test_the_real_panx_comes_back_byte_for_byte(xtreme, write, tmp_path, converted):
    names = ["dev-en", "train-en", *(f"test-{language}" for language in ("ar", "de", "ja", "my", "yo", "zh"))]
    for name in names:
        split, language = name.split("-")
        text = (xtreme / "panx" / f"{name}.tsv").read_text(encoding="utf-8")
        lines = text.removesuffix("\n").split("\n")
        raw = "".join(f"{language}:{line}\n" if line else "\n" for line in lines) + "\n"
        write(f"panx_dataset/{language}/{split}", raw)
    found = converted("panx", tmp_path / "panx_dataset")
    assert found.keys() == {f"panx/{name}.tsv" for name in names}
    assert (found["panx/train-en.tsv"][0], found["panx/test-my.tsv"][0]) == (20000, 100)
    for path, (_, text) in found.items():
        assert text.encode() == (xtreme / path).read_bytes(), path
