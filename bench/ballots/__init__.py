"""Ballots under load, under SIGKILL and under power cuts: the whole house over real HTTP."""
