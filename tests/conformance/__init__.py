"""The product's protocol code with the handlers that the protocols' own published test suites expect."""
