from multiprocessing import Array, Process


def bump(cells):
    for step in range(10):
        cells[0] = cells[0] + 1
        cells.get_lock()


if __name__ == "__main__":
    cells = Array("i", [0])
    ps = [Process(target=bump, args=(cells,)) for _ in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("cells:", cells[0])
