"""The corpus of tests/corpus as a benchmark: its manifest, two judges, and the numbers they come to."""
