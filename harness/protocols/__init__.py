"""How a tracker is driven: each protocol is a generator that asks and is answered."""
