"""A benchmark that needs no download: photographs' pieces moving over photographs, with exact truth."""

from harness.datasets.synthetic.benchmark import synthetic

__all__ = ["synthetic"]
