<?php

declare(strict_types=1);

namespace App\Models;

use Carbon\CarbonImmutable;
use Illuminate\Database\Eloquent\Builder;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\HasMany;

/**
 * @property int $id
 * @property string $code
 * @property string $kind
 * @property int $max_guests
 * @property bool $has_power
 */
final class Pitch extends Model
{
    protected $fillable = [
        'code',
        'kind',
        'max_guests',
        'has_power',
    ];

    protected function casts(): array
    {
        return [
            'max_guests' => 'integer',
            'has_power' => 'boolean',
        ];
    }

    public function bookings(): HasMany
    {
        return $this->hasMany(Booking::class);
    }

    public function scopeSleeping(Builder $query, int $guests): void
    {
        $query->where('max_guests', '>=', $guests);
    }

    public function scopeFreeBetween(Builder $query, CarbonImmutable $arrivesOn, CarbonImmutable $leavesOn): void
    {
        $query->whereDoesntHave('bookings', function (Builder $bookings) use ($arrivesOn, $leavesOn): void {
            $bookings->active()->overlapping($arrivesOn, $leavesOn);
        });
    }

    public function isFreeBetween(CarbonImmutable $arrivesOn, CarbonImmutable $leavesOn): bool
    {
        return $this->bookings()->active()->overlapping($arrivesOn, $leavesOn)->doesntExist();
    }
}
