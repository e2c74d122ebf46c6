import multiprocessing
import time


def player(me, r, turn, step, times):
    for k in range(12):
        while turn.value != me:
            time.sleep(0)
        if k < times:
            r.value += step
        turn.value = 1 - me


if __name__ == "__main__":
    r = multiprocessing.RawValue("i", 0)
    turn = multiprocessing.RawValue("i", 0)
    players = [
        multiprocessing.Process(target=player, args=(0, r, turn, 3, 10)),
        multiprocessing.Process(target=player, args=(1, r, turn, -1, 12)),
    ]
    for p in players:
        p.start()
    for p in players:
        p.join()
    print("r =", r.value)
