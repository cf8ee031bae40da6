@testable import App
import XCTVapor

final class SightingTests: XCTestCase {
    private var app: Application!

    override func setUp() async throws {
        app = try await Application.make(.testing)
        try await configure(app)
    }

    override func tearDown() async throws {
        try await app.asyncShutdown()
        app = nil
    }

    private func makeInput(count: Int = 2) -> SightingInput {
        SightingInput(
            species: "Kingfisher",
            place: "Mill pond",
            count: count,
            seenAt: Date(timeIntervalSince1970: 1_741_000_000),
            note: nil
        )
    }

    func testRecordingAnswersCreated() async throws {
        let input = makeInput()
        try await app.test(.POST, "sightings", beforeRequest: { req async throws in
            try req.content.encode(input)
        }, afterResponse: { res async throws in
            XCTAssertEqual(res.status, .created)
            let sighting = try res.content.decode(SightingDTO.self)
            XCTAssertNotNil(sighting.id)
            XCTAssertEqual(sighting.species, "Kingfisher")
            XCTAssertEqual(sighting.count, 2)
        })
    }

    func testACountOfZeroIsRefused() async throws {
        let input = makeInput(count: 0)
        try await app.test(.POST, "sightings", beforeRequest: { req async throws in
            try req.content.encode(input)
        }, afterResponse: { res async throws in
            XCTAssertEqual(res.status, .badRequest)
        })
    }

    func testAnUnknownSightingIsNotFound() async throws {
        try await app.test(.GET, "sightings/\(UUID())", afterResponse: { res async throws in
            XCTAssertEqual(res.status, .notFound)
        })
    }
}
