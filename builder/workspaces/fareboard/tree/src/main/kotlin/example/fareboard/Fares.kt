package example.fareboard

import kotlinx.serialization.Serializable

enum class TicketType { SINGLE, DAY, WEEK }

/** Who rides, and how much of the adult fare they pay. */
enum class RiderGroup(val percent: Int) { ADULT(100), CHILD(50), SENIOR(65) }

/** Adult prices in cents: the first entry is one zone; zones past the last one cost [extraZone] each. */
data class Tariff(val byZone: List<Int>, val extraZone: Int)

@Serializable
data class Fare(val zones: Int, val ticket: TicketType, val rider: RiderGroup, val cents: Int)

class FareCalculator(private val tariffs: Map<TicketType, Tariff> = STANDARD_TARIFFS) {

    /** The fare for a trip through [zones] zones, in cents. */
    fun quote(zones: Int, ticket: TicketType, rider: RiderGroup): Fare {
        require(zones in 1..MAX_ZONES) { "zones must be between 1 and $MAX_ZONES" }
        val adult = adultCents(tariffs.getValue(ticket), zones)
        return Fare(zones, ticket, rider, reducedCents(adult, rider))
    }

    private fun adultCents(tariff: Tariff, zones: Int): Int {
        val listed = minOf(zones, tariff.byZone.size)
        return tariff.byZone[listed - 1] + (zones - listed) * tariff.extraZone
    }

    /** Fares come in steps of ten cents: drivers carry no smaller coins. */
    private fun reducedCents(adultCents: Int, rider: RiderGroup): Int =
        adultCents * rider.percent / 100 / 10 * 10

    companion object {
        const val MAX_ZONES = 8

        val STANDARD_TARIFFS: Map<TicketType, Tariff> = mapOf(
            TicketType.SINGLE to Tariff(byZone = listOf(240, 370, 490), extraZone = 110),
            TicketType.DAY to Tariff(byZone = listOf(520, 790, 1050), extraZone = 220),
            TicketType.WEEK to Tariff(byZone = listOf(1680, 2450, 3190), extraZone = 640),
        )
    }
}
