package example.fareboard

import io.ktor.http.HttpStatusCode
import io.ktor.serialization.kotlinx.json.json
import io.ktor.server.application.Application
import io.ktor.server.application.install
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.plugins.BadRequestException
import io.ktor.server.plugins.calllogging.CallLogging
import io.ktor.server.plugins.contentnegotiation.ContentNegotiation
import io.ktor.server.plugins.statuspages.StatusPages
import io.ktor.server.response.respond
import io.ktor.server.routing.routing
import kotlinx.serialization.Serializable

/** The body of every error response. */
@Serializable
data class Problem(val error: String)

fun main() {
    embeddedServer(Netty, port = 8080) { module() }.start(wait = true)
}

fun Application.module(timetable: Timetable = Timetable.load()) {
    install(CallLogging)
    install(ContentNegotiation) { json() }
    install(StatusPages) {
        exception<BadRequestException> { call, cause ->
            call.respond(HttpStatusCode.BadRequest, Problem(cause.message ?: "bad request"))
        }
        exception<IllegalArgumentException> { call, cause ->
            call.respond(HttpStatusCode.BadRequest, Problem(cause.message ?: "bad request"))
        }
        exception<UnknownStopException> { call, cause ->
            call.respond(HttpStatusCode.NotFound, Problem("unknown stop: ${cause.stop}"))
        }
    }
    routing {
        departureRoutes(timetable)
        fareRoutes(FareCalculator())
    }
}
