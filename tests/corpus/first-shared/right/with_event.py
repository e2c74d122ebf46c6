from multiprocessing import Event, Process, RawValue


def add(box, done):
    box.value += 10
    done.set()


if __name__ == "__main__":
    box = RawValue("i", 0)
    done = Event()
    child = Process(target=add, args=(box, done))
    child.start()
    done.wait()
    print("box:", box.value)
    child.join()
