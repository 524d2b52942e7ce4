from django.db import models


class Person(models.Model):
    name = models.CharField(max_length=100)


class Conversation(models.Model):
    last_seq = models.BigIntegerField(default=0)
    last_message_at = models.DateTimeField(null=True)


class Participant(models.Model):
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="seats")

    class Meta:
        unique_together = [("conversation", "person")]


class Message(models.Model):
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    seq = models.BigIntegerField()
    sender = models.ForeignKey(Person, on_delete=models.CASCADE)
    content = models.TextField()
    client_nonce = models.CharField(max_length=128)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        unique_together = [("conversation", "seq")]
