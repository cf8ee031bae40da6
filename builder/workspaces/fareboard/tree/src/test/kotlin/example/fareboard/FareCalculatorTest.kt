package example.fareboard

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith

class FareCalculatorTest {
    private val calculator = FareCalculator()

    @Test
    fun `an adult pays the listed price`() {
        assertEquals(370, calculator.quote(2, TicketType.SINGLE, RiderGroup.ADULT).cents)
        assertEquals(1050, calculator.quote(3, TicketType.DAY, RiderGroup.ADULT).cents)
    }

    @Test
    fun `zones past the list cost the extra zone price`() {
        assertEquals(490 + 2 * 110, calculator.quote(5, TicketType.SINGLE, RiderGroup.ADULT).cents)
    }

    @Test
    fun `a child pays half`() {
        assertEquals(120, calculator.quote(1, TicketType.SINGLE, RiderGroup.CHILD).cents)
    }

    @Test
    fun `no trip has fewer than one zone or more than the maximum`() {
        assertFailsWith<IllegalArgumentException> { calculator.quote(0, TicketType.SINGLE, RiderGroup.ADULT) }
        assertFailsWith<IllegalArgumentException> {
            calculator.quote(FareCalculator.MAX_ZONES + 1, TicketType.WEEK, RiderGroup.SENIOR)
        }
    }
}
