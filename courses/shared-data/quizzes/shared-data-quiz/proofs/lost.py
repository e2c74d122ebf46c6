# The schedule of the question, forced with events.
from multiprocessing import *


def six(r, six_has_read, ten_has_written):
    seen = r.value
    six_has_read.set()
    ten_has_written.wait()
    r.value = seen + 1


def ten(r, six_has_read, ten_has_written):
    six_has_read.wait()
    seen = r.value
    r.value = seen + 1
    ten_has_written.set()


if __name__ == "__main__":
    r = RawValue("i", 55)
    arguments = (r, Event(), Event())
    processes = [Process(target=six, args=arguments), Process(target=ten, args=arguments)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print(r.value)
