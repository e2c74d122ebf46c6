def deposit(balance, amount, lock):
    lock.acquire()
    neuer_stand = balance.value + amount
    lock.release()
    # Lock so kurz wie moeglich halten
    balance.value = neuer_stand
