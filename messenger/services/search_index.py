"""The search vector of a message that was not stored by a send: edited, automated, or from before there was search.

The same expression as in `send_statements`: stemmed in the writer's language, plain with bigrams, and its conversation
as a lexeme (`c:12`), so that one index answers "this word in one of my conversations".
"""

from django.db import connection

from messenger.models import Message
from messenger.search_text import searchable, stemmer_of

_INDEX = """
UPDATE messenger_message SET search = to_tsvector(%s::regconfig, %s) || to_tsvector('simple', %s)
       || array_to_tsvector(ARRAY['c:' || conversation_id])
WHERE id = %s
"""


def index_message(message: Message) -> None:
    """Make a message's present text findable."""
    locale = message.sender.locale if message.sender else "en"
    with connection.cursor() as cursor:
        plain = searchable(message.content)
        cursor.execute(_INDEX, [stemmer_of(locale), plain, plain, message.pk])
