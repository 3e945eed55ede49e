using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.MainJob;

/// <summary>With nothing but the repository's folder and its password a new server knows everything again.</summary>
public sealed class LostServerTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_new_server_lists_restores_and_continues_what_a_lost_one_stored()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = session.In("source");
        Directory.CreateDirectory(source);
        await SystemProgram.ShellAsync("head -c 3000000 /dev/urandom > big; echo one > small; mkdir empty", source);
        await session.CreateTaskAsync("docs", source, "-Tag quarterly");
        await session.BackUpAsync("docs");
        await SystemProgram.ShellAsync("echo two > small", source);
        await session.BackUpAsync("docs");
        await session.OutputAsync("Stop-HBServer");
        SystemProgram.DeleteTree(session.DataPath);

        await session.StartServerAsync();
        Assert.Empty(await session.OutputAsync("Get-HBTask; Get-HBRepository; Get-HBSnapshot"));
        await session.OutputAsync("Import-HBRepository -Name found -Path ./repo -PasswordFile ./pw");

        IReadOnlyList<PSObject> snapshots = await session.OutputAsync("Get-HBSnapshot -Repository found");
        Assert.Equal(["docs", "docs"], snapshots.Select(snapshot => snapshot.Text("Task")));
        Assert.All(snapshots, snapshot => Assert.Contains("quarterly", (string[])snapshot.Get("Tags")!));
        await session.RestoreAsync("docs", "./out");
        await TreeListing.AssertEqualAsync(source, session.In("out") + source);
        await session.CheckAsync("found");

        // The same task made anew continues where the lost one ended.
        await session.OutputAsync($"New-HBTask -Name docs -Source Files -Path '{source}' -Repository found");
        PSObject run = await session.BackUpAsync("docs");
        Assert.Equal((0L, 0L, 2L), (run.Number("NewFiles"), run.Number("ChangedFiles"), run.Number("UnchangedFiles")));
    }
}
