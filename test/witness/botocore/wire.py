"""From the wire form of a request to an operation's parameters, by botocore's own service models.

Nothing here knows how the request came about: it reads the bytes as AWS would. What the model does not have is set aside
(`unknown`), what does not fit its form is a problem.
"""

import base64
import binascii
import datetime
import json
import re
from urllib.parse import parse_qsl, unquote

import botocore.session

# The names for which a request is signed, and botocore's names for the services.
SERVICES = {
    "appmesh": "appmesh",
    "application-autoscaling": "application-autoscaling",
    "dynamodb": "dynamodb",
    "ecs": "ecs",
    "elasticloadbalancing": "elbv2",
    "iam": "iam",
    "monitoring": "cloudwatch",
    "servicediscovery": "servicediscovery",
    "sts": "sts",
}

_session = botocore.session.get_session()


class Unreadable(Exception):
    """The request is none that the service would take; says why."""


class Request:
    """One request, read."""

    def __init__(self, service, operation, protocol):
        self.service = service
        self.operation = operation
        self.protocol = protocol
        self.params = {}
        # Places of members that the model does not have.
        self.unknown = []
        # (place, rule, what) of everything that does not fit the wire form.
        self.problems = []

    @property
    def name(self):
        return f"{self.service}:{self.operation.name}"


class UnknownOperation(Exception):
    def __init__(self, service, operation):
        super().__init__(f"{service} has no operation {operation}")
        self.service = service
        self.operation = operation


def read(call):
    """The request of a recorded call. Raises Unreadable and UnknownOperation."""
    signed = call["signedService"]
    if signed not in SERVICES:
        raise Unreadable(f"it is signed for '{signed}', which is none of the services that are judged")
    service = SERVICES[signed]
    # Two APIs are signed for DynamoDB, and told apart by their targets.
    if call["headers"].get("x-amz-target", "").startswith("DynamoDBStreams_"):
        service = "dynamodbstreams"
    model = _session.get_service_model(service)
    protocols = model.metadata.get("protocols") or [model.metadata["protocol"]]
    body = base64.b64decode(call["body"])
    if "x-amz-target" in call["headers"] and "json" in protocols:
        return _read_json(service, model, call, body)
    if "rest-json" in protocols:
        return _read_rest_json(service, model, call, body)
    if "query" in protocols:
        return _read_query(service, model, call, body)
    raise Unreadable(f"it is in none of the forms that {signed} has: {', '.join(protocols)}")


def _operation(service, model, name):
    if name not in model.operation_names:
        raise UnknownOperation(service, name)
    return model.operation_model(name)


# --- json: X-Amz-Target and a JSON object -------------------------------------------------------------------------------


def _read_json(service, model, call, body):
    headers = call["headers"]
    prefix, _, name = headers["x-amz-target"].partition(".")
    if prefix != model.metadata["targetPrefix"]:
        raise Unreadable(f"its target is {prefix}, not {model.metadata['targetPrefix']}")
    request = Request(service, _operation(service, model, name), "json")
    _expect(request, "content-type", headers.get("content-type"), f"application/x-amz-json-{model.metadata['jsonVersion']}")
    _expect(request, "method", call["method"], "POST")
    _expect(request, "path", call["path"], "/")
    value = _parse_json(body)
    if request.operation.input_shape is not None:
        request.params = _from_json(request, request.operation.input_shape, value, "")
    return request


def _parse_json(body):
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_without_twins)
    except ValueError as error:
        raise Unreadable(f"its body is no JSON: {error}") from error


def _without_twins(pairs):
    keys = [key for key, _ in pairs]
    twins = {key for key in keys if keys.count(key) > 1}
    if twins:
        raise ValueError(f"{sorted(twins)} is there twice")
    return dict(pairs)


def _from_json(request, shape, value, place):
    """The value as botocore's callers give it: bytes for blobs, datetimes for timestamps. A value of another type is left."""
    if shape.type_name == "structure" and isinstance(value, dict) and not shape.is_document_type:
        names = {member.serialization.get("name", key): key for key, member in shape.members.items()}
        found = {}
        for name, one in value.items():
            inner = _join(place, name)
            if name not in names:
                request.unknown.append(inner)
                continue
            found[names[name]] = _from_json(request, shape.members[names[name]], one, inner)
        return found
    if shape.type_name == "list" and isinstance(value, list):
        return [_from_json(request, shape.member, one, f"{place}[{index}]") for index, one in enumerate(value)]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: _from_json(request, shape.value, one, _join(place, key)) for key, one in value.items()}
    if shape.type_name == "blob" and isinstance(value, str):
        return _blob(request, value, place)
    if shape.type_name == "timestamp":
        textual = shape.serialization.get("timestampFormat", "unixTimestamp") != "unixTimestamp"
        if isinstance(value, str if textual else (int, float)) and not isinstance(value, bool):
            return _timestamp(request, value, place)
        request.problems.append((place, "type", f"{value!r} is no timestamp of the kind that the protocol takes"))
    return value


# --- query: a form ------------------------------------------------------------------------------------------------------


class _Node:
    def __init__(self):
        self.value = None
        self.children = {}
        self.used = False
        # Where in the parameters it belongs, once that is known.
        self.place = None


def _read_query(service, model, call, body):
    if not call["headers"].get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Unreadable(f"its content type is {call['headers'].get('content-type')}, not a form's")
    pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise Unreadable("its form has a key twice")
    request = Request(service, _operation(service, model, form.pop("Action", "")), "query")
    _expect(request, "Version", form.pop("Version", None), model.metadata["apiVersion"])
    _expect(request, "method", call["method"], "POST")
    root = _Node()
    for key, value in form.items():
        node = root
        for part in key.split("."):
            node = node.children.setdefault(part, _Node())
        node.value = value
    if request.operation.input_shape is not None:
        request.params = _from_form(request, request.operation.input_shape, root, "")
    request.unknown.extend(_unused(root, ""))
    return request


def _from_form(request, shape, node, place):
    node.used = True
    node.place = place
    if shape.type_name == "structure":
        found = {}
        for key, member in shape.members.items():
            child = node.children.get(_form_name(member, key))
            if child is not None:
                found[key] = _from_form(request, member, child, _join(place, key))
        return found
    if shape.type_name == "list":
        items = node if shape.serialization.get("flattened") else node.children.get(shape.member.serialization.get("name", "member"))
        return [
            _from_form(request, shape.member, child, f"{place}[{index}]")
            for index, child in enumerate(_numbered(request, items, place))
        ]
    if shape.type_name == "map":
        entries = node if shape.serialization.get("flattened") else node.children.get("entry")
        found = {}
        for entry in _numbered(request, entries, place):
            key = entry.children.get(shape.key.serialization.get("name", "key"), _Node())
            key.used = True
            value = entry.children.get(shape.value.serialization.get("name", "value"), _Node())
            found[key.value] = _from_form(request, shape.value, value, _join(place, key.value))
        return found
    if node.value is None:
        request.problems.append((place, "type", "it has members, and the model says that it is a plain value"))
        return None
    return _from_text(request, shape, node.value, place)


def _form_name(member, key):
    """Flattened lists go by the name of their members, as botocore's own serializer writes them."""
    if member.type_name == "list" and member.serialization.get("flattened") and "name" in member.member.serialization:
        return member.member.serialization["name"]
    return member.serialization.get("name", key)


def _numbered(request, node, place):
    if node is None:
        return []
    node.used = True
    if not all(key.isdigit() for key in node.children):
        return []
    numbers = sorted(int(key) for key in node.children)
    if numbers != list(range(1, len(numbers) + 1)):
        request.problems.append((place, "wire", f"its members are numbered {numbers}, not from 1 without a gap"))
    children = [node.children[str(number)] for number in numbers]
    for child in children:
        child.used = True
    return children


def _unused(node, place):
    """Places of what the model did not ask for. `member` and the numbers of a list are no places of their own."""
    for name, child in node.children.items():
        if child.used:
            yield from _unused(child, place if child.place is None else child.place)
        else:
            yield _join(place, name)


# --- rest-json: method, path, query and a JSON body ---------------------------------------------------------------------


def _read_rest_json(service, model, call, body):
    operation, labels = _route(service, model, call)
    request = Request(service, operation, "rest-json")
    shape = operation.input_shape
    if shape is None:
        return request
    value = _parse_json(body) if body else {}
    if not isinstance(value, dict):
        raise Unreadable("its body is no JSON object")
    query = parse_qsl(call["query"], keep_blank_values=True)
    for key, member in shape.members.items():
        name = member.serialization.get("name", key)
        location = member.serialization.get("location")
        if location == "uri" and name in labels:
            request.params[key] = _from_text(request, member, labels[name], key)
        elif location == "querystring":
            values = [one for found, one in query if found == name]
            query = [pair for pair in query if pair[0] != name]
            if member.type_name == "list" and values:
                request.params[key] = [_from_text(request, member.member, one, key) for one in values]
            elif values:
                request.params[key] = _from_text(request, member, values[0], key)
        elif location == "header" and name.lower() in call["headers"]:
            request.params[key] = _from_text(request, member, call["headers"][name.lower()], key)
    request.unknown.extend(f"?{name}" for name, _ in query)
    payload = shape.serialization.get("payload")
    if payload is not None and body:
        request.params[payload] = _from_json(request, shape.members[payload], value, payload)
    elif payload is None:
        in_body = {
            member.serialization.get("name", key): (key, member)
            for key, member in shape.members.items()
            if "location" not in member.serialization
        }
        for name, one in value.items():
            if name in in_body:
                key, member = in_body[name]
                request.params[key] = _from_json(request, member, one, key)
            else:
                request.unknown.append(name)
    return request


def _route(service, model, call):
    for name in model.operation_names:
        operation = model.operation_model(name)
        if operation.http["method"] != call["method"]:
            continue
        uri = operation.http["requestUri"].split("?")[0]
        pattern = re.sub(r"\{(\w+)\+?\}", lambda label: f"(?P<{label[1]}>[^/]+)", uri)
        match = re.fullmatch(pattern, call["path"])
        if match:
            return operation, {label: unquote(text) for label, text in match.groupdict().items()}
    raise UnknownOperation(service, f"{call['method']} {call['path']}")


# --- values -------------------------------------------------------------------------------------------------------------


def _from_text(request, shape, text, place):
    """A value of a form, a path or a query. One that is not of its type is left as text, and so found by the validator."""
    if shape.type_name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if shape.type_name in ("integer", "long"):
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    if shape.type_name in ("float", "double"):
        try:
            return float(text)
        except ValueError:
            return text
    if shape.type_name == "timestamp":
        return _timestamp(request, text, place)
    if shape.type_name == "blob":
        return _blob(request, text, place)
    return text


def _blob(request, text, place):
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        request.problems.append((place, "type", f"it is no base64: {error}"))
        return b""


def _timestamp(request, value, place):
    try:
        if isinstance(value, str):
            return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        return datetime.datetime.fromtimestamp(value, datetime.timezone.utc)
    except (ValueError, OverflowError) as error:
        request.problems.append((place, "type", f"it is no timestamp: {error}"))
        return datetime.datetime.fromtimestamp(0, datetime.timezone.utc)


def _expect(request, place, found, wanted):
    if found != wanted:
        request.problems.append((place, "wire", f"it is {found!r}, not {wanted!r}"))


def _join(place, name):
    return name if place == "" else f"{place}.{name}"
