"""Judges the requests of records, and their answers, by botocore's models, validator and parsers.

    python3 judge.py <record>...

A record is what `meshlift lab --record` writes. Prints one JSON object (`Judgement` in judge.ts). Ends with 0 whatever the verdict
is: whoever reads it decides.
"""

import base64
import json
import re
import sys
from collections import Counter, defaultdict

import botocore
from botocore.awsrequest import HeadersDict
from botocore.parsers import ResponseParserError, create_parser
from botocore.validate import ParamValidator

import constraints
import wire

# Python's validator says which of these it is only in prose.
RULES = {"Missing required": "required", "Invalid type": "type", "Invalid value": "range", "Invalid length": "length"}


class Findings:
    """The same finding in many calls is told once, with how often and where first."""

    def __init__(self):
        self._found = {}

    def add(self, call, operation, place, rule, what):
        key = (operation, re.sub(r"\[\d+\]", "[]", place), rule)
        known = self._found.get(key)
        if known is not None:
            known["times"] += 1
            return
        self._found[key] = {
            "operation": operation,
            "place": place,
            "rule": rule,
            "what": what,
            "times": 1,
            "first": call,
        }

    def all(self):
        return list(self._found.values())


def judge_request(call, where, judgement):
    try:
        request = wire.read(call)
    except wire.Unreadable as error:
        judgement["violations"].add(where, call["signedService"], "", "wire", str(error))
        return None
    except wire.UnknownOperation as error:
        judgement["requests"][call["accessKeyId"]][f"{error.service}:{error.operation}"] += 1
        judgement["unknown"].add(where, f"{error.service}:{error.operation}", "", "operation", str(error))
        return None
    judgement["requests"][call["accessKeyId"]][request.name] += 1
    for place in request.unknown:
        judgement["unknown"].add(where, request.name, place, "member", "the model has no such member")
    problems = list(request.problems)
    shape = request.operation.input_shape
    if shape is not None:
        report = ParamValidator().validate(request.params, shape)
        for line in report.generate_report().splitlines():
            rule = next((rule for start, rule in RULES.items() if line.startswith(start)), "validator")
            problems.append((_place_in(line), rule, line))
        problems.extend(constraints.check(shape, request.params))
    for place, rule, what in problems:
        judgement["violations"].add(where, request.name, place, rule, what)
    return request


def _place_in(line):
    """The validator's sentence names the place: `… in containerDefinitions[0]: "image"`, `… for parameter desiredCount, …`."""
    missing = re.match(r"Missing required parameter in (\S+): \"(\w+)\"", line)
    if missing:
        return missing[2] if missing[1] == "input" else f"{missing[1]}.{missing[2]}"
    named = re.search(r"parameter (\S+?),", line)
    return named[1] if named else ""


def judge_answer(request, call, where, judgement):
    """Whether botocore reads the answer, and finds nothing in it that its model forbids."""
    answer = call["answer"]
    if answer["status"] == 0:
        return
    judgement["answers"] += 1
    shape = request.operation.output_shape
    raw = {
        "status_code": answer["status"],
        "headers": HeadersDict(answer["headers"]),
        "body": base64.b64decode(answer["body"]),
    }
    try:
        parsed = create_parser(request.protocol).parse(raw, shape)
    except ResponseParserError as error:
        judgement["answerViolations"].add(where, request.name, "", "wire", str(error))
        return
    if answer["status"] >= 300:
        code = parsed.get("Error", {}).get("Code")
        codes = {error.error_code for error in request.operation.error_shapes} | {
            error.name for error in request.operation.error_shapes
        }
        judgement["errors"][f"{request.name} {code}{'' if code in codes else ' (not in the model)'}"] += 1
        return
    parsed.pop("ResponseMetadata", None)
    if shape is not None:
        for place, rule, what in constraints.check(shape, parsed, required=True):
            judgement["answerViolations"].add(where, request.name, place, rule, what)


def main(records):
    judgement = {
        "requests": defaultdict(Counter),
        "violations": Findings(),
        "unknown": Findings(),
        "answers": 0,
        "answerViolations": Findings(),
        "errors": Counter(),
    }
    for record in records:
        with open(record, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                call = json.loads(line)
                where = f"{record}:{number}"
                request = judge_request(call, where, judgement)
                if request is not None:
                    judge_answer(request, call, where, judgement)
    told = {
        name: value.all() if isinstance(value, Findings) else value
        for name, value in judgement.items()
    }
    told["botocore"] = botocore.__version__
    told["uncheckedPatterns"] = sorted(constraints.unchecked_patterns)
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
