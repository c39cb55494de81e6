"""The repository root is the package `xbench`: its folders are the sub-packages."""

from setuptools import setup
from setuptools.command.build_py import build_py

PACKAGES = [
    "benchmarks",
    "benchmarks.encoders",
    "benchmarks.peers",
    "cli",
    "experiments",
    "exporters",
    "harness",
    "harness.backends",
    "harness.engines",
    "leaderboard",
    "leaderboard.analysis",
    "leaderboard.comparison",
    "leaderboard.forms",
    "leaderboard.forms.page",
    "leaderboard.forms.plots",
    "leaderboard.statistics",
    "leaderboard.submissions",
    "regression",
    "results",
    "tasks",
    "tasks.checklist",
    "tasks.conversion",
    "tasks.hub",
    "tasks.intermediate",
    "tasks.kinds",
    "tasks.mini",
    "tasks.submission",
    "training",
]


class BuildWithoutSetup(build_py):
    """Leaves this file out, which lies among the package's modules."""

    def find_package_modules(self, package: str, package_dir: str) -> list[tuple[str, str, str]]:
        """The modules of `package`, as (package, module, file)."""
        return [found for found in super().find_package_modules(package, package_dir) if found[1] != "setup"]


setup(
    packages=["xbench", *(f"xbench.{name}" for name in PACKAGES)],
    package_dir={"xbench": "."},
    package_data={
        "xbench": ["py.typed"],
        "xbench.benchmarks.encoders": ["lengths.json"],
        "xbench.experiments": ["files/*.toml"],
        "xbench.leaderboard.forms.page": ["page.html", "script/*.js", "style/*.css"],
        "xbench.leaderboard": ["published.toml"],
        "xbench.tasks.mini": ["lexicon/*.toml"],
        "xbench.training": ["recipes/*.toml"],
    },
    cmdclass={"build_py": BuildWithoutSetup},
)
