"""What is done with a person's own data: handed out, or erased with a receipt."""

from typing import Annotated, Literal

from msgspec import Meta

from messenger.wire_types.values import Count, Done, Id, Input, Moment, Shape

ExportState = Literal["waiting", "ready", "failed"]
Code = Annotated[str, Meta(description="Opens the receipt; shown once.", examples=["q3dJxk0Vt2mYwz9sB4aLrNf1"])]


class AskedExport(Done):
    """An export that is made, or was. Fetch it at `…/me/export/{exportId}`."""

    export_id: Id
    state: ExportState


class EraseRequest(Input):
    """The password once more, and the word `erase`: there is no way back."""

    password: Annotated[str, Meta(max_length=1024, examples=["correct horse battery staple"])]
    confirm: Literal["erase"]


class AskedErasure(Done):
    """The account is closed, and being erased."""

    code: Code
    state: Literal["waiting"]


class ErasedStore(Shape):
    """One store: how many things were erased there, and how many are left now. `outside` is not in reach here."""

    store: Annotated[str, Meta(examples=["messages"])]
    count: Count
    state: Literal["waiting", "erased", "kept", "outside"]
    remaining: Count
    note: Annotated[str, Meta(examples=[""])]


class Receipt(Done):
    """What became of an account, looked at anew each time that it is shown."""

    state: Literal["waiting", "done"]
    messages: Literal["keep", "delete"]
    requested_at: Moment
    finished_at: Moment | None
    checked_at: Moment
    stores: list[ErasedStore]
