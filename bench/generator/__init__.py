"""The load generator: a process of its own, so that its cost is seen and never mistaken for a server's."""
