"""Running an evaluation: plan, batch, infer, decode, score, store."""
