"""The workers of a run on a Ray cluster: started wherever there is a place, and started anew where one died."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from ... import __version__
from ...errors import EnvironmentFault
from .dealing import DEPTH
from .parcels import Parcel, Reply
from .ray_cluster import Seat, first_line, seats
from .ray_worker import Introduction, Worker

# A place where a worker could not be started so many times in a row is given up.
_STARTS = 3
_WAIT_SECONDS = 1.0
_PATIENCE_SECONDS = 20.0


@dataclass
class Post:
    """A seat and who sits on it."""

    seat: Seat
    actor: Any = None
    who: Introduction | None = None
    starts: int = 0
    failed_starts: int = 0
    units: int = 0

    @property
    def name(self) -> str:
        """The seat's name."""
        return self.seat.name

    @property
    def open(self) -> bool:
        """Whether a worker may be started here."""
        return self.actor is None and self.failed_starts < _STARTS

    def account(self) -> dict[str, Any]:
        """What the run's account says of it."""
        return {
            "host": self.who.host if self.who else self.seat.host,
            "node": self.seat.node,
            "pid": self.who.pid if self.who else None,
            "device": self.seat.device,
            "cpus": self.seat.cpus,
            "units": self.units,
            "restarts": max(0, self.starts - 1),
        }


@dataclass(frozen=True)
class Answer:
    """What became of a unit: the worker's reply, or what Ray reports in its place.

    No unit at all means that the worker is lost, and with it all that it held.
    """

    post: Post
    unit: int | None = None
    reply: Reply | None = None
    error: Exception | None = None


@dataclass
class Crew:
    """The workers of a run.

    Attributes:
        device: `cpu` or `cuda`.
        arguments: those of a `Worker` with so many CPUs, without the last.
        note: is told of workers that come to grief.
    """

    device: str
    arguments: Callable[[int], tuple[Any, ...]]
    note: Callable[[str], None]
    posts: dict[str, Post] = field(default_factory=dict)
    _calls: dict[Any, tuple[Post, int | None]] = field(default_factory=dict)
    _reason: str = "no node offers a device"
    _patience: float | None = field(default_factory=lambda: monotonic() + _PATIENCE_SECONDS)

    def recruit(self) -> list[Post]:
        """Start a worker on every seat that has none; the posts that were filled.

        Raises:
            EnvironmentFault: nobody is at work, and there is no seat where a worker could be started.
        """
        there = {seat.name: seat for seat in seats(self.device)}
        filled = []
        for name, seat in there.items():
            post = self.posts.setdefault(name, Post(seat))
            if post.open:
                self._start(post)
                filled.append(post)
        if not any(post.actor is not None for post in self.posts.values()):
            raise EnvironmentFault(f"no worker is left on the Ray cluster: {self._reason}")
        return filled

    def at_work(self) -> list[Post]:
        """Posts whose worker has introduced itself."""
        return [post for post in self.posts.values() if post.actor is not None and post.who is not None]

    def send(self, post: Post, unit: int, parcel: Parcel) -> None:
        """Have a worker evaluate a unit."""
        self._calls[post.actor.evaluate.remote(parcel)] = (post, unit)

    @property
    def busy(self) -> bool:
        """Whether an answer is to be waited for."""
        return bool(self._calls)

    def answers(self) -> Iterator[Answer]:
        """What has come within a second, if anything was asked."""
        import ray

        if not self._calls:
            return
        if self._patience is not None and monotonic() > self._patience and not self.at_work():
            self.note("waiting for CPUs or GPUs of the Ray cluster that others hold")
            self._patience = None
        done, _ = ray.wait(list(self._calls), num_returns=1, timeout=_WAIT_SECONDS)
        for reference in done:
            post, unit = self._calls.pop(reference)
            answer = self._answer(reference, post, unit)
            if answer is not None:
                yield answer

    def dismiss(self) -> None:
        """End all workers."""
        for post in self.posts.values():
            self._end(post)
        self._calls.clear()

    def _answer(self, reference: Any, post: Post, unit: int | None) -> Answer | None:
        """What a call brought; None if it only was an introduction."""
        import ray

        try:
            content = ray.get(reference)
        except ray.exceptions.RayTaskError as error:
            # Arguments or results that cannot be read there or here; the worker itself is well.
            if unit is not None:
                return Answer(post, unit, error=error)
            return self._lost(post, first_line(error.cause or error))
        except ray.exceptions.RayError as error:
            return self._lost(post, first_line(error))
        if unit is not None:
            return Answer(post, unit, reply=content)
        return self._introduced(post, content)

    def _introduced(self, post: Post, who: Introduction) -> Answer | None:
        if who.version != __version__:
            return self._lost(post, f"{who.host} has xbench {who.version} instead of {__version__}")
        post.who, post.failed_starts = who, 0
        return None

    def _start(self, post: Post) -> None:
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        actor = ray.remote(Worker).options(
            num_cpus=post.seat.cpus,
            num_gpus=1 if self.device == "cuda" else 0,
            # One thread more than units, for the introduction.
            max_concurrency=DEPTH + 1,
            scheduling_strategy=NodeAffinitySchedulingStrategy(post.seat.node, soft=False),
        )
        post.actor, post.who = actor.remote(*self.arguments(post.seat.cpus), ray.get), None
        post.starts += 1
        self._calls[post.actor.introduce.remote()] = (post, None)

    def _lost(self, post: Post, reason: str) -> Answer:
        """A worker is gone: forget what was asked of it."""
        host = post.who.host if post.who else post.seat.host
        self._reason = f"that on {host} {'was lost' if post.who else 'cannot be started'} ({reason})"
        if post.who is None:
            post.failed_starts += 1
        else:
            self.note(f"a worker on {host} was lost; what it held will be computed again")
        self._end(post)
        self._calls = {reference: call for reference, call in self._calls.items() if call[0] is not post}
        return Answer(post)

    @staticmethod
    def _end(post: Post) -> None:
        import ray

        if post.actor is not None:
            ray.kill(post.actor)
            post.actor = None
