import time
from ctypes import c_long
from multiprocessing import Process, RawValue


def job(cell):
    cell.value += 4
    cell.value += 6


if __name__ == "__main__":
    cell = RawValue(c_long, 0)
    process = Process(target=job, args=(cell,))
    process.start()
    while process.is_alive():
        time.sleep(0.01)
    print(f"cell: {cell.value}")
