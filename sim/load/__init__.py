"""Load: sealed batches of a scenario's readers offered to a clearing house at a set rate, and what became of each of them."""
