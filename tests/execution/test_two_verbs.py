"""Strangers' classes with the field's two verbs: recognised, called as they expect, and read as they answer."""

from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
from PIL import Image

from harness import Box, Tracker
from harness.core.errors import BadAnswer, TrackerRaised, UsageError
from harness.execution.choice import TrackerChoice
from harness.execution.two_verbs import tracker_class

if TYPE_CHECKING:
    from nowhere import Nothing

HERE = Path(__file__)


def brightest(image: np.ndarray) -> tuple[int, int]:
    """The corner of what is bright in an image of the fixture: its answer is the truth."""
    rows, columns = np.nonzero(image.min(2) >= 120)
    return int(columns.min()), int(rows.min())


class InitUpdate:
    def init(self, image, box):
        assert (image.mode, box.shape, box.dtype) == ("RGB", (4,), float)
        self.size = box[2:]

    def update(self, image):
        assert isinstance(image, Image.Image)
        return [*brightest(np.asarray(image)), *self.size]


class InitializeTrack:
    def initialize(self, image, info):
        image[:] = 0  # it is our own
        self.size = info["init_bbox"][2:]
        return {"time": 0.1}

    def track(self, image, info=None):
        assert info == {}
        corner = brightest(image)
        image[:] = 0
        return {"target_bbox": [*corner, *self.size], "best_score": 0.25}


class PlainTrack(InitializeTrack):
    def track(self, image):
        return super().track(image, {})["target_bbox"]


def made() -> InitUpdate:
    return InitUpdate()


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("found", [InitUpdate, InitializeTrack, PlainTrack, made])
def test_each_style_follows(found, width, drive, make_sequence):
    sequences = [make_sequence(str(number), 5 + number, number) for number in range(4)]
    outcomes = drive(tracker_class(found, "it")(), sequences, width)
    for sequence in sequences:
        outcome = outcomes[sequence.name]
        assert outcome.error is None
        assert np.array_equal(outcome.trajectory.regions.boxes, sequence.truth.regions.boxes)
        scores = outcome.trajectory.confidences[1:]
        assert (scores == 0.25).all() if found is InitializeTrack else np.isnan(scores).all()


def answering(answer: object, verbs: str) -> Tracker:
    """A tracker of a style that always answers the same."""
    first, second = verbs.split("/")
    kind = type("Answering", (), {first: lambda *_: None, second: lambda *_: answer, "__module__": __name__})
    return tracker_class(kind, "it")()


GOT10K, PYTRACKING = "init/update", "initialize/track"


@pytest.mark.parametrize(
    ("verbs", "answer"),
    [
        (GOT10K, None),
        (GOT10K, [nan] * 4),
        (GOT10K, np.array([1, nan, 3, 4])),
        (PYTRACKING, None),
        (PYTRACKING, {"target_bbox": None, "best_score": None}),
        (PYTRACKING, {"target_bbox": [nan] * 4}),
    ],
)
def test_none_and_nan_are_misses(verbs, answer, drive, make_sequence):
    trajectory = drive(answering(answer, verbs), [make_sequence()])["one"].trajectory
    assert trajectory.misses == len(trajectory) - 1


@pytest.mark.parametrize(
    ("verbs", "answer", "message"),
    [
        (GOT10K, [1, 2, 3], r"numbers of shape \(3,\)"),
        (GOT10K, [[1, 2, 3, 4]], r"numbers of shape \(1, 4\)"),
        (GOT10K, "a box", "found str 'a box'"),
        (GOT10K, False, r"numbers of shape \(\)"),
        (PYTRACKING, {"bbox": [1, 2, 3, 4]}, r"must answer 'target_bbox' \(None for a miss\), found \['bbox'\]"),
        (PYTRACKING, {"target_bbox": {1: [1, 2, 3, 4]}}, "found dict"),
        (PYTRACKING, {"target_bbox": []}, r"numbers of shape \(0,\)"),
        (PYTRACKING, {"target_bbox": [1, 2, 3, 4], "best_score": "high"}, "'high'"),
        (PYTRACKING, (True, [1, 2, 3, 4]), "found tuple"),
    ],
)
def test_a_wrong_answer_fails_the_trial(verbs, answer, message, drive, make_sequence):
    outcome = drive(answering(answer, verbs), [make_sequence()])["one"]
    with pytest.raises(BadAnswer, match=message):
        raise outcome.error


def test_the_first_score_that_is_there_is_the_confidence(drive, make_sequence):
    answer = {"target_bbox": [1, 2, 3, 4], "object_presence_score": None, "conf_score": np.float32(0.5)}
    trajectory = drive(answering(answer, PYTRACKING), [make_sequence()])["one"].trajectory
    assert trajectory.regions[3] == Box(1, 2, 3, 4)
    assert trajectory.confidences[3] == 0.5


# What is refused


class Got10kBase:
    """As the toolkit's."""

    def __init__(self, name, is_deterministic=False): ...

    def init(self, image, box):
        raise NotImplementedError()

    def update(self, image):
        raise NotImplementedError()

    def track(self, img_files, box, visualize=False): ...


class PytrackingBase:
    """As the toolkit's."""

    def __init__(self, params):
        self.params = params

    def initialize(self, image, info: dict) -> dict:
        """To be overridden."""
        raise NotImplementedError

    def track(self, image, info: dict | None = None) -> dict:
        """To be overridden."""
        raise NotImplementedError


class Named(Got10kBase, InitUpdate):
    init, update = InitUpdate.init, InitUpdate.update

    def __init__(self):
        super().__init__("named")


class Half(Got10kBase):
    def init(self, image, box): ...


class Both(InitializeTrack, InitUpdate): ...


class Params(InitializeTrack, PytrackingBase): ...


def with_params() -> Params:
    return Params({"search": 5})


def returns_nothing() -> None: ...


@pytest.mark.parametrize("found", [Named, with_params])
def test_a_toolkits_base_class_passes_through(found, drive, make_sequence):
    assert drive(tracker_class(found, "it")(), [make_sequence()])["one"].error is None


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (Got10kBase, "expected a subclass of harness.Tracker, or .*; Got10kBase implements track$"),
        (PytrackingBase, "PytrackingBase implements none of them$"),
        (Half, "Half implements init and track$"),
        (dict, "dict implements update$"),
        (Both, "Both has both init/update and initialize/track: keep one pair, or say which in a subclass of harness"),
        (Params, "Params needs params: name a function instead that builds it"),
        (returns_nothing, "NoneType implements none of them$"),
        (InitUpdate(), "expected a class or a function that builds one, found <"),
        (3, "expected a class or a function that builds one, found 3$"),
    ],
)
def test_what_cannot_be_a_tracker_is_one_line(found, message):
    with pytest.raises(UsageError, match=message) as error:
        tracker_class(found, "it")()
    assert str(error.value).startswith("tracker 'it': ")
    assert "\n" not in str(error.value)


# Settings and identity


class Annotated(InitUpdate):
    def __init__(self, rate: float = 1, limit: int | None = None, mode: Literal["fast", "slow"] = "fast"): ...


class Bare(InitUpdate):
    def __init__(
        self, steps=3, plain=True, *args, net=None, here=HERE, name: "Nothing" = "x", layers=(1, 2), _own=1
    ): ...


@pytest.fixture
def choose(monkeypatch):
    """A choice of a class, with settings as text."""

    def choice(found: object, **overrides: str) -> TrackerChoice:
        monkeypatch.setattr("harness.catalog.TrackerCatalog.resolve", lambda self, text: found)
        return TrackerChoice("it", overrides)

    return choice


def test_parameters_with_a_default_are_settings_typed_by_it(choose):
    settings = choose(Bare, steps="5", plain="no", net="a.pth", name="y").build().described().identity["settings"]
    assert settings == {"steps": 5, "plain": False, "net": "a.pth", "here": str(HERE), "name": "y", "_own": 1}


def test_a_plain_annotation_says_more_than_the_default(choose):
    settings = choose(Annotated, rate="0.5", limit="7", mode="slow").build().described().identity["settings"]
    assert settings == {"rate": 0.5, "limit": 7, "mode": "slow"}


def test_a_variant_has_a_label_of_its_own(choose):
    labels = [choose(Annotated, **given).build().label for given in ({}, {"rate": "1"}, {"rate": "0.5"})]
    assert labels[:2] == ["it", "it"]
    assert labels[2].startswith("it@")


@pytest.mark.parametrize(
    ("found", "settings", "message"),
    [
        (Annotated, {"rate": "high"}, "^--set rate='high' of tracker 'it': Input should be a valid number"),
        (Annotated, {"limit": "x"}, "^--set limit='x' of tracker 'it'"),
        (Annotated, {"mode": "slower"}, "^--set mode='slower' of tracker 'it': Input should be 'fast' or 'slow'"),
        (Bare, {"layers": "3"}, "^--set layers: tracker 'it' has steps, plain, net, here, name, _own$"),
        (InitUpdate, {"rate": "1"}, "^--set rate: tracker 'it' has no settings"),
    ],
)
def test_a_wrong_setting_is_one_line(choose, found, settings, message):
    with pytest.raises(UsageError, match=message) as error:
        choose(found, **settings).build()
    assert "\n" not in str(error.value)


def test_settings_reach_the_object_and_what_cannot_be_built_is_said_at_once(choose):
    def load(path: str = "weights.pth") -> InitUpdate:
        raise FileNotFoundError(path)

    with pytest.raises(TrackerRaised, match=r"^tracker 'it' cannot be built: FileNotFoundError: other\.pth$"):
        choose(load, path="other.pth").build()


def test_a_tracker_of_ours_stays_what_it_is():
    from trackers.classic.static import Static

    assert tracker_class(Static, "static") is Static


def test_it_is_recorded_as_the_strangers_own():
    wrapped = tracker_class(InitUpdate, "it")
    assert (wrapped.__name__, wrapped.__module__, wrapped.device) == ("InitUpdate", InitUpdate.__module__, "unknown")
