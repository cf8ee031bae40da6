import Fluent

struct CreateSighting: AsyncMigration {
    func prepare(on database: any Database) async throws {
        try await database.schema("sightings")
            .id()
            .field("species", .string, .required)
            .field("place", .string, .required)
            .field("count", .int, .required)
            .field("seen_at", .datetime, .required)
            .field("note", .string)
            .create()
    }

    func revert(on database: any Database) async throws {
        try await database.schema("sightings").delete()
    }
}
