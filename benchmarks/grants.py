"""
What our grants allow against the stock grants of the same verbs.

Run ``python -m benchmarks.grants``. For each verb it prints the actions that the stock grant
gives a role and those that ours gives, on the service and on the key of the resource, wildcards
counted as what they match in the service authorization reference. Both sides have a key of
their own where the service takes one. What a key's policy gives the role counts as well. A verb
that takes an operation has a row for each, beside the one for what it gives by itself. Every
stock grant of our constructs counts, those too that we leave as they are; what we refuse gives
nothing. The lines below the sum say what is left of it without those refused, and without the
rows of single operations.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from secure_constructs.constructs import (
    SecureBucket,
    SecureBus,
    SecureDistribution,
    SecureFunction,
    SecureFunctionUrl,
    SecureGraphqlApi,
    SecureKey,
    SecureQueue,
    SecureSecret,
    SecureStateMachine,
    SecureStream,
    SecureTable,
    SecureTopic,
    SecureWebSocketApi,
)
from secure_constructs.constructs.grants import EncryptOperation
from secure_constructs.constructs.state_machine import ReadOperation, RespondOperation
from secure_constructs.constructs.stream import WriteOperation
from secure_constructs.iam.actions import matching

LEAST_RATIO = 5

Grant = Callable[[Any, iam.Role], object]
Statement = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One thing a principal may want to do: what CDK grants for it, and what we do."""

    construct: str
    name: str
    stock_name: str
    stock: Grant
    ours: Grant | None
    inherited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The statements that the two grants make."""

    verb: Verb
    stock: Sequence[Statement]
    ours: Sequence[Statement]

    def actions(self, statements: Sequence[Statement], *, of_key: bool) -> set[str]:
        """What they allow on the service, or on the key of the resource."""
        is_key = self.verb.construct == "SecureKey"
        return {
            action
            for action in spelled_out(named(statements))
            if (action.startswith("kms:") and not is_key) is of_key
        }

    def counts(self, *, of_key: bool) -> tuple[int, int]:
        return (
            len(self.actions(self.stock, of_key=of_key)),
            len(self.actions(self.ours, of_key=of_key)),
        )


def verbs(construct: str, *listed: tuple[str, str, Grant, Grant | None]) -> list[Verb]:
    return [
        Verb(construct=construct, name=name, stock_name=stock_name, stock=stock, ours=ours)
        for name, stock_name, stock, ours in listed
    ]


READS = ("BatchGetItem", "ConditionCheckItem", "GetItem", "Query")
WRITES = ("BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem")


def on_table(verb: str, operation: str) -> Grant:
    return lambda table, role: getattr(table.grants, verb)(role, operation)


def stock(verb: str, *arguments: str) -> Grant:
    return lambda construct, role: getattr(construct, verb)(role, *arguments)


def ours(verb: str, *arguments: str, **options: Any) -> Grant:
    return lambda construct, role: getattr(construct.grants, verb)(role, *arguments, **options)


def inherited(construct: str, name: str, grant: Callable[[str], Grant] = stock) -> list[Verb]:
    """A stock grant that names its verb's actions already, and that ours leaves as it is."""
    made = grant(name)
    return [
        Verb(
            construct=construct,
            name=name,
            stock_name=name,
            stock=made,
            ours=made,
            inherited=True,
        )
    ]


def replicate(verb: str) -> Grant:
    return lambda bucket, role: getattr(bucket, verb)(
        role,
        destinations=[
            s3.GrantReplicationPermissionDestinationProps(
                bucket=bucket, encryption_key=bucket.encryption_key
            )
        ],
    )


def version(verb: str) -> Grant:
    return lambda function, role: getattr(function, verb)(role, function.current_version)


def on_fields(verb: str) -> Grant:
    return lambda api, role: getattr(api, verb)(role, "order")


def composite(verb: str) -> Grant:
    return lambda function, role: getattr(function, verb)(iam.CompositePrincipal(role))


VERBS: list[Verb] = [
    *verbs(
        "SecureBucket",
        ("read_objects", "grant_read", stock("grant_read"), ours("read_objects")),
        ("list_objects", "grant_read", stock("grant_read"), ours("list_objects")),
        ("write_objects", "grant_put", stock("grant_put"), ours("write_objects")),
        ("delete_objects", "grant_delete", stock("grant_delete"), ours("delete_objects")),
        ("read_versions", "grant_read", stock("grant_read"), ours("read_versions")),
        ("list_versions", "grant_read", stock("grant_read"), ours("list_versions")),
        ("delete_versions", "grant_delete", stock("grant_delete"), ours("delete_versions")),
        ("read_tags", "grant_read", stock("grant_read"), ours("read_tags")),
        ("write", "grant_write", stock("grant_write"), ours("write")),
        ("read_write", "grant_read_write", stock("grant_read_write"), ours("read_write")),
        (
            "replication_permission",
            "grant_replication_permission",
            replicate("grant_replication_permission"),
            replicate("grant_replication_permission"),
        ),
        ("put_acl", "grant_put_acl", stock("grant_put_acl"), None),
    ),
    *verbs(
        "SecureTable",
        *(
            (
                f"read_items({name})",
                "grant_read_data",
                stock("grant_read_data"),
                on_table("read_items", name),
            )
            for name in READS
        ),
        *(
            (
                f"write_items({name})",
                "grant_write_data",
                stock("grant_write_data"),
                on_table("write_items", name),
            )
            for name in WRITES
        ),
        ("read_data", "grant_read_data", stock("grant_read_data"), ours("read_data")),
        ("write_data", "grant_write_data", stock("grant_write_data"), ours("write_data")),
        (
            "read_write_data",
            "grant_read_write_data",
            stock("grant_read_write_data"),
            ours("read_write_data"),
        ),
        ("read_stream", "grant_stream_read", stock("grant_stream_read"), ours("read_stream")),
        ("full_access", "grant_full_access", stock("grant_full_access"), None),
    ),
    *inherited("SecureTable", "grant_table_list_streams"),
    *verbs(
        "SecureQueue",
        ("send", "grant_send_messages", stock("grant_send_messages"), ours("send")),
        ("consume", "grant_consume_messages", stock("grant_consume_messages"), ours("consume")),
        ("purge", "grant_purge", stock("grant_purge"), ours("purge")),
    ),
    *verbs(
        "SecureTopic",
        ("publish", "grant_publish", stock("grant_publish"), ours("publish")),
        ("subscribe", "grant_subscribe", stock("grant_subscribe"), ours("subscribe")),
    ),
    *verbs(
        "SecureBus",
        (
            "put_events",
            "grant_put_events_to",
            stock("grant_put_events_to"),
            ours("put_events", sources=["shop"]),
        ),
        ("all_put_events", "grant_all_put_events", stock("grant_all_put_events"), None),
    ),
    *verbs(
        "SecureSecret",
        ("read", "grant_read", stock("grant_read"), ours("read")),
        ("write", "grant_write", stock("grant_write"), ours("write")),
    ),
    *verbs(
        "SecureKey",
        ("decrypt_through", "grant_decrypt", stock("grant_decrypt"), ours("decrypt_through", "s3")),
        ("decrypt", "grant_decrypt", stock("grant_decrypt"), ours("decrypt")),
        ("encrypt", "grant_encrypt", stock("grant_encrypt"), ours("encrypt")),
        *(
            (f"encrypt({name})", "grant_encrypt", stock("grant_encrypt"), ours("encrypt", name))
            for name in get_args(EncryptOperation)
        ),
        (
            "encrypt_decrypt",
            "grant_encrypt_decrypt",
            stock("grant_encrypt_decrypt"),
            ours("encrypt_decrypt"),
        ),
        ("admin", "grant_admin", stock("grant_admin"), ours("admin")),
        *(
            (name, f"grant_{name}", stock(f"grant_{name}"), None)
            for name in ("generate_mac", "sign", "sign_verify", "verify", "verify_mac")
        ),
    ),
    *verbs(
        "SecureStream",
        ("read", "grant_read", stock("grant_read"), ours("read")),
        ("write", "grant_write", stock("grant_write"), ours("write")),
        *(
            (f"write({name})", "grant_write", stock("grant_write"), ours("write", name))
            for name in get_args(WriteOperation)
        ),
        (
            "grant_read_write",
            "grant_read_write",
            stock("grant_read_write"),
            stock("grant_read_write"),
        ),
    ),
    *verbs(
        "SecureStateMachine",
        (
            "start_execution",
            "grant_start_execution",
            stock("grant_start_execution"),
            ours("start_execution"),
        ),
        (
            "start_sync_execution",
            "grant_start_sync_execution",
            stock("grant_start_sync_execution"),
            ours("start_sync_execution"),
        ),
        ("read", "grant_read", stock("grant_read"), ours("read")),
        *(
            (f"read({name})", "grant_read", stock("grant_read"), ours("read", name))
            for name in get_args(ReadOperation)
        ),
        (
            "task_response",
            "grant_task_response",
            stock("grant_task_response"),
            ours("task_response"),
        ),
        *(
            (
                f"task_response({name})",
                "grant_task_response",
                stock("grant_task_response"),
                ours("task_response", name),
            )
            for name in get_args(RespondOperation)
        ),
        (
            "redrive_execution",
            "grant_redrive_execution",
            stock("grant_redrive_execution"),
            ours("redrive_execution"),
        ),
        (
            "stop_execution",
            "grant_execution",
            stock("grant_execution", "states:StopExecution"),
            ours("stop_execution"),
        ),
    ),
    *verbs(
        "SecureFunction",
        ("grant_invoke", "grant_invoke", stock("grant_invoke"), stock("grant_invoke")),
    ),
    *inherited("SecureFunction", "grant_invoke_latest_version"),
    *inherited("SecureFunction", "grant_invoke_version", version),
    *inherited("SecureFunction", "grant_invoke_url"),
    *inherited("SecureFunction", "grant_invoke_composite_principal", composite),
    *verbs(
        "SecureFunctionUrl",
        ("grant_invoke_url", "grant_invoke_url", stock("grant_invoke_url"), None),
    ),
    *inherited("SecureDistribution", "grant_create_invalidation"),
    *verbs(
        "SecureWebSocketApi",
        *(
            (name, "grant_manage_connections", stock("grant_manage_connections"), ours(name))
            for name in ("send", "read_status", "disconnect", "manage_connections")
        ),
    ),
    *inherited("SecureGraphqlApi", "grant_query", on_fields),
    *inherited("SecureGraphqlApi", "grant_mutation", on_fields),
    *inherited("SecureGraphqlApi", "grant_subscription", on_fields),
]


def stock_constructs(scope: cdk.Stack, schema: str) -> dict[str, Any]:
    """One plain L2 of each kind, with a key where the service takes one."""
    key = kms.Key(scope, "Key")
    function = lambda_.Function(scope, "Function", **code())
    return {
        "SecureBucket": s3.Bucket(scope, "Bucket", encryption_key=key),
        "SecureBus": events.EventBus(scope, "Bus", kms_key=key),
        "SecureDistribution": cloudfront.Distribution(
            scope,
            "Distribution",
            default_behavior=cloudfront.BehaviorOptions(origin=origins.HttpOrigin("example.com")),
        ),
        "SecureFunction": function,
        "SecureFunctionUrl": function.add_function_url(),
        "SecureGraphqlApi": appsync.GraphqlApi(scope, "Api", name="Api", **callers(schema)),
        "SecureKey": key,
        "SecureQueue": sqs.Queue(scope, "Queue", encryption_master_key=key),
        "SecureSecret": secretsmanager.Secret(scope, "Secret", encryption_key=key),
        "SecureStateMachine": sfn.StateMachine(
            scope, "Machine", definition_body=steps(scope), state_machine_type=EXPRESS
        ),
        "SecureStream": kinesis.Stream(scope, "Stream", encryption_key=key),
        "SecureTable": dynamodb.TableV2(
            scope,
            "Table",
            encryption=dynamodb.TableEncryptionV2.customer_managed_key(key),
            dynamo_stream=STREAM,
            partition_key=PARTITION,
        ),
        "SecureTopic": sns.Topic(scope, "Topic", master_key=key),
        "SecureWebSocketApi": apigatewayv2.WebSocketApi(scope, "Sockets"),
    }


def our_constructs(scope: cdk.Stack, schema: str) -> dict[str, Any]:
    """One of our constructs of each kind, with the same."""
    key = SecureKey(scope, "Key")
    function = SecureFunction(scope, "Function", reserved_concurrent_executions=1, **code())
    return {
        "SecureBucket": SecureBucket(scope, "Bucket", encryption_key=key),
        "SecureBus": SecureBus(scope, "Bus"),
        "SecureDistribution": SecureDistribution(
            scope,
            "Distribution",
            default_behavior=cloudfront.BehaviorOptions(origin=origins.HttpOrigin("example.com")),
            default_domain="A comparison.",
            default_root_object=None,
        ),
        "SecureFunction": function,
        "SecureFunctionUrl": SecureFunctionUrl(
            scope,
            "Url",
            default_domain="A comparison.",
            function=function,
            public="A comparison.",
        ),
        "SecureGraphqlApi": SecureGraphqlApi(scope, "Api", **callers(schema)),
        "SecureKey": key,
        "SecureQueue": SecureQueue(scope, "Queue", encryption_master_key=key),
        "SecureSecret": SecureSecret(
            scope, "Secret", encryption_key=key, no_rotation="A comparison."
        ),
        "SecureStateMachine": SecureStateMachine(
            scope,
            "Machine",
            definition_body=steps(scope),
            state_machine_type=EXPRESS,
            timeout=cdk.Duration.minutes(1),
        ),
        "SecureStream": SecureStream(scope, "Stream", encryption_key=key),
        "SecureTable": SecureTable(
            scope, "Table", dynamo_stream=STREAM, encryption_key=key, partition_key=PARTITION
        ),
        "SecureTopic": SecureTopic(scope, "Topic"),
        "SecureWebSocketApi": SecureWebSocketApi(
            scope, "Sockets", allow_origins=[], authorizer=function, default_domain="A comparison."
        ),
    }


EXPRESS = sfn.StateMachineType.EXPRESS
STREAM = dynamodb.StreamViewType.NEW_IMAGE
PARTITION = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)


def code() -> dict[str, Any]:
    return {
        "code": lambda_.Code.from_inline("def handler(event, context): ..."),
        "handler": "index.handler",
        "runtime": lambda_.Runtime.PYTHON_3_13,
    }


def callers(schema: str) -> dict[str, Any]:
    return {
        "authorization_config": appsync.AuthorizationConfig(
            default_authorization=appsync.AuthorizationMode(
                authorization_type=appsync.AuthorizationType.IAM
            )
        ),
        "definition": appsync.Definition.from_file(schema),
    }


def steps(scope: cdk.Stack) -> sfn.DefinitionBody:
    return sfn.DefinitionBody.from_chainable(sfn.Pass(scope, "Step"))


def rows() -> list[Row]:
    """Build both sides once, and read what each role may do."""
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder, "schema.graphql")
        schema.write_text("type Query { order(id: ID!): String }")
        app = cdk.App(builtin_cloud_formation_validation=False, outdir=str(Path(folder, "out")))
        # The stock table takes a key of your own only where the Region is known.
        env = cdk.Environment(account="111122223333", region="us-east-1")
        stacks = {name: cdk.Stack(app, name, env=env) for name in ("Stock", "Ours")}
        made = {
            "Stock": stock_constructs(stacks["Stock"], str(schema)),
            "Ours": our_constructs(stacks["Ours"], str(schema)),
        }
        for number, verb in enumerate(VERBS):
            for side, grant in (("Stock", verb.stock), ("Ours", verb.ours)):
                if grant is not None:
                    role = iam.Role(
                        stacks[side],
                        f"Role{number:03}",
                        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
                    )
                    grant(made[side][verb.construct], role)
        assembly = app.synth()
        allowed = {
            side: allowed_by_role(assembly.get_stack_by_name(side).template["Resources"].values())
            for side in stacks
        }
    return [
        Row(
            verb=verb,
            stock=allowed["Stock"].get(f"Role{number:03}", ()),
            ours=allowed["Ours"].get(f"Role{number:03}", ()),
        )
        for number, verb in enumerate(VERBS)
    ]


def allowed_by_role(resources: Iterable[dict[str, Any]]) -> dict[str, list[Statement]]:
    """The statements for each role, by the first seven letters of its logical id."""
    allowed: dict[str, list[Statement]] = {}
    for resource in resources:
        properties = resource["Properties"]
        if resource["Type"] == "AWS::IAM::Policy":
            statements = properties["PolicyDocument"]["Statement"]
            for role in properties["Roles"]:
                allowed.setdefault(role["Ref"][:7], []).extend(statements)
        elif resource["Type"] == "AWS::KMS::Key":
            for statement in properties["KeyPolicy"]["Statement"]:
                for role in roles_of(statement["Principal"]):
                    allowed.setdefault(role, []).append(statement)
    return allowed


def roles_of(principal: dict[str, Any]) -> Iterator[str]:
    arns = principal.get("AWS", [])
    for arn in arns if isinstance(arns, list) else [arns]:
        if isinstance(arn, dict) and "Fn::GetAtt" in arn:
            yield arn["Fn::GetAtt"][0][:7]


def named(statements: Iterable[Statement]) -> set[str]:
    """The actions as the statements name them."""
    actions: set[str] = set()
    for statement in statements:
        given = statement["Action"]
        actions.update([given] if isinstance(given, str) else given)
    return actions


def spelled_out(actions: Iterable[str]) -> set[str]:
    """Every action that a list of actions with wildcards allows."""
    return {action.name for pattern in actions for action in matching(pattern)}


def sums(table: Iterable[Row], *, of_key: bool) -> tuple[int, int]:
    """What the stock grants and ours allow; what we refuse allows nothing."""
    counted = [row.counts(of_key=of_key) for row in table]
    return sum(stock for stock, _ in counted), sum(ours for _, ours in counted)


def given(table: Iterable[Row]) -> list[Row]:
    """Without what we refuse."""
    return [row for row in table if row.verb.ours is not None]


def whole(table: Iterable[Row]) -> list[Row]:
    """Without the rows of single operations."""
    return [row for row in table if "(" not in row.verb.name]


def ratios(table: Sequence[Row]) -> tuple[float, float, float]:
    """How many times fewer: on the services, on keys, and both together."""
    service, key = sums(table, of_key=False), sums(table, of_key=True)
    together = (service[0] + key[0]) / (service[1] + key[1])
    return service[0] / service[1], key[0] / key[1], together


def main() -> int:
    table = rows()
    print(f"{'grant':52}{'on the service':>17}{'on the key':>16}")
    print(f"{'':52}{'stock':>8}{'ours':>9}{'stock':>8}{'ours':>8}")
    for row in table:
        name = f"{row.verb.construct}.{row.verb.name}"
        service, key = row.counts(of_key=False), row.counts(of_key=True)
        allowed = "refused" if row.verb.ours is None else "as it is" if row.verb.inherited else None
        if allowed:
            print(f"{name:52}{service[0]:>8}{allowed:>9}{key[0] or '':>8}")
        else:
            print(f"{name:52}{service[0]:>8}{service[1]:>9}{key[0] or '':>8}{key[1] or '':>8}")
        print(f"    {row.verb.stock_name}: {', '.join(sorted(named(row.stock)))}")
        if allowed is None:
            print(f"    ours: {', '.join(sorted(named(row.ours)))}")
    service, key = sums(table, of_key=False), sums(table, of_key=True)
    print(f"{'sum':52}{service[0]:>8}{service[1]:>9}{key[0]:>8}{key[1]:>8}")
    print(f"{'times fewer':52}{'services':>17}{'keys':>16}{'both':>8}")
    for which, some in (
        ("all stock grants", table),
        ("without those refused", given(table)),
        ("without single operations", whole(table)),
        ("without either", given(whole(table))),
    ):
        of_services, of_keys, together = ratios(some)
        print(f"{f'  {which}':52}{of_services:>17.2f}{of_keys:>16.2f}{together:>8.2f}")
    return int(min(ratios(given(table))[0], ratios(table)[2]) < LEAST_RATIO)


if __name__ == "__main__":
    sys.exit(main())
