"""City packs: a folder of tables and sources that makes a city, read strictly and told off kindly.

A fare clerk writes these files. Every mistake is answered with the file, the line, what is wrong and what to write
instead; all mistakes of a pack are told at once.
"""
