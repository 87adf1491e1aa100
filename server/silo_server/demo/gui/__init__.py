"""The demo with windows: two people, each with a small editor over the real part."""
