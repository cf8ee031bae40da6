"""Pages of the box office, and the feed for the foyer screens."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from .models import Booking, Performance, Ticket
from .pricing import (
    BOOKING_FEE,
    CONCESSIONS,
    best_block,
    house_seats,
    parse_seat,
    quote,
    section_for,
    ticket_price,
)


def _detail(request, performance, error="", status=200):
    sold = set(performance.tickets.values_list("seat", flat=True))
    free = [seat for seat in house_seats() if str(seat) not in sold]
    context = {
        "performance": performance,
        "free": free,
        "suggestion": best_block(free, 2),
        "concessions": CONCESSIONS,
        "booking_fee": BOOKING_FEE,
        "error": error,
    }
    return render(request, "boxoffice/performance_detail.html", context, status=status)


@require_GET
def performance_detail(request, pk):
    performance = get_object_or_404(Performance.objects.select_related("production"), pk=pk)
    return _detail(request, performance)


@require_POST
def book(request, pk):
    performance = get_object_or_404(Performance, pk=pk, on_sale=True)
    email = request.POST.get("email", "")
    print("BOOK", pk, request.POST.dict())
    concession = request.POST.get("concession", "full")
    try:
        validate_email(email)
        seats = [parse_seat(label) for label in request.POST.get("seats", "").split()]
        order = quote(
            [(section_for(seat), concession) for seat in seats],
            sold_at=timezone.now(),
            starts_at=performance.starts_at,
        )
    except ValidationError:
        return _detail(request, performance, "Please check the e-mail address.", status=400)
    except ValueError as error:
        return _detail(request, performance, str(error), status=400)

    with transaction.atomic():
        booking = Booking.objects.create(performance=performance, email=email, total=order.total)
        Ticket.objects.bulk_create(
            Ticket(
                booking=booking,
                performance=performance,
                seat=str(seat),
                concession=concession,
                price=ticket_price(section_for(seat), concession),
            )
            for seat in seats
        )
    return redirect(performance)


@require_GET
def availability(request):
    """What is left of every coming performance."""
    capacity = len(house_seats())
    coming = Performance.objects.filter(starts_at__gte=timezone.now(), on_sale=True)
    feed = []
    for performance in coming:
        feed.append(
            {
                "id": performance.pk,
                "title": performance.production.title,
                "starts_at": performance.starts_at.isoformat(),
                "left": capacity - performance.tickets.count(),
            }
        )
    return JsonResponse({"performances": feed})
