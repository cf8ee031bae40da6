<?php

declare(strict_types=1);

return [

    'name' => env('CAMPSITE_NAME', 'Pine Hollow'),

    'timezone' => env('CAMPSITE_TIMEZONE', 'Europe/Vienna'),

    // A pitch for one night. All amounts are integer cents.
    'prices' => [
        'tent' => ['low' => 1400, 'high' => 1900],
        'caravan' => ['low' => 2200, 'high' => 3100],
        'cabin' => ['low' => 5400, 'high' => 7600],
    ],

    // Month and day; both ends belong to the season.
    'high_season' => ['from' => '07-01', 'to' => '08-31'],

    // For each guest and night, on top of the pitch.
    'guest_fee' => ['adult' => 650, 'child' => 300],

    // For each dog and night.
    'dog_fee' => 350,

    // For each adult and night, passed on to the municipality.
    'tourist_tax' => 220,

    // The discount covers pitch and guests, never the tax.
    'long_stay' => ['nights' => 7, 'discount_percent' => 10],

    'payment' => [
        'deposit_percent' => (int) env('CAMPSITE_DEPOSIT_PERCENT', 30),
        'hold_minutes' => (int) env('CAMPSITE_HOLD_MINUTES', 45),
    ],

    'max_nights' => 28,

];
