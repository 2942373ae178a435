"""How each paper is put together: facts into blocks, every word of them said."""
