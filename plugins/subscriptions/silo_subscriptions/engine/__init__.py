"""Keeping the copies of subscribed items in step: planned, fetched, put in place, acknowledged."""
