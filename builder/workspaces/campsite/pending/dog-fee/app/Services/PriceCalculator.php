<?php

declare(strict_types=1);

namespace App\Services;

use Carbon\CarbonImmutable;
use Illuminate\Container\Attributes\Config;
use InvalidArgumentException;

/** What a stay costs, in cents. Reads nothing but its configuration. */
final class PriceCalculator
{
    /** @param array<string, mixed> $config the contents of config/campsite.php */
    public function __construct(
        #[Config('campsite')] private readonly array $config,
    ) {}

    public function calculate(
        string $kind,
        CarbonImmutable $arrivesOn,
        CarbonImmutable $leavesOn,
        int $adults,
        int $children = 0,
        int $dogs = 0,
    ): int {
        $nights = (int) $arrivesOn->diffInDays($leavesOn);

        if ($nights < 1) {
            throw new InvalidArgumentException('A stay needs at least one night.');
        }

        $pitch = $nights * $this->config['prices'][$kind][$this->season($arrivesOn)];

        $fee = $this->config['guest_fee'];
        $guests = $nights * ($adults * $fee['adult'] + $children * $fee['child']);
        $guests += $dogs * $this->config['dog_fee'];
        $tax = $nights * $adults * $this->config['tourist_tax'];

        return $this->discounted($pitch + $guests, $nights) + $tax;
    }

    public function deposit(int $totalCents): int
    {
        return intdiv($totalCents * $this->config['payment']['deposit_percent'], 100);
    }

    private function season(CarbonImmutable $day): string
    {
        $monthDay = $day->format('m-d');
        $high = $this->config['high_season'];

        return $monthDay >= $high['from'] && $monthDay <= $high['to'] ? 'high' : 'low';
    }

    private function discounted(int $cents, int $nights): int
    {
        $longStay = $this->config['long_stay'];

        if ($nights < $longStay['nights']) {
            return $cents;
        }

        return $cents - intdiv($cents * $longStay['discount_percent'], 100);
    }
}
