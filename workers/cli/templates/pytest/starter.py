def total(numbers, workers):
    return 0
