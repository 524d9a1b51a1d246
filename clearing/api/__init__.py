"""The network interface of the clearing house: sealed batches in, signed receipts out, and each party its own view."""
