import pytest
from total import total


@pytest.mark.points(3)
@pytest.mark.shown
def test_adds_a_few_numbers():
    """Adds a few numbers."""
    assert total([1, 2, 3], 2) == 6


@pytest.mark.points(5)
@pytest.mark.parametrize("workers", [1, 3, 4])
def test_any_number_of_workers(workers):
    """Adds many numbers, with any number of workers."""
    assert total(list(range(100)), workers) == 4950


@pytest.mark.points(2)
@pytest.mark.shown("output")
def test_refuses_to_do_it_without_workers():
    """Raises a ValueError when there are no workers."""
    with pytest.raises(ValueError):
        total([1], 0)
