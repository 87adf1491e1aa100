"""The windows of checkpoints; imported when one is opened."""
