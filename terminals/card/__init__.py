"""The chip in the rider's hand, the field that it may leave at any moment, and the session of a reader with it."""
