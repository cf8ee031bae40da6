package example.fareboard

import io.ktor.http.HttpStatusCode
import io.ktor.server.plugins.BadRequestException
import io.ktor.server.response.respond
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.util.getOrFail
import kotlinx.serialization.Serializable
import java.time.LocalTime
import java.time.format.DateTimeParseException

private const val DEFAULT_LIMIT = 10

/** What a passenger sees of a departure; the time is local, such as "07:42". */
@Serializable
data class DepartureView(val line: String, val destination: String, val time: String)

@Serializable
data class ReloadResult(val departures: Int)

fun Route.departureRoutes(store: TimetableStore, settings: Settings) {
    get("/stops") {
        call.respond(store.timetable.stops)
    }

    get("/stops/{stop}/departures") {
        val query = call.request.queryParameters
        val day = query["day"]?.let { raw ->
            DayType.entries.firstOrNull { it.name.equals(raw, ignoreCase = true) }
                ?: throw BadRequestException("unknown day: $raw")
        } ?: DayType.today()
        val after = query["after"]?.let(::parseTime) ?: LocalTime.now()
        val limit = (query["limit"]?.toIntOrNull() ?: DEFAULT_LIMIT).coerceIn(1, settings.maxDepartures)
        val departures = store.timetable.departuresFrom(call.parameters.getOrFail("stop"), day, after, limit)
        call.respond(departures.map { it.toView() })
    }
}

fun Route.fareRoutes(calculator: FareCalculator) {
    get("/fares") {
        val query = call.request.queryParameters
        val zones = query.getOrFail<Int>("zones")
        val ticket = query["ticket"]?.let { raw ->
            TicketType.entries.firstOrNull { it.name.equals(raw, ignoreCase = true) }
                ?: throw BadRequestException("unknown ticket: $raw")
        } ?: TicketType.SINGLE
        val rider = query["rider"]?.let { raw ->
            RiderGroup.entries.firstOrNull { it.name.equals(raw, ignoreCase = true) }
                ?: throw BadRequestException("unknown rider: $raw")
        } ?: RiderGroup.ADULT
        call.respond(calculator.quote(zones, ticket, rider))
    }
}

fun Route.adminRoutes(store: TimetableStore, settings: Settings) {
    post("/admin/reload") {
        if (call.request.headers["X-Admin-Token"] != settings.adminToken) {
            call.respond(HttpStatusCode.Unauthorized, Problem("admin token required"))
            return@post
        }
        call.respond(ReloadResult(store.reload()))
    }
}

private fun parseTime(raw: String): LocalTime = try {
    LocalTime.parse(raw)
} catch (e: DateTimeParseException) {
    throw BadRequestException("not a time: $raw", e)
}

private fun Departure.toView() = DepartureView(line, destination, time.toString())
