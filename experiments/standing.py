"""What of an experiment is there, and what is missing."""

from collections.abc import Iterator

from tabulate import tabulate

from .account import Accounts, CellAccount
from .grid import Cell


def standing(accounts: Accounts) -> str:
    """A table of all cells, and how many are done."""
    found = accounts.all()
    rows = [[cell.name, *_row(accounts, cell, account)] for cell, account in found.items()]
    done = sum(accounts.finished(cell) for cell in found)
    headers = ("cell", "state", "parts trained", "scores", "encoder")
    table = tabulate(rows, headers, disable_numparse=True)
    return f"{table}\n{done} of {len(found)} cells are done, in {accounts.output}"


def _row(accounts: Accounts, cell: Cell, account: CellAccount | None) -> Iterator[str]:
    grid = accounts.grid
    parts = {} if account is None else account.parts
    scores = sum(len(languages) for languages in grid.selected().values())
    there = 0 if account is None else len(account.scores)
    lender = grid.lender(cell)
    yield _state(accounts, cell, account)
    yield f"{len(parts)}/{1 + len(grid.targets())}"
    yield f"{there}/{scores}"
    yield "own" if lender is None else f"of {lender.name}"


def _state(accounts: Accounts, cell: Cell, account: CellAccount | None) -> str:
    if account is None:
        return "run with other settings" if accounts.path(cell).is_file() else "not run"
    if account.status == "done" and not accounts.finished(cell):
        return "records are gone"
    return account.status
