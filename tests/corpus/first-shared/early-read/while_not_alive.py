import multiprocessing
import time


def compute(box, ready):
    ready.value = 1
    for _ in range(10):
        box.value += 1


if __name__ == "__main__":
    box = multiprocessing.Value("i", 0)
    ready = multiprocessing.Value("i", 0)
    child = multiprocessing.Process(target=compute, args=(box, ready))
    child.start()
    while not ready.value:
        time.sleep(0.001)
    print("box has", box.value)
    child.join()
