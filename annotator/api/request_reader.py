"""Reading of request bodies, by their declarations in `annotator.api.requests`.

msgspec checks a body against its declaration in a few microseconds. Only a body that it does not accept goes to a REST
framework serializer derived from the same declaration: it removes spaces around texts, takes 1.0 for 1, and describes
each problem by field in the language of the reader. The OpenAPI schema comes from the derived serializers as well.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import msgspec
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from msgspec import inspect
from rest_framework import serializers

from annotator.domain.labelling.operations import are_answers
from common.api.strict_fields import (
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictUUIDField,
)

MAX_ERRORS = 10  # wrong items of a list that are reported
M = TypeVar("M", bound=msgspec.Struct)
Field = serializers.Field[Any, Any, Any, Any]
PLAIN_ID = "00000000-0000-0000-0000-000000000000"


def read(kind: type[M], body: Any) -> M:
    """Return a parsed JSON body as a message of this kind.

    Raises:
        rest_framework.exceptions.ValidationError: the body does not fit the declaration; with the problems by field.
    """
    try:
        message = msgspec.convert(body, kind)
    except (msgspec.ValidationError, UnicodeEncodeError):  # the latter: half of a surrogate pair
        pass
    else:
        if _has_plain_ids(body, kind):
            return message
    serializer = serializer_of(kind)(data=body)
    serializer.is_valid(raise_exception=True)
    validated: M = serializer.validated_data
    return validated


def _has_plain_ids(body: Any, kind: type[msgspec.Struct]) -> bool:
    """Return whether each UUID of an accepted body has its hyphens; msgspec takes 32 digits without them as well."""
    names, lists, structs = _places_of_ids(kind)
    return (
        all(len(body.get(name) or PLAIN_ID) == len(PLAIN_ID) for name in names)
        and all(len(each) == len(PLAIN_ID) for name in lists for each in body.get(name, ()))
        and all(_has_plain_ids(each, inner) for name, inner in structs for each in body.get(name, ()))
    )


@cache
def _places_of_ids(kind: type[msgspec.Struct]) -> tuple[list[str], list[str], list[tuple[str, type[msgspec.Struct]]]]:
    """Return the names of the fields of a declaration that hold a UUID, a list of UUIDs, and a list of structs."""
    names: list[str] = []
    lists: list[str] = []
    structs: list[tuple[str, type[msgspec.Struct]]] = []
    for field in _fields(kind):
        declared = _value_type(field.type)
        if isinstance(declared, inspect.UUIDType):
            names.append(field.encode_name)
        elif isinstance(declared, inspect.ListType):
            item = _value_type(declared.item_type)
            if isinstance(item, inspect.UUIDType):
                lists.append(field.encode_name)
            elif isinstance(item, inspect.StructType):
                structs.append((field.encode_name, item.cls))
    return names, lists, structs


@extend_schema_field(OpenApiTypes.OBJECT)
class AnswersField(serializers.Field[dict[str, Any], Any, dict[str, Any], Any]):
    """Question slug -> slug of a choice, list of slugs, or value of a link; the codebook decides whether they fit."""

    default_error_messages = {"invalid": "Not a flat object of answers."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Check only the form, so that every accepted value can be stored."""
        if not are_answers(data):
            self.fail("invalid")
        answers: dict[str, Any] = data
        return answers

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return the answers, which are JSON already."""
        return value


class BoundedListField(serializers.ListField):
    """A list whose length is checked before its items, and of which only the first wrong items are reported."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the validated items."""
        if self.max_length is not None and isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        items: list[Any] = super().to_internal_value(data)
        return items

    def run_child_validation(self, data: list[Any]) -> list[Any]:
        """Return the validated items; stop at the last error to be reported."""
        items: list[Any] = []
        errors: dict[Any, Any] = {}
        for index, item in enumerate(data):
            try:
                items.append(self.child.run_validation(item))
            except serializers.ValidationError as error:
                errors[index] = error.detail
                if len(errors) == MAX_ERRORS:
                    break
        if errors:
            raise serializers.ValidationError(errors)
        return items


class StructSerializer(serializers.Serializer[Any]):
    """Base of derived serializers: the validated data is a message."""

    struct: type[msgspec.Struct]

    def to_internal_value(self, data: Any) -> Any:
        """Return the message."""
        return self.struct(**super().to_internal_value(data))


@cache
def serializer_of(kind: type[msgspec.Struct]) -> type[StructSerializer]:
    """Return the serializer of a declaration; its name is the name of the OpenAPI component."""
    fields = {each.encode_name: _field(each) for each in _fields(kind)}
    return type(f"{kind.__name__}Serializer", (StructSerializer,), {"__doc__": kind.__doc__, "struct": kind, **fields})


def _fields(kind: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    declared = inspect.type_info(kind)
    assert isinstance(declared, inspect.StructType)  # noqa: S101 -- msgspec answers so for a struct
    return declared.fields


def _value_type(declared: inspect.Type) -> inspect.Type:
    """Return a type without its metadata, and of "a value or null" the type of the value."""
    inner, _ = _without_metadata(declared)
    if isinstance(inner, inspect.UnionType):
        inner, _ = _without_metadata(next(each for each in inner.types if not isinstance(each, inspect.NoneType)))
    return inner


def _field(declared: inspect.Field) -> Field:
    inner, options = _without_metadata(declared.type)
    if not declared.required:
        options["required"] = False
    if isinstance(inner, inspect.UnionType):  # a value or null
        [inner] = [each for each in inner.types if not isinstance(each, inspect.NoneType)]
        inner, more = _without_metadata(inner)
        options |= more | {"allow_null": True}
    elif declared.default is not msgspec.NODEFAULT:
        del options["required"]
        options["default"] = declared.default
    return _of_type(inner, options)


def _without_metadata(declared: inspect.Type) -> tuple[inspect.Type, dict[str, Any]]:
    """Return a type and the options of its field that the declaration names."""
    if not isinstance(declared, inspect.Metadata):
        return declared, {}
    options = dict(declared.extra or {})
    if description := (declared.extra_json_schema or {}).get("description"):
        options["help_text"] = description
    return declared.type, options


def _of_type(declared: inspect.Type, options: dict[str, Any]) -> Field:
    return FIELDS[type(declared)](declared, options)


def _text(declared: Any, options: dict[str, Any]) -> Field:
    if "choices" in options:
        return StrictChoiceField(**options)
    # The field trims text and refuses NUL and surrogates by itself, as the pattern does.
    return StrictCharField(max_length=declared.max_length, allow_blank=not declared.min_length, **options)


def _choice(declared: Any, options: dict[str, Any]) -> Field:
    return StrictChoiceField(choices=list(declared.values), allow_blank="" in declared.values, **options)


def _list(declared: Any, options: dict[str, Any]) -> Field:
    return BoundedListField(
        child=_of_type(declared.item_type, {}),
        allow_empty=not declared.min_length,
        min_length=declared.min_length,  # the schema states it as well
        max_length=declared.max_length,
        **options,
    )


FIELDS: dict[type[inspect.Type], Callable[[Any, dict[str, Any]], Field]] = {
    inspect.UUIDType: lambda _declared, options: StrictUUIDField(**options),
    inspect.IntType: lambda declared, options: StrictIntegerField(
        min_value=declared.ge, max_value=declared.le, **options
    ),
    inspect.BoolType: lambda _declared, options: StrictBooleanField(**options),
    inspect.StrType: _text,
    inspect.LiteralType: _choice,
    inspect.DictType: lambda _declared, options: AnswersField(**options),
    inspect.ListType: _list,
    inspect.StructType: lambda declared, options: serializer_of(declared.cls)(**options),
}
