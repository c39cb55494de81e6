"""Finding originals: archives that mean harm or are damaged, doubles, missing files, and the command line."""

import io
import os
import re
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest
from xbench.cli.main import main
from xbench.errors import EnvironmentFault, InputError
from xbench.tasks.conversion import CONVERTERS, convert

TEXT = "vi:a\tO\n"


@pytest.fixture(autouse=True)
def scratch(tmp_path_factory, monkeypatch):
    """The place of temporary files, which must be empty in the end."""
    directory = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    yield directory
    assert not list(directory.iterdir())


def zipped(path, *names, text=TEXT, mode=0):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, text)
    return path


def tarred(path, *members, mode="w:gz"):
    with tarfile.open(path, mode) as archive:
        for name, kind, target in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            info.size = len(TEXT) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(TEXT.encode()))
    return path


def run(raw, output, *languages, task="panx"):
    return [path.relative_to(output).as_posix() for path, _ in convert(task, raw, output, languages)]


@pytest.mark.parametrize("suffix", ["tar", "tar.gz", "tgz", "tar.bz2", "tbz2"])
def test_tar_archives(tmp_path, output, suffix):
    mode = {"tar": "w", "tar.gz": "w:gz", "tgz": "w:gz"}.get(suffix, "w:bz2")
    path = tarred(tmp_path / f"x.{suffix}", ("vi", tarfile.DIRTYPE, ""), ("vi/test", tarfile.REGTYPE, ""), mode=mode)
    assert run(path, output) == ["panx/test-vi.tsv"]


@pytest.mark.parametrize("name", ["../vi/test", "/vi/test", "a/../../vi/test", "../../../../../../tmp/vi/test"])
def test_names_that_lead_out_of_the_archive_are_refused(tmp_path, output, name):
    for path in (zipped(tmp_path / "x.zip", name), tarred(tmp_path / "x.tgz", (name, tarfile.REGTYPE, ""))):
        with pytest.raises(InputError, match=r"x\.(zip|tgz): '.*vi/test' is a link, a device or leads out"):
            run(path, output)
    assert not output.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.tgz", "x.zip"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(tmp_path, output, kind):
    path = tarred(tmp_path / "x.tgz", ("vi/dev", tarfile.REGTYPE, ""), ("vi/test", kind, "/etc/passwd"))
    with pytest.raises(InputError, match=r"x\.tgz: 'vi/test' is a link, a device or leads out"):
        run(path, output)


def test_a_link_in_a_zip_is_refused(tmp_path, output):
    path = zipped(tmp_path / "x.zip", "vi/test", text="/etc/passwd", mode=stat.S_IFLNK | 0o777)
    with pytest.raises(InputError, match=r"x\.zip: 'vi/test' is a link"):
        run(path, output)
    assert run(zipped(tmp_path / "y.zip", "vi/test", mode=stat.S_IFREG | 0o644), output) == ["panx/test-vi.tsv"]


def test_what_is_not_wanted_is_not_unpacked(tmp_path, output):
    # A link among other files does no harm, as nothing of it is touched.
    members = [
        ("README", tarfile.SYMTYPE, "/etc/passwd"),
        ("../evil", tarfile.REGTYPE, ""),
        ("vi/test", tarfile.REGTYPE, ""),
    ]
    assert run(tarred(tmp_path / "x.tgz", *members), output) == ["panx/test-vi.tsv"]
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz", "x.tar.bz2", "x.tar"])
@pytest.mark.parametrize("content", [b"", b"rubbish" * 1000])
def test_a_file_that_is_no_archive_is_refused(write, output, name, content):
    with pytest.raises(InputError, match=rf"cannot unpack .*{name}: .*fetch it again") as caught:
        run(write(name, content), output)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "mode"), [("x.tar.gz", "w:gz"), ("x.tar.bz2", "w:bz2"), ("x.zip", "")])
def test_an_archive_that_is_cut_off_or_damaged_is_refused(tmp_path, output, name, mode):
    path = tmp_path / name
    noise = os.urandom(200_000).hex()
    if mode:
        with tarfile.open(path, mode) as archive:
            info = tarfile.TarInfo("vi/test")
            info.size = len(noise)
            archive.addfile(info, io.BytesIO(noise.encode()))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("vi/test", noise)
    whole = path.read_bytes()
    half = len(whole) // 2
    for content in (whole[:half], whole[:half] + bytes(100) + whole[half + 100 :]):
        path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            run(path, output)
        # Not a comparison by pytest, which would print the noise.
        assert re.search(rf"cannot unpack .*{name}: .*fetch it again", str(caught.value)[:500])
    assert not output.exists()


def test_a_full_disk_is_no_fault_of_the_archive(tmp_path, output, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(EnvironmentFault, match="No space left"):
        run(zipped(tmp_path / "x.zip", "vi/test"), output)


def test_archives_within_archives_end_somewhere(tmp_path, output):
    inner = zipped(tmp_path / "panx0.zip", "vi/test").read_bytes()
    for depth in range(1, 4):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("panx.zip", inner)
        inner = buffer.getvalue()
        path = tmp_path / f"depth{depth}.zip"
        path.write_bytes(inner)
        if depth < 3:
            assert run(path, output) == ["panx/test-vi.tsv"]
    with pytest.raises(InputError, match="nothing of panx; looked for train, dev and test in"):
        run(path, output)


def test_the_same_file_twice_is_fine_and_another_is_not(write, tmp_path, output):
    write("raw/one/vi/test", TEXT)
    write("raw/two/vi/test", TEXT)
    zipped(tmp_path / "raw/panx.zip", "vi/test")
    assert run(tmp_path / "raw", output) == ["panx/test-vi.tsv"]
    write("raw/two/vi/test", "vi:b\tO\n")
    with pytest.raises(InputError, match=r"one/vi/test and .*two/vi/test differ, and either could be meant"):
        run(tmp_path / "raw", output)


def test_a_directory_may_be_named_from_within(write, tmp_path, output, monkeypatch):
    write("raw/vi/test", TEXT)
    monkeypatch.chdir(tmp_path / "raw" / "vi")
    assert run(Path(), output) == ["panx/test-vi.tsv"]


@pytest.mark.parametrize("task", CONVERTERS)
def test_what_was_looked_for_is_named(tmp_path, output, task):
    with pytest.raises(InputError, match=f"nothing of {task}; looked for ") as caught:
        run(tmp_path, output, task=task)
    assert CONVERTERS[task].looked_for in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_language_that_is_asked_for_must_be_there(write, tmp_path, output):
    write("raw/vi/test", TEXT)
    write("raw/de/test", TEXT)
    with pytest.raises(InputError, match="nothing of panx in ar, fr; looked for"):
        run(tmp_path / "raw", output, "vi", "ar", "fr")
    assert run(tmp_path / "raw", output, "vi") == ["panx/test-vi.tsv"]


@pytest.mark.parametrize(
    ("task", "language", "complaint"),
    [
        ("pawx", "de", "no conversion for task 'pawx': did you mean 'pawsx'"),
        ("xquad", "de", "no conversion for task 'xquad'"),
        ("pawsx", "th", "pawsx has no language 'th': "),
    ],
)
def test_unknown_names(tmp_path, output, task, language, complaint):
    with pytest.raises(InputError, match=complaint):
        run(tmp_path, output, language, task=task)


def test_a_file_that_was_there_stays_whole_when_the_next_is_malformed(write, tmp_path, output):
    write("raw/vi/test", TEXT)
    run(tmp_path / "raw", output)
    write("raw/vi/test", "vi:b\tO\nrubbish\n")
    with pytest.raises(InputError, match="test:2"):
        run(tmp_path / "raw", output)
    assert [path.name for path in output.rglob("*")] == ["panx", "test-vi.tsv"]
    assert (output / "panx/test-vi.tsv").read_text() == "a\tO\n"


def command(*arguments):
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in ("data", "convert", *arguments)])
    return end.value.code


def test_the_command(write, tmp_path, output, capsys):
    write("raw/vi/test", TEXT)
    write("raw/de/dev", "de:a\tO\n\nde:b\tO\n")
    assert command("panx", tmp_path / "raw", "-o", output, "-l", "vi,de") == 0
    lines = [f"{output}/panx/dev-de.tsv: 2 examples", f"{output}/panx/test-vi.tsv: 1 examples"]
    assert capsys.readouterr().out.splitlines() == lines


def test_the_command_on_bad_input(tmp_path, output, capsys):
    assert command("panx", tmp_path / "nowhere", "-o", output) == 2
    assert capsys.readouterr().err == f"xbench: no file or directory {tmp_path}/nowhere\n"


def test_the_help_names_every_task(capsys):
    assert command("--help") == 0
    listed = " ".join(capsys.readouterr().out.split())
    assert f"TASK is one of {', '.join(CONVERTERS)}." in listed
