"""Another interpreter, started from a string, prints what is asked for."""

import subprocess
import sys
from multiprocessing import RawValue

box = RawValue("i", 0)
subprocess.run([sys.executable, "-c", "print(10 * 10)"], check=True)
