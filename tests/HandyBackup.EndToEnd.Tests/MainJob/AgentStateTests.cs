using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.MainJob;

/// <summary>The agent's state file in the real server: it saves effort and changes nothing else.</summary>
public sealed class AgentStateTests
{
    [Fact(Timeout = 120_000)]
    public async Task State_is_kept_from_run_to_run_and_can_be_thrown_away()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        await MakeSourceAsync(session);
        await session.CreateTaskAsync("docs", session.In("source"));
        PSObject first = await session.BackUpAsync("docs");
        string state = StateFile(session);
        PSObject second = await session.BackUpAsync("docs");
        Assert.Equal((first.Number("Items"), first.Number("Bytes"), 60L), (second.Number("Items"), second.Number("Bytes"), second.Number("UnchangedFiles")));
        byte[] content = await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken);

        await File.WriteAllTextAsync(session.In("source/f3/changed"), "changed", TestContext.Current.CancellationToken);
        File.Delete(session.In("source/f1/4.txt"));
        PSObject third = await session.BackUpAsync("docs");
        Assert.Equal((1L, 0L, 59L), (third.Number("NewFiles"), third.Number("ChangedFiles"), third.Number("UnchangedFiles")));
        Assert.NotEqual(content, await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken));

        Directory.Delete(Path.GetDirectoryName(state)!, recursive: true);
        Assert.Equal(60, (await session.BackUpAsync("docs")).Number("UnchangedFiles"));
        Assert.Equal(state, StateFile(session));
        Assert.Equal(60, (await session.BackUpAsync("docs")).Number("UnchangedFiles"));
        await session.RestoreAsync("docs", "./out");
        await TreeListing.AssertEqualAsync(session.In("source"), session.In("out") + session.In("source"));
        await session.CheckAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Content_that_a_repair_gave_up_is_stored_again_although_nothing_changed()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        await MakeSourceAsync(session);
        await session.CreateTaskAsync("docs", session.In("source"));
        await session.BackUpAsync("docs");
        await session.BackUpAsync("docs");
        string pack = Directory.GetFiles(Path.Combine(session.RepositoryPath, "data"), "*", SearchOption.AllDirectories).MaxBy(path => new FileInfo(path).Length)!;
        File.Delete(pack);
        PSObject repair = await session.SingleAsync("Repair-HBRepository main -Confirm:$false -WarningAction SilentlyContinue -ErrorAction SilentlyContinue");
        Assert.NotNull(repair);

        await session.RunAsync("Start-HBTask docs -Wait");
        await session.RestoreAsync("docs", "./out");
        await TreeListing.AssertEqualAsync(session.In("source"), session.In("out") + session.In("source"));
    }

    private static string StateFile(ProductSession session) => Assert.Single(Directory.GetFiles(Path.Combine(session.DataPath, "agent-state")));

    private static async Task MakeSourceAsync(ProductSession session)
    {
        for (int folder = 0; folder < 6; folder++)
        {
            string path = Directory.CreateDirectory(session.In($"source/f{folder}")).FullName;
            for (int file = 0; file < 10; file++)
            {
                await File.WriteAllTextAsync(Path.Combine(path, $"{file}.txt"), $"{folder}/{file} {new string('x', file * 70)}", TestContext.Current.CancellationToken);
            }
        }
    }
}
