import os
import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest

from harness.metrics.scores import Curves
from harness.reporting.figures.curves import curve_figure, drawn

ODD = ("a_b$%", "_hidden", "$x^2$", "\\alpha", "跟踪", "two\nlines", "x" * 100, "")


def decode(content: bytes) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert image is not None
    return image


def of(table, names):
    return table({name: {"x": [1 - place / 50, 1]} for place, name in enumerate(names)}, expected=1)


def coloured(image: np.ndarray, colour: str) -> int:
    """Pixels of exactly this colour."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((image == wanted).all(2).sum())


@pytest.mark.parametrize("count", [1, 2, 12, 25, 60])
def test_any_number_of_trackers(table, count):
    names = [f"tracker{i}" for i in range(count)]
    full = of(table, names)
    image = decode(curve_figure(full, full.curves[0], names, ["png"])["png"])
    height, width, _ = image.shape
    assert 500 < height < 900
    assert width > height
    assert coloured(image, "#D55E00") > 100  # the first tracker's line


def test_odd_names(table):
    full = of(table, ODD)
    assert decode(curve_figure(full, full.curves[0], ODD, ["png"])["png"]).shape[1] > 1000


def test_a_pen_depends_on_the_order_of_the_report_alone(table):
    full = of(table, ["a", "b", "c"])
    only_b = replace(full.curves[0], by_tracker={"b": full.curves[0].by_tracker["b"]})
    image = decode(curve_figure(full, only_b, ["a", "b", "c"], ["png"])["png"])
    assert coloured(image, "#0072B2") > 100
    assert coloured(image, "#D55E00") == coloured(image, "#009E73") == 0


def test_pdf_embeds_truetype(table):
    full = of(table, ODD)
    content = curve_figure(full, full.curves[0], ODD, ["pdf"])["pdf"]
    assert content.startswith(b"%PDF")
    assert b"/CIDFontType2" in content
    assert b"/Type3" not in content
    assert b"Date" not in content


def test_a_score_without_number_and_a_tracker_without_curve(table):
    full = of(table, ["a", "b"])
    nan = np.full(3, np.nan)
    curves = replace(full.curves[0], score="none", by_tracker={**full.curves[0].by_tracker, "b": nan})
    image = decode(curve_figure(full, curves, ["a", "b"], ["png"])["png"])
    assert coloured(image, "#D55E00") > 100
    assert coloured(image, "#0072B2") == 0


def test_drawn():
    thresholds = np.array([0, 1.0])
    assert not drawn(Curves("success", "auc", "x", "y", thresholds, {}))
    assert not drawn(Curves("success", "auc", "x", "y", thresholds, {"a": np.full(2, np.nan)}))
    assert drawn(Curves("success", "auc", "x", "y", thresholds, {"a": np.array([1, np.nan])}))


def test_bytes_do_not_depend_on_the_process_or_the_readers_style(tmp_path):
    program = """
import hashlib
import numpy as np, pandas as pd
from harness.metrics.scores import Curves, Metric, ScoreTable
from harness.reporting.figures.curves import curve_figure
lines = {name: np.array([1, 0.5, 0]) for name in ("Ünï", "a_b")}
curves = Curves("success", "auc", "x", "y", np.array([0, 0.5, 1]), lines)
scores = pd.DataFrame({"auc": [0.5, 0.25]}, list(lines))
sequences = pd.Series(1, list(lines))
table = ScoreTable("d", "p", "r@1", (Metric("auc", "AUC"),), 2, scores, sequences, scores, (curves,))
print([hashlib.sha256(c).hexdigest() for c in curve_figure(table, curves, list(lines), ["png", "pdf"]).values()])
"""
    (tmp_path / "matplotlibrc").write_text("font.size: 20\naxes.facecolor: red\nbackend: svg\n")
    found = []
    for seed, style in (("1", {}), ("2", {"MATPLOTLIBRC": str(tmp_path)})):
        environment = {**os.environ, "PYTHONHASHSEED": seed, **style}
        found.append(subprocess.check_output([sys.executable, "-c", program], env=environment, cwd=tmp_path))
    assert found[0] == found[1]
