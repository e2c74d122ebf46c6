def transfer(source, target, amount, source_lock, target_lock):
    def move_one_coin():
        with source_lock:
            source.value -= 1
        with target_lock:
            target.value += 1

    coins = amount
    while coins > 0:
        move_one_coin()
        coins -= 1
