"""A benchmark that needs no download: photographs' pieces moving over photographs, with exact truth."""

__all__ = ["benchmark", "motion", "render", "scenes"]
