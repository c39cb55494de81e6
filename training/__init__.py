"""Fine-tuning of the target tasks' heads."""
