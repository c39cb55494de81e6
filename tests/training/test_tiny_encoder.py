"""The demo's encoder."""

import torch
from transformers import AutoModel
from xbench.tasks.mini import sample_texts
from xbench.tasks.tokenization import TextEncoder
from xbench.training.recipe import Recipe
from xbench.training.tiny import train_tiny_encoder


def test_the_tiny_encoder_learns_to_translate(tmp_path):
    """Untrained vectors of translations are no nearer than others; trained ones are."""
    texts = {language: sample_texts(language, 64) for language in ("en", "de")}

    def accuracy(steps: int) -> float:

        made = train_tiny_encoder(texts, tmp_path / str(steps), Recipe(steps=steps, learning_rate=1e-3, batch_size=32))
        model = AutoModel.from_pretrained(made.directory).eval()
        encoder = TextEncoder.from_file(made.tokenizer_file(), made.position_limit)
        vectors = {}
        for language, lines in texts.items():
            batch = encoder.encode_singles(lines, 128).padded(range(len(lines)), 1)
            mask = torch.from_numpy(batch["attention_mask"]).unsqueeze(-1)
            with torch.inference_mode():
                ids = torch.from_numpy(batch["input_ids"]).long()
                hidden = model(input_ids=ids, attention_mask=mask.squeeze(-1)).last_hidden_state
            vectors[language] = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)
        found = (vectors["en"] @ vectors["de"].T).argmax(1)
        return float((found == torch.arange(64)).float().mean())

    assert accuracy(60) > accuracy(1) + 0.3
