"""The layouts of one text file a sequence: told apart, read alike, and written as each toolkit would."""

import numpy as np
import pytest

from harness.core.errors import UsageError
from harness.core.regions import Polygon, Regions
from harness.interop.formats.format import Entry
from harness.interop.formats.text import GOT10k, LaSOT, Pysot, Pytracking, TrackingNet
from harness.interop.registered import FORMATS, format_of
from harness.interop.source import Source

TEXTS = [GOT10k(), LaSOT(), Pysot(), Pytracking(), TrackingNet()]
BOXES = np.array([[9.0, 19, 30, 40], [10.25, 20.5, 30, 41]])
CORNER = np.array([1, 1, 0, 0])
ROWS = "10,20,30,40\n11.25,21.5,30,41\n"


def entry(sequence="Jogging.1", boxes=BOXES, protocol="one_pass", suffix="", **more):
    return Entry(sequence, suffix, protocol, Regions(boxes), "here", **more)


def read(source):
    """What is in a source: its format's name, and boxes and seconds by tracker and sequence."""
    found = format_of(source)
    trackers = found.trackers(source)
    return found.name, {name: {one.sequence: one for one in found.entries(part)} for name, part in trackers.items()}


@pytest.mark.parametrize(
    ("files", "name", "trackers"),
    [
        ({"Deer.txt": ROWS, "Bird2.txt": ROWS}, "pysot", {"SiamX"}),
        ({"Deer.txt": ROWS.replace(",", " ")}, "pysot", {"SiamX"}),
        ({"A/Deer.txt": ROWS, "B/Deer.txt": ROWS}, "pysot", {"A", "B"}),
        ({"OTB100/A/Deer.txt": ROWS}, "pysot", {"A"}),
        (
            {"dimp/a_000/Deer.txt": ROWS.replace(",", "\t"), "stark/b/Deer.txt": ROWS},
            "pytracking",
            {"dimp_a_000", "stark_b"},
        ),
        ({"Deer/Deer_001.txt": ROWS, "Deer/Deer_time.txt": "1\n2\n"}, "got10k", {"SiamX"}),
        ({"A/Deer/Deer_001.txt": ROWS, "B/Deer/Deer_001.txt": ROWS}, "got10k", {"A", "B"}),
        ({"Deer.txt": ROWS, "times/Deer_time.txt": "1\n2\n"}, "got10k", {"SiamX"}),
        ({"ATOM_tracking_result/bear-2.txt": ROWS}, "lasot", {"ATOM"}),
        ({"0-6LB4FqxoE_0.txt": ROWS, "-gR1dZ2nHBo_1.csv": ROWS}, "trackingnet", {"SiamX"}),
    ],
)
def test_layouts_are_told_apart(folder, files, name, trackers):
    source = Source(folder(files))
    assert [one.name for one in FORMATS.values() if one.recognises(source)] == [name]
    found, results = read(source)
    assert found == name
    assert set(results) == trackers
    for entries in results.values():
        for one in entries.values():
            assert one.fault is None
            np.testing.assert_array_equal(one.regions.boxes, BOXES + CORNER)


def test_semicolons_are_refused_by_the_line(folder):
    source = Source(folder({"Deer.txt": ROWS.replace(",", ";")}))
    (one,) = format_of(source).entries(source)
    assert "Deer.txt:1: expected 4 numbers x,y,w,h, found " in one.fault


@pytest.mark.parametrize("form", TEXTS, ids=lambda form: form.name)
@pytest.mark.parametrize("dataset", ["otb100", "got10k-val", "lasot-test"])
def test_what_is_written_is_read(form, dataset, folder):
    seconds = np.array([0.5, 0.0625])
    name = {"otb100": "Jogging.1", "got10k-val": "GOT-10k_Val_000001", "lasot-test": "bear-2"}[dataset]
    files = dict(form.files("A", dataset, [entry(name, seconds=seconds)]))
    source = Source(folder(files))
    (tracker,) = form.trackers(source).values()
    (one,) = form.entries(tracker)
    first = 0 if dataset.startswith("got10k") else 1
    np.testing.assert_array_equal(one.regions.boxes, BOXES + first * CORNER)
    assert tracker.unread == ()
    if form.name in ("got10k", "pytracking"):
        np.testing.assert_array_equal(one.seconds, seconds)
    again = Entry(name, "", "one_pass", Regions(BOXES), "here", seconds=one.seconds)
    assert dict(form.files("A", dataset, [again])) == files


@pytest.mark.parametrize(
    ("form", "dataset", "files"),
    [
        (GOT10k(), "got10k-val", {"A/x/x_001.txt": "9.000,19.000,30.000,40.000\n", "A/x/x_time.txt": "0.50000000\n"}),
        (GOT10k(), "otb100", {"A/x.txt": "10.000,20.000,30.000,40.000\n", "A/times/x_time.txt": "0.50000000\n"}),
        (Pysot(), "otb100", {"A/x.txt": "10,20,30,40\n"}),
        (Pytracking(), "otb100", {"A/x.txt": "10\t20\t30\t40\n", "A/x_time.txt": "0.500000\n"}),
        (LaSOT(), "lasot-test", {"A_tracking_result/x.txt": "10,20,30,40\n"}),
        (TrackingNet(), "trackingnet-test", {"x.txt": "9,19,30,40\n"}),
    ],
)
def test_what_is_written(form, dataset, files):
    made = form.files("A", dataset, [entry("x", BOXES[:1], seconds=np.array([0.5]))])
    assert {path: content.decode() for path, content in made} == files


def test_each_toolkit_gets_its_own_names():
    names = {form.name: next(form.files("A", "otb100", [entry("Human4.2")]))[0] for form in TEXTS}
    assert names["got10k"] == "A/Human4.txt"
    assert names["pysot"] == "A/Human4-2.txt"
    assert names["pytracking"] == "A/Human4_2.txt"


def test_what_a_toolkit_leaves_beside(folder):
    beside = {f"Deer_{what}.txt": "1 2 3\n" for what in ("all_boxes", "all_scores")}
    files = {"Deer.txt": ROWS, "Deer_object_presence_scores.txt": "0.5\n0.25\n", **beside, "README.txt": "hello"}
    source = Source(folder(files))
    (one,) = read(source)[1]["SiamX"].values()
    np.testing.assert_array_equal(one.confidences, [0.5, 0.25])


def test_confidences_after_an_empty_line(folder):
    source = Source(folder({"Deer/Deer_001.txt": ROWS, "Deer/Deer_001_confidence.value": "\n0.25\n"}))
    (one,) = read(source)[1]["SiamX"].values()
    np.testing.assert_array_equal(one.confidences, [np.nan, 0.25])


def test_times_have_a_column_a_repetition(folder):
    files = {"Deer/Deer_001.txt": ROWS, "Deer/Deer_002.txt": ROWS, "Deer/Deer_time.txt": "1,3\n2,4\n"}
    (first, second) = Pysot().entries(Source(folder(files)))
    assert (first.suffix, second.suffix) == ("", "_002")
    assert (first.seconds.tolist(), second.seconds.tolist()) == ([1, 2], [3, 4])


def test_corners_are_polygons(folder):
    (one,) = Pysot().entries(Source(folder({"Deer.txt": "0,0,4,0,4,3,0,3\n"})))
    assert list(one.regions) == [Polygon(((0, 0), (4, 0), (4, 3), (0, 3)))]
    (_, rows), *_ = Pysot().files("A", "vot2019", [one])
    assert rows == b"0,0,4,0,4,3,0,3\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "found an empty file"),
        ("1,2,3,4\n1,2,3\n", r"Deer\.txt:2: expected 4 numbers"),
        ("1,2,3,4\nhello\n", r"Deer\.txt:2: expected 4 numbers x,y,w,h, found 'hello'"),
        ("1,2,3,inf\n", "expected a number, found 'inf'"),
        ("1,2,3,4,5,6,7,8\n1,2,3,4,5,6,7,nan\n", "nan or inf among the corners"),
    ],
)
def test_a_file_that_cannot_be_read_stops_no_other(folder, text, words):
    bad, good = Pysot().entries(Source(folder({"Deer.txt": text, "Deer2.txt": ROWS})))
    assert good.fault is None
    with pytest.raises(AssertionError, match=words):
        assert not bad.fault, bad.fault


def test_what_no_text_holds():
    with pytest.raises(UsageError, match="one pass over each sequence, not trials of supervised"):
        list(Pysot().files("A", "vot2019", [entry(protocol="supervised", suffix="_001")]))
    odd = Entry("x", "", "one_pass", Regions.collect([Polygon(((0, 0), (1, 0), (1, 1)))]), "here")
    with pytest.raises(UsageError, match="holds boxes, or polygons of four corners"):
        list(Pysot().files("A", "vot2019", [odd]))
