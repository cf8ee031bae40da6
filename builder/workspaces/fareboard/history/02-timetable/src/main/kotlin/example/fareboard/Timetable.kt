package example.fareboard

import java.time.DayOfWeek
import java.time.LocalDate
import java.time.LocalTime
import java.time.ZoneId

/** The zone of every clock time in the timetable; the servers themselves run in UTC. */
val OPERATING_ZONE: ZoneId = ZoneId.of("Europe/Vienna")

enum class DayType {
    WEEKDAY, SATURDAY, SUNDAY;

    companion object {
        fun of(date: LocalDate): DayType = when (date.dayOfWeek) {
            DayOfWeek.SATURDAY -> SATURDAY
            DayOfWeek.SUNDAY -> SUNDAY
            else -> WEEKDAY
        }

        fun today(): DayType = of(LocalDate.now(OPERATING_ZONE))
    }
}

data class Departure(
    val line: String,
    val stop: String,
    val destination: String,
    val time: LocalTime,
    val days: Set<DayType>,
)

class UnknownStopException(val stop: String) : RuntimeException("unknown stop: $stop")

class TimetableFormatException(message: String, cause: Throwable? = null) : RuntimeException(message, cause)

class Timetable(private val departures: List<Departure>) {
    val stops: List<String> get() = departures.map { it.stop }.distinct().sorted()

    /** The next [limit] departures from [stop] on a [day], at [after] or later, soonest first. */
    fun departuresFrom(stop: String, day: DayType, after: LocalTime, limit: Int): List<Departure> {
        if (departures.none { it.stop == stop }) throw UnknownStopException(stop)
        return departures
            .filter { it.stop == stop && day in it.days && it.time >= after }
            .sortedBy { it.time }
            .take(limit)
    }

    companion object {
        private const val COLUMNS = 5

        fun load(resource: String = "/timetable.csv"): Timetable {
            val stream = Timetable::class.java.getResourceAsStream(resource)
                ?: throw TimetableFormatException("no timetable at $resource")
            return stream.bufferedReader().useLines { parse(it) }
        }

        /** Reads `line,stop,destination,time,days`; the first line is the heading. */
        fun parse(lines: Sequence<String>): Timetable {
            val departures = lines.withIndex()
                .drop(1)
                .filter { (_, row) -> row.isNotBlank() }
                .map { (index, row) -> parseRow(index + 1, row) }
            return Timetable(departures.toList())
        }

        private fun parseRow(number: Int, row: String): Departure {
            val cells = row.split(',').map(String::trim)
            if (cells.size != COLUMNS) {
                throw TimetableFormatException("row $number: expected $COLUMNS cells, found ${cells.size}")
            }
            val (line, stop, destination, time, days) = cells
            return try {
                Departure(line, stop, destination, LocalTime.parse(time), days.split('|').map(DayType::valueOf).toSet())
            } catch (e: RuntimeException) {
                throw TimetableFormatException("row $number: ${e.message}", e)
            }
        }
    }
}
