"""Who acts: accounts, organisations, the duties people hold in them, and messages to people."""
