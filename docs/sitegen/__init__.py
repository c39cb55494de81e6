"""What the documentation site is generated from: task tables, the command line, files outside `docs/`.

No part of the installed package: `mkdocs build` loads it through `docs/hooks.py`. Everything here is a function from
data to markdown and knows no mkdocs.
"""
