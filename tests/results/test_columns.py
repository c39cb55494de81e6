"""Arrow arrays from buffers, against what pyarrow makes of the same values."""

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.results.columns import arrow_column

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)


@given(
    st.one_of(
        st.lists(st.one_of(st.none(), TEXT)),
        st.lists(st.integers(-(2**63), 2**63 - 1)),
        st.lists(st.floats(allow_nan=False)),
        st.lists(st.lists(TEXT), min_size=1),
        st.lists(st.lists(st.integers(-(2**63), 2**63 - 1)), min_size=1),
    )
)
def test_values_come_back(values):
    column = arrow_column(values)
    column.validate(full=True)
    assert column.to_pylist() == values
    assert len(column) == len(values)
    assert column.null_count == sum(value is None for value in values)


def test_types_by_hand():
    assert arrow_column([1, 2]).type == pyarrow.int64()
    assert arrow_column([1, 2.5]).type == pyarrow.float64()
    assert arrow_column([["a"], []]).type == pyarrow.list_(pyarrow.large_string())


def test_what_no_column_can_hold():
    with pytest.raises(TypeError, match=r"\['int', 'str'\]"):
        arrow_column([1, "a"])
