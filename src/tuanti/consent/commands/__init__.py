"""Acts of a consultation: one command each."""
