"""XLM-R without padding in PyTorch: tokens of a batch end to end, attention by variable-length kernels."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

Attention = Callable[[Tensor, Tensor, Tensor, Tensor, int], Tensor]
"""Query, key, value, each (tokens, heads, size); where sequences start, (sequences + 1,); the longest's tokens."""


def attend_flash(query: Tensor, key: Tensor, value: Tensor, starts: Tensor, longest: int) -> Tensor:
    """PyTorch's variable-length flash attention, which CUDA alone has."""
    from torch.nn.attention.varlen import varlen_attn

    found = varlen_attn(query, key, value, starts, starts, longest, longest)
    assert isinstance(found, Tensor)
    return found


def attend_nested(query: Tensor, key: Tensor, value: Tensor, starts: Tensor, longest: int) -> Tensor:
    """The same by nested tensors, for versions of PyTorch without `varlen_attn`, and for a CPU."""
    q, k, v = (
        torch.nested.nested_tensor_from_jagged(x.contiguous(), starts.long(), max_seqlen=longest).transpose(1, 2)
        for x in (query, key, value)
    )
    found: Tensor = nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).values()
    return found


def best_attention(device: str, half: bool) -> Attention:
    """The faster of the two that can be had; flash attention computes in half precision alone."""
    if device == "cuda" and half:
        try:
            import torch.nn.attention.varlen  # noqa: F401
        except ImportError:
            return attend_nested
        return attend_flash
    return attend_nested


class PackedEncoder(nn.Module):
    """The blocks of a `transformers.XLMRobertaModel`, whose weights it shares, on rows of tokens."""

    def __init__(self, model: Any, attention: Attention) -> None:
        super().__init__()
        self.embeddings = model.embeddings
        self.blocks = model.encoder.layer
        self.heads = int(model.config.num_attention_heads)
        self._attend = attention
        self._first_position = int(model.config.pad_token_id) + 1
        for block in self.blocks:
            # One product instead of three.
            own = block.attention.self
            joined = nn.Linear(own.query.in_features, 3 * own.query.out_features)
            joined.weight.data = torch.cat([part.weight for part in (own.query, own.key, own.value)])
            joined.bias.data = torch.cat([part.bias for part in (own.query, own.key, own.value)])
            block.joined = joined

    def forward(self, ids: Tensor, lengths: Tensor, longest: int) -> Tensor:
        """Means over the tokens of each sequence, fp32, shape (sequences, hidden).

        Args:
            ids: token ids of all sequences, end to end, shape (tokens,).
            lengths: tokens of each sequence, shape (sequences,), on the same device.
            longest: the largest of them.
        """
        ends = lengths.cumsum(0)
        starts = nn.functional.pad(ends, (1, 0)).int()
        rows = torch.repeat_interleave(lengths, output_size=len(ids))
        positions = torch.arange(len(ids), device=ids.device) - (ends - lengths)[rows] + self._first_position
        tables = self.embeddings
        hidden = tables.word_embeddings(ids) + tables.position_embeddings(positions)
        hidden = tables.LayerNorm(hidden + tables.token_type_embeddings.weight[0])
        for block in self.blocks:
            hidden = self._block(block, hidden, starts, longest)
        sums = torch.zeros(len(lengths), hidden.shape[1], device=ids.device).index_add_(0, rows, hidden.float())
        return sums / lengths[:, None]

    def _block(self, block: Any, hidden: Tensor, starts: Tensor, longest: int) -> Tensor:
        parts = block.joined(hidden).view(len(hidden), 3, self.heads, -1)
        context = self._attend(parts[:, 0], parts[:, 1], parts[:, 2], starts, longest).reshape(hidden.shape)
        after = block.attention.output
        hidden = after.LayerNorm(after.dense(context) + hidden)
        inner = nn.functional.gelu(block.intermediate.dense(hidden))
        result: Tensor = block.output.LayerNorm(block.output.dense(inner) + hidden)
        return result
