<?php

declare(strict_types=1);

namespace Tests\Unit;

use App\Services\PriceCalculator;
use Carbon\CarbonImmutable;
use InvalidArgumentException;
use PHPUnit\Framework\TestCase;

final class PriceCalculatorTest extends TestCase
{
    private PriceCalculator $prices;

    protected function setUp(): void
    {
        $this->prices = new PriceCalculator([
            'prices' => [
                'tent' => ['low' => 1000, 'high' => 1500],
                'cabin' => ['low' => 5000, 'high' => 7000],
            ],
            'high_season' => ['from' => '07-01', 'to' => '08-31'],
            'guest_fee' => ['adult' => 600, 'child' => 300],
            'tourist_tax' => 200,
            'payment' => ['deposit_percent' => 30],
        ]);
    }

    /**
     * @dataProvider stays
     */
    public function testPricesAStay(string $kind, string $from, string $to, int $adults, int $children, int $expected): void
    {
        $total = $this->prices->calculate($kind, new CarbonImmutable($from), new CarbonImmutable($to), $adults, $children);

        self::assertSame($expected, $total);
    }

    /** @return iterable<string, array{string, string, string, int, int, int}> */
    public static function stays(): iterable
    {
        yield 'one night in a tent' => ['tent', '2025-05-10', '2025-05-11', 2, 0, 2600];
        yield 'a child pays no tax' => ['tent', '2025-05-10', '2025-05-11', 1, 1, 2100];
        yield 'high season' => ['cabin', '2025-07-10', '2025-07-12', 2, 0, 17200];
        yield 'the last day of the season' => ['tent', '2025-08-31', '2025-09-01', 1, 0, 2300];
    }

    public function testRefusesAStayWithoutANight(): void
    {
        $this->expectException(InvalidArgumentException::class);

        $this->prices->calculate('tent', new CarbonImmutable('2025-05-10'), new CarbonImmutable('2025-05-10'), 1);
    }

    /**
     * @testWith [10000, 3000]
     *           [9999, 2999]
     */
    public function testDepositIsRoundedDown(int $total, int $deposit): void
    {
        self::assertSame($deposit, $this->prices->deposit($total));
    }
}
