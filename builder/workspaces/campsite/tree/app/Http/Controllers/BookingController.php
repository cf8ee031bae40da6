<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Models\Booking;
use App\Models\Pitch;
use App\Services\PriceCalculator;
use Carbon\CarbonImmutable;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Http\Response;

final class BookingController
{
    public function __construct(private readonly PriceCalculator $prices) {}

    public function index(Request $request): JsonResponse
    {
        $query = Booking::query();

        if ($request->filled('q')) {
            $term = $request->string('q');
            $query->whereRaw("(guest_name like '%{$term}%' or email like '%{$term}%')");
        }

        $bookings = $query->orderBy('arrives_on')->limit(200)->get();

        return response()->json($bookings->map(fn (Booking $booking): array => $this->present($booking)));
    }

    public function freePitches(Request $request): JsonResponse
    {
        $stay = $request->validate([
            'arrives_on' => ['required', 'date_format:Y-m-d', 'after_or_equal:today'],
            'leaves_on' => ['required', 'date_format:Y-m-d', 'after:arrives_on'],
            'guests' => ['sometimes', 'integer', 'min:1'],
        ]);

        $pitches = Pitch::query()
            ->sleeping((int) ($stay['guests'] ?? 1))
            ->freeBetween(CarbonImmutable::parse($stay['arrives_on']), CarbonImmutable::parse($stay['leaves_on']))
            ->orderBy('code')
            ->get(['code', 'kind', 'max_guests', 'has_power']);

        return response()->json($pitches);
    }

    public function store(Request $request): JsonResponse
    {
        $data = $request->validate([
            'pitch' => ['required', 'string', 'exists:pitches,code'],
            'guest_name' => ['required', 'string', 'max:120'],
            'email' => ['required', 'email', 'max:254'],
            'adults' => ['required', 'integer', 'between:1,8'],
            'children' => ['sometimes', 'integer', 'between:0,8'],
            'arrives_on' => ['required', 'date_format:Y-m-d', 'after_or_equal:today'],
            'leaves_on' => ['required', 'date_format:Y-m-d', 'after:arrives_on'],
        ]);

        $arrivesOn = CarbonImmutable::parse($data['arrives_on']);
        $leavesOn = CarbonImmutable::parse($data['leaves_on']);
        $children = (int) ($data['children'] ?? 0);

        $pitch = Pitch::query()->where('code', $data['pitch'])->firstOrFail();
        abort_unless($pitch->isFreeBetween($arrivesOn, $leavesOn), 409, 'The pitch is taken for these dates.');

        $booking = Booking::create([
            'pitch_id' => $pitch->id,
            'guest_name' => $data['guest_name'],
            'email' => $data['email'],
            'adults' => (int) $data['adults'],
            'children' => $children,
            'arrives_on' => $arrivesOn,
            'leaves_on' => $leavesOn,
            'total_cents' => $this->prices->calculate($pitch->kind, $arrivesOn, $leavesOn, (int) $data['adults'], $children),
            'status' => Booking::STATUS_HELD,
            'held_until' => now()->addMinutes(config('campsite.payment.hold_minutes')),
        ]);

        return response()->json($this->present($booking), 201);
    }

    public function show(Booking $booking): JsonResponse
    {
        return response()->json($this->present($booking));
    }

    public function confirm(Booking $booking): JsonResponse
    {
        abort_if($booking->hasLapsed(), 410, 'The hold on this booking has run out.');
        $booking->confirm();

        return response()->json($this->present($booking));
    }

    public function cancel(Booking $booking): Response
    {
        $booking->cancel();

        return response()->noContent();
    }

    /** @return array<string, mixed> */
    private function present(Booking $booking): array
    {
        return [
            'id' => $booking->id,
            'pitch' => $booking->pitch->code,
            'guest_name' => $booking->guest_name,
            'arrives_on' => $booking->arrives_on->toDateString(),
            'leaves_on' => $booking->leaves_on->toDateString(),
            'nights' => $booking->nights(),
            'total_cents' => $booking->total_cents,
            'deposit_cents' => $this->prices->deposit($booking->total_cents),
            'status' => $booking->status,
        ];
    }
}
