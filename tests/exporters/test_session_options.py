"""What a session on CUDA is opened with, told without a GPU."""

from types import SimpleNamespace

import onnxruntime
import pytest
from xbench.exporters import session


@pytest.fixture
def opened(monkeypatch):
    """The providers that sessions were asked for."""
    asked = []

    def fake(source, options, providers):
        asked.append(providers)
        names = [provider if isinstance(provider, str) else provider[0] for provider in providers]
        return SimpleNamespace(get_providers=lambda: names)

    monkeypatch.setattr(onnxruntime, "InferenceSession", fake)
    monkeypatch.setattr(session, "gpu_count", lambda: 1)
    monkeypatch.setattr(session, "_load_cuda_libraries", lambda _: None)
    return asked


def test_cuda_computes_fp32_in_fp32_and_allocates_what_is_asked_for(opened):
    session.open_session(b"graph", "cuda")
    ((provider, options),) = opened[0]
    assert provider == "CUDAExecutionProvider"
    assert options == {
        "arena_extend_strategy": "kSameAsRequested",
        "use_tf32": "0",
        "enable_skip_layer_norm_strict_mode": "1",
    }


def test_other_options_replace_ours_and_a_cpu_gets_none(opened):
    session.open_session(b"graph", "cuda", cuda_options={"sdpa_kernel": "27"})
    session.open_session(b"graph", "cpu", cuda_options={"sdpa_kernel": "27"})
    assert opened == [[("CUDAExecutionProvider", {"sdpa_kernel": "27"})], ["CPUExecutionProvider"]]
