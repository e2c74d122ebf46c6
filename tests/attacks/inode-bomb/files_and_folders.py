"""Makes files, folders and links until there is no room for one more."""

import os

for folder in ("/tmp", "/dev/shm"):
    try:
        deep = folder
        for number in range(100_000):
            os.close(os.open(f"{folder}/{number}", os.O_CREAT | os.O_WRONLY))
            if number < 800:
                deep += "/d"
                os.mkdir(deep)
    except OSError:
        pass
print(100)
