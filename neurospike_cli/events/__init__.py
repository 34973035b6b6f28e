"""Events: streams, where they come from, and how they become spike trains."""
