"""The small proxy before several web processes of one machine (`up --web N`). Knows HTTP, and nothing of the product.

On a server nginx does this (`deploy/nginx`).
"""
