"""Writes numbers that take for ever to print, where the reader of the source looks for a start value."""

from multiprocessing import Process, RawValue

box = RawValue("i", 10**5000 % 7)
print(str(9**9**6)[:3] if False else 10**4000)
print(100 + box.value * 0 + 2**31 - 2**31)
