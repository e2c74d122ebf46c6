from multiprocessing import Event, Process, RawValue


def drive(cars, green):
    for _ in range(10):
        green.wait()
        green.clear()
        cars.value += 1
        green.set()


if __name__ == "__main__":
    cars = RawValue("i", 0)
    green = Event()
    green.set()
    drivers = [Process(target=drive, args=(cars, green)) for _ in range(10)]
    for d in drivers:
        d.start()
    for d in drivers:
        d.join()
    print("cars:", cars.value)
