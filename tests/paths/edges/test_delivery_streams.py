"""What delivery streams read, ask and fill."""

from __future__ import annotations

from tests.paths.edges.reading import FUNCTION, between, graph, made, steps


def arn(logical_id: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def test_asks_a_function_about_every_record() -> None:
    parameters = [
        {"ParameterName": "BufferSizeInMBs", "ParameterValue": "1"},
        {"ParameterName": "LambdaArn", "ParameterValue": arn("Transform")},
    ]
    processing = {"Processors": [{"Type": "Lambda", "Parameters": parameters}]}
    to = {"ProcessingConfiguration": processing}
    stream = made("AWS::KinesisFirehose::DeliveryStream", ExtendedS3DestinationConfiguration=to)

    found = graph({"Clicks": stream, "Transform": FUNCTION})

    assert between(found, "Clicks", "Transform").place == (
        "ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors.0.Parameters.1"
        ".ParameterValue"
    )


def test_carries_a_stream_into_a_bucket() -> None:
    stream = made(
        "AWS::KinesisFirehose::DeliveryStream",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": arn("Raw")},
        S3DestinationConfiguration={"BucketARN": arn("Lake")},
    )
    raw, lake = made("AWS::Kinesis::Stream"), made("AWS::S3::Bucket")

    found = graph({"Clicks": stream, "Raw": raw, "Lake": lake})

    assert steps(found) == {"Raw -> Clicks", "Clicks -> Lake"}
