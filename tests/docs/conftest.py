"""The site's generator lies beside the pages, outside the package."""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
sys.path.insert(0, str(DOCS))
