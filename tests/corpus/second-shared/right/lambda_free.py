from multiprocessing import Process, Value

JOBS = {"up": (+3, 10), "down": (-1, 12)}


def change(v, name):
    step, times = JOBS[name]
    while times:
        with v.get_lock():
            v.value += step
        times -= 1


if __name__ == "__main__":
    v = Value("i", 0)
    processes = {name: Process(target=change, args=(v, name), name=name) for name in JOBS}
    for p in processes.values():
        p.start()
    for name, p in processes.items():
        p.join()
        print(name, "has ended with", p.exitcode)
    print("value", v.value)
