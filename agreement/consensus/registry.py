"""The registry of consensus methods.

To add a method, write its file, add its entry here, and test it against published values.
"""

from __future__ import annotations

from agreement.consensus import majority
from agreement.consensus.method import ConsensusMethod

DEFAULT = "majority"
METHODS: dict[str, ConsensusMethod] = {method.name: method for method in (majority.MAJORITY,)}
