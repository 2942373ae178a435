"""The award: the question, and the check of an answer."""
