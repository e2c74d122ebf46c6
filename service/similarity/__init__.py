"""Which submissions of a lab are alike: winnowing over normalised tokens, see `winnowing`."""

from service.similarity.ranking import Pair, ranked
from service.similarity.regions import Region, regions

__all__ = ["Pair", "Region", "ranked", "regions"]
