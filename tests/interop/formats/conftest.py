"""Files as strangers leave them."""

from collections.abc import Callable

import pytest

from harness.interop.source import Source


@pytest.fixture
def put(folder) -> Callable[..., Source]:
    """A source of these files, in the test's own folder or in one below it."""
    return lambda files, name="": Source(folder(files, name))
