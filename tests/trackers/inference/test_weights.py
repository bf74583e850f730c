"""Weights: every format, every wrapper, every fault in one line, and no code of a file ever run."""

import hashlib
import os
import pickle
import sys
import types
from contextlib import suppress

import pytest
import torch
from safetensors.torch import save, save_file
from torch import nn

from harness import BadWeights, Compute, MissingWeights
from trackers.inference.weights import find, fit, load, sha256

STATE = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.tensor([1.0, 2.0])}


class Evil:
    """Pickled, it is a call of any function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.fixture
def settings(monkeypatch):
    """An object of a class that exists only where the file was written."""
    module = types.ModuleType("their_training_code")
    module.Settings = type("Settings", (), {"__module__": module.__name__})
    monkeypatch.setitem(sys.modules, module.__name__, module)
    one = module.Settings()
    one.rate = 0.1
    yield one


def same(found, expected=None):
    expected = STATE if expected is None else expected
    assert list(found) == list(expected)
    assert all(torch.equal(found[key], expected[key]) for key in expected)


def network():
    return nn.ModuleDict({"a": nn.Linear(3, 2)})


def line(error):
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", ["w.pth", "w.pth.tar", "w.tar", "w.safetensors"])
def test_formats(tmp_path, name):
    path = tmp_path / name
    (save_file if name.endswith("safetensors") else torch.save)(STATE, path)
    same(load(path), dict(sorted(STATE.items())) if name.endswith("safetensors") else STATE)


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("wrapper", ["net", "state_dict", "model"])
def test_wrappers(tmp_path, wrapper, zipped):
    torch.save({"epoch": 7, wrapper: STATE, "optimizer": {}}, tmp_path / "w.pth", _use_new_zipfile_serialization=zipped)
    same(load(tmp_path / "w.pth"))


def test_what_training_codes_save_beside_is_left_out(tmp_path, settings, monkeypatch):
    """As in the official STARK's and SBT's files."""
    torch.save({"net": STATE, "settings": settings, "stats": {"loss": [settings]}}, tmp_path / "w.pth.tar")
    monkeypatch.delitem(sys.modules, "their_training_code")
    same(load(tmp_path / "w.pth.tar"))


def test_old_files_with_objects_are_refused(tmp_path, settings):
    torch.save({"net": STATE, "settings": settings}, tmp_path / "w.pth", _use_new_zipfile_serialization=False)
    with pytest.raises(BadWeights, match="could execute code when read; save its tensors alone") as error:
        load(tmp_path / "w.pth")
    line(error)


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("evil", [(os.mkdir,), (eval, "__import__('os').mkdir({!r})")], ids=["call", "eval"])
def test_no_code_is_run(tmp_path, evil, zipped):
    trap = tmp_path / "sprung"
    function, *arguments = evil
    call = Evil(function, *([text.format(str(trap)) for text in arguments] or [str(trap)]))
    torch.save({"net": STATE, "more": call}, tmp_path / "w.pth", _use_new_zipfile_serialization=zipped)
    with suppress(BadWeights):  # of some, the tensors can be had without
        same(load(tmp_path / "w.pth"))
    assert not trap.exists()
    torch.load(tmp_path / "w.pth", weights_only=False)
    assert trap.exists()  # it would have


def test_code_in_place_of_the_tensors_is_no_weights(tmp_path):
    torch.save({"net": {"a.weight": Evil(eval, "__import__('torch').zeros(2, 3)")}}, tmp_path / "w.pth")
    with pytest.raises(BadWeights, match="expected named tensors"):
        load(tmp_path / "w.pth")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("w.pth", b"", "w.pth: not a file of weights"),
        ("w.pth", b"<html>sign in to download</html>", "w.pth: not a file of weights: not what torch.save writes"),
        ("w.pth", save(STATE), "safetensors must be named .safetensors"),
        ("w.pth", b"PK\x03\x04 and then it broke off", r"w.pth: not a file of weights \(.*central directory\)$"),
        ("w.safetensors", b"\xff" * 99, "w.safetensors: not a file of weights"),
    ],
)
def test_a_damaged_file_is_one_line(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadWeights, match=message) as error:
        load(tmp_path / name)
    line(error)


@pytest.mark.parametrize("found", [{"epoch": 3, "loss": 0.1}, {}, [1, 2], {"net": {"a": 1}}])
def test_what_holds_no_tensors(tmp_path, found):
    torch.save(found, tmp_path / "w.pth")
    with pytest.raises(BadWeights, match="expected named tensors, alone or under net or state_dict or model") as error:
        load(tmp_path / "w.pth")
    line(error)


def test_a_whole_network_in_place_of_its_tensors(tmp_path, settings):
    torch.save(settings, tmp_path / "w.pth")
    with pytest.raises(BadWeights, match="found an object, not its state_dict"):
        load(tmp_path / "w.pth")


@pytest.mark.filterwarnings("error")
def test_a_plain_pickle_is_one_line_without_warnings(tmp_path):
    (tmp_path / "w.pth").write_bytes(pickle.dumps({"a": 1}, protocol=4))
    with pytest.raises(BadWeights, match=r"w\.pth: not a file of weights") as error:
        load(tmp_path / "w.pth")
    line(error)


def test_every_tensor_finds_its_place(tmp_path):
    with torch.device("meta"):
        filled = network()
    foreign = {f"module.old.{key.removeprefix('a.')}": tensor.half() for key, tensor in STATE.items()}
    fit(filled, foreign, (("module.", ""), ("old.", "a.")), tmp_path)
    same(filled.state_dict())
    assert filled["a"].weight.dtype == torch.float32


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"a.bias": STATE["a.bias"]}, "keys missing: a.weight"),
        (STATE | {"b": STATE["a.bias"]}, "keys left over: b"),
        (STATE | {"a.bias": torch.zeros(4)}, r"shapes differ: a.bias: expected \(2,\), found \(4,\)"),
        ({str(i): torch.zeros(1) for i in range(9)}, "missing: a.weight, a.bias; keys left over: 0, 1, 2 and 6 more"),
        (STATE | {"module.a.bias": STATE["a.bias"]}, "several keys have one name"),
    ],
)
def test_weights_of_another_network_are_one_line_and_change_nothing(tmp_path, state, message):
    untouched = network()
    before = {key: tensor.clone() for key, tensor in untouched.state_dict().items()}
    with pytest.raises(BadWeights, match=message) as error:
        fit(untouched, state, (("module.", ""),), tmp_path / "w.pth")
    assert line(error).startswith(f"{tmp_path / 'w.pth'}: ")
    same(untouched.state_dict(), before)


def test_the_file_is_the_one_given_or_found_by_name(tmp_path):
    compute = Compute(folder=str(tmp_path))
    for name in ("net.pth.tar", "net.pth", "net.safetensors"):
        (tmp_path / name).touch()
        assert find("net", compute, "").name == name
    other = tmp_path / "other.bin"
    other.touch()
    assert find("net", Compute(weights=str(other), folder=str(tmp_path)), "") == other


def test_a_missing_file_is_named_with_all_that_can_be_done(tmp_path):
    with pytest.raises(MissingWeights) as error:
        find("net", Compute(folder=str(tmp_path)), "ask its authors")
    wanted = ("ask its authors", f"{tmp_path}/net.safetensors", ".pth.tar", "--weights PATH", "--random-weights SEED")
    assert all(words in line(error) for words in wanted)
    with pytest.raises(MissingWeights, match=r"--weights gone\.pth: no such file"):
        find("net", Compute(weights="gone.pth"), "ask")


def test_the_checksum_is_the_files(tmp_path):
    (tmp_path / "w").write_bytes(b"abc" * 99999)
    assert sha256(tmp_path / "w") == hashlib.sha256(b"abc" * 99999).hexdigest()
