using System.Management.Automation;
using System.Text.Json;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.Restic;

/// <summary>Two servers with data paths of their own, and restic, back up, remove and prune in one repository at the same time: each waits or is refused, and nothing is lost.</summary>
public sealed class TwoServersTests
{
    private const int SmallFiles = 6;

    // What each keeps, by id; the ids of what it removed on purpose are not in it.
    private readonly HashSet<string> _kept = [];
    private readonly Lock _gate = new();
    private int _refusals;
    private int _prunes;

    private static int Rounds => Testing.ProofRun.Times(everyday: 3, integration: 3, stress: 60);

    [Fact(Timeout = 3_600_000)]
    public async Task Two_servers_and_restic_lose_nothing_of_each_other()
    {
        ResticProgram.SkipUnlessInstalled();
        await using ProductSession first = await ProductSession.StartWithRepositoryAsync();
        await using ProductSession second = await ProductSession.StartAsync();
        await second.OutputAsync($"Import-HBRepository -Name main -Path '{first.RepositoryPath}' -PasswordFile ./pw");
        foreach (ProductSession session in new[] { first, second })
        {
            await session.OutputAsync("Set-HBRepository main -Grace 0 -SweepGrace 0");
            Directory.CreateDirectory(session.In("source"));
            await session.CreateTaskAsync("docs", session.In("source"));
        }

        var restic = new ResticProgram(first.RepositoryPath);
        await Task.WhenAll(WorkAsync(first, new Random(1)), WorkAsync(second, new Random(2)), WorkAsync(restic, first.In("restic"), new Random(3)));

        await restic.CheckAsync();
        HashSet<string> found = [.. (await restic.SnapshotsAsync()).Select(snapshot => snapshot.GetProperty("id").GetString()!)];
        Assert.All(_kept, kept => Assert.Contains(found, id => id.StartsWith(kept, StringComparison.Ordinal)));
        Assert.True(_prunes > 0, $"Nobody could prune; {_refusals} times somebody was refused.");
        foreach (ProductSession session in new[] { first, second })
        {
            await session.CheckAsync();
            await ChangeAsync(session.In("source"), new Random(4));
            await session.BackUpAsync("docs");
            await session.RestoreAsync("docs", "./out");
            await TreeListing.AssertEqualAsync(session.In("source"), session.In("out") + session.In("source"));
        }

        await restic.CheckAsync();
    }

    private static async Task ChangeAsync(string folder, Random random)
    {
        Directory.CreateDirectory(folder);
        for (int file = 0; file < SmallFiles; file++)
        {
            if (random.Next(2) == 0)
            {
                // Some content is the others' too.
                byte[] content = new byte[random.Next(1, 300_000)];
                new Random(random.Next(20)).NextBytes(content);
                await File.WriteAllBytesAsync(Path.Combine(folder, $"file{file}"), content, TestContext.Current.CancellationToken);
            }
        }
    }

    private async Task WorkAsync(ProductSession session, Random random)
    {
        Queue<string> own = [];
        for (int round = 0; round < Rounds; round++)
        {
            await ChangeAsync(session.In("source"), random);
            if (await TryAsync(session, "Start-HBTask docs -Wait") is { } run && run.Text("SnapshotId") is { Length: > 0 } id)
            {
                own.Enqueue(id);
                Keep(id, isKept: true);
            }

            if (own.Count > 2)
            {
                // Given up before it is removed: it may be gone although the answer was a refusal.
                Keep(own.Peek(), isKept: false);
                await TryAsync(session, $"Remove-HBSnapshot {own.Dequeue()} -Confirm:$false");
            }

            if (await TryAsync(session, "Optimize-HBRepository main -Force -MaxUnused 0 -Confirm:$false") is not null)
            {
                Interlocked.Increment(ref _prunes);
            }
        }
    }

    private async Task WorkAsync(ResticProgram restic, string folder, Random random)
    {
        Queue<string> own = [];
        for (int round = 0; round < Rounds; round++)
        {
            await ChangeAsync(folder, random);
            ProgramResult result = await restic.TryRunAsync("backup", "--json", "--quiet", "--tag", "restic", folder);
            if (result.ExitCode == 0)
            {
                using var summary = JsonDocument.Parse(result.Output.Trim().Split('\n')[^1]);
                own.Enqueue(summary.RootElement.GetProperty("snapshot_id").GetString()!);
                Keep(own.Last(), isKept: true);
            }
            else
            {
                Refused(result.Errors);
            }

            if (own.Count > 2)
            {
                Keep(own.Peek(), isKept: false);
                if ((await restic.TryRunAsync("forget", own.Dequeue())) is { ExitCode: not 0 } forgotten)
                {
                    Refused(forgotten.Errors);
                }
            }

            ProgramResult pruned = await restic.TryRunAsync("prune", "--max-unused", "0");
            if (pruned.ExitCode == 0)
            {
                Interlocked.Increment(ref _prunes);
            }
            else
            {
                Refused(pruned.Errors);
            }
        }
    }

    private void Keep(string id, bool isKept)
    {
        lock (_gate)
        {
            _ = isKept ? _kept.Add(id) : _kept.Remove(id);
        }
    }

    private void Refused(string errors)
    {
        Assert.Contains("locked", errors, StringComparison.OrdinalIgnoreCase);
        Interlocked.Increment(ref _refusals);
    }

    // Null if another program was in the way; anything else that goes wrong fails the test.
    private async Task<PSObject?> TryAsync(ProductSession session, string script)
    {
        ScriptResult result = await session.RunAsync(script);
        if (result.Errors.Count == 0)
        {
            return result.Output.Count > 0 ? result.Output[0] : new PSObject();
        }

        Assert.All(result.ErrorIds, id => Assert.True(id == "RepositoryLocked", $"{script}: {string.Join("; ", result.Errors.Select(error => $"{error.FullyQualifiedErrorId} {error}"))}"));
        Interlocked.Increment(ref _refusals);
        return null;
    }
}
