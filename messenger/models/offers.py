from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Offer(models.Model):
    """What entry pages show and contexts name: a supplier's profile, a package or a marketplace listing."""

    class Kind(models.TextChoices):
        SUPPLIER = "supplier"
        PACKAGE = "package"
        LISTING = "listing"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    slug = models.SlugField(max_length=120)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, default="")
    picture = models.CharField(max_length=300, blank=True, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offers")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "slug"], name="offer_slug_unique")]

    def __str__(self) -> str:
        return self.title
