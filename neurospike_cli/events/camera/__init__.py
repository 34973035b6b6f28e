"""An event camera that is simulated from light."""
