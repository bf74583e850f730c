"""SBT: features of the search region that depend on the target, in one network with correlation inside."""
