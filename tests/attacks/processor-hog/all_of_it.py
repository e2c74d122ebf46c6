"""Burns the CPU in every process, without ever doing anything that could be noticed."""

from multiprocessing import Process


def burn():
    while True:
        pass


if __name__ == "__main__":
    for _ in range(6):
        Process(target=burn).start()
    burn()
