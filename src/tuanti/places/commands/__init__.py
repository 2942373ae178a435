"""What may be done here, process by process: each act is one transaction and one journal entry."""
