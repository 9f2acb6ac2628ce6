"""Sends what is asked for, once, as it was written; nothing is repeated or followed unasked."""
