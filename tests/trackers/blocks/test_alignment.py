"""The aligned head against a deformable convolution written out."""

import math

import torch

from trackers.blocks.alignment import AlignHead
from trackers.blocks.towers import cell_boxes


def bilinear(plane: torch.Tensor, y: float, x: float) -> torch.Tensor:
    """Features ``(C, R, R)`` at a place between cells; nothing lies outside."""
    top, left = math.floor(y), math.floor(x)
    value = torch.zeros(len(plane), dtype=plane.dtype)
    for row, down in ((top, 1 - (y - top)), (top + 1, y - top)):
        for column, right in ((left, 1 - (x - left)), (left + 1, x - left)):
            if 0 <= row < plane.shape[1] and 0 <= column < plane.shape[2]:
                value = value + down * right * plane[:, row, column]
    return value


def deformed(plane: torch.Tensor, boxes: torch.Tensor, weight: torch.Tensor, i: int, j: int) -> torch.Tensor:
    """A cell's 3 x 3 convolution whose taps are offset as Ocean says, in a 25 x 25 map."""
    x1, y1, x2, y2 = boxes[:, i, j].tolist()
    value = torch.zeros(len(weight), dtype=plane.dtype)
    for ky in (-1, 0, 1):
        for kx in (-1, 0, 1):
            dy = ((y1 + y2) / 2 - 127.5) / 8 + 12 - i + ky * ((y2 - y1 + 1) / 16 - 1)
            dx = ((x1 + x2) / 2 - 127.5) / 8 + 12 - j + kx * ((x2 - x1 + 1) / 16 - 1)
            value = value + weight[:, :, ky + 1, kx + 1] @ bilinear(plane, i + ky + dy, j + kx + dx)
    return value


@torch.inference_mode()
def test_taps_side_by_side_are_a_deformable_convolution():
    torch.manual_seed(0)
    head = AlignHead(channels=3).double()
    features = torch.randn(2, 3, 25, 25).double()
    boxes = cell_boxes(torch.rand(2, 4, 25, 25).double() * 60)
    logits = head(features, boxes)
    weight = head.rpn_conv["conv"].weight
    for n in range(2):
        for i, j in ((0, 0), (0, 24), (12, 12), (24, 3), (17, 20)):
            expected = head.rpn_cls.weight[0, :, 0, 0] @ deformed(features[n], boxes[n], weight, i, j).relu()
            torch.testing.assert_close(logits[n, 0, i, j], expected + head.rpn_cls.bias[0])


def test_boxes_that_leave_the_map_see_zeros():
    head = AlignHead(channels=2)
    far = torch.full((1, 4, 25, 25), 1e6)
    assert (head(torch.rand(1, 2, 25, 25), far) == head.rpn_cls.bias).all()
