"""Trackers without weights."""
