"""Recurrent connections of the PyTorch peers, to whom a sparse matrix is a masked dense one."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from benchmarks.workload import RECURRENT_SCALE, Workload


class MaskedLinear(nn.Linear):
    """Connections of a layer to itself, absent pairs being zeros that stay zero.

    Masking the gradient once a training step costs less than masking the weight in each of its
    uses; Adam leaves a weight alone that never has a gradient.
    """

    def __init__(self, size: int, workload: Workload) -> None:
        super().__init__(size, size, bias=False)
        mask = torch.from_numpy(workload.connected(size).T).to(torch.float32)
        spread = RECURRENT_SCALE * float(mask.sum(dim=1).mean()) ** -0.5
        with torch.no_grad():
            self.weight.normal_(std=spread).mul_(mask)

        def masked(gradient: Tensor) -> Tensor:
            return gradient * mask

        self.weight.register_hook(masked)
