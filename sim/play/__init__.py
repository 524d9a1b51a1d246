"""Settlement scenarios: a small story in a file, played through the whole clearing house, with the money expected at its end."""
