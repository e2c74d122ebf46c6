"""Prints as fast as it can."""

while True:
    print("x" * 10_000)
