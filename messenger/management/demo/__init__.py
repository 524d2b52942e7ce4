"""What `manage seed_demo` makes: people, what they offer, and what they say to each other."""
