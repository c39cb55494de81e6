"""Useful operations: worked by hand, and as PyTorch counts them while it computes."""

import numpy as np
import pytest
from xbench.benchmarks.flops import EncoderShape, useful_flops


def test_by_hand():
    shape = EncoderShape(layers=1, hidden=2, intermediate=4)
    assert shape.matrix_weights == 4 * 4 + 2 * 8
    # 5 tokens meet 32 weights, 2 operations each; 4 + 9 pairs of positions cost 4 * 2.
    assert useful_flops(np.array([2, 3]), shape) == 2 * 32 * 5 + 4 * 2 * 13


def test_the_weights_of_base():
    config = {"num_hidden_layers": 12, "hidden_size": 768, "intermediate_size": 3072}
    assert EncoderShape.of(config).matrix_weights == 84_934_656
    assert EncoderShape.of(config, 8).matrix_weights == 84_934_656 * 8 // 12


@pytest.mark.parametrize("lengths", [(7,), (5, 12)])
def test_as_pytorch_counts(lengths):
    import torch
    import transformers
    from torch.utils.flop_counter import FlopCounterMode

    config = transformers.XLMRobertaConfig(
        vocab_size=50, hidden_size=32, num_hidden_layers=3, num_attention_heads=2, intermediate_size=48
    )
    model = transformers.XLMRobertaModel._from_config(
        config, attn_implementation="eager", add_pooling_layer=False
    ).eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        for length in lengths:
            model(torch.full((1, length), 7))
    assert counter.get_total_flops() == useful_flops(np.array(lengths), EncoderShape.of(config.to_dict()))
