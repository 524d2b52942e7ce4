"""`./dev bench search`: a page of search among many messages."""
