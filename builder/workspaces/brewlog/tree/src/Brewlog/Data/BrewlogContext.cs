using Brewlog.Batches;
using Microsoft.EntityFrameworkCore;

namespace Brewlog.Data;

public sealed class BrewlogContext(DbContextOptions<BrewlogContext> options) : DbContext(options)
{
    public DbSet<Batch> Batches => Set<Batch>();

    public DbSet<Reading> Readings => Set<Reading>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Batch>(batch =>
        {
            batch.Property(b => b.Name).HasMaxLength(80);
            batch.Property(b => b.Style).HasMaxLength(60);
            batch.Property(b => b.Status).HasConversion<string>().HasMaxLength(16);
            batch.HasMany(b => b.Readings)
                .WithOne()
                .HasForeignKey(r => r.BatchId)
                .OnDelete(DeleteBehavior.Cascade);
        });

        modelBuilder.Entity<Reading>(reading =>
        {
            reading.HasIndex(r => new { r.BatchId, r.TakenAt });
        });
    }
}
