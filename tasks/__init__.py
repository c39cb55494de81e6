"""What is measured: tasks, suites, languages, data, features, decoding, metrics. No torch, no onnxruntime."""
