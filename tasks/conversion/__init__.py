"""Originals of XTREME's data sets, as their authors publish them, turned into the layout of its `download/` folder.

XTREME ships test sets without labels; here they are kept, as the last column or beside the text (`labels/tatoeba/`,
`bucc2018/*.test.gold`).
"""

from .convert import CONVERTERS, Written, convert

__all__ = ["CONVERTERS", "Written", "convert"]
