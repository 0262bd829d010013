"""Which requests of handlers in JavaScript are signed for someone else to send."""

from __future__ import annotations

import pytest

from secure_constructs.code.files import Folder
from secure_constructs.code.javascript import read_javascript

V3 = """\
import { S3Client, PutObjectCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
const client = new S3Client({});
"""
IN_BUNDLES = """\
var import_client_s3 = require("@aws-sdk/client-s3");
var import_s3_request_presigner = require("@aws-sdk/s3-request-presigner");
var client = new import_client_s3.S3Client({});
"""
V2 = """\
const AWS = require("aws-sdk");
const s3 = new AWS.S3();
"""
Found = set[tuple[str, bool, bool]]


def found(source: str, **others: str) -> Found:
    """Give the operations, whether each is signed, and whether that is certain."""
    texts = (("index.mjs", source), *((f"{name}.mjs", text) for name, text in others.items()))
    reading = read_javascript(Folder(None, texts), "index.handler")
    assert not reading.gaps
    return {
        (call.operation, call.signed, call.certain)
        for call in reading.calls
        if call.service == "s3"
    }


@pytest.mark.parametrize(
    "source",
    [
        V3
        + "export const handler = (e) => getSignedUrl(client, new PutObjectCommand({ Key: e }));",
        V3
        + """\
export const handler = async (event) => {
  const command = new PutObjectCommand({ Bucket: "b", Key: event.key });
  return await getSignedUrl(client, command, { expiresIn: 60 });
};""",
        V3
        + """\
let command;
export const handler = async (event) => {
  command = new PutObjectCommand({ Bucket: "b", Key: f(event.key, [1, 2]) });
  return getSignedUrl(new S3Client({ region: "eu-west-1" }), command);
};""",
        IN_BUNDLES
        + """\
var handler = async (event) => (0, import_s3_request_presigner.getSignedUrl)(
  client, new import_client_s3.PutObjectCommand({ Bucket: "b", Key: event.key }));
exports.handler = handler;""",
        """\
const s3 = require("@aws-sdk/client-s3");
const { getSignedUrl: sign } = require("@aws-sdk/s3-request-presigner");
exports.handler = async () => sign(new s3.S3Client({}), new s3.PutObjectCommand({ Key: "k" }));""",
        V2
        + "exports.handler = async (e) => s3.getSignedUrl('putObject', { Bucket: 'b', Key: e });",
        V2 + "exports.handler = (e) => s3.getSignedUrlPromise('putObject', { Key: e });",
    ],
)
def test_finds_what_is_signed(source: str) -> None:
    assert found(source) == {("put_object", True, True)}


@pytest.mark.parametrize(
    "source",
    [
        V3 + "export const handler = async () => client.send(new PutObjectCommand({ Key: 'k' }));",
        V3
        + """\
export const handler = async () => {
  const command = new PutObjectCommand({ Key: "k" });
  await client.send(command);
};""",
        V2 + "exports.handler = async (e) => s3.putObject({ Bucket: 'b', Key: e }).promise();",
    ],
)
def test_takes_what_is_sent_for_nothing_signed(source: str) -> None:
    assert found(source) == {("put_object", False, True)}


def test_tells_two_variables_of_one_name_apart() -> None:
    source = """\
const upload = (Key) => {
  const command = new PutObjectCommand({ Bucket: "b", Key });
  return getSignedUrl(client, command);
};
export const handler = async ({ key }) => {
  const command = new GetObjectCommand({ Bucket: "b", Key: key });
  await client.send(command);
  return upload(key);
};"""
    assert found(V3 + source) == {("put_object", True, True), ("get_object", False, True)}


def test_gives_a_command_that_is_sent_and_signed_as_both() -> None:
    source = """\
export const handler = async (event) => {
  const command = new PutObjectCommand({ Bucket: "b", Key: event.key });
  await client.send(command);
  return getSignedUrl(client, command);
};"""
    assert found(V3 + source) == {("put_object", True, True), ("put_object", False, True)}


HELPER = """\
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
export const sign = (client, command) => getSignedUrl(client, command, { expiresIn: 60 });
"""


def test_is_not_sure_of_what_a_helper_signs() -> None:
    source = """\
import { S3Client, PutObjectCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { sign } from "./helper";
const client = new S3Client({});
export const handler = async ({ key }) => {
  await client.send(new GetObjectCommand({ Key: key }));
  return sign(client, new PutObjectCommand({ Key: key }));
};"""
    assert found(source, helper=HELPER) == {
        ("get_object", False, True),
        ("put_object", False, True),
        ("put_object", True, False),
    }
