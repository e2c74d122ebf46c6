from multiprocessing import Pool


def total(numbers, workers):
    if workers < 1:
        raise ValueError("no workers")
    share = -(-len(numbers) // workers)
    parts = [numbers[begin : begin + share] for begin in range(0, len(numbers), share)]
    with Pool(workers) as pool:
        return sum(pool.map(sum, parts))
