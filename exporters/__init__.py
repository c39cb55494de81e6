"""A checkpoint becomes a checked ONNX graph. The only folder that imports optimum."""
