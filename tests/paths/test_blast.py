"""What falls with a function."""

from __future__ import annotations

from secure_constructs.paths.attack_map import AttackMap
from secure_constructs.paths.graph import Flow
from tests.paths.apps import allow, arn, draw, function, node, resource, trust

SECRET = resource("Secret", "AWS::SecretsManager::Secret")
VAULT = function("Vault", allow("secretsmanager:GetSecretValue", on={"Ref": "Secret"}))


def reached(found: AttackMap, name: str, flow: Flow) -> set[str]:
    return {one.name for one in found.blast(node(found, name)).nodes(flow)}


def test_counts_what_its_role_allows() -> None:
    found = draw({**SECRET, **VAULT})

    assert reached(found, "Vault", Flow.READ) == {"Secret"}
    assert found.blast(node(found, "Vault")).size == 1


def test_changing_the_code_of_another_function_gives_its_role() -> None:
    deploys = function("Deploy", allow("lambda:UpdateFunctionCode", on=arn("Vault")))
    found = draw({**SECRET, **VAULT, **deploys})

    assert reached(found, "Deploy", Flow.CONTROL) == {"Vault"}
    assert reached(found, "Deploy", Flow.READ) == {"Secret"}
    (secret,) = found.blast(node(found, "Deploy")).nodes(Flow.READ)
    path = found.blast(node(found, "Deploy")).path_to(secret)
    assert [str(edge) for edge in path] == [
        "Deploy -> DeployRole",
        "DeployRole -> Vault [lambda:UpdateFunctionCode]",
        "Vault -> VaultRole",
        "VaultRole -> Secret [secretsmanager:GetSecretValue]",
    ]


def test_invoking_another_function_does_not_give_its_role() -> None:
    calls = function("Front", allow("lambda:InvokeFunction", on=arn("Vault")))
    found = draw({**SECRET, **VAULT, **calls})

    assert reached(found, "Front", Flow.INVOKE) == {"Vault"}
    assert reached(found, "Front", Flow.READ) == set()


def test_passing_a_role_to_a_new_function_gives_it() -> None:
    deploys = function(
        "Deploy",
        allow("lambda:CreateFunction", on="*"),
        allow("iam:PassRole", on=arn("VaultRole")),
    )
    found = draw({**SECRET, **VAULT, **deploys})

    assert reached(found, "Deploy", Flow.ASSUME) == {"VaultRole"}
    assert reached(found, "Deploy", Flow.READ) == {"Secret"}


def test_passing_a_role_to_a_service_it_does_not_trust_gives_nothing() -> None:
    deploys = function(
        "Deploy",
        allow("ec2:RunInstances", on="*"),
        allow("iam:PassRole", on=arn("VaultRole")),
    )
    found = draw({**SECRET, **VAULT, **deploys})

    assert "Deploy" not in {one.name for one in found.functions if found.blast(one).size}


def test_assuming_a_role_gives_what_that_may() -> None:
    policy = {
        "PolicyName": "p",
        "PolicyDocument": {
            "Statement": [allow("secretsmanager:GetSecretValue", on={"Ref": "Secret"})]
        },
    }
    ops = resource(
        "Ops",
        "AWS::IAM::Role",
        AssumeRolePolicyDocument={
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"AWS": arn("FrontRole")},
                }
            ]
        },
        Policies=[policy],
    )
    front = function("Front", allow("sts:AssumeRole", on=arn("Ops")))
    found = draw({**SECRET, **ops, **front})

    assert reached(found, "Front", Flow.ASSUME) == {"Ops"}
    assert reached(found, "Front", Flow.READ) == {"Secret"}


def test_changing_a_workflow_gives_the_role_it_runs_with() -> None:
    policy = {
        "PolicyName": "p",
        "PolicyDocument": {
            "Statement": [allow("secretsmanager:GetSecretValue", on={"Ref": "Secret"})]
        },
    }
    role = resource(
        "FlowRole",
        "AWS::IAM::Role",
        AssumeRolePolicyDocument=trust("states.amazonaws.com"),
        Policies=[policy],
    )
    flow = resource(
        "Flow",
        "AWS::StepFunctions::StateMachine",
        RoleArn=arn("FlowRole"),
        Definition={"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}},
    )
    front = function("Front", allow("states:UpdateStateMachine", on={"Ref": "Flow"}))
    found = draw({**SECRET, **role, **flow, **front})

    assert reached(found, "Front", Flow.READ) == {"Secret"}


def test_a_boundary_takes_away_what_it_does_not_allow() -> None:
    app = {**SECRET, **VAULT}
    bound = resource(
        "Bound",
        "AWS::IAM::ManagedPolicy",
        PolicyDocument={"Statement": [allow("dynamodb:*", on="*")]},
    )
    role = app["VaultRole"]
    app["VaultRole"] = {
        **role,
        "Properties": {**role["Properties"], "PermissionsBoundary": {"Ref": "Bound"}},
    }
    found = draw({**app, **bound})

    assert found.blast(node(found, "Vault")).size == 0
