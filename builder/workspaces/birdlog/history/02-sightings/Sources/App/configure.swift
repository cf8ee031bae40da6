import Fluent
import FluentSQLiteDriver
import Vapor

/// Sets up the database and the routes.
public func configure(_ app: Application) async throws {
    if app.environment == .testing {
        app.databases.use(.sqlite(.memory), as: .sqlite)
    } else {
        app.databases.use(.sqlite(.file("birdlog.sqlite")), as: .sqlite)
    }

    app.migrations.add(CreateSighting())
    try await app.autoMigrate()

    app.get("health") { _ async -> HTTPStatus in .ok }
    try app.register(collection: SightingController())
}
