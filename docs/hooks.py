"""The seam to mkdocs: what happens at the events of a build. What is made, `sitegen` makes."""

import logging
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from sitegen.links import LISTINGS, PAGES, listing, missing, published, rewritten
from sitegen.site import UnknownPart, command_pages, complaints, filled, menu

# A warning here ends a strict build.
_log = logging.getLogger("mkdocs.hooks.xbench")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Give each task and each command its entry in the menu."""
    config.nav = menu(config.nav)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the commands, files of the repository that are pages, and listings of those that are linked."""
    root = Path(config.config_file_path).parent
    made = {uri: (root / path).read_text(encoding="utf-8") for path, uri in PAGES.items()} | command_pages()
    for uri, text in made.items():
        files.append(File.generated(config, uri, content=text))
    pages = {file.src_uri: file.content_string for file in files.documentation_pages()}
    for complaint in complaints(pages):
        _log.warning(complaint)
    where = published(_uris(files))
    for path in missing(pages, where):
        if (shown := listing(path, root, where)) is not None:
            files.append(File.generated(config, f"{LISTINGS}/{path}.md", content=shown))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fill in what is generated, and turn links to files of the repository to where the site has them."""
    uri = page.file.src_uri
    try:
        markdown = filled(markdown)
    except UnknownPart as error:
        _log.warning("docs/%s: %s", uri, error)
    return rewritten(markdown, uri, published(_uris(files)))


def _uris(files: Files) -> list[str]:
    return [file.src_uri for file in files if file.inclusion is not InclusionLevel.EXCLUDED]
