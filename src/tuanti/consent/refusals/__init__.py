"""What this room refuses: each answer has a sentence in ``texts`` that says what to do next."""
