import numpy as np

from harness.metrics.ragged import Ragged


def test_sequences_keep_their_rows():
    ragged = Ragged.join([np.array([1.0, 2.0]), np.array([]), np.array([3.0])])
    assert len(ragged) == 3
    assert [part.tolist() for part in map(ragged.__getitem__, range(3))] == [[1, 2], [], [3]]
    assert ragged.lengths.tolist() == [2, 0, 1]
    assert ragged.owners.tolist() == [0, 0, 2]
    assert ragged.sums().tolist() == [3, 0, 3]


def test_a_tally_counts_each_sequence_alone():
    ragged = Ragged.join([np.zeros(3), np.zeros(0), np.zeros(2)])
    assert ragged.tally(np.array([2, 0, 2, 1, 1]), 3).tolist() == [[1, 0, 2], [0, 0, 0], [0, 2, 0]]


def test_nothing_joined_is_no_boxes():
    nothing = Ragged.join([])
    assert (len(nothing), nothing.values.shape) == (0, (0, 4))
    assert nothing.tally(nothing.owners, 3).shape == (0, 3)
