from messenger.api.viewsets import SignedInRequest
from messenger.inputs import Fields
from messenger.services.drafts import MAX_NONCE_LENGTH


def with_idempotency_key(fields: Fields, request: SignedInRequest) -> Fields:
    """The header `Idempotency-Key` is another name for `clientNonce`; both only where they agree."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return fields
    known = fields.secret("clientNonce", required=False, max_length=MAX_NONCE_LENGTH)
    if known is not None and known != key:
        fields.refuse("clientNonce", "The header Idempotency-Key says something else.")
    return Fields({**fields.data, "clientNonce": key})
