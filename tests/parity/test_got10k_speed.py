"""GOT-10k's frames per second against the arithmetic of its own toolkit."""

import numpy as np
import pytest

from harness.metrics.speed import speed


def test_the_toolkits_report_has_the_same_number():
    experiment = pytest.importorskip("got10k.experiments.got10k", reason="needs the extra got10k").ExperimentGOT10k
    rng = np.random.default_rng(1)
    seconds = {name: rng.uniform(0.001, 0.2, length) for name, length in (("a", 90), ("b", 7))}
    seconds["a"][3] = 0  # of which the toolkit takes no rate
    times = np.concatenate([row[row > 0] for row in seconds.values()])
    official = experiment._evaluate(None, np.ones(3), times)[2]
    assert speed(seconds).fps_got10k == pytest.approx(official, rel=1e-12)
