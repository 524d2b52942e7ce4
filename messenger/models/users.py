from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; the e-mail address is kept in lower case, since it is the login."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an administrator who may use the Django admin (`manage createsuperuser`)."""
        fields.setdefault("display_name", "Administrator")
        return self.create_user(email, password, role=User.Role.ADMIN, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person: customer, supplier or admin. Signs in with the e-mail address."""

    class Role(models.TextChoices):
        CUSTOMER = "customer"
        SUPPLIER = "supplier"
        ADMIN = "admin"

    class Tier(models.TextChoices):
        FREE = "free"
        PRO = "pro"
        PRO_PLUS = "pro_plus"

    email = models.EmailField(max_length=254, unique=True)
    display_name = models.CharField(max_length=100)
    avatar = models.CharField(max_length=300, blank=True, default="")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CUSTOMER)
    subscription_tier = models.CharField(max_length=16, choices=Tier.choices, default=Tier.FREE)
    locale = models.CharField(max_length=16, default="en")
    timezone = models.CharField(max_length=64, default="UTC")
    presence_visible = models.BooleanField(default=True)
    session_epoch = models.PositiveIntegerField(
        default=0, help_text="Grows when every sign-in of this person is to end; tokens carry it."
    )
    suspended_until = models.DateTimeField(null=True, blank=True)
    suspension_reason = models.CharField(max_length=500, blank=True, default="")
    erased_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(auto_now=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower"),
            models.CheckConstraint(
                condition=models.Q(role__in=["customer", "supplier", "admin"]), name="user_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(subscription_tier__in=["free", "pro", "pro_plus"]), name="user_tier_known"
            ),
        ]
        indexes: ClassVar = [models.Index(Lower("display_name"), name="user_display_name")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_moderator(self) -> bool:
        """Admins moderate; there is no other moderating role."""
        return self.role == self.Role.ADMIN
