"""Golden files: what other simulators say about the same neurons, and the scripts that ask them.

    make oracles

makes an environment of its own beside this file, from `requirements.txt`, runs every script of
this folder that has a `main`, and rewrites `golden/`. One script alone:

    tests/oracles/.venv/bin/python -m tests.oracles.nest_lif

The tests read the golden files only, and need none of these simulators. Every file records the
versions and the command that made it. Every script turns the steps of its simulator into ours and
says how in its docstring: step k = 0, 1, … ends at the time (k + 1) dt; the membrane is recorded
at the end of its step, from rest, in mV; steps of spikes are the k in which the threshold is met.
"""
