"""The windows of this plugin; imported when one is opened."""
