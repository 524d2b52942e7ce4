"""Mails that nobody waits for: handed to a thread, so that an answer takes as long with a mail as without."""

import smtplib
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.conf import settings
from django.core.mail import EmailMessage

from messenger.cores import roam

logger = structlog.get_logger(__name__)

_post = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail", initializer=roam)


def post_mail(*, to: str, subject: str, text: str) -> None:
    """Send a plain mail soon; one that fails is logged, not tried again."""
    _post.submit(_send, EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to]))


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except (smtplib.SMTPException, OSError):
        logger.exception("mail not sent")
