"""The papers' trackers and a few without weights: a plug-in package like any stranger's.

Everything here meets the harness through its public names only, and is found by entry point.
"""
