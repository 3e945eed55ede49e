using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IVerificationCatalog"/>
internal sealed class SqliteVerifications(SqliteDatabase database) : IVerificationCatalog
{
    private const int PageSize = 10_000;

    /// <inheritdoc/>
    public Task<VerificationRecord?> FindAsync(string repositoryId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => c.Query(
                "SELECT recorded, last_share, interval, since, unverified_bytes FROM verifications WHERE repository_id = $id",
                static row => new VerificationRecord
                {
                    Recorded = row.Time(0),
                    LastShare = row.TimeOrNull(1),
                    Interval = TimeSpan.FromSeconds(row.GetInt64(2)),
                    Since = row.TimeOrNull(3),
                    UnverifiedBytes = row.GetInt64(4),
                },
                ("$id", repositoryId)).SingleOrDefault(),
            cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<VerifiedPack> ListPacksAsync(string repositoryId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] last = [];
        while (true)
        {
            List<VerifiedPack> page = await database.ReadAsync(
                c => c.Query(
                    $"SELECT pack, known, verified, carried FROM verified_packs WHERE repository_id = $id AND pack > $last ORDER BY pack LIMIT {PageSize}",
                    static row => new VerifiedPack(new Sha256Hash(row.GetFieldValue<byte[]>(0)), row.Time(1), row.TimeOrNull(2), row.TimeOrNull(3)),
                    ("$id", repositoryId),
                    ("$last", last)),
                cancellationToken);
            foreach (VerifiedPack pack in page)
            {
                yield return pack;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            last = ToBytes(page[^1].Pack);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<VerifiedSnapshot>> FindSnapshotsAsync(string repositoryId, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            c => c.Query(
                "SELECT snapshot, verified FROM verified_snapshots WHERE repository_id = $id",
                static row => new VerifiedSnapshot(new SnapshotId(new Sha256Hash(row.GetFieldValue<byte[]>(0))), row.Time(1)),
                ("$id", repositoryId)),
            cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(
        string repositoryId, VerificationRecord record, IEnumerable<VerifiedPack> packs, IReadOnlyList<VerifiedSnapshot>? snapshots, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (c.Query("SELECT 1 FROM repositories WHERE id = $id", static row => row.GetInt64(0), ("$id", repositoryId)).Count == 0)
                {
                    return 0;
                }

                c.Execute(
                    "INSERT OR REPLACE INTO verifications (repository_id, recorded, last_share, interval, since, unverified_bytes) VALUES ($id, $recorded, $share, $interval, $since, $unverified)",
                    ("$id", repositoryId),
                    ("$recorded", record.Recorded),
                    ("$share", record.LastShare),
                    ("$interval", (long)record.Interval.TotalSeconds),
                    ("$since", record.Since),
                    ("$unverified", record.UnverifiedBytes));
                ReplacePacks(c, repositoryId, packs);
                ReplaceSnapshots(c, repositoryId, snapshots);
                return 0;
            },
            cancellationToken);

    // One statement for all rows: there may be a hundred thousand.
    private static void ReplacePacks(SqliteConnection connection, string repositoryId, IEnumerable<VerifiedPack> packs)
    {
        connection.Execute("DELETE FROM verified_packs WHERE repository_id = $id", ("$id", repositoryId));
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "INSERT INTO verified_packs (repository_id, pack, known, verified, carried) VALUES ($id, $pack, $known, $verified, $carried)";
        command.Parameters.AddWithValue("$id", repositoryId);
        SqliteParameter id = command.Parameters.Add("$pack", SqliteType.Blob);
        SqliteParameter known = command.Parameters.Add("$known", SqliteType.Integer);
        SqliteParameter verified = command.Parameters.Add("$verified", SqliteType.Integer);
        SqliteParameter carried = command.Parameters.Add("$carried", SqliteType.Integer);
        foreach (VerifiedPack pack in packs)
        {
            id.Value = ToBytes(pack.Pack);
            known.Value = pack.Known.UtcTicks;
            verified.Value = TicksOrNull(pack.Verified);
            carried.Value = TicksOrNull(pack.Carried);
            command.ExecuteNonQuery();
        }
    }

    private static void ReplaceSnapshots(SqliteConnection connection, string repositoryId, IReadOnlyList<VerifiedSnapshot>? snapshots)
    {
        if (snapshots is null)
        {
            return;
        }

        connection.Execute("DELETE FROM verified_snapshots WHERE repository_id = $id", ("$id", repositoryId));
        foreach (VerifiedSnapshot snapshot in snapshots)
        {
            connection.Execute(
                "INSERT INTO verified_snapshots (repository_id, snapshot, verified) VALUES ($id, $snapshot, $verified)",
                ("$id", repositoryId),
                ("$snapshot", ToBytes(snapshot.Id.Hash)),
                ("$verified", snapshot.Verified));
        }
    }

    private static object TicksOrNull(DateTimeOffset? time) => time is { } at ? at.UtcTicks : DBNull.Value;

    private static byte[] ToBytes(Sha256Hash hash)
    {
        byte[] bytes = new byte[Sha256Hash.Size];
        hash.CopyTo(bytes);
        return bytes;
    }
}
