"""Where databases are given the password of their administrator."""

from __future__ import annotations

from typing import Final

DATABASES: Final = (
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::DocDB::DBCluster",
    "AWS::Redshift::Cluster",
)
PASSWORD: Final = "MasterUserPassword"
"""
The property that takes it.
"""
