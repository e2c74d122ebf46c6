class Account:
    def __init__(self, balance, lock):
        self._balance = balance
        self._lock = lock

    @property
    def balance(self):
        with self._lock:
            return self._balance.value

    @balance.setter
    def balance(self, amount):
        with self._lock:
            self._balance.value = amount


def deposit(balance, amount, lock):
    account = Account(balance, lock)
    account.balance += amount
