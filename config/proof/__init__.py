"""Sync, proven: real clients on real servers through all sorts of trouble (`manage verify_sync`)."""
