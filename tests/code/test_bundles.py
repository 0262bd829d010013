"""Bundles, as esbuild writes them: the app's own modules are read, or the bundle is named."""

from __future__ import annotations

import pytest

from secure_constructs.code.calls import ANY, Reading
from secure_constructs.code.files import Folder
from secure_constructs.code.javascript import read_javascript
from tests.work import work

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


OTHERS = (
    'var A=p((e,t)=>{"use strict";function r(o,i,a={}){if(i===void 0)return a;let s=o.n(`v${i}`);'
    "for(let c of o.keys)c.rule&&(s=n(s,c.rule.test(/^[a-z;'\"]+$/i)?c:null));return s/2/i}"
    't.exports=r;t.exports.default=";r"});'
)


@pytest.mark.parametrize(
    ("app", "calls"),
    [
        (
            (
                'import{S3Client as t,GetObjectCommand as n}from"@aws-sdk/client-s3";'
                "var r=new t({}),o=async e=>{let i=new n({Bucket:`b;${e.x}`,Key:e.k});"
                "return r.send(i)};export{o as handler};"
            ),
            {("s3", "get_object")},
        ),
        (
            # What esbuild writes for `require` in a module.
            (
                'var a=(e=>typeof require<"u"?require:e)(function(e){throw Error(e)});'
                'var t=a("@aws-sdk/client-sqs"),s=new t.SQS({});'
                'var h=()=>s.sendMessage({QueueUrl:"q"});'
            ),
            {("sqs", "send_message")},
        ),
        (
            (
                'var t=require("@aws-sdk/client-lambda"),{LambdaClient:n,InvokeCommand:r}=t;'
                'exports.handler=()=>new n({}).send(new r({FunctionName:"f"}));'
            ),
            {("lambda", "invoke")},
        ),
        (
            (
                'var t=require("aws-xray-sdk"),n=require("aws-sdk"),r=t.captureAWS(n),s=new r.S3;'
                'exports.handler=()=>s.getObject({Bucket:"b"}).promise();'
            ),
            {("s3", "get_object")},
        ),
        (
            (
                'var t=require("@aws-lambda-powertools/parameters/ssm");'
                'exports.handler=()=>(0,t.getParameter)("/x");'
            ),
            {("ssm", "get_parameter")},
        ),
        (
            (
                'var t=require("@middy/core"),n=require("@middy/ssm");'
                "exports.handler=t(()=>1).use(n({fetchData:{}}));"
            ),
            {("ssm", "get_parameters"), ("ssm", "get_parameters_by_path")},
        ),
    ],
    ids=["names", "require by another name", "taken apart", "watched", "Powertools", "middy"],
)
def test_reads_what_a_minified_bundle_takes_of_the_sdk(
    app: str, calls: set[tuple[str, str]]
) -> None:
    reading = read(OTHERS * 30 + app)
    assert called(reading) == calls
    assert reading.gaps == ()


def test_names_a_command_of_a_minified_bundle_that_is_named_at_run_time() -> None:
    app = 'var t=require("@aws-sdk/client-s3");exports.handler=e=>new t[e.verb+"Command"](e);'
    assert [gap.service for gap in read(OTHERS * 30 + app).gaps] == ["s3"]


def test_names_a_minified_bundle_that_does_not_parse() -> None:
    (gap,) = read(OTHERS * 30 + "var x=(1;").gaps
    assert gap.reason.startswith("does not parse as JavaScript")


def test_a_minified_bundle_takes_no_more_work_than_it_is_long() -> None:
    app = 'var t=require("@aws-sdk/client-s3");exports.handler=e=>new t.GetObjectCommand(e);'

    def bundle(size: int) -> str:
        return OTHERS * (size // len(OTHERS)) + app

    assert work(lambda: read(bundle(80_000))) < 2.2 * work(lambda: read(bundle(40_000)))


def test_names_a_minified_bundle_with_the_sdk_in_it() -> None:
    reading = read('var a="@smithy/core";' + "var x=[" + "1," * 4_000 + "1];")
    assert [gap.reason for gap in reading.gaps] == ["is a minified bundle with the SDK in it"]
    assert reading.files == ()
