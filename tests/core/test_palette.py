from harness.core.palette import PALETTE


def test_colours_are_vocs():
    colours = [tuple(PALETTE[start : start + 3]) for start in range(0, len(PALETTE), 3)]
    assert colours[:5] == [(0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0), (0, 0, 128)]
    assert colours[9] == (192, 0, 0)
    assert colours[255] == (224, 224, 192)
    assert len(set(colours)) == 256
