from multiprocessing import Barrier, Lock, Process, RawValue


def runner(track, gun, lock):
    gun.wait()
    for lap in range(10):
        with lock:
            track.value += 1


if __name__ == "__main__":
    track = RawValue("i", 0)
    lock = Lock()
    gun = Barrier(11)  # ten runners and the one who shoots
    runners = [Process(target=runner, args=(track, gun, lock)) for _ in range(10)]
    for r in runners:
        r.start()
    for r in runners:
        r.join()
    print("laps:", track.value)
