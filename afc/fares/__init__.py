"""What a ride costs: a tariff compiled to integers, one fold over a card's taps, and reasons as lines."""
