"""Everything that touches the money: from sealed bytes to the bank file. Meets the terminals only in those bytes."""
