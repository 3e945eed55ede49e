using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Restic;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.BadInput;

/// <summary>Sources that are missing, cannot be read, change while they are read, or lie deep.</summary>
public sealed class SourceTests(SharedSession shared) : IClassFixture<SharedSession>
{
    private ProductSession Session => shared.Session;

    [Fact(Timeout = 120_000)]
    public async Task A_path_that_does_not_exist_is_named()
    {
        Place place = await shared.CreatePlaceAsync();
        await place.CreateTaskAsync(place.In("missing"));

        ScriptResult result = await place.TryBackUpAsync();

        Assert.Equal("Failed", result.Single().Text("State"));
        Assert.Contains(result.ErrorIds.First(), (string[])["ItemNotFound", "SourceUnavailable"]);
        Assert.Contains(place.In("missing")[1..], $"{result.Errors[0].TargetObject} {result.Errors[0]}", StringComparison.Ordinal);
        Assert.Empty(await place.SnapshotsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task One_missing_path_beside_a_good_one_is_a_warning_and_the_good_one_is_stored()
    {
        Place place = await shared.CreatePlaceAsync();
        await File.WriteAllTextAsync(Path.Combine(place.Source, "file"), "good", TestContext.Current.CancellationToken);
        await place.CreateTaskAsync($"{place.Source}', '{place.In("missing")}");

        PSObject run = Assert.Single((await place.TryBackUpAsync()).Output);

        Assert.Equal("CompletedWithWarnings", run.Text("State"));
        Assert.Contains("missing", await Session.LogAsync(run), StringComparison.Ordinal);
        Assert.NotEmpty(await Session.OutputAsync($"Get-HBSnapshot -Task {place.Name} | Get-HBItem -Path '{place.Source}'"));
    }

    [Fact(Timeout = 120_000)]
    public async Task An_item_that_cannot_be_read_is_a_warning_that_names_it_and_the_others_are_stored()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Uses /proc.");
        Place place = await shared.CreatePlaceAsync();
        string source = place.Source;

        // Root may read every file of a disk, but not this one of the kernel: reading its first page fails for everybody.
        await place.CreateTaskAsync($"{source}', '/proc/self/mem");
        await File.WriteAllTextAsync(Path.Combine(source, "good"), "good", TestContext.Current.CancellationToken);

        PSObject run = Assert.Single((await place.TryBackUpAsync()).Output);

        Assert.Equal("CompletedWithWarnings", run.Text("State"));
        PSObject line = Assert.Single(await Session.OutputAsync($"Get-HBRunLog {run.Text("RunId")} -MinimumLevel Warning"));
        Assert.Equal(("ItemUnreadable", "proc/self/mem"), (line.Text("ErrorId"), line.Text("Path").TrimStart('/')));
        Assert.NotEmpty(await Session.OutputAsync($"Get-HBSnapshot -Task {place.Name} | Get-HBItem -Path '{source}/good'"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Files_that_change_and_vanish_while_they_are_read_leave_a_sound_snapshot()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Made with the tools of Linux.");
        Place place = await shared.CreatePlaceAsync();
        string source = place.Source;
        await SystemProgram.ShellAsync("head -c 300000000 /dev/urandom > a-large; for i in $(seq 500); do echo $i > z-file$i; done", source);
        await place.CreateTaskAsync(source);
        PSObject run = await Session.SingleAsync($"Start-HBTask {place.Name}");
        await WaitForBytesAsync(run, 1);
        await SystemProgram.ShellAsync("printf changed >> a-large; rm z-file1 z-file2 z-file3", source);

        PSObject ended = Assert.Single((await Session.RunAsync($"Wait-HBRun {run.Text("RunId")}")).Output);

        Assert.Equal("CompletedWithWarnings", ended.Text("State"));
        string[] codes = [.. (await Session.OutputAsync($"Get-HBRunLog {run.Text("RunId")} -MinimumLevel Warning")).Select(line => line.Text("ErrorId"))];
        Assert.Contains("ItemChanged", codes);
        Assert.All(codes, code => Assert.Contains(code, (string[])["ItemChanged", "ItemVanished"]));
        await Session.CheckAsync(place.Name);

        // What changed is read again by the next run, and then nothing is amiss.
        PSObject next = await place.BackUpAsync();
        Assert.True(next.Number("ChangedFiles") >= 1);
        await Session.RestoreAsync(place.Name, place.Out);
        await TreeListing.AssertEqualAsync(source, place.Restored);
    }

    [Fact(Timeout = 180_000)]
    public async Task Paths_beyond_four_thousand_bytes_come_back()
    {
        ResticProgram.SkipUnlessInstalled();
        Place place = await shared.CreatePlaceAsync();
        string source = place.Source;
        const string Descend = "for i in $(seq 25); do mkdir -p \"$n\"; cd \"$n\"; done";
        await SystemProgram.ShellAsync($"n=$(printf 'p%.0s' {{1..200}}); {Descend}; echo deepest > file", source);
        await place.CreateTaskAsync(source);

        await place.BackUpAsync();
        await Session.RestoreAsync(place.Name, place.Out);

        string content = await SystemProgram.ShellAsync("n=$(printf 'p%.0s' {1..200}); for i in $(seq 25); do cd \"$n\"; done; cat file", place.Restored);
        Assert.Equal("deepest\n", content);
        await Session.CheckAsync(place.Name);
        await new ResticProgram(place.RepositoryPath).CheckAsync();
    }

    private async Task WaitForBytesAsync(PSObject run, long bytes)
    {
        PSObject state;
        do
        {
            state = await Session.SingleAsync($"Get-HBRun {run.Text("RunId")}");
            Assert.True(state.Text("State") is "Queued" or "Running", $"The run was {state.Text("State")} before it had read anything.");
        }
        while (state.Number("Bytes") < bytes && state.Text("CurrentItem").Length == 0);
    }
}
