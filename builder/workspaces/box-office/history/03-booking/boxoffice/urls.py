"""Routes of the box office."""

from django.contrib import admin
from django.urls import path

from . import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("performances/<int:pk>/", views.performance_detail, name="performance-detail"),
    path("performances/<int:pk>/book/", views.book, name="book"),
]
