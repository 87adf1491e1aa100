"""Ring 1: what the rest speaks of. Frozen dataclasses and enums; standard library only."""
