"""The peers' virtual environment: made once, apart from xbench's own, with every version pinned."""

import hashlib
import subprocess
import sys
from pathlib import Path

from ...errors import EnvironmentFault
from ...files import make_directory, write_text

PACKAGES = (
    "torch==2.13.0",
    "sentence-transformers==5.7.0",
    "transformers==4.57.6",
    "tokenizers==0.22.2",
    "optimum==2.1.0",
    "optimum-onnx==0.1.0",
    "onnx==1.23.2",
    "onnxruntime==1.31.1",
    "accelerate==1.15.0",
    "numpy==2.4.6",
)
_COMPLETE = "peers.txt"


def ensure_environment(cache: Path) -> Path:
    """The interpreter of the environment below `cache`, which is made if it is not there.

    Raises:
        EnvironmentFault: the packages cannot be installed.
    """
    wanted = "\n".join(PACKAGES) + "\n"
    directory = cache / f"peers-{hashlib.sha256(wanted.encode()).hexdigest()[:8]}"
    python = directory / "bin" / "python"
    if not (directory / _COMPLETE).is_file():
        make_directory(cache)
        _call(sys.executable, "-m", "venv", "--clear", str(directory))
        _call(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES)
        write_text(directory / _COMPLETE, wanted)
    return python


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        reason = said[-1] if said else f"exit code {done.returncode}"
        raise EnvironmentFault(
            f"cannot make the peers' environment ({' '.join(command[1:4])}): {reason}; give one by --peer-python"
        )
