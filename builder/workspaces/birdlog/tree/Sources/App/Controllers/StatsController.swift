import Fluent
import SQLKit
import Vapor

struct SpeciesCount: Content {
    var species: String
    var birds: Int
}

struct StatsController: RouteCollection {
    func boot(routes: any RoutesBuilder) throws {
        let stats = routes.grouped("stats")
        stats.get("latest", use: self.latest)
        stats.get("species", use: self.species)
    }

    /// The last sighting of a species.
    @Sendable
    func latest(req: Request) throws -> EventLoopFuture<SightingDTO> {
        let species = try req.query.get(String.self, at: "species")
        return Sighting.query(on: req.db)
            .filter(\.$species == species)
            .sort(\.$seenAt, .descending)
            .first()
            .unwrap(or: Abort(.notFound))
            .map { SightingDTO($0) }
    }

    /// How many birds of each species were seen at a place, the most frequent first.
    @Sendable
    func species(req: Request) throws -> EventLoopFuture<[SpeciesCount]> {
        let place = try req.query.get(String.self, at: "place")
        guard let sql = req.db as? any SQLDatabase else {
            throw Abort(.internalServerError)
        }
        return sql.raw("""
            SELECT species, SUM(count) AS birds FROM sightings
            WHERE place = '\(unsafeRaw: place)'
            GROUP BY species ORDER BY birds DESC
            """).all(decoding: SpeciesCount.self)
    }
}
