using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Restic;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.BadInput;

/// <summary>Sources that are missing, cannot be read, change while they are read, or lie deep.</summary>
public sealed class SourceTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_path_that_does_not_exist_is_named()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        await session.CreateTaskAsync("docs", session.In("missing"));

        ScriptResult result = await session.RunAsync("Start-HBTask docs -Wait");

        Assert.Equal("Failed", Assert.Single(result.Output).Text("State"));
        Assert.Contains(result.ErrorIds.First(), (string[])["ItemNotFound", "SourceUnavailable"]);
        Assert.Contains(session.In("missing")[1..], $"{result.Errors[0].TargetObject} {result.Errors[0]}", StringComparison.Ordinal);
        Assert.Empty(await session.OutputAsync("Get-HBSnapshot"));
    }

    [Fact(Timeout = 120_000)]
    public async Task One_missing_path_beside_a_good_one_is_a_warning_and_the_good_one_is_stored()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        Directory.CreateDirectory(session.In("good"));
        await File.WriteAllTextAsync(session.In("good/file"), "good", TestContext.Current.CancellationToken);
        await session.OutputAsync("New-HBTask -Name docs -Path ./good, ./missing -Repository main");

        PSObject run = Assert.Single((await session.RunAsync("Start-HBTask docs -Wait")).Output);

        Assert.Equal("CompletedWithWarnings", run.Text("State"));
        Assert.Contains("missing", await session.LogAsync(run), StringComparison.Ordinal);
        Assert.NotEmpty(await session.OutputAsync($"Get-HBSnapshot -Task docs | Get-HBItem -Path '{session.In("good")}'"));
    }

    [Fact(Timeout = 120_000)]
    public async Task An_item_that_cannot_be_read_is_a_warning_that_names_it_and_the_others_are_stored()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Uses /proc.");
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = session.In("source");

        // Root may read every file of a disk, but not this one of the kernel: reading its first page fails for everybody.
        await session.CreateTaskAsync("docs", $"{source}', '/proc/self/mem");
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "good"), "good", TestContext.Current.CancellationToken);

        PSObject run = Assert.Single((await session.RunAsync("Start-HBTask docs -Wait")).Output);

        Assert.Equal("CompletedWithWarnings", run.Text("State"));
        PSObject line = Assert.Single(await session.OutputAsync($"Get-HBRunLog {run.Text("RunId")} -MinimumLevel Warning"));
        Assert.Equal(("ItemUnreadable", "proc/self/mem"), (line.Text("ErrorId"), line.Text("Path").TrimStart('/')));
        Assert.NotEmpty(await session.OutputAsync($"Get-HBSnapshot -Task docs | Get-HBItem -Path '{source}/good'"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Files_that_change_and_vanish_while_they_are_read_leave_a_sound_snapshot()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Made with the tools of Linux.");
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = session.In("source");
        Directory.CreateDirectory(source);
        await SystemProgram.ShellAsync("head -c 300000000 /dev/urandom > a-large; for i in $(seq 500); do echo $i > z-file$i; done", source);
        await session.CreateTaskAsync("docs", source);
        PSObject run = await session.SingleAsync("Start-HBTask docs");
        await WaitForBytesAsync(session, run, 1);
        await SystemProgram.ShellAsync("printf changed >> a-large; rm z-file1 z-file2 z-file3", source);

        PSObject ended = Assert.Single((await session.RunAsync($"Wait-HBRun {run.Text("RunId")}")).Output);

        Assert.Equal("CompletedWithWarnings", ended.Text("State"));
        string[] codes = [.. (await session.OutputAsync($"Get-HBRunLog {run.Text("RunId")} -MinimumLevel Warning")).Select(line => line.Text("ErrorId"))];
        Assert.Contains("ItemChanged", codes);
        Assert.All(codes, code => Assert.Contains(code, (string[])["ItemChanged", "ItemVanished"]));
        await session.CheckAsync();

        // What changed is read again by the next run, and then nothing is amiss.
        PSObject next = await session.BackUpAsync("docs");
        Assert.True(next.Number("ChangedFiles") >= 1);
        await session.RestoreAsync("docs", "./out");
        await TreeListing.AssertEqualAsync(source, session.In("out") + source);
    }

    [Fact(Timeout = 180_000)]
    public async Task Paths_beyond_four_thousand_bytes_come_back()
    {
        ResticProgram.SkipUnlessInstalled();
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = session.In("source");
        Directory.CreateDirectory(source);
        const string Descend = "for i in $(seq 25); do mkdir -p \"$n\"; cd \"$n\"; done";
        await SystemProgram.ShellAsync($"n=$(printf 'p%.0s' {{1..200}}); {Descend}; echo deepest > file", source);
        await session.CreateTaskAsync("deep", source);

        await session.BackUpAsync("deep");
        await session.RestoreAsync("deep", "./out");

        string content = await SystemProgram.ShellAsync("n=$(printf 'p%.0s' {1..200}); for i in $(seq 25); do cd \"$n\"; done; cat file", session.In("out") + source);
        Assert.Equal("deepest\n", content);
        await session.CheckAsync();
        await new ResticProgram(session.RepositoryPath).CheckAsync();
    }

    private static async Task WaitForBytesAsync(ProductSession session, PSObject run, long bytes)
    {
        PSObject state;
        do
        {
            state = await session.SingleAsync($"Get-HBRun {run.Text("RunId")}");
            Assert.True(state.Text("State") is "Queued" or "Running", $"The run was {state.Text("State")} before it had read anything.");
        }
        while (state.Number("Bytes") < bytes && state.Text("CurrentItem").Length == 0);
    }
}
