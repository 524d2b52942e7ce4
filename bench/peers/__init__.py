"""Services in Node that do the same job."""
