import Fluent
import Vapor

struct SightingController: RouteCollection {
    func boot(routes: any RoutesBuilder) throws {
        let sightings = routes.grouped("sightings")
        sightings.get(use: self.index)
        sightings.post(use: self.create)
        sightings.on(.POST, "import", body: .collect(maxSize: "256kb"), use: self.importAll)
        sightings.group(":sightingID") { sighting in
            sighting.get(use: self.show)
            sighting.put(use: self.update)
            sighting.delete(use: self.delete)
        }
    }

    /// The newest sightings, optionally of one species.
    @Sendable
    func index(req: Request) async throws -> [SightingDTO] {
        let query = Sighting.query(on: req.db).sort(\.$seenAt).limit(200)
        if let species: String = req.query["species"] {
            query.filter(\.$species == species)
        }
        return try await query.all().map { SightingDTO($0) }
    }

    @Sendable
    func create(req: Request) async throws -> Response {
        try SightingInput.validate(content: req)
        let sighting = try req.content.decode(SightingInput.self).makeModel()
        try await sighting.create(on: req.db)
        return try await SightingDTO(sighting).encodeResponse(status: .created, for: req)
    }

    /// Records many sightings at once; all of them or none.
    @Sendable
    func importAll(req: Request) async throws -> HTTPStatus {
        let inputs = try req.content.decode([SightingInput].self)
        try await req.db.transaction { db in
            for input in inputs {
                try await input.makeModel().create(on: db)
            }
        }
        return .created
    }

    @Sendable
    func show(req: Request) async throws -> SightingDTO {
        guard let sighting = try await Sighting.find(req.parameters.get("sightingID"), on: req.db) else {
            throw Abort(.notFound)
        }
        return SightingDTO(sighting)
    }

    @Sendable
    func update(req: Request) async throws -> SightingDTO {
        guard let sighting = try await Sighting.find(req.parameters.get("sightingID"), on: req.db) else {
            throw Abort(.notFound)
        }
        try req.content.decode(SightingInput.self).apply(to: sighting)
        try await sighting.update(on: req.db)
        return SightingDTO(sighting)
    }

    @Sendable
    func delete(req: Request) async throws -> HTTPStatus {
        guard let sighting = try await Sighting.find(req.parameters.get("sightingID"), on: req.db) else {
            throw Abort(.notFound)
        }
        try await sighting.delete(on: req.db)
        return .noContent
    }
}
