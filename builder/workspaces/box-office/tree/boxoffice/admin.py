"""The staff's view of productions and bookings."""

from django.contrib import admin

from .models import Booking, Performance, Production, Ticket


class TicketInline(admin.TabularInline):
    model = Ticket
    extra = 0
    readonly_fields = ["seat", "concession", "price"]
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Production)
class ProductionAdmin(admin.ModelAdmin):
    list_display = ["title", "running_minutes"]
    prepopulated_fields = {"slug": ["title"]}
    search_fields = ["title"]


@admin.register(Performance)
class PerformanceAdmin(admin.ModelAdmin):
    list_display = ["production", "starts_at", "on_sale"]
    list_filter = ["on_sale", "production"]
    date_hierarchy = "starts_at"
    list_select_related = ["production"]


@admin.register(Booking)
class BookingAdmin(admin.ModelAdmin):
    list_display = ["id", "email", "performance", "total", "created_at"]
    list_select_related = ["performance__production"]
    search_fields = ["email", "tickets__seat"]
    readonly_fields = ["total", "created_at"]
    inlines = [TicketInline]
