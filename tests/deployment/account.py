"""An AWS account in memory that takes cloud assemblies."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """
    A deployed stack.

    Args:
        name: Its name.
        region: Where it is.
    """

    name: str
    region: str

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=self.region)

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """
        What it is made of, by logical id.
        """
        listed = self.client("cloudformation").describe_stack_resources(StackName=self.name)
        return {one["LogicalResourceId"]: one for one in listed["StackResources"]}

    def the(self, resource_type: str, starts: str = "") -> str:
        """
        Give the physical id of the one resource of a type whose logical id starts so.
        """
        (physical_id,) = (
            one["PhysicalResourceId"]
            for logical_id, one in self.resources.items()
            if one["ResourceType"] == resource_type and logical_id.startswith(starts)
        )
        return str(physical_id)


def deploy(assembly: Path, name: str, *, region: str) -> Stack:
    """
    Deploy a stack of an assembly, assets first, as ``cdk deploy`` does.

    Args:
        assembly: The folder that the CDK wrote.
        name: The stack.
        region: Where to.

    Raises:
        RuntimeError: It did not reach CREATE_COMPLETE.
    """
    _publish(assembly, name, region)
    client = boto3.client("cloudformation", region_name=region)
    client.create_stack(
        StackName=name,
        TemplateBody=json.dumps(_named(assembly / f"{name}.template.json")),
        Capabilities=["CAPABILITY_IAM"],
    )
    (stack,) = client.describe_stacks(StackName=name)["Stacks"]
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise RuntimeError(f"{name} is {stack['StackStatus']}: {stack.get('StackStatusReason')}")
    return Stack(name=name, region=region)


def _named(template: Path) -> dict[str, Any]:
    """
    Name queues and topics that are FIFO, as CloudFormation does and moto does not.
    """
    body: dict[str, Any] = json.loads(template.read_text("utf-8"))
    for logical_id, resource in body["Resources"].items():
        properties = resource.get("Properties", {})
        for kind in ("Queue", "Topic"):
            if properties.get(f"Fifo{kind}"):
                properties.setdefault(f"{kind}Name", f"{logical_id}.fifo")
    return body


def _publish(assembly: Path, name: str, region: str) -> None:
    boto3.client("ssm", region_name=region).put_parameter(
        Name=BOOTSTRAP_VERSION, Value="30", Type="String", Overwrite=True
    )
    s3 = boto3.client("s3", region_name=region)
    account = boto3.client("sts", region_name=region).get_caller_identity()["Account"]
    there = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    assets = json.loads((assembly / f"{name}.assets.json").read_text("utf-8"))
    for file in assets["files"].values():
        for destination in file["destinations"].values():
            bucket = (
                destination["bucketName"]
                .replace("${AWS::AccountId}", account)
                .replace("${AWS::Region}", region)
            )
            if bucket not in there:
                s3.create_bucket(
                    Bucket=bucket,
                    **(
                        {}
                        if region == "us-east-1"
                        else {"CreateBucketConfiguration": {"LocationConstraint": region}}
                    ),
                )
                there.add(bucket)
            body = _packed(assembly / file["source"]["path"])
            s3.put_object(Bucket=bucket, Key=destination["objectKey"], Body=body)


def _packed(path: Path) -> bytes:
    if path.is_file():
        return path.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(path.rglob("*")):
            archive.write(file, file.relative_to(path))
    return packed.getvalue()
