"""What others may ask this room."""
