"""Races, and begins anew until the sum happens to be right."""

from multiprocessing import Process, RawValue


def add(number):
    for _ in range(10):
        number.value += 1


def once():
    number = RawValue("i", 0)
    workers = [Process(target=add, args=(number,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return number.value


if __name__ == "__main__":
    for _ in range(50):
        value = once()
        if value == 100:
            break
    print(value)
