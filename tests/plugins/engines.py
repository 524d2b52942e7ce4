"""Starts the engines of a test run before settings are read."""
