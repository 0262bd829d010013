"""The ceiling stays an upper bound, says what it does not know, and bears any input."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from secure_constructs.cost import Ceiling, Limits, ceiling_of, prices, savings
from secure_constructs.cost.flows import model_of
from secure_constructs.paths.build import build
from secure_constructs.template import Template
from tests.cost.stacks import (
    ENDLESS,
    Resources,
    arn,
    ceiling,
    event_source,
    function,
    ref,
    resource,
    rest_api,
    template,
    throttled,
    url,
)
from tests.work import work

if TYPE_CHECKING:
    from collections.abc import Callable

    from secure_constructs.cost.lines import Line


def doubts(found: Ceiling) -> str:
    return "\n".join(map(str, found.doubts))


def usd(found: Ceiling, name: str, part: str) -> float:
    return sum(line.usd for line in found.lines if line.name == name and line.part == part)


def with_parameter(resources: Resources) -> Template:
    body = {"Parameters": {"Later": {"Type": "Number"}}, "Resources": resources}
    return Template(body)


class TestWhatIsNotKnown:
    def test_a_memory_size_is_the_most_that_lambda_takes(self) -> None:
        stack = function("F", MemorySize=ref("Later"), ReservedConcurrentExecutions=1) | url("F")

        found = ceiling_of([with_parameter(stack)], region="us-east-1")

        assert usd(found, "F", "compute") == pytest.approx(3_600 * 10 * 0.0000166667)
        assert "F: MemorySize is not known before deployment; counted as 10,240" in doubts(found)

    def test_a_memory_size_is_the_least_where_it_is_asked_what_is_sure(self) -> None:
        stack = function("F", MemorySize=ref("Later"), ReservedConcurrentExecutions=1) | url("F")

        found = ceiling_of([with_parameter(stack)], region="us-east-1", surely=True)

        assert usd(found, "F", "compute") == pytest.approx(3_600 * 0.125 * 0.0000166667)

    def test_reserved_concurrency_is_that_of_the_account(self) -> None:
        stack = function("F", ReservedConcurrentExecutions=ref("Later")) | url("F")

        found = ceiling_of([with_parameter(stack)], region="us-east-1")

        assert usd(found, "F", "compute") == pytest.approx(1_000 * 3_600 * 0.125 * 0.0000166667)

    def test_a_throttle_is_that_of_the_account(self) -> None:
        stack = function("F", ReservedConcurrentExecutions=1)
        stack |= rest_api(("GET", "a", "F"), settings=[throttled(ref("Later"), 5)])  # type: ignore[arg-type]

        found = ceiling_of([with_parameter(stack)], region="us-east-1")

        assert usd(found, "Api", "requests") == pytest.approx(36_000_005 * 0.0000035)
        assert "ThrottlingRateLimit is not known" in doubts(found)

    def test_a_function_that_nobody_calls_may_be_called_by_anyone(self) -> None:
        found = ceiling(function("F", ReservedConcurrentExecutions=1))

        assert usd(found, "F", "compute") == pytest.approx(3_600 * 0.125 * 0.0000166667)
        assert "F: who calls or feeds it is not in the templates" in doubts(found)

    def test_a_function_that_nobody_calls_surely_costs_nothing(self) -> None:
        assert ceiling(function("F"), surely=True).per_hour == 0

    def test_a_queue_that_nobody_known_fills_keeps_its_function_busy(self) -> None:
        stack = function("F", ReservedConcurrentExecutions=2)
        stack |= {"Jobs": resource("AWS::SQS::Queue")} | event_source("Jobs", "F")

        found = ceiling(stack)

        assert usd(found, "F", "requests") == pytest.approx(72_000 * 0.0000002)
        assert usd(found, "Jobs", "sent") == 0
        assert "Jobs: who puts something in is not in the templates" in doubts(found)
        assert [entry.name for entry in found.entries] == ["Jobs"]
        assert ceiling(stack, surely=True).per_hour == 0

    def test_dead_letters_of_a_queue_that_nobody_known_fills_are_not_unbounded(self) -> None:
        stack = function("F", ReservedConcurrentExecutions=2) | event_source("Jobs", "F")
        stack |= {
            "Jobs": resource("AWS::SQS::Queue", RedrivePolicy={"deadLetterTargetArn": arn("Dead")}),
            "Dead": resource("AWS::SQS::Queue"),
        }

        assert ceiling(stack).unbounded == ()

    def test_a_definition_is_as_long_as_step_functions_allows(self) -> None:
        stack = function("F", {"states:StartExecution": "Machine"}, ReservedConcurrentExecutions=1)
        stack |= url("F")
        stack["Machine"] = resource(
            "AWS::StepFunctions::StateMachine", DefinitionS3Location={"Bucket": "b", "Key": "k"}
        )

        found = ceiling(stack)

        assert usd(found, "Machine", "transitions") == pytest.approx(18_000_000 * 0.000025)
        assert "Machine: the definition is not known; counted as 12,500" in doubts(found)

    def test_without_a_region_the_dearest_prices_hold(self) -> None:
        stack = function("F", ReservedConcurrentExecutions=1) | url("F")

        found = ceiling(stack, region="")

        assert usd(found, "F", "logs") == pytest.approx(36_000 * 2 / 1e6 * 0.76)
        assert "no region is set; each price is the dearest of us-east-1" in doubts(found)

    def test_a_region_that_is_not_listed_is_named(self) -> None:
        stack = function("F", ReservedConcurrentExecutions=1) | url("F")

        found = ceiling(stack, region="mars-north-1")

        assert usd(found, "F", "logs") == pytest.approx(36_000 * 2 / 1e6 * 0.76)
        assert "mars-north-1 has no listed prices" in doubts(found)

    def test_a_region_can_be_named_for_stacks_that_are_bound_to_none(self) -> None:
        stack = function("F", ReservedConcurrentExecutions=1) | url("F")

        found = ceiling_of([template(stack, region="")], region="eu-west-1")

        assert usd(found, "F", "logs") == pytest.approx(36_000 * 2 / 1e6 * 0.57)
        assert not found.doubts


class TestWork:
    def test_grows_with_the_resources(self) -> None:
        def lines(functions: int) -> Callable[[], list[Line]]:
            stack: Resources = {}
            for n in range(functions):
                stack |= function(f"F{n}", {"sqs:SendMessage": f"Q{n}"})
                stack[f"Url{n}"] = url(f"F{n}")["Url"]
                stack[f"Q{n}"] = resource("AWS::SQS::Queue")
                stack |= event_source(f"Q{n}", f"F{(n + 1) % functions}")
            read = template(stack)
            graph = build([read])
            return lambda: model_of(graph, [read], limits=Limits(), prices={}).lines()

        assert len({line.resource for line in lines(1_000)()}) == 2_000
        assert work(lines(200)) < 2.2 * work(lines(100))


class TestWhoIsLetIn:
    def test_a_url_that_asks_for_iam_costs_strangers_nothing(self) -> None:
        stack = function("F")
        stack["Url"] = resource("AWS::Lambda::Url", TargetFunctionArn=arn("F"), AuthType="AWS_IAM")

        assert ceiling(stack).per_hour == 0

    def test_a_custom_resource_costs_strangers_nothing(self) -> None:
        stack = function("F")
        stack["Custom"] = resource("Custom::Seed", ServiceToken=arn("F"))

        assert ceiling(stack).per_hour == 0

    def test_nothing_costs_nothing(self) -> None:
        found = ceiling({})

        assert (found.per_hour, found.per_month) == (0, 0)
        assert found.hours_to(100) == math.inf
        assert savings(found) == ()


class TestSettings:
    def test_prices_and_limits_can_be_set(self) -> None:
        stack = function("F") | url("F")

        found = ceiling(
            stack, limits=Limits(concurrency=10, log_kb=4), prices={"lambda-request": 1.0}
        )

        assert usd(found, "F", "requests") == 360_000
        assert usd(found, "F", "logs") == pytest.approx(360_000 * 4.5 / 1e6 * 0.5)

    def test_names_the_prices_that_no_source_confirms(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listed = {item: dict(by_region) for item, by_region in prices._listed().items()}
        requests = listed["lambda-request"]
        requests["eu-west-1"] = replace(requests["eu-west-1"], source="not verified")
        monkeypatch.setattr(prices, "_listed", lambda: listed)

        unverified = ceiling(url("F") | function("F"), region="eu-west-1").unverified

        assert [price.item for price in unverified] == ["lambda-request"]


class TestShares:
    def test_each_entry_is_counted_with_all_that_follows_from_it(self) -> None:
        stack = function("F", {"sqs:SendMessage": "Jobs"}, ReservedConcurrentExecutions=1)
        stack |= url("F")
        stack["Jobs"] = resource("AWS::SQS::Queue", RedrivePolicy={"maxReceiveCount": 1})
        stack |= function("G", ReservedConcurrentExecutions=1) | event_source("Jobs", "G")

        found = ceiling(stack)

        (entry,) = found.entries
        assert entry.name == "Url"
        assert entry.per_hour == pytest.approx(found.per_hour)
        assert {share.name for share in found.shares} == {"F", "G", "Jobs"}

    def test_the_formula_holds_the_numbers(self) -> None:
        stack = function("F", MemorySize=512, ReservedConcurrentExecutions=10) | url("F")

        formulas = {line.part: line.formula for line in ceiling(stack).lines}

        assert formulas["compute"] == "10 instances x 3,600 s x 0.5 GB x $0.0000166667"
        assert formulas["logs"] == "360,000 invocations x 2 KB x $0.5/GB"


class TestSavings:
    def test_the_best_change_leaves_what_it_says(self) -> None:
        stack = function("F", MemorySize=1_024) | url("F")
        best = savings(ceiling(stack))[0]

        changed = function("F", MemorySize=1_024, ReservedConcurrentExecutions=10) | url("F")

        assert best.change == "reserved_concurrent_executions=10"
        assert best.per_hour == pytest.approx(ceiling(changed).per_hour)

    def test_a_throttle_is_tried_for_all_routes_of_an_api(self) -> None:
        stack = function("F", ReservedConcurrentExecutions=1)
        stack |= rest_api(("GET", "a", "F"), ("POST", "b", "F"))
        by_change = {saving.change: saving for saving in savings(ceiling(stack))}

        changed = function("F", ReservedConcurrentExecutions=1)
        changed |= rest_api(("GET", "a", "F"), ("POST", "b", "F"), settings=[throttled(50, 100)])

        saving = by_change["throttling_rate_limit=50, throttling_burst_limit=100"]
        assert saving.per_hour == pytest.approx(ceiling(changed).per_hour)

    def test_names_no_change_that_lowers_nothing(self) -> None:
        stack = function(
            "F",
            ReservedConcurrentExecutions=1,
            Architectures=["arm64"],
            Timeout=1,
            LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN"},
        )
        stack |= url("F")

        assert savings(ceiling(stack)) == ()


ABSURD: dict[str, Any] = {
    "huge": 1e300,
    "negative": -5,
    "text": "many",
    "list": [1],
    "map": {"a": 1},
    "null": None,
    "not a number": "nan",
}


class TestAnyInput:
    @pytest.mark.parametrize("value", ABSURD.values(), ids=ABSURD)
    def test_bears_absurd_values(self, value: Any) -> None:
        stack = function(
            "F",
            {"sqs:SendMessage": "Q", "dynamodb:PutItem": "T", "kinesis:PutRecord": "S"},
            MemorySize=value,
            Timeout=value,
            ReservedConcurrentExecutions=value,
            EphemeralStorage={"Size": value},
            LoggingConfig=value,
            Architectures=value,
            TracingConfig={"Mode": value},
        )
        stack |= rest_api(("GET", "a", "F"), settings=[throttled(value, value)], stage={"Tags": 1})
        stack |= {
            "Q": resource(
                "AWS::SQS::Queue",
                RedrivePolicy={"maxReceiveCount": value},
                VisibilityTimeout=value,
                FifoQueue=value,
            ),
            "T": resource(
                "AWS::DynamoDB::Table",
                BillingMode=value,
                OnDemandThroughput={"MaxWriteRequestUnits": value},
                GlobalSecondaryIndexes=value,
            ),
            "S": resource("AWS::Kinesis::Stream", ShardCount=value, StreamModeDetails=value),
        }
        stack |= event_source("Q", "F", ScalingConfig={"MaximumConcurrency": value})
        stack |= event_source("S", "F", MaximumRetryAttempts=value)

        found = ceiling(stack)

        assert 0 <= found.per_hour < math.inf
        assert not found.unbounded

    def test_says_which_number_aws_refuses(self) -> None:
        stack = function("F", MemorySize=1e12, ReservedConcurrentExecutions=1) | url("F")

        said = doubts(ceiling(stack))

        assert said == "F: MemorySize is 1e+12, which AWS refuses; counted as 10,240"

    def test_bears_references_that_lead_nowhere(self) -> None:
        stack = function("F", {"sqs:SendMessage": "Gone"})
        stack |= rest_api(("GET", "a", "Missing"))
        stack |= event_source("Lost", "F")
        stack["Stray"] = resource("AWS::ApiGateway::Stage", RestApiId=ref("Nothing"))

        assert ceiling(stack).per_hour < math.inf

    def test_a_loop_of_events_is_bounded_by_the_quota_of_the_account(self) -> None:
        stack = function("F", {"events:PutEvents": "Bus"}, ReservedConcurrentExecutions=1)
        stack |= url("F")
        stack |= {
            "Bus": resource("AWS::Events::EventBus", Name="orders"),
            "Rule": resource(
                "AWS::Events::Rule",
                EventBusName=ref("Bus"),
                EventPattern={"source": ["orders"]},
                Targets=[{"Id": "1", "Arn": arn("Bus")}],
            ),
        }

        # 10,000 requests a second, ten events in each.
        assert usd(ceiling(stack), "Bus", "events") == pytest.approx(360_000_000 * 0.000001)

    def test_a_loop_that_nothing_bounds_is_said_to_be_unbounded(self) -> None:
        found = ceiling(ENDLESS)

        assert {line.name for line in found.unbounded} == {"Pipe", "Queue"}
        assert found.per_hour < math.inf

    def test_bears_functions_in_a_circle(self) -> None:
        stack: Resources = {}
        names = [f"F{n}" for n in range(50)]
        for name, following in zip(names, [*names[1:], names[0]], strict=True):
            stack |= function(name, {"lambda:InvokeFunction": following})
        stack |= url("F0")

        found = ceiling(stack)

        assert usd(found, "F25", "requests") == pytest.approx(36_000_000 * 0.0000002)

    def test_ten_thousand_edges_are_summed(self) -> None:
        stack: Resources = {f"Q{n}": resource("AWS::SQS::Queue") for n in range(100)}
        for n in range(100):
            may = [arn(f"Q{m}") for m in range(100)]
            stack |= function(f"F{n}", {"sqs:SendMessage": "Q0"}, ReservedConcurrentExecutions=1)
            policy = stack[f"F{n}Role"]["Properties"]["Policies"][0]["PolicyDocument"]
            policy["Statement"][0]["Resource"] = may
            stack[f"Url{n}"] = url(f"F{n}")["Url"]
        read = template(stack)
        graph = build([read])

        model = model_of(graph, [read], limits=Limits(), prices={})
        lines = model.lines()

        assert len(model.links) > 10_000
        (sent,) = [line.usd for line in lines if line.name == "Q7" and line.part == "sent"]
        assert sent == pytest.approx(100 * 36_000 * 0.0000004)
