"""Trajectories on disk: formats, and the results folder with its atomic commits."""
