"""The repository root is the package `xbench`: its folders are the sub-packages."""

from setuptools import setup

PACKAGES = [
    "cli",
    "exporters",
    "harness",
    "harness.backends",
    "harness.engines",
    "leaderboard",
    "results",
    "tasks",
    "tasks.kinds",
    "tasks.mini",
    "training",
]

setup(
    packages=["xbench", *(f"xbench.{name}" for name in PACKAGES)],
    package_dir={"xbench": "."},
    package_data={"xbench": ["py.typed"], "xbench.tasks.mini": ["lexicon/*.toml"]},
)
