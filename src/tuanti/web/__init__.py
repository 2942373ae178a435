"""The shell every page stands in: layout, parts, words, who may open which address."""
