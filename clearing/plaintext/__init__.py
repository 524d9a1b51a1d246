"""The journal as text for accountants' programs that we did not write, so that they add it up again."""

from clearing.plaintext.books import FORMS, Books, export

__all__ = ["FORMS", "Books", "export"]
