import Fluent
import FluentSQLiteDriver
import Vapor

/// Sets up the database, the middleware and the routes.
public func configure(_ app: Application) async throws {
    if app.environment == .testing {
        app.databases.use(.sqlite(.memory), as: .sqlite)
    } else {
        let path = Environment.get("DATABASE_PATH") ?? "birdlog.sqlite"
        app.databases.use(.sqlite(.file(path)), as: .sqlite)
    }

    if let port = Environment.get("PORT").flatMap(Int.init(_:)) {
        app.http.server.configuration.port = port
    }

    let cors = CORSMiddleware.Configuration(
        allowedOrigin: .all,
        allowedMethods: [.GET, .POST, .PUT, .DELETE, .OPTIONS],
        allowedHeaders: [.accept, .contentType, .origin]
    )
    app.middleware.use(CORSMiddleware(configuration: cors), at: .beginning)

    app.migrations.add(CreateSighting())
    try await app.autoMigrate()

    app.get("health") { req async throws -> HTTPStatus in
        _ = try await Sighting.query(on: req.db).first()
        return .ok
    }
    try app.register(collection: SightingController())
    try app.register(collection: StatsController())
}
