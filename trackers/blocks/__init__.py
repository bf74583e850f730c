"""Pieces of networks that two or more families share."""
