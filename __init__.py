"""xbench: how good is a multilingual model across forty languages, and did this training step help?"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .harness.evaluate import evaluate as evaluate

__all__ = ["__version__", "evaluate"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # `import xbench` stays instant; the harness is imported when it is first used.
    if name == "evaluate":
        from .harness.evaluate import evaluate

        return evaluate
    raise AttributeError(f"module 'xbench' has no attribute {name!r}")
