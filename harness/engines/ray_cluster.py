"""The Ray cluster: joining it, and the devices it has."""

import logging
import os
import socket
import subprocess
import sys
from dataclasses import dataclass

from ...errors import EnvironmentFault, InputError

LOCAL, AUTO = "local", "auto"
_CONNECT_SECONDS = 5
_PROBE_SECONDS = 60
_PROBE = "import sys, ray; ray.init(address=sys.argv[1], log_to_driver=False)"


@dataclass(frozen=True)
class Seat:
    """A place for a worker: one GPU of a node, or all CPUs of a node."""

    node: str
    host: str
    number: int
    device: str
    cpus: int

    @property
    def name(self) -> str:
        """What tells it from other seats."""
        return f"{self.node}/{self.number}"


def join(address: str | None) -> bool:
    """Connect this process to a cluster; whether that was not done before.

    Args:
        address: `HOST:PORT` of the cluster's head, `auto` for the one that runs on this machine, `local` to start one
            on this machine that ends with this process; None for `RAY_ADDRESS` or else `local`.

    Raises:
        EnvironmentFault: Ray is not installed, no cluster answers there, or it does not let this process in.
        InputError: that is no address.
    """
    # Ray prints, on standard output, that a worker died; we say so ourselves. It reads this when it is imported.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
    try:
        import ray
    except ImportError as error:
        raise EnvironmentFault("--engine ray needs Ray: pip install 'xbench[ray]'") from error
    if ray.is_initialized():
        return False
    place = address or os.environ.get("RAY_ADDRESS") or LOCAL
    if place not in (LOCAL, AUTO):
        _check(place)
    dashboard = False if place == LOCAL else None
    try:
        ray.init(address=place, include_dashboard=dashboard, log_to_driver=False, logging_level=logging.ERROR)
    except Exception as error:  # Ray raises many unrelated classes
        raise EnvironmentFault(f"no Ray cluster at {place!r}: {first_line(error)}") from error
    return True


def _check(place: str) -> None:
    """Try the address first: Ray itself waits for minutes, fills the screen, and may end the process."""
    host, colon, port = place.rpartition(":")
    if not colon or not port.isdecimal() or "/" in host:
        raise InputError(f"{place!r} is no address of a Ray cluster: say HOST:PORT, 'auto' or 'local'")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
    except OSError as error:
        raise EnvironmentFault(f"no Ray cluster answers at {place}: {error.strerror or error}") from error
    try:
        probe = subprocess.run(  # noqa: S603
            [sys.executable, "-c", _PROBE, place], capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise EnvironmentFault(f"what answers at {place} is no Ray cluster: is it another of its ports?") from error
    if "InvalidAuthToken" in probe.stderr:
        raise EnvironmentFault(
            f"the Ray cluster at {place} wants its token: set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN if need be"
        )
    if probe.returncode:
        reason = (probe.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EnvironmentFault(f"cannot join the Ray cluster at {place}: {reason}")


def leave() -> None:
    """Disconnect; a cluster that `join` started ends."""
    import ray

    ray.shutdown()


def gpus() -> int:
    """GPUs of the cluster."""
    import ray

    return int(ray.cluster_resources().get("GPU", 0))


def seats(device: str) -> list[Seat]:
    """The places for workers on nodes that are alive: for `cuda` one a GPU, for `cpu` one a node that offers CPUs."""
    import ray

    found = []
    for node in ray.nodes():
        cpus, graphics = (int(node["Resources"].get(name, 0)) for name in ("CPU", "GPU"))
        count = graphics if device == "cuda" else min(cpus, 1)
        # A worker on a GPU leaves the other CPUs to its neighbours.
        share = min(cpus, 1) if device == "cuda" else cpus
        if node["Alive"]:
            host = str(node["NodeManagerHostname"])
            found += [Seat(str(node["NodeID"]), host, number, device, share) for number in range(count)]
    return found


def first_line(error: BaseException) -> str:
    """The first line of an error's text, or its class."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
