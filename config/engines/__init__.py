"""Embedded PostgreSQL and Valkey: where they live, how they start, stop, are found again and are checked."""
