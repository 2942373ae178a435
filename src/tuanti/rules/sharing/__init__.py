"""Who pays what for a lift: schemes, running costs, late joiners, comparison. Pure judgments."""
