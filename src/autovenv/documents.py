"""JSON documents for programs: objects with the number of their format, whose schemas lie in `docs/schemas/`."""

from __future__ import annotations

#: Raised when a name in any document changes its meaning or goes. A name that is added raises nothing.
FORMAT = 1


def compose(contents: dict[str, object]) -> str:
    """Return a document as text in ASCII. A byte of a path that is no text is a surrogate (PEP 383).

    >>> print(compose({"verdict": "none", "reasons": []}))
    {
      "format": 1,
      "verdict": "none",
      "reasons": []
    }
    """
    return _write({"format": FORMAT, **contents}, "")


def _write(value: object, indent: str) -> str:
    """Return a value as `json.dumps` would with an indent of two: to import `json` takes as long as Python itself."""
    if isinstance(value, str):
        return _quote(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return repr(value)
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = [f"{deeper}{_quote(str(name))}: {_write(item, deeper)}" for name, item in value.items()]
        brackets = "{}"
    elif isinstance(value, list | tuple):
        lines = [deeper + _write(item, deeper) for item in value]
        brackets = "[]"
    elif hasattr(value, "__dataclass_fields__"):
        return _write({name: getattr(value, name) for name in value.__dataclass_fields__}, indent)
    else:
        raise TypeError(f"{type(value).__name__} is no result")
    inside = ",\n".join(lines)
    return f"{brackets[0]}\n{inside}\n{indent}{brackets[1]}" if lines else brackets


def _quote(text: str) -> str:
    try:
        from _json import encode_basestring_ascii
    except ImportError:  # another Python than CPython
        from json.encoder import py_encode_basestring_ascii as encode_basestring_ascii
    return encode_basestring_ascii(text)
