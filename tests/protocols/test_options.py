"""Options behind a protocol's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import UsageError
from harness.protocols.one_pass import OnePass
from harness.protocols.options import full_name, read_options
from harness.protocols.perturbed import Perturbed
from harness.protocols.realtime import Realtime


def test_only_what_is_not_the_default_is_in_the_name_and_always_in_one_order():
    assert full_name(Realtime, grace=0, fps=30) == "realtime@fps=30+grace=0"
    assert full_name(Realtime, fps=20.0, times="") == full_name(Realtime) == "realtime"
    assert Realtime(**read_options(Realtime, "grace=0+fps=30.0")).name == "realtime@fps=30+grace=0"


@given(st.fixed_dictionaries({}, optional={name: st.floats(0, 1) for name in ("shift", "scale", "blur", "drop")}))
def test_a_name_says_all_that_makes_the_protocol_again(options):
    name = Perturbed(**options).name
    again = read_options(Perturbed, name.partition("@")[2])
    assert Perturbed(**again).name == name
    assert again == {option: pytest.approx(value, rel=1e-14) for option, value in options.items() if value}


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (Realtime, "fbs=30", "realtime@fbs=30: expected NAME=VALUE of fps .float., grace .int., times .str., found 'f"),
        (Realtime, "fps", "found 'fps'$"),
        (Realtime, "fps=30+", "found ''$"),
        (Perturbed, "jpeg=1.5", "found 'jpeg=1.5'$"),
        (OnePass, "fps=30", "one_pass@fps=30: it has no options"),
    ],
)
def test_what_is_no_option_is_one_line(kind, text, message):
    with pytest.raises(UsageError, match=message):
        read_options(kind, text)
