"""The pages of this room: for those who serve a place, and for residents."""
