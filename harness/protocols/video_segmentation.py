"""DAVIS's semi-supervised task: follow the masks of all objects that the first frame shows, without help.

J. Pont-Tuset et al., "The 2017 DAVIS Challenge on Video Object Segmentation", arXiv 1704.00675. Objects that appear
later are nobody's: davis2017-evaluation scores those of the first frame. DAVIS 2016 is the case of one object.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Row
from dataclasses import dataclass, replace
from functools import partial
from math import inf, isnan, nan

import numpy as np

from harness.core.errors import BadAnnotation, BadAnswer, EvaluationError
from harness.core.regions import Labels, Mask, Region, Regions, Special, convert
from harness.core.sequence import Sequence
from harness.core.soft_masks import HALF, PackedSoftMask
from harness.core.tracker import Prediction, Traits
from harness.core.trajectory import Trajectory
from harness.core.trial import Answer, Drive, Start, Trial, Update
from harness.protocols.base import EvaluationProtocol, Log, Merge, image_size, predicted, target_in

__all__ = ["VideoSegmentation", "merge"]

_HOW = "soft masks by argmax, below .5 background; else masks, boxes filled, by confidence, then by lowest object"


class VideoSegmentation(EvaluationProtocol):
    """The trial ``<sequence>`` holds labels: the objects of the first frame, in each.

    A tracker of several objects makes it itself. Others make a trial ``<sequence>_<object>`` an object, in which their
    regions stay what they are, soft masks beside them, and these are merged.
    """

    name = "video_segmentation"
    version = 1

    def trials(self, sequence: Sequence, traits: Traits) -> list[Trial]:
        name, order, objects = sequence.name, range(len(sequence)), _objects(sequence)
        if _takes_all(traits):
            return [Trial(name, name, order)]
        return [Trial(name, f"{name}_{number}", order, target=number) for number in objects]

    def merged(self, sequence: Sequence, traits: Traits) -> Merge | None:
        if _takes_all(traits):
            return None
        parts = tuple(trial.name for trial in self.trials(sequence, traits))
        return Merge(sequence.name, parts, _HOW, partial(merge, sequence))

    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        return _follow_all(sequence, trial) if trial.target is None else _follow_one(sequence, trial, trial.target)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What was answered for one object in a frame."""

    number: int
    region: Region
    confidence: float
    soft: PackedSoftMask | None

    @property
    def rank(self) -> tuple[float, int]:
        """The higher wins."""
        return -inf if isnan(self.confidence) else self.confidence, -self.number


def merge(sequence: Sequence, parts: Row[Trajectory]) -> Trajectory:
    """The labels of a sequence from a trajectory of each object, in the order of their trials.

    Where all that see their object give soft masks, a pixel is of the highest, or background where that is below
    .5; of equals, the lowest object's. Otherwise regions are filled, and what several claim is the most confident
    one's, or the lowest object's. A frame took the seconds of all its parts. Raises EvaluationError for parts of
    another length.
    """
    numbers, size, length = list(_objects(sequence)), image_size(sequence), len(sequence)
    if any(len(part) != length for part in parts):
        found = [len(part) for part in parts]
        raise EvaluationError(f"{sequence.name}: {length} frames, but its objects have {found}; run it again")
    rows = zip(*(_claims(number, part) for number, part in zip(numbers, parts, strict=True)), strict=True)
    regions = Regions.collect(_settled([claim for claim in row if claim is not None], size) for row in rows)
    seconds = np.sum([part.seconds for part in parts], axis=0)
    return Trajectory(regions, np.full(length, nan), seconds, any(part.shared for part in parts), size=size)


def _claims(number: int, part: Trajectory) -> Iterator[_Claim | None]:
    softs = part.soft or (None,) * len(part)
    for region, confidence, soft in zip(part.regions, part.confidences.tolist(), softs, strict=True):
        if region is None or isinstance(region, Special):
            yield None
        else:
            yield _Claim(number, region, confidence, soft)


def _settled(claims: Row[_Claim], size: tuple[int, int]) -> Labels | None:
    """One frame's labels, None where there are none; `claims` come in the order of objects."""
    width, height = size
    image = np.zeros((height, width), np.uint8)
    softs = [claim.soft for claim in claims if claim.soft is not None]
    if len(softs) == len(claims):
        highest = np.full_like(image, HALF - 1)
        for claim, soft in zip(claims, softs, strict=True):
            levels = soft.levels(width, height)
            higher = levels > highest
            image[higher], highest[higher] = claim.number, levels[higher]
    else:
        for claim in sorted(claims, key=lambda claim: claim.rank):
            mask = convert(claim.region, "mask", size=size)
            assert isinstance(mask, Mask)
            image[mask.decode(width, height)] = claim.number
    return _or_none(Labels.encode(image))


def _follow_one(sequence: Sequence, trial: Trial, number: int) -> Drive:
    target, (width, height) = _objects(sequence)[number], image_size(sequence)
    log = Log()
    softs: list[PackedSoftMask | None] = [None]
    log.started(target, (yield Start(0, target)))
    for frame in trial.order[1:]:
        answer = yield Update(frame)
        log.answered(answer)
        softs.append(_packed(predicted(answer), width, height))
    trajectory = log.trajectory()
    return replace(trajectory, soft=tuple(softs)) if any(softs) else trajectory


def _follow_all(sequence: Sequence, trial: Trial) -> Drive:
    size = image_size(sequence)
    target = convert(target_in(sequence, 0), "labels", size=size)
    log = Log()
    log.started(target, (yield Start(0, target)))
    for frame in trial.order[1:]:
        log.answered(_of_objects(sequence, (yield Update(frame))))
    return replace(log.trajectory(), size=size)


def _packed(prediction: Prediction, width: int, height: int) -> PackedSoftMask | None:
    """The soft mask of an answer, if it sees its target. Raises BadAnswer."""
    if prediction.soft is None or prediction.region is None:
        return None
    try:
        return PackedSoftMask.pack(prediction.soft, width, height)
    except ValueError as error:
        raise BadAnswer(f"a prediction's soft mask: {error}") from None


def _of_objects(sequence: Sequence, answer: Answer) -> Answer:
    """An answer for several objects, None where it sees none. Raises BadAnswer."""
    prediction = predicted(answer)
    region = prediction.region
    if region is None:
        return answer
    if not isinstance(region, Labels):
        raise BadAnswer(f"a tracker that starts on labels answers with labels, found {type(region).__name__}")
    if strange := {number for number, _ in region.masks} - _objects(sequence).keys():
        raise BadAnswer(f"labels of the objects {list(_objects(sequence))} were asked for, found {sorted(strange)}")
    return replace(answer, prediction=replace(prediction, region=_or_none(region)))


def _takes_all(traits: Traits) -> bool:
    return traits.objects == "many" and traits.accepts == "labels"


def _or_none(labels: Labels) -> Labels | None:
    return labels if any(mask.area for _, mask in labels.masks) else None


def _objects(sequence: Sequence) -> dict[int, Region]:
    """The objects of the first frame by their numbers, in order. Raises BadAnnotation where there is none."""
    first = target_in(sequence, 0)
    objects: list[tuple[int, Region]] = sorted(first.masks) if isinstance(first, Labels) else [(1, first)]
    found = {number: region for number, region in objects if not isinstance(region, Mask) or region.area}
    if not found:
        raise BadAnnotation(f"{sequence.name}: the first frame shows no object to start from")
    return found
