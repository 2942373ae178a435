"""What happens at its time, and work that takes longer than a page may."""
