"""VOT's baseline until 2019: after each failure the tracker begins again, five frames later.

Kristan et al., "A novel performance evaluation methodology for single-target trackers", TPAMI 2016. A failure is
what vot-toolkit 0.9 takes for one (``experiment/multirun.py``): an overlap of 0, counted in the pixels of the
image. VOT's MATLAB toolkit, which leaves out the image's last column and row, and does not round corners, may
differ where two regions barely touch.
"""

from __future__ import annotations

from harness.core.raster.overlaps import raster_overlaps
from harness.core.raster.packing import PackedRegions
from harness.core.regions import Regions, Special
from harness.core.sequence import Sequence
from harness.core.trial import Drive, Start, Trial, Update
from harness.protocols.base import Log, Repeated, image_size, predicted, target_in

__all__ = ["Supervised"]

_SKIP = 5  # frames from a failure to the next start


class Supervised(Repeated):
    """Up to 15 repetitions; a frame holds a region, or code 1 for a start, 2 for a failure, 0 for one skipped.

    A start waits for a frame with truth, and in a frame without truth nothing fails: VOT's own data has none.
    """

    name = "supervised"
    version = 1
    repetitions = 15

    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        truth, size = PackedRegions.pack(sequence.truth.regions), image_size(sequence)
        known = ~truth.empty
        known[0] = True  # where it is not, the start says so
        log, following, due = Log(), False, 0
        for frame in trial.order:
            if following:
                answer = yield Update(frame)
                region = Regions.collect([predicted(answer).region])
                overlap = raster_overlaps(region, truth.window(frame, frame + 1), "vot-toolkit", size)[0]
                if overlap > 0 or not known[frame]:
                    log.answered(answer)
                else:
                    log.failed(answer)
                    following, due = False, frame + _SKIP
            elif frame >= due and known[frame]:
                target = target_in(sequence, frame)
                log.started(Special.INITIALISED, (yield Start(frame, target)))
                following = True
            else:
                log.skipped()
        return log.trajectory()
