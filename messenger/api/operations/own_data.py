"""One's own data (contract: Own data)."""

from messenger.api.operations.entries import Download, Empty, Operation
from messenger.errors import InvalidCredentials, NonceReused, NotFound, RateLimited
from messenger.wire_types import own_data

_TAG = "My data"

OPERATIONS = (
    Operation(
        method="POST",
        path="me/export",
        name="askForExport",
        tag=_TAG,
        summary="Ask for all my data",
        about="A task makes a zip of JSON and files. One that is waiting is the same one; three a day at most.",
        headers=("Idempotency-Key",),
        answers={202: own_data.AskedExport},
        errors=(NonceReused, RateLimited),
    ),
    Operation(
        method="GET",
        path="me/export/{exportId}",
        name="getExport",
        tag=_TAG,
        summary="Fetch my data",
        about="The zip once it is ready, kept for 7 days, for its owner only; 202 while it is made.",
        headers=("Range", "If-Range", "If-None-Match"),
        answers={
            200: Download("The zip.", ("application/zip",)),
            202: own_data.AskedExport,
            206: Download("The range that was asked for.", ("application/zip",)),
            304: Empty("The client has it already."),
            416: Empty("The range lies outside."),
        },
        errors=(NotFound,),
    ),
    Operation(
        method="POST",
        path="me/erase",
        name="eraseMe",
        tag=_TAG,
        summary="Erase my account",
        about="At once nobody can sign in to it. What was written to others stays as of a deleted user, or goes, as "
        "the operator sets.",
        body=own_data.EraseRequest,
        answers={202: own_data.AskedErasure},
        errors=(InvalidCredentials, RateLimited),
    ),
    Operation(
        method="GET",
        path="erasure/{code}",
        name="getReceipt",
        tag=_TAG,
        summary="See what became of an erased account",
        access="open",
        answers={200: own_data.Receipt},
        errors=(NotFound,),
    ),
)
