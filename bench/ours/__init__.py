"""The product itself, filled with the bench's people."""
