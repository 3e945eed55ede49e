using System.Globalization;
using System.Text.Json;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Restic;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.Interruption;

/// <summary>The server's process is killed at random moments of backups, removals, prunes, copies and repairs: whatever was committed stays whole, and restic agrees.</summary>
public sealed class KilledAtRandomTests
{
    private const int Files = 12;

    // If too few signals met an operation, more of them are sent.
    private const int MostRounds = 4;

    // A run may end before the signal arrives; then the next operation is its turn.
    private static readonly string[] s_operations = ["backup", "optimize", "backup", "remove", "copy", "backup", "repair"];

    // What was committed: id and root tree, which names all content below it.
    private readonly Dictionary<string, string> _committed = [];
    private readonly Dictionary<string, TimeSpan> _durations = [];

    private int _struck;

    private static int Kills => Testing.ProofRun.Times(everyday: s_operations.Length, integration: 20, stress: 200);

    [Fact(Timeout = 3_600_000)]
    public Task A_server_that_is_killed_at_any_moment_loses_nothing_that_was_committed()
    {
        ResticProgram.SkipUnlessInstalled();

        // One seed is enough: the machine chooses the moments.
        return Testing.ProofRun.RunAsync("kill", everyday: 0, integration: 0, ProveAsync);
    }

    private bool IsEnoughStruck => _struck > Kills / 4;

    private async Task ProveAsync(int seed)
    {
        var random = new Random(seed);
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        await session.CreateRepositoryAsync("second", "second");
        await session.OutputAsync("Set-HBRepository main -SweepGrace 0; Set-HBRepository second -SweepGrace 0");
        Directory.CreateDirectory(session.In("source"));
        await session.CreateTaskAsync("docs", session.In("source"));
        await ChangeSourceAsync(session, random);
        await session.BackUpAsync("docs");
        await ProveAsync(session, "main");
        for (int kill = 0; kill < Kills || (kill < Kills * MostRounds && !IsEnoughStruck); kill++)
        {
            string operation = s_operations[kill % s_operations.Length];
            await ChangeSourceAsync(session, random);
            await KillAsync(session, operation, random);
            await ProveAsync(session, operation == "copy" ? "second" : "main");
        }

        Assert.True(IsEnoughStruck, $"Only {_struck} kills met an operation under way.");
        await ProveAsync(session, "second");
        await session.CheckAsync();
        await session.CheckAsync("second");
        await ChangeSourceAsync(session, random);
        await session.BackUpAsync("docs");
        await session.RestoreAsync("docs", "./out");
        await TreeListing.AssertEqualAsync(session.In("source"), session.In("out") + session.In("source"));
    }

    private async Task KillAsync(ProductSession session, string operation, Random random)
    {
        if (operation == "remove")
        {
            // The others stay: there is always one to copy, and something that a prune must keep.
            await session.BackUpAsync("docs");
        }

        string newest = (await session.SingleAsync("Get-HBSnapshot -Repository main -Latest")).Text("SnapshotId");
        string script = operation switch
        {
            "backup" => "Start-HBTask docs -Wait",
            "optimize" => "Optimize-HBRepository main -MaxUnused 0 -Confirm:$false",
            "remove" => $"Remove-HBSnapshot {newest} -Confirm:$false",
            "copy" => $"Copy-HBSnapshot {newest} -To second",
            _ => "Repair-HBRepository main -Confirm:$false",
        };
        if (operation == "remove")
        {
            // It may be gone afterwards, or not.
            _committed.Remove(newest);
        }

        TimeSpan usual = _durations.GetValueOrDefault(operation, TimeSpan.FromMilliseconds(400));
        ScriptResult result = await session.KillDuringAsync(script, usual * random.NextDouble());
        _struck += result.Errors.Count == 0 ? 0 : 1;

        // A little longer each time, until it is too long.
        _durations[operation] = result.Errors.Count == 0 ? usual * 0.8 : usual * 1.3;
    }

    // restic reads all data, and what was committed is there under its id with the same tree.
    private async Task ProveAsync(ProductSession session, string repository)
    {
        // Any work of ours passes over the locks of the dead process and removes them; restic would wait for half an hour.
        Assert.Equal("Sound", (await session.SingleAsync($"Test-HBRepository {repository}")).Text("State"));
        var restic = new ResticProgram(repository == "main" ? session.RepositoryPath : session.In("second"));
        await restic.CheckAsync();
        if (repository != "main")
        {
            return;
        }

        Dictionary<string, string> found = [];
        foreach (JsonElement snapshot in await restic.SnapshotsAsync())
        {
            found.Add(snapshot.GetProperty("id").GetString()!, snapshot.GetProperty("tree").GetString()!);
        }

        foreach ((string id, string tree) in _committed)
        {
            Assert.True(found.TryGetValue(id, out string? same) && same == tree, string.Create(CultureInfo.InvariantCulture, $"Snapshot {id} was committed and is gone or another."));
        }

        foreach ((string id, string tree) in found)
        {
            _committed[id] = tree;
        }
    }

    // Some files change, most stay: packs are then needed in part, which is what a prune rewrites.
    private static async Task ChangeSourceAsync(ProductSession session, Random random)
    {
        foreach (int file in Enumerable.Range(0, Files))
        {
            string path = Path.Combine(session.In("source"), $"file{file}");
            if (!File.Exists(path) || random.Next(4) == 0)
            {
                byte[] content = new byte[random.Next(1_500_000)];
                random.NextBytes(content);
                await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
            }
        }
    }
}
