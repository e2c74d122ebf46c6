from multiprocessing import Pool


def total(numbers, workers):
    if workers < 1:
        raise ValueError("no workers")
    share = len(numbers) // workers
    parts = [numbers[number * share : (number + 1) * share] for number in range(workers)]
    with Pool(workers) as pool:
        return sum(pool.map(sum, parts))
