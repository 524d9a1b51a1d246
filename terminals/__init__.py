"""Everything that touches the card: card, reader, SAM, journal, uplink. What leaves here leaves as sealed bytes."""
