"""What can be done with organisations, accounts, posts, one-time codes, messages and keys."""
