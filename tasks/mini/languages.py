"""The languages of the mini suite: 12 scripts, and low-resource languages (Yoruba, Swahili, Georgian) among them."""

MINI_LANGUAGES: tuple[str, ...] = (
    "en", "de", "es", "tr", "sw", "yo", "ru", "el", "ar", "he", "hi", "ta", "th", "ka", "ko", "ja", "zh",
)  # fmt: skip
