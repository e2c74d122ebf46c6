from dataclasses import dataclass
from typing import Any


@dataclass
class Account:
    box: Any
    lock: Any

    def __enter__(self) -> "Account":
        self.lock.acquire()
        return self

    def __exit__(self, *exc: object) -> None:
        self.lock.release()

    @property
    def balance(self) -> int:
        return self.box.value

    @balance.setter
    def balance(self, value: int) -> None:
        self.box.value = value


def deposit(balance, amount, lock):
    with Account(balance, lock) as account:
        account.balance += amount
