"""The fixtures of the workers' tests: deployments whose parts can be killed."""

from tests.workers.conftest import deployment as deployment
