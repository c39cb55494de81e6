"""The training of one cell: what it asks of `training.phases`, and whose encoder it borrows."""

from collections.abc import Mapping
from pathlib import Path

from ..errors import InputError
from ..exporters.checkpoint import Checkpoint
from ..exporters.system import resolve
from ..tasks.sources import Source
from ..training.account import PartAccount
from ..training.progress import TrainingProgress
from ..training.recipe import RecipeBook
from .account import Accounts, PartSummary
from .grid import ENCODER, Cell
from .target_data import EnrichedSource


def train_cell(
    accounts: Accounts, cell: Cell, source: Source, cache: Path, offline: bool, progress: TrainingProgress | None = None
) -> tuple[dict[str, PartSummary], Mapping[str, str]]:
    """Train the system of a cell, as far as it is not there.

    A cell whose phase 1 is that of an earlier one starts from the encoder of that one.

    Returns:
        Its parts by training task, `encoder` for phase 1; and those whose training collapsed, with the reason.

    Raises:
        Collapsed: phase 1.
        InputError: the base or the data cannot be used, or the encoder to start from is not there.
        EnvironmentFault: the machine does not suffice, or the hub cannot be reached.
    """
    from ..training.phases import TrainingRequest, train_system

    grid = accounts.grid
    condition, lender = grid.intermediate[cell.condition], grid.lender(cell)
    request = TrainingRequest(
        base=base_checkpoint(cell.base, offline) if lender is None else _lent(accounts, lender),
        intermediate=condition.tasks if lender is None else (),
        mlm=condition.mlm if lender is None else (),
        mlm_share=condition.mlm_share,
        sampling=condition.sampling,
        targets=grid.targets(),
        output=accounts.system(cell),
        book=RecipeBook.load(grid.recipes),
        cache=cache,
        changes={**grid.changes, "seed": cell.seed},
        retries=grid.retries,
    )
    data = EnrichedSource(source, condition.target_data) if condition.target_data else source
    trained = train_system(request, data, progress)
    return {key: _summary(part) for key, part in trained.parts.items()}, trained.collapsed


def _summary(part: PartAccount) -> PartSummary:
    origins = {key: data for stage in part.stages for key, data in stage.tasks.items()}
    return PartSummary(
        seed=part.seed,
        steps=part.steps,
        examples={key: data.examples for key, data in origins.items()},
        dev=dict(part.dev_scores),
        collapses=len(part.collapsed),
    )


def base_checkpoint(reference: str, offline: bool) -> Checkpoint:
    """The checkpoint that a base's reference names; of a system its encoder.

    Raises:
        InputError: there is none.
        EnvironmentFault: the hub cannot be reached.
    """
    checkpoints = resolve(reference, offline=offline).checkpoints
    base = checkpoints.get("") or checkpoints.get(ENCODER)
    if base is None:
        raise InputError(f"bases: {reference} is a system without {ENCODER}/: name the checkpoint to start from")
    return base


def _lent(accounts: Accounts, lender: Cell) -> Checkpoint:
    account = accounts.find(lender)
    if account is None or ENCODER not in account.parts:
        raise InputError(f"starts from the encoder of {lender.name}, whose training failed")
    # Its name, not its place: a training goes on only if it starts from what it is known to have started from.
    return Checkpoint(accounts.system(lender) / ENCODER, f"{lender.name}/{ENCODER}")
