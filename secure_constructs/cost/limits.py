"""What an account can do at most, and what is assumed where no setting or quota says."""

from __future__ import annotations

from dataclasses import dataclass

from secure_constructs.quotas import USUAL_CONCURRENCY

HOUR = 3_600
"""Seconds."""
MONTH = 730
"""Hours, as AWS counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    The quotas of an account in one region, and the assumptions of the ceiling.

    Each default is the one AWS gives an account in use, where it differs by region that of the
    region that has most. None of them is a promise: quotas can be raised, and throttles of API
    Gateway are targets, not guarantees.

    Args:
        concurrency: Function instances that run at once in the account,
            https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
        requests_per_second: Requests that API Gateway takes for all APIs of the account,
            https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html. Taken to be
            those as well that arrive at the web ACLs and access logs of its stages, whatever is
            throttled behind: this quota counts what is submitted
            (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html),
            but AWS does not say that it comes before the web ACL.
        burst: Requests that API Gateway takes beyond that rate, once.
        inspected_requests_per_second: Requests that one web ACL takes in front of anything but
            stages of REST APIs and distributions; user pools ask it before they throttle
            (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html),
            https://docs.aws.amazon.com/waf/latest/developerguide/limits.html.
        distribution_requests_per_second: Requests that one CloudFront distribution takes,
            https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html.
        connections_per_second: New WebSocket connections in the account,
            https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html.
        graphql_requests_per_second: Requests of all AppSync APIs of the account, at one token each,
            https://docs.aws.amazon.com/general/latest/gr/appsync.html.
        executions_per_second: Standard workflows started in the account,
            https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html.
        executions_burst: Standard workflows started beyond that rate, once.
        express_executions_per_second: Express workflows started in the account by callers that do
            not wait for them; others draw on no quota.
        transitions_per_second: State transitions of standard workflows in the account.
        read_units: Read request units a second of one on-demand table,
            https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html.
        write_units: Write request units a second of one on-demand table.
        object_writes_per_second: Objects put under one prefix of a bucket. One prefix is assumed,
            and that it takes no more than what S3 takes at least,
            https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html.
        object_reads_per_second: Objects read under one prefix.
        events_per_second: Events put on all buses of the account: 10,000 requests, of which each
            may hold ten, https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html.
        messages_per_second: Messages published to all standard topics of the account,
            https://docs.aws.amazon.com/general/latest/gr/sns.html.
        iot_messages_per_second: Messages that AWS IoT takes from all devices,
            https://docs.aws.amazon.com/general/latest/gr/iot-core.html.
        stream_megabytes_per_second: What one on-demand stream of Kinesis takes,
            https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html.
        calls_per_invocation: Assumed: how often an invocation calls each queue, topic, bus,
            bucket, secret, function or workflow that its role lets it call.
        log_kb: Assumed: what an invocation logs itself at INFO, in KB of 1,000 bytes; ten times as
            much at DEBUG and TRACE, a third of it from WARN on.
        platform_log_kb: Assumed: what Lambda adds at INFO: start, end and report.
        access_log_kb: Assumed: one line of an access log.
        execution_log_kb: Assumed: what API Gateway or Step Functions log of one execution at INFO
            or ALL; a third of it for errors only, five times as much with its data.
        waf_log_kb: Assumed: what a web ACL logs of one request. AWS says some 1.4 KB without rules
            and 4.6 KB with those it recommends, of short requests; long headers, of which REST APIs
            take 10 KB, add to it,
            https://aws.github.io/aws-security-services-best-practices/guides/waf/waf-cost/docs/.
        waf_log_megabytes_per_second: What one web ACL writes to its log group: 35 streams of 5 MB,
            https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html.
        response_kb: Assumed: one response, as far as transfer to the internet is paid for.
        traced_share: Assumed: the share of requests that X-Ray records. Whoever sends a trace
            header with ``Sampled=1`` decides that, so it is all of them.
    """

    concurrency: float = USUAL_CONCURRENCY
    requests_per_second: float = 10_000
    burst: float = 5_000
    inspected_requests_per_second: float = 100_000
    distribution_requests_per_second: float = 250_000
    connections_per_second: float = 500
    graphql_requests_per_second: float = 10_000
    executions_per_second: float = 300
    executions_burst: float = 1_300
    express_executions_per_second: float = 6_000
    transitions_per_second: float = 5_000
    read_units: float = 40_000
    write_units: float = 40_000
    object_writes_per_second: float = 3_500
    object_reads_per_second: float = 5_500
    events_per_second: float = 100_000
    messages_per_second: float = 30_000
    iot_messages_per_second: float = 20_000
    stream_megabytes_per_second: float = 10_000
    calls_per_invocation: float = 1
    log_kb: float = 1.5
    platform_log_kb: float = 0.5
    access_log_kb: float = 0.5
    execution_log_kb: float = 2
    waf_log_kb: float = 4.6
    waf_log_megabytes_per_second: float = 175
    response_kb: float = 10
    traced_share: float = 1
