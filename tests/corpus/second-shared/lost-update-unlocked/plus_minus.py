from multiprocessing import Process, RawValue


def change(box, step, times):
    for _ in range(times):
        box.value += step


if __name__ == "__main__":
    box = RawValue("i", 0)
    plus = Process(target=change, args=(box, 3, 10))
    minus = Process(target=change, args=(box, -1, 12))
    plus.start()
    minus.start()
    plus.join()
    minus.join()
    print("box:", box.value)
