"""The kernels of the compiled engine: event-driven, sample by sample, generic in the laws.

Rows are (sample, step), row = sample * n_steps + step. Every kernel works on a range of samples,
channels or rows that no other call writes to, so that its results do not depend on how the work is
divided. The plain version of each is the NumPy engine.
"""
