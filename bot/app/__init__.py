"""The composition root: the only room where concrete parts meet.

`saldo.py` is the bot on its own; `sandbox.py` puts the simulated tenant around it. The command line, the scenario
tests and the benchmarks all open the same house.
"""
