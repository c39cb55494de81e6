from collections.abc import Callable
from pathlib import Path

import pytest
from xbench.results.record import ComparabilityKey, Record, Timing
from xbench.results.store import Store


@pytest.fixture
def record() -> Record:
    """A record of `my/model` on XNLI in German."""
    return Record(
        system="my/model",
        task="xnli",
        language="de",
        split="test",
        suite="xtreme",
        scores={"accuracy": 71.25},
        examples=4,
        key=ComparabilityKey(
            task_version=1, data="d" * 16, precision="fp32", checkpoint="c" * 16, tokenizer="t" * 16, backend="onnx"
        ),
        limit=None,
        provider_requested="auto",
        provider="CPUExecutionProvider",
        timing=Timing(tokenise=0.1, infer=1.5, decode=0.2, sequences=4, tokens=100, padded_tokens=128, batches=1),
        run="2026-01-01T00-00-00Z",
        created="2026-01-01T00:00:00Z",
    )


@pytest.fixture
def save(tmp_path: Path, record: Record) -> Callable[..., Record]:
    """Store that record, changed, in a results directory of that name."""

    def save(directory: str, **changes: object) -> Record:
        fields = record.model_dump()
        key = {name: changes.pop(name) for name in list(changes) if name in fields["key"]}
        changed = Record.model_validate({**fields, **changes, "key": {**fields["key"], **key}})
        Store(tmp_path / directory).save(changed, {"id": ["0"], "prediction": ["neutral"]})
        return changed

    return save
