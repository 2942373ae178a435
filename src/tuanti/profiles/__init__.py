"""Standard lift profiles, and the dated cost models that say what a lift should cost."""
