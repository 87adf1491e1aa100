"""``silo demo``: the main job on a real part, played by two workstations against a real server."""
