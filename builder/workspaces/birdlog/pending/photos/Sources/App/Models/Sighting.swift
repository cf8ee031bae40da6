import Fluent
import Foundation

/// A number of birds of one species, seen at one place.
final class Sighting: Model, @unchecked Sendable {
    static let schema = "sightings"

    @ID(key: .id)
    var id: UUID?

    @Field(key: "species")
    var species: String

    @Field(key: "place")
    var place: String

    @Field(key: "count")
    var count: Int

    @Field(key: "seen_at")
    var seenAt: Date

    @OptionalField(key: "note")
    var note: String?

    @OptionalField(key: "photo_url")
    var photoURL: String?

    init() {}

    init(
        id: UUID? = nil,
        species: String,
        place: String,
        count: Int,
        seenAt: Date,
        note: String? = nil
    ) {
        self.id = id
        self.species = species
        self.place = place
        self.count = count
        self.seenAt = seenAt
        self.note = note
    }
}
