"""What the box office remembers: productions, their performances, and who sits where."""

from django.db import models
from django.urls import reverse

CONCESSION_CHOICES = [
    ("full", "Full price"),
    ("student", "Student"),
    ("senior", "Senior"),
    ("child", "Child"),
]


class Production(models.Model):
    title = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    blurb = models.TextField(blank=True)
    running_minutes = models.PositiveSmallIntegerField(default=120)

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return self.title


class Performance(models.Model):
    production = models.ForeignKey(
        Production, on_delete=models.CASCADE, related_name="performances"
    )
    starts_at = models.DateTimeField(db_index=True)
    on_sale = models.BooleanField(default=True)

    class Meta:
        ordering = ["starts_at"]

    def __str__(self):
        return f"{self.production} on {self.starts_at:%d %b %Y, %H:%M}"

    def get_absolute_url(self):
        return reverse("performance-detail", args=[self.pk])


class Booking(models.Model):
    performance = models.ForeignKey(Performance, on_delete=models.PROTECT, related_name="bookings")
    email = models.EmailField()
    total = models.DecimalField(max_digits=8, decimal_places=2)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self):
        return f"Booking {self.pk} for {self.email}"


class Ticket(models.Model):
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="tickets")
    performance = models.ForeignKey(Performance, on_delete=models.PROTECT, related_name="tickets")
    seat = models.CharField(max_length=3)
    concession = models.CharField(max_length=10, choices=CONCESSION_CHOICES, default="full")
    price = models.DecimalField(max_digits=6, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["performance", "seat"], name="one_ticket_per_seat"),
        ]

    def __str__(self):
        return f"{self.seat} ({self.get_concession_display()})"
