"""What a tracker says of itself first: the images and regions it takes."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.regions import Box, Mask, Polygon, Region, RegionKind, convert
from harness.interop.trax.messages import Message

__all__ = ["Greeting"]

# What a target can be told as: TraX's words and ours, the most precise first.
_REGIONS: dict[str, RegionKind] = {"mask": "mask", "polygon": "polygon", "rectangle": "box"}
_KINDS: dict[type[Region], RegionKind] = {Mask: "mask", Polygon: "polygon", Box: "box"}
_IMAGES = frozenset({"path", "memory", "buffer"})


@dataclass(frozen=True, slots=True)
class Greeting:
    """A tracker's ``hello``: its protocol's version, what it takes, and whether its process follows one target only."""

    regions: frozenset[RegionKind]
    images: frozenset[str] = _IMAGES
    version: int = 4
    once: bool = False

    @classmethod
    def read(cls, hello: Message) -> Greeting:
        """Raises ValueError for a tracker that the harness has nothing for.

        >>> sorted(Greeting.read(Message("hello", (), {"trax.region": "mask;polygon;"})).regions)
        ['mask', 'polygon']
        """
        said = {key: hello.properties.get(f"trax.{key}", "") for key in ("region", "image", "channels", "version")}
        kinds = frozenset(_REGIONS[word] for word in (said["region"] or "rectangle").split(";") if word in _REGIONS)
        formats = _IMAGES.intersection((said["image"] or "path").split(";"))
        channels = set((said["channels"] or "color").split(";")) - {""}
        if not kinds or not formats or channels != {"color"}:
            raise ValueError(f"it takes {said}; there are {';'.join(_REGIONS)}, {';'.join(sorted(_IMAGES))} and color")
        version = said["version"] or "1"
        if not version.isdecimal():
            raise ValueError(f"trax.version is a number, found {version!r:.40}")
        return cls(kinds, formats, int(version), "vot" in hello.properties)  # the toolkit's own wrapper says so

    def written(self, name: str) -> Message:
        """The ``hello`` of a tracker of that name."""
        words = [word for word, kind in _REGIONS.items() if kind in self.regions]
        said = {
            "trax.version": str(self.version),
            "trax.name": name,
            "trax.region": ";".join(words),
            "trax.image": ";".join(sorted(self.images)),
            "trax.channels": "color",
        }
        return Message("hello", (), said)

    @property
    def kind(self) -> RegionKind:
        """The most precise kind of region that it takes."""
        return next(kind for kind in _REGIONS.values() if kind in self.regions)

    def fitted(self, region: Region, size: tuple[int, int]) -> Region:
        """`region` of an image of `size` as it is, if it is taken so, else as the most precise kind that is."""
        return region if _KINDS.get(type(region)) in self.regions else convert(region, self.kind, size=size)
