"""How large a network is and how much one step of it computes, without running it: on tensors of the meta device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook
from torch.utils.flop_counter import FlopCounterMode

__all__ = ["Complexity", "measure"]


@dataclass(frozen=True, slots=True)
class Complexity:
    """Parameters and multiply-adds. `macs` counts every convolution and matrix product, those of attention too.

    `thop_parameters` and `thop_macs` follow the profiler that papers quote (pytorch-OpCounter, as its figures show):
    no parameters of layer norms, no attention, and two operations for each element that a layer norm is given.
    """

    parameters: int
    macs: int
    thop_parameters: int
    thop_macs: int


def measure(network: nn.Module, step: Callable[[], object]) -> Complexity:
    """The complexity of `network`, and of all modules that `step` calls.

    >>> import torch
    >>> with torch.device("meta"):
    ...     network = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.Flatten(), nn.Linear(32, 5))
    ...     x = torch.empty(1, 3, 2, 2)
    >>> measure(network, lambda: network(x))
    Complexity(parameters=389, macs=1024, thop_parameters=389, thop_macs=1024)
    """
    counted = 0

    def count(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal counted
        if isinstance(module, nn.Linear | nn.Conv2d):
            counted += output.numel() * module.weight[0].numel()
        elif isinstance(module, nn.LayerNorm):
            counted += 2 * inputs[0].numel()

    hook = register_module_forward_hook(count)
    try:
        with FlopCounterMode(display=False) as flops:
            step()
    finally:
        hook.remove()
    parameters = sum(parameter.numel() for parameter in network.parameters())
    norms = [module for module in network.modules() if isinstance(module, nn.LayerNorm)]
    in_norms = sum(parameter.numel() for norm in norms for parameter in norm.parameters())
    return Complexity(parameters, flops.get_total_flops() // 2, parameters - in_norms, counted)
