from multiprocessing import Pool


def count_to_ten(_):
    n = 0
    for _ in range(10):
        n += 1
    return n


if __name__ == "__main__":
    start = 0
    with Pool(10) as pool:
        parts = pool.map(count_to_ten, range(10), chunksize=1)
    print("sum is", start + sum(parts))
