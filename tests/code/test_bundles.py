"""Bundles, as esbuild writes them: the app's own modules are read, or the bundle is named."""

from __future__ import annotations

import pytest

from secure_constructs.code.calls import ANY, Reading
from secure_constructs.code.files import Folder
from secure_constructs.code.javascript import read_javascript

# The SDK as a module of its own, as CommonJS is bundled.
WRAPPED = """
// node_modules/@smithy/types/dist-cjs/index.js
var require_dist_cjs = __commonJS({
  "node_modules/@smithy/types/dist-cjs/index.js"(exports2, module2) { eval("1"); }
});

// node_modules/.pnpm/@aws-sdk+client-s3/node_modules/@aws-sdk/client-s3/dist-cjs/index.js
var require_dist_cjs2 = __commonJS({
  "node_modules/@aws-sdk/client-s3/dist-cjs/index.js"(exports2, module2) {
    exports2.all = async () => [new PutObjectCommand(), require("child_process"), new S3()];
  }
});
"""
# The same as ES modules, where names are shared with the app.
SPREAD = """
// node_modules/@aws-sdk/client-s3/dist-es/commands/GetObjectCommand.js
var GetObjectCommand2 = class extends Command {};
// node_modules/@aws-sdk/client-s3/dist-es/commands/PutObjectCommand.js
var PutObjectCommand = class extends Command {};
// node_modules/@aws-sdk/client-s3/dist-es/pagination/ListObjectsV2Paginator.js
var paginateListObjectsV2 = createPaginator(S3Client, ListObjectsV2Command);
"""
APP = """
// src/app.ts
var import_client_s3 = __toESM(require_dist_cjs2());
var s3 = new import_client_s3.S3Client({});
var handler = async (e) => s3.send(new import_client_s3.GetObjectCommand({ Bucket: "b" }));
module.exports.handler = handler;
"""
SPREAD_APP = """
// src/app.ts
var s3 = new S3Client({});
var handler = async (e) => {
  for await (const page of paginateListObjectsV2({ client: s3 }, {})) page;
  return s3.send(new GetObjectCommand2({ Bucket: "b" }));
};
export { handler };
"""
OTHER = """
// node_modules/{package}/index.js
var require_other = __commonJS({{ "node_modules/{package}/index.js"() {{ {text} }} }});
"""


def read(source: str, name: str = "index.js") -> Reading:
    return read_javascript(Folder(None, ((name, source),)), "index.handler")


def called(reading: Reading) -> set[tuple[str, str]]:
    return {(call.service, call.operation) for call in reading.calls if call.service != ANY}


def test_reads_what_the_app_calls_and_not_what_the_sdk_could() -> None:
    reading = read(WRAPPED + APP)
    assert called(reading) == {("s3", "get_object")}
    assert reading.gaps == ()
    assert all(call.certain for call in reading.calls)


def test_reads_names_that_the_app_shares_with_the_sdk() -> None:
    reading = read(SPREAD + SPREAD_APP)
    assert called(reading) == {("s3", "get_object"), ("s3", "list_objects_v2")}
    assert reading.gaps == ()


def test_counts_lines_as_they_stand_in_the_bundle() -> None:
    source = WRAPPED + APP
    (line,) = {call.place.line for call in read(source).calls}
    assert "GetObjectCommand" in source.splitlines()[line - 1]


@pytest.mark.parametrize(
    ("package", "text", "named"),
    [
        ("left-pad", "return 1", []),
        ("@middy/ssm", 'require_dist_cjs2(); "@aws-sdk/client-ssm"', ["@middy/ssm"]),
        ("dynamo-orm", 'require("aws-sdk")', ["dynamo-orm"]),
    ],
)
def test_names_a_package_in_the_bundle_that_asks_aws(
    package: str, text: str, named: list[str]
) -> None:
    gaps = [gap.reason for gap in read(OTHER.format(package=package, text=text) + APP).gaps]
    said = ", which is in the bundle, may ask AWS by itself"
    assert [reason.removesuffix(said) for reason in gaps if reason.endswith(said)] == named


def test_reads_version_two_in_the_bundle() -> None:
    sdk = OTHER.format(package="aws-sdk", text="").replace("index.js", "lib/aws.js")
    app = """
// src/app.js
var AWS = __toESM(require_other());
var queue = new AWS.default.SQS();
exports.handler = async () => queue.sendMessage({ QueueUrl: "q", MessageBody: "m" }).promise();
"""
    assert called(read(sdk + app)) == {("sqs", "send_message")}


def test_reads_a_minified_bundle_and_is_certain_of_nothing() -> None:
    app = 'var s=require("@aws-sdk/client-sns");exports.handler=()=>new s.PublishCommand({});'
    reading = read(app + "var x=[" + "1," * 4_000 + "1];")
    assert called(reading) == {("sns", "publish")}
    assert [call.certain for call in reading.calls] == [False]


def test_names_a_minified_bundle_with_the_sdk_in_it() -> None:
    reading = read('var a="@smithy/core";' + "var x=[" + "1," * 4_000 + "1];")
    assert [gap.reason for gap in reading.gaps] == ["is a minified bundle with the SDK in it"]
    assert reading.files == ()
