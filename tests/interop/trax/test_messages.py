import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.interop.trax.messages import Message

words = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]))
arguments = words.filter(lambda word: "=" not in word)
properties = st.dictionaries(st.from_regex(r"[A-Za-z0-9._]{1,64}", fullmatch=True), words)


@settings(max_examples=40)
@given(st.sampled_from(["hello", "state", "frame"]), st.lists(arguments), properties)
def test_read_as_written(name, given_arguments, given_properties):
    message = Message(name, tuple(given_arguments), given_properties)
    line = message.encode()
    assert line.endswith(b"\n")
    assert b"\n" not in line[:-1]
    assert Message.decode(line[:-1]) == message


@given(st.binary())
def test_anything_is_a_message_or_none_or_a_clear_error(line):
    assert Message.decode(b"x" + line) is None
    try:
        assert isinstance(Message.decode(b"@@TRAX:state " + line), Message)
    except ValueError as error:
        assert "state" in str(error)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"@@TRAX:status 1,2,3,4", Message("state", ("1,2,3,4",))),
        (b"@@TRAX:INITIALIZE \r", Message("initialize")),
        (b'@@TRAX:frame "data:image/png;iVBO=="', Message("frame", ("data:image/png;iVBO==",))),
        (b'@@TRAX:state  "a" k=v', Message("state", ("a",), {"k": "v"})),
        (b"@@TRAX: state", None),
    ],
)
def test_as_other_writers_write(line, message):
    if message is None:
        with pytest.raises(ValueError, match="no message"):
            Message.decode(line)
    else:
        assert Message.decode(line) == message
