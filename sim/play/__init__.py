"""Settlement scenarios: small stories in files, played through the whole clearing house, with the money expected in the end."""
