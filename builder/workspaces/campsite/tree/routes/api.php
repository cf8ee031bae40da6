<?php

declare(strict_types=1);

use App\Http\Controllers\BookingController;
use Illuminate\Support\Facades\Route;

Route::middleware('throttle:60,1')->group(function (): void {
    Route::get('/pitches/free', [BookingController::class, 'freePitches'])
        ->name('pitches.free');
});

Route::middleware('throttle:10,1')->group(function (): void {
    Route::post('/bookings', [BookingController::class, 'store'])
        ->name('bookings.store');
});

// The front desk.
Route::middleware('auth:sanctum')->group(function (): void {
    Route::get('/bookings', [BookingController::class, 'index'])
        ->name('bookings.index');

    Route::get('/bookings/{booking}', [BookingController::class, 'show'])
        ->whereNumber('booking')
        ->name('bookings.show');

    Route::post('/bookings/{booking}/confirm', [BookingController::class, 'confirm'])
        ->whereNumber('booking')
        ->name('bookings.confirm');

    Route::post('/bookings/{booking}/cancel', [BookingController::class, 'cancel'])
        ->whereNumber('booking')
        ->name('bookings.cancel');
});
