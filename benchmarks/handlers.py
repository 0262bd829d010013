"""
What it costs to read what a handler calls.

Run ``python -m benchmarks.handlers``.
Each source is made here, in the shape in which such files come: handlers of some functions, and
bundles as esbuild writes them, in which most is code of others. The table gives milliseconds of CPU
for one file and for a kilobyte, the least of several readings, and for Python the ratio to what
``ast.parse`` alone takes of it.
"""

from __future__ import annotations

import ast
import gc
import time
from collections.abc import Callable

from secure_constructs.code.calls import Reading
from secure_constructs.code.files import Folder
from secure_constructs.code.javascript import read_javascript
from secure_constructs.code.python import read_python

REPEATS = 7
NODE_MODULE = "// node_modules/schema-check/lib/part{number}.js\n"
SDK_MODULE = "// node_modules/@aws-sdk/client-s3/dist-es/commands/Part{number}.js\n"

PYTHON_HEAD = """\
import json
import os
import boto3

dynamodb = boto3.resource("dynamodb")
s3 = boto3.client("s3")
"""
PYTHON_PART = '''
class Orders{number}:
    """Orders of one kind, in a table of their own."""

    def __init__(self, table=None):
        self.table = table or dynamodb.Table(os.environ["TABLE_{number}"])
        self.known = {{}}

    def load(self, key):
        if key not in self.known:
            self.known[key] = self.table.get_item(Key={{"pk": key}}).get("Item")
        return self.known[key]

    def save(self, order):
        self.table.put_item(Item=order, ConditionExpression="attribute_not_exists(pk)")
        s3.put_object(Bucket=os.environ["BUCKET"], Key=order["pk"], Body=json.dumps(order))


def total_{number}(order, rates):
    lines = [line for line in order["lines"] if line["n"] > 0]
    return sum(rates.get(line["class"], 0.2) * line["n"] * line["price"] for line in lines)


def on_{number}(event):
    orders = Orders{number}()
    order = orders.load(event["pk"]) or event["order"]
    order["total"] = total_{number}(order, event.get("rates", {{}}))
    orders.save(order)
    return order
'''
PLAIN_PART = """
export class Orders{number} {{
  constructor(table = process.env.TABLE) {{ this.table = table; this.known = new Map(); }}
  async load(id) {{
    // What was loaded once is kept.
    if (!this.known.has(id)) {{
      const get = new GetItemCommand({{ TableName: this.table, Key: id }});
      const {{ Item }} = await client.send(get);
      this.known.set(id, Item ?? `order ${{id}} of {number}`);
    }}
    return this.known.get(id);
  }}
  total(lines) {{ return lines.filter((l) => l.n > 0).reduce((sum, l) => sum + l.n * l.price, 0); }}
}}
"""
# One letter for each name, no space: some two letters to a token.
MINIFIED_PART = (
    'var A{number}=p((e,t)=>{{"use strict";Object.defineProperty(e,"__esModule",{{value:!0}});'
    "function r(o,i,a={{}}){{if(i===void 0||o.opts.strict===!1)return a;let s=o.gen.name(`v{number}"
    "${{i}}`);for(let c of o.keys)c.rule&&(s=n(s,c.rule.test(/^[a-z]+$/i)?c.rule:null));return"
    ' typeof i=="string"?[s,i.split("/").map(c=>c.length)]:{{code:s,data:i,depth:a.depth+1}}}}'
    "t.exports=r;t.exports.default=r}});"
)
MINIFIED_APP = (
    'var b=require("@aws-sdk/client-s3"),k=new b.S3Client({});exports.handler=async e=>'
    "(await k.send(new b.GetObjectCommand({Bucket:process.env.BUCKET,Key:e.key}))).ETag;"
)
BUNDLED_APP = """// src/app.ts
var client = new S3Client({});
var handler = async (e) => client.send(new GetObjectCommand({ Bucket: "b", Key: e.key }));
export { handler };
"""


def filled(part: str, kilobytes: int, head: str = "", tail: str = "") -> str:
    """Repeat a part until a source is as long as asked for."""
    count = max((kilobytes * 1_000 - len(head) - len(tail)) // len(part.format(number=10)), 1)
    return head + "".join(part.format(number=number) for number in range(count)) + tail


def python(kilobytes: int) -> str:
    source = filled(PYTHON_PART, kilobytes, PYTHON_HEAD)
    kinds = range(source.count("\nclass "))
    steps = "".join(f"    if event['kind'] == {n}:\n        return on_{n}(event)\n" for n in kinds)
    return f"{source}\n\ndef handler(event, context):\n{steps}"


def javascript(kilobytes: int) -> str:
    head = (
        'import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";\n'
        "const client = new DynamoDBClient({});\n"
    )
    return filled(PLAIN_PART, kilobytes, head, "export const handler = (e) => new Orders0(e);\n")


def bundled(kilobytes: int) -> str:
    module = NODE_MODULE + "  var part{number} = {{ check: (x) => x > 1 }};\n" * 12 + SDK_MODULE
    return filled(module + "var Part{number} = class {{}};\n", kilobytes, "", BUNDLED_APP)


def read_as_python(source: str) -> Reading:
    return read_python(Folder(None, (("index.py", source),)), "index.handler")


def read_as_javascript(source: str) -> Reading:
    return read_javascript(Folder(None, (("index.js", source),)), "index.handler")


def least(work: Callable[[str], object], source: str) -> float:
    """Say how many milliseconds of CPU something takes at least."""
    found = []
    for _ in range(REPEATS):
        began = time.process_time()
        work(source)
        found.append(1_000 * (time.process_time() - began))
    return min(found)


KINDS: dict[str, tuple[Callable[[str], Reading], tuple[str, ...]]] = {
    "Python": (read_as_python, (python(4), python(15), python(60))),
    "JavaScript": (read_as_javascript, (javascript(4), javascript(15), javascript(60))),
    "minified, the SDK outside": (
        read_as_javascript,
        tuple(filled(MINIFIED_PART, size, "", MINIFIED_APP) for size in (60, 600)),
    ),
    "minified, the SDK inside": (
        read_as_javascript,
        (filled(MINIFIED_PART, 600, 'var m="@smithy/core";', MINIFIED_APP),),
    ),
    "bundled, the SDK inside": (read_as_javascript, (bundled(600), bundled(2_400))),
}


def main() -> None:
    gc.disable()  # as the command does
    print("| source | KB | ms | ms for each KB | of parsing alone |")
    print("|---|---:|---:|---:|---:|")
    for kind, (read, sources) in KINDS.items():
        for source in sources:
            took = least(read, source)
            ratio = f"{took / least(ast.parse, source):.1f}" if read is read_as_python else ""
            size = len(source) / 1_000
            print(f"| {kind} | {size:,.0f} | {took:.1f} | {took / size:.3f} | {ratio} |")


if __name__ == "__main__":
    main()
