"""SiamX: cross-level feature correlation and the adaptive tracking scheme (Huang and Yeung, ICRA 2022)."""

__all__ = ["network"]
