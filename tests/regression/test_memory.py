"""Peak memory of this process."""

import numpy as np
import pytest
from xbench.regression.memory import peak_bytes, reset_peak

BLOCK = 200_000_000


def test_the_peak_is_that_since_the_reset():
    if not reset_peak() or peak_bytes() is None:
        pytest.skip("this system does not let a process forget its peak of memory")
    before = peak_bytes()
    block = np.ones(BLOCK // 8)
    del block
    assert peak_bytes() - before == pytest.approx(BLOCK, rel=0.25)
    reset_peak()
    assert peak_bytes() - before < BLOCK / 2
