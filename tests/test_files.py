"""Files are whole or not there, and a refusal of the system is told in one line."""

import errno
import os
import stat
from pathlib import Path

import pytest
from xbench.errors import EnvironmentFault, InputError, XbenchError
from xbench.files import atomic_path, make_directory, write_failure, write_text


def names(directory):
    return [path.name for path in directory.iterdir()]


def test_write_text_is_byte_for_byte(tmp_path):
    path = tmp_path / "new" / "below" / "f.txt"
    write_text(path, "a\r\nb\n\u2028é\U0001f642")
    assert path.read_bytes() == "a\r\nb\n\u2028é\U0001f642".encode()
    write_text(path, "shorter")
    assert path.read_bytes() == b"shorter"
    assert names(path.parent) == ["f.txt"]


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_permissions_are_those_of_an_ordinary_new_file(tmp_path, mask):
    before = os.umask(mask)
    try:
        write_text(tmp_path / "f", "x")
        assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o666 & ~mask
        assert os.umask(mask) == mask  # left as it was
    finally:
        os.umask(before)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_a_failure_in_the_middle_leaves_the_old_file(tmp_path, error):
    path = tmp_path / "f"
    write_text(path, "old")

    def write_half():
        with atomic_path(path) as temporary:
            temporary.write_text("ne")
            raise error

    with pytest.raises(type(error)):
        write_half()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["f"]


def test_nothing_is_seen_before_the_end(tmp_path):
    path = tmp_path / "f"
    with atomic_path(path) as temporary:
        temporary.write_text("x")
        assert not path.exists()
        assert temporary.parent == tmp_path  # a rename within one file system is atomic
        assert temporary.name.startswith(".")
    assert path.read_text() == "x"


def test_it_is_on_disk_before_it_has_its_name(tmp_path, monkeypatch):
    calls = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda number: (calls.append("fsync"), fsync(number))[1])
    monkeypatch.setattr(Path, "replace", lambda self, to: (calls.append("replace"), replace(self, to))[1])
    write_text(tmp_path / "f", "x")
    assert calls == ["fsync", "replace"]


def test_a_body_may_remove_the_temporary_file_only_with_an_error(tmp_path):
    with pytest.raises(InputError, match=r"cannot write .*/f: No such file"), atomic_path(tmp_path / "f") as temporary:
        temporary.unlink()
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "kind", "advice"),
    [
        (errno.ENOSPC, EnvironmentFault, "No space left on device; free some space and run again"),
        (errno.EDQUOT, EnvironmentFault, "Disk quota exceeded; free some space and run again"),
        (errno.EACCES, InputError, "Permission denied; choose another place"),
        (errno.EROFS, InputError, "Read-only file system; choose another place"),
        (errno.ENOTDIR, InputError, "Not a directory; choose another place"),
    ],
)
def test_a_refusal_is_told_in_one_line(tmp_path, monkeypatch, number, kind, advice):
    def refuse(*_args, **_kwargs):
        raise OSError(number, os.strerror(number))

    path = tmp_path / "f"
    write_text(path, "old")
    assert str(write_failure(OSError(number, "x"), path)) == f"cannot write {path}: {advice}"
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(kind) as caught:
        write_text(path, "new")
    assert type(caught.value) is kind
    assert str(caught.value) == f"cannot write {path}: {advice}"
    assert path.read_text() == "old"
    assert names(tmp_path) == ["f"]


def test_a_refusal_without_a_number_still_has_its_reason(tmp_path):
    assert str(write_failure(OSError("odd"), tmp_path)) == f"cannot write {tmp_path}: odd; choose another place"


def test_make_directory(tmp_path):
    assert make_directory(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    make_directory(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "f").write_text("x")
    for path in (tmp_path / "f", tmp_path / "f" / "below"):
        with pytest.raises(InputError, match=f"cannot write {path}: "):
            make_directory(path)


def test_exit_codes():
    assert (XbenchError.exit_code, InputError.exit_code, EnvironmentFault.exit_code) == (1, 2, 4)
    assert issubclass(InputError, XbenchError)
    assert issubclass(EnvironmentFault, XbenchError)
