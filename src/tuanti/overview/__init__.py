"""What one sees at a glance; reads every room and writes in none."""
