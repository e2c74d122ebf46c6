def total(numbers, workers):
    return sum(numbers) // len(numbers[:0])
