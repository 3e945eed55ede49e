using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Catalog.Tests;

public sealed class VerificationCatalogTests : CatalogFixture
{
    private static readonly RepositoryRecord s_repository = Samples.Repository("main");
    private static readonly VerificationRecord s_record = new()
    {
        Recorded = Samples.Time,
        LastShare = Samples.Time.AddDays(-1),
        Interval = TimeSpan.FromHours(30),
        Since = Samples.Time.AddDays(-20),
        UnverifiedBytes = 1234,
    };

    [Fact]
    public async Task All_that_was_saved_is_there_after_reopening_and_replaces_what_was()
    {
        // More than a page of packs.
        List<VerifiedPack> packs = [.. Enumerable.Range(0, 25_000).Select(i => new VerifiedPack(HashOf(i), Samples.Time.AddSeconds(i), i % 3 == 0 ? null : Samples.Time.AddDays(i), i % 4 == 0 ? Samples.Time.AddHours(i) : null))];
        List<VerifiedSnapshot> snapshots = [.. Enumerable.Range(0, 5).Select(i => new VerifiedSnapshot(new SnapshotId(HashOf(-i - 1)), Samples.Time.AddDays(i)))];
        await using (SqliteCatalog catalog = await OpenAsync())
        {
            await catalog.Repositories.AddAsync(s_repository, Token);
            Assert.Null(await catalog.Verifications.FindAsync(s_repository.Id, Token));
            await catalog.Verifications.SaveAsync(s_repository.Id, s_record with { UnverifiedBytes = 1 }, [new VerifiedPack(HashOf(-99), Samples.Time, null)], [], Token);
            await catalog.Verifications.SaveAsync(s_repository.Id, s_record, packs, snapshots, Token);
            await catalog.Verifications.SaveAsync(s_repository.Id, s_record, packs, null, Token);
        }

        await using SqliteCatalog reopened = await OpenAsync();
        Assert.Equal(s_record, await reopened.Verifications.FindAsync(s_repository.Id, Token));
        List<VerifiedPack> found = await reopened.Verifications.ListPacksAsync(s_repository.Id, Token).ToListAsync(Token);
        Assert.Equal(packs.OrderBy(pack => pack.Pack), found);
        Assert.Equivalent(snapshots, await reopened.Verifications.FindSnapshotsAsync(s_repository.Id, Token), strict: true);
    }

    [Fact]
    public async Task It_goes_with_its_repository_and_nothing_is_kept_of_one_that_is_gone()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        await catalog.Repositories.AddAsync(s_repository, Token);
        await SaveAsync(catalog);
        await catalog.Repositories.RemoveAsync(s_repository.Id, false, Token);
        await SaveAsync(catalog);

        Assert.Null(await catalog.Verifications.FindAsync(s_repository.Id, Token));
        Assert.Empty(await catalog.Verifications.ListPacksAsync(s_repository.Id, Token).ToListAsync(Token));
        Assert.Empty(await catalog.Verifications.FindSnapshotsAsync(s_repository.Id, Token));
    }

    private Task SaveAsync(SqliteCatalog catalog) =>
        catalog.Verifications.SaveAsync(
            s_repository.Id, s_record, [new VerifiedPack(HashOf(1), Samples.Time, null)], [new VerifiedSnapshot(new SnapshotId(HashOf(2)), Samples.Time)], Token);

    private static Sha256Hash HashOf(int number) => new(SHA256.HashData(BitConverter.GetBytes(number)));
}
