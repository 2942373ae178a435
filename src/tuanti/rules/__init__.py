"""The cellar: pure judgments, standard library only."""
