import Vapor

/// What clients send to record or correct a sighting.
struct SightingInput: Content {
    var species: String
    var place: String
    var count: Int
    var seenAt: Date
    var note: String?

    func makeModel() -> Sighting {
        Sighting(species: species, place: place, count: count, seenAt: seenAt, note: note)
    }

    func apply(to sighting: Sighting) {
        sighting.species = species
        sighting.place = place
        sighting.count = count
        sighting.seenAt = seenAt
        sighting.note = note
    }
}

extension SightingInput: Validatable {
    static func validations(_ validations: inout Validations) {
        validations.add("species", as: String.self, is: .count(2...80))
        validations.add("place", as: String.self, is: !.empty)
        validations.add("count", as: Int.self, is: .range(1...))
        validations.add("note", as: String.self, is: .count(...500), required: false)
    }
}

/// What clients get back.
struct SightingDTO: Content {
    var id: UUID?
    var species: String
    var place: String
    var count: Int
    var seenAt: Date
    var note: String?
}

extension SightingDTO {
    init(_ sighting: Sighting) {
        self.init(
            id: sighting.id,
            species: sighting.species,
            place: sighting.place,
            count: sighting.count,
            seenAt: sighting.seenAt,
            note: sighting.note
        )
    }
}
