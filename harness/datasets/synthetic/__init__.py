"""A benchmark that needs no download: photographs' pieces moving over photographs, with exact truth."""

__all__ = ["attributes", "benchmark", "compose", "layouts", "motion", "render", "scenes"]
