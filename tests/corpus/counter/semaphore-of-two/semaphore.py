from multiprocessing import Process, RawValue, Semaphore


def visit(guests, door):
    for _ in range(10):
        door.acquire()
        guests.value += 1
        door.release()


if __name__ == "__main__":
    guests = RawValue("i", 0)
    door = Semaphore(2)
    people = [Process(target=visit, args=(guests, door)) for _ in range(10)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    print("visits:", guests.value)
