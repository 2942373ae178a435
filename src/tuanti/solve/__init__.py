"""The workshop: the heavy searches, whose answers the rules can check."""
