"""A network's weights: where their file is, what is in it, and whether it is this network's."""

from __future__ import annotations

import hashlib
import pickle
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.serialization import get_unsafe_globals_in_checkpoint, safe_globals

from harness import BadWeights, Compute, MissingWeights

__all__ = ["Prefixes", "find", "fit", "load", "sha256"]

Prefixes = Sequence[tuple[str, str]]  # of keys: as in the file, and as in the network

SUFFIXES = (".safetensors", ".pth", ".pth.tar")
WRAPPERS = ("net", "state_dict", "model")  # what training codes keep a network under, beside their own state
_NAMED = 3  # keys in a message


def find(name: str, compute: Compute, source: str) -> Path:
    """The file of weights: the one given, else `name` with any of `SUFFIXES` in the weights' folder.

    Raises MissingWeights, which says which file, under which name to put it, and with `source` where it can be had.
    """
    folder = Path(compute.folder)
    paths = [Path(compute.weights)] if compute.weights else [folder / f"{name}{suffix}" for suffix in SUFFIXES]
    for path in paths:
        if path.is_file():
            return path
    if compute.weights:
        raise MissingWeights(f"--weights {compute.weights}: no such file; {name} needs its weights: {source}")
    raise MissingWeights(
        f"no weights of {name}: {source}. Put the file there as {paths[0]} (or {' or '.join(SUFFIXES[1:])}), give "
        "--weights PATH, or run without any: --random-weights SEED"
    )


def sha256(path: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load(path: Path) -> dict[str, Tensor]:
    """The named tensors of a ``.safetensors`` file, or of what `torch.save` wrote, on the CPU.

    No code of a file is ever executed: what training codes save beside the tensors, as objects of classes of their
    own, is left out. Raises BadWeights.
    """
    try:
        found = load_file(path) if path.suffix == ".safetensors" else _unpickled(path)
    except pickle.UnpicklingError as error:
        if "operand" in str(error):  # bytes that torch.save writes nowhere: another format, or a web page
            raise BadWeights(
                f"{path}: not a file of weights: not what torch.save writes; safetensors must be named .safetensors"
            ) from None
        raise BadWeights(
            f"{path}: holds Python objects, which could execute code when read; save its tensors alone, as safetensors"
        ) from None
    except Exception as error:  # a damaged file raises whatever its bytes lead to
        raise BadWeights(f"{path}: not a file of weights ({type(error).__name__}: {_line(error)})") from None
    found = _unwrapped(found)
    if not (isinstance(found, Mapping) and found and all(isinstance(one, Tensor) for one in found.values())):
        what = f"keys {_some(list(map(str, found)))}" if isinstance(found, Mapping) else type(found).__name__
        what = "an object, not its state_dict" if isinstance(found, _Unread) else what
        raise BadWeights(f"{path}: expected named tensors, alone or under {' or '.join(WRAPPERS)}; found {what}")
    return dict(found)


def fit(network: nn.Module, state: Mapping[str, Tensor], prefixes: Prefixes, path: Path) -> None:
    """Give `network` (of any device, meta too) the tensors of `state`; each is used once, and none is left.

    Foreign `prefixes` of keys are replaced, one after the other. Raises BadWeights.
    """
    expected = network.state_dict()
    renamed = {_renamed(key, prefixes): tensor for key, tensor in state.items()}
    missing = [key for key in expected if key not in renamed]
    left = [key for key in renamed if key not in expected]
    wrong = [
        f"{key}: expected {tuple(expected[key].shape)}, found {tuple(tensor.shape)}"
        for key, tensor in renamed.items()
        if key in expected and tensor.shape != expected[key].shape
    ]
    faults = [f"keys missing: {_some(missing)}"] * bool(missing) + [f"keys left over: {_some(left)}"] * bool(left)
    faults += [f"shapes differ: {_some(wrong)}"] * bool(wrong)
    if len(renamed) < len(state):
        faults.append("several keys have one name once their prefixes are replaced")
    if faults:
        raise BadWeights(f"{path}: not the weights of this network; {'; '.join(faults)}")
    typed = {key: tensor.to(expected[key].dtype) for key, tensor in renamed.items()}
    network.load_state_dict(typed, strict=True, assign=True)


class _Unread:
    """What stands for objects of classes that torch does not know to be harmless."""

    def __init__(self, *_: object) -> None: ...

    def __setstate__(self, _: object) -> None: ...


def _unpickled(path: Path) -> Any:
    foreign = get_unsafe_globals_in_checkpoint(path) if zipfile.is_zipfile(path) else []
    with safe_globals([(_Unread, name) for name in foreign]), warnings.catch_warnings(action="ignore"):
        return torch.load(path, map_location="cpu", weights_only=True)


def _unwrapped(found: Any) -> Any:
    if isinstance(found, Mapping):
        for wrapper in WRAPPERS:
            if isinstance(found.get(wrapper), Mapping):
                return _unwrapped(found[wrapper])
    return found


def _renamed(key: str, prefixes: Prefixes) -> str:
    for foreign, ours in prefixes:
        if key.startswith(foreign):
            key = ours + key.removeprefix(foreign)
    return key


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _line(error: Exception) -> str:
    """The first sentence of an error's text."""
    return " ".join(str(error).split()).partition(". ")[0][:200]
