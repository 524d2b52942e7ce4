"""How fast the product is beside others, under load, with every acknowledgement checked."""
