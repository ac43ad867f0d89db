"""What a model says of values beyond what botocore's own validator looks at: it checks types, required members and `min`.

Lengths count characters of strings, bytes of blobs, members of lists and maps. A pattern must match the whole value, as
the services themselves have it; the models write Java's regular expressions.
"""

import functools
import re

# What Java's expressions say and Python's cannot, each with what means the same. In the models the letters always come with
# separators, numbers and the underscore, which together are Python's \w and the separators of Unicode.
JAVA = {
    r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010FFFF",
    r"\p{L}\p{Z}\p{N}_": r"\w\u0020\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000",
    r"\p{Print}": r"[\x20-\x7E]",
}

# Patterns that cannot be read here; whoever prints the result says so.
unchecked_patterns = set()


@functools.cache
def compiled(pattern):
    text = pattern
    for java, python in JAVA.items():
        text = text.replace(java, python)
    try:
        return re.compile(text)
    except re.error:
        unchecked_patterns.add(pattern)
        return None


def check(shape, value, place="", required=False):
    """Yields (place, rule, what) of everything that breaks the model. `required` looks for missing members too."""
    if shape.type_name == "structure":
        if shape.is_document_type or not isinstance(value, dict):
            return
        if required:
            for name in shape.required_members:
                if name not in value:
                    yield _join(place, name), "required", "it is missing"
        for name, one in value.items():
            if name in shape.members:
                yield from check(shape.members[name], one, _join(place, name), required)
        return
    if shape.type_name == "list" and isinstance(value, (list, tuple)):
        yield from _between(shape, len(value), place, "length", "members")
        for index, one in enumerate(value):
            yield from check(shape.member, one, f"{place}[{index}]", required)
    elif shape.type_name == "map" and isinstance(value, dict):
        yield from _between(shape, len(value), place, "length", "entries")
        for key, one in value.items():
            yield from check(shape.key, key, f"{place} key {key!r}", required)
            yield from check(shape.value, one, _join(place, key), required)
    elif shape.type_name == "string" and isinstance(value, str):
        yield from _between(shape, len(value), place, "length", "characters")
        yield from _text(shape, value, place)
    elif shape.type_name == "blob" and isinstance(value, bytes):
        yield from _between(shape, len(value), place, "length", "bytes")
    elif shape.type_name in ("integer", "long", "float", "double"):
        # Python counts True as a number; JSON does not, and botocore's validator does not see it.
        if isinstance(value, bool):
            yield place, "type", f"{value} is no number"
        elif isinstance(value, (int, float)):
            yield from _between(shape, value, place, "range", "")


def _text(shape, value, place):
    values = shape.metadata.get("enum")
    if values and value not in values:
        yield place, "enum", f"{value!r} is none of {', '.join(values)}"
    pattern = shape.metadata.get("pattern")
    expression = compiled(pattern) if pattern else None
    if expression is not None and not expression.fullmatch(value):
        yield place, "pattern", f"{value!r} does not match {pattern}"


def _between(shape, size, place, rule, unit):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield place, rule, f"{size} {unit}".rstrip() + f" is less than {least}"
    if most is not None and size > most:
        yield place, rule, f"{size} {unit}".rstrip() + f" is more than {most}"


def _join(place, name):
    return name if place == "" else f"{place}.{name}"
