"""What is rewarded, and when: one file, one value of `type`."""
