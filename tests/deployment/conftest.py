from tests.cluster.conftest import cluster, shared_cluster

__all__ = ["cluster", "shared_cluster"]
