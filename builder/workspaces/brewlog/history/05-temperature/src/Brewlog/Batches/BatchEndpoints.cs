using Brewlog.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Brewlog.Batches;

public sealed record NewBatch(string Name, string Style, decimal Litres, decimal OriginalGravity, DateOnly BrewedOn);

public sealed record NewReading(decimal Gravity, decimal Celsius, DateTime? TakenAt);

public sealed record BatchSummary(int Id, string Name, string Style, DateOnly BrewedOn, BatchStatus Status, int ReadingCount);

public sealed record BatchDetails(int Id, string Name, string Style, BatchStatus Status, decimal CurrentGravity, decimal Strength, decimal Attenuation)
{
    public static BatchDetails From(Batch batch) => new(
        batch.Id,
        batch.Name,
        batch.Style,
        batch.Status,
        batch.CurrentGravity,
        batch.Strength,
        BrewMath.ApparentAttenuation(batch.OriginalGravity, batch.CurrentGravity));
}

public static class BatchEndpoints
{
    public static void MapBatches(this IEndpointRouteBuilder app)
    {
        var batches = app.MapGroup("/batches");

        batches.MapGet("/", List);
        batches.MapGet("/{id:int}", Find);
        batches.MapPost("/", Create);
        batches.MapPost("/{id:int}/readings", AddReading);
    }

    private static async Task<Ok<List<BatchSummary>>> List(BrewlogContext db, CancellationToken ct)
    {
        var batches = await db.Batches.Include(batch => batch.Readings).ToListAsync(ct);

        return TypedResults.Ok(batches
            .OrderByDescending(batch => batch.BrewedOn)
            .Select(batch => new BatchSummary(batch.Id, batch.Name, batch.Style, batch.BrewedOn, batch.Status, batch.Readings.Count))
            .ToList());
    }

    private static async Task<Results<Ok<BatchDetails>, NotFound>> Find(int id, BrewlogContext db, CancellationToken ct)
    {
        var batch = await WithReadings(db, id, ct);

        return batch is null ? TypedResults.NotFound() : TypedResults.Ok(BatchDetails.From(batch));
    }

    private static async Task<Results<Created<BatchDetails>, ValidationProblem>> Create(NewBatch body, BrewlogContext db, CancellationToken ct)
    {
        if (body.OriginalGravity is < 1.000m or > 1.200m)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>
            {
                ["originalGravity"] = ["The original gravity lies between 1.000 and 1.200."],
            });
        }

        var batch = new Batch
        {
            Name = body.Name,
            Style = body.Style,
            Litres = body.Litres,
            OriginalGravity = body.OriginalGravity,
            BrewedOn = body.BrewedOn,
        };
        db.Batches.Add(batch);
        await db.SaveChangesAsync(ct);

        return TypedResults.Created($"/batches/{batch.Id}", BatchDetails.From(batch));
    }

    private static async Task<Created<Reading>> AddReading(int id, NewReading body, BrewlogContext db, TimeProvider clock, CancellationToken ct)
    {
        var reading = new Reading
        {
            BatchId = id,
            Gravity = BrewMath.CorrectForTemperature(body.Gravity, body.Celsius),
            Celsius = body.Celsius,
            TakenAt = body.TakenAt?.ToUniversalTime() ?? clock.GetUtcNow().UtcDateTime,
        };
        db.Readings.Add(reading);
        await db.SaveChangesAsync(ct);

        return TypedResults.Created($"/batches/{id}", reading);
    }

    private static Task<Batch?> WithReadings(BrewlogContext db, int id, CancellationToken ct) =>
        db.Batches.Include(batch => batch.Readings).FirstOrDefaultAsync(batch => batch.Id == id, ct);
}
