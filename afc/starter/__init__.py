"""A first pack: the files of a small made-up town, with a comment above each table, to be filled with a real one."""
