<?php

declare(strict_types=1);

namespace App\Models;

use Carbon\CarbonImmutable;
use Illuminate\Database\Eloquent\Builder;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\BelongsTo;

/**
 * @property int $id
 * @property int $pitch_id
 * @property string $guest_name
 * @property string $email
 * @property int $adults
 * @property int $children
 * @property CarbonImmutable $arrives_on
 * @property CarbonImmutable $leaves_on
 * @property int $total_cents
 * @property string $status
 * @property CarbonImmutable|null $held_until
 */
final class Booking extends Model
{
    public const STATUS_HELD = 'held';

    public const STATUS_CONFIRMED = 'confirmed';

    public const STATUS_CANCELLED = 'cancelled';

    protected $fillable = [
        'pitch_id',
        'guest_name',
        'email',
        'adults',
        'children',
        'arrives_on',
        'leaves_on',
        'total_cents',
        'status',
        'held_until',
    ];

    protected function casts(): array
    {
        return [
            'adults' => 'integer',
            'children' => 'integer',
            'arrives_on' => 'immutable_date',
            'leaves_on' => 'immutable_date',
            'total_cents' => 'integer',
            'held_until' => 'immutable_datetime',
        ];
    }

    public function pitch(): BelongsTo
    {
        return $this->belongsTo(Pitch::class);
    }

    /** Confirmed bookings, and held ones whose hold has not run out. */
    public function scopeActive(Builder $query): void
    {
        $query->where(function (Builder $query): void {
            $query->where('status', self::STATUS_CONFIRMED)
                ->orWhere(function (Builder $query): void {
                    $query->where('status', self::STATUS_HELD)
                        ->where('held_until', '>', now());
                });
        });
    }

    public function scopeOverlapping(Builder $query, CarbonImmutable $arrivesOn, CarbonImmutable $leavesOn): void
    {
        $query->where('arrives_on', '<=', $leavesOn)
            ->where('leaves_on', '>=', $arrivesOn);
    }

    public function nights(): int
    {
        return (int) $this->arrives_on->diffInDays($this->leaves_on);
    }

    public function hasLapsed(): bool
    {
        return $this->status === self::STATUS_HELD
            && ($this->held_until === null || $this->held_until->isPast());
    }

    public function confirm(): void
    {
        $this->update(['status' => self::STATUS_CONFIRMED, 'held_until' => null]);
    }

    public function cancel(): void
    {
        $this->update(['status' => self::STATUS_CANCELLED, 'held_until' => null]);
    }
}
