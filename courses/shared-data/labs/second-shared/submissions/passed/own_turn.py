# The second process waits for the end of the first one, as an event tells it.
from multiprocessing import Event, Process, RawValue


def up(number, finished):
    for _ in range(10):
        number.value += 3
    finished.set()


def down(number, finished):
    finished.wait()
    for _ in range(12):
        number.value -= 1


if __name__ == "__main__":
    number = RawValue("i", -20)
    finished = Event()
    workers = [
        Process(target=up, args=(number, finished)),
        Process(target=down, args=(number, finished)),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"number = {number.value}")
