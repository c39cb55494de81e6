"""Encoders with random weights, by ONNX Runtime and by PyTorch, over the lengths of real data: what `gpu` measures."""
