"""Links that work in the repository, made to work on the site.

Pages link to each other as files of the repository, so that they can be read there: `../examples/ci/README.md`,
`benchmarks/`. On the site some of those files lie elsewhere, and what is no page is shown as a listing.
"""

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

DOCS = "docs"
LISTINGS = "listings"
# Pages of the site that lie outside `docs/`, or would be in the way of another file where they lie.
PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "benchmarks/README.md": "benchmarks/scripts.md",
    "docs/example-leaderboard/README.md": "example-leaderboard/board.md",
    "examples/ci/README.md": "examples/ci.md",
    "examples/xbench-example-task/README.md": "examples/plug-in.md",
}
# What the repository has and the site has in other words.
_INSTEAD = {"README.md": "index.md"}
_ORIGINS = {uri: origin for origin, uri in PAGES.items()}
# What a linked file must be to be shown, and the language that it is shown in.
_LANGUAGES = {".py": "python", ".toml": "toml", ".yml": "yaml", ".yaml": "yaml", ".json": "json", ".txt": "text"}

_FENCE = re.compile(r"(^(?P<fence>```+|~~~+).*?^(?P=fence)[ \t]*$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?P<before>\]\()(?P<target>[^)\s]+)(?P<after>[^)]*\))")
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z+.-]*:|#|/")


def origin_of(uri: str) -> str:
    """The file of the repository that the site has at `uri`."""
    if uri.startswith(f"{LISTINGS}/"):
        return uri.removeprefix(f"{LISTINGS}/").removesuffix(".md")
    return _ORIGINS.get(uri, f"{DOCS}/{uri}")


def published(uris: Collection[str]) -> dict[str, str]:
    """Where the site has a file of the repository, by its path there."""
    return {**_INSTEAD, **{origin_of(uri): uri for uri in uris}}


def rewritten(markdown: str, uri: str, where: Mapping[str, str]) -> str:
    """The markdown of the page at `uri`, its links to files of the repository turned to where the site has them.

    A link to what the site does not have stays as it is, for the build to complain of.
    """

    def link(found: re.Match[str]) -> str:
        path, _, anchor = found["target"].partition("#")
        target = _resolved(path, uri)
        place = where.get(target) or where.get(posixpath.join(target, "README.md"))
        if place is None:
            return found[0]
        relative = posixpath.relpath(place, posixpath.dirname(uri) or ".")
        return f"{found['before']}{relative}{'#' + anchor if anchor else ''}{found['after']}"

    return _outside_code(markdown, lambda text: _LINK.sub(lambda m: m[0] if _leads_elsewhere(m) else link(m), text))


def linked(markdown: str, uri: str) -> Iterator[str]:
    """The paths in the repository that the page at `uri` links to."""
    for number, part in enumerate(_parts(markdown)):
        if number % 2 == 0:
            for found in _LINK.finditer(part):
                if not _leads_elsewhere(found):
                    yield _resolved(found["target"].partition("#")[0], uri)


def missing(pages: Mapping[str, str], where: Mapping[str, str]) -> list[str]:
    """The paths in the repository that `pages`, markdown by place, link to and the site does not have."""
    targets = {path for uri, text in pages.items() for path in linked(text, uri)}
    return sorted(path for path in targets if path not in where and posixpath.join(path, "README.md") not in where)


def listing(path: str, root: Path, where: Mapping[str, str]) -> str | None:
    """A page that shows what is at `path` of the repository, which lies at `root`; None if it cannot be shown.

    A file of text is shown as it is, of a directory the names of its files, with links to those that the site has.
    """
    place = root / path
    if path.startswith(".."):
        return None
    if place.is_dir():
        files = sorted(file.relative_to(place.parent).as_posix() for file in place.rglob("*") if file.is_file())
        shown = "\n".join(f"- {_named(name, posixpath.dirname(path), where)}" for name in files)
    elif place.is_file() and place.suffix in _LANGUAGES:
        text = place.read_text(encoding="utf-8")
        fence = "````" if "```" in text else "```"
        shown = f"{fence}{_LANGUAGES[place.suffix]}\n{text.rstrip()}\n{fence}"
    else:
        return None
    return f"# {place.name}\n\n`{path}`\n\n{shown}\n"


def _named(name: str, folder: str, where: Mapping[str, str]) -> str:
    return f"[{name}]({name})" if posixpath.join(folder, name) in where else f"`{name}`"


def _leads_elsewhere(found: re.Match[str]) -> bool:
    return _ELSEWHERE.match(found["target"]) is not None


def _resolved(path: str, uri: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(origin_of(uri)), path))


def _parts(markdown: str) -> list[str]:
    """Text and fenced code in turns, text first."""
    # The pattern has two groups, of which the second is the fence alone.
    return [part for number, part in enumerate(_FENCE.split(markdown)) if number % 3 != 2]


def _outside_code(markdown: str, change: Callable[[str], str]) -> str:
    return "".join(change(part) if number % 2 == 0 else part for number, part in enumerate(_parts(markdown)))
