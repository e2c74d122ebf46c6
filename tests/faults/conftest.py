"""The fixtures of the workers' tests: deployments whose parts can be killed."""

from tests.workers.conftest import deployment as deployment
from tests.workers.sandbox.conftest import sandbox_image as sandbox_image
from tests.workers.sandbox.conftest import unpacked as unpacked
