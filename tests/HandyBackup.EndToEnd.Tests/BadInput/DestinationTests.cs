using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.BadInput;

/// <summary>Places that a restore must not or cannot write to.</summary>
public sealed class DestinationTests(SharedSession shared) : IClassFixture<SharedSession>
{
    private ProductSession Session => shared.Session;

    [Fact(Timeout = 120_000)]
    public async Task Destinations_that_cannot_take_the_items_are_refused_and_left_alone()
    {
        Place place = await BackUpAsync();
        await File.WriteAllTextAsync(place.In("file"), "mine", TestContext.Current.CancellationToken);

        await Session.ErrorAsync("DestinationNotFolder", place.In("file"), $"{place.RestoreTo(place.In("file"))} -Wait");
        await Session.ErrorAsync("DestinationNotFolder", place.In("file"), $"{place.RestoreTo(place.In("file/below"))} -Wait");
        await Session.ErrorAsync("DestinationNotWritable", "/proc/none", $"{place.RestoreTo("/proc/none")} -Wait");

        Assert.Equal("mine", await File.ReadAllTextAsync(place.In("file"), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_link_in_the_destination_that_points_outside_is_never_followed()
    {
        Place place = await BackUpAsync();
        string outside = Directory.CreateDirectory(place.In("outside")).FullName;
        string below = place.Restored;
        Directory.CreateDirectory(Path.GetDirectoryName(below)!);
        File.CreateSymbolicLink(below, outside);

        ScriptResult result = await Session.RunAsync($"{place.Restore} -Wait");

        PSObject run = result.Single();
        string[] log = [.. (await Session.OutputAsync($"Get-HBRunLog {run.Text("RunId")} -MinimumLevel Warning")).Select(line => line.Text("ErrorId"))];
        Assert.True(log.Contains("DestinationEscapes") || run.Text("State") == "Completed", await Session.LogAsync(run));
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact(Timeout = 120_000)]
    public async Task Policies_decide_over_what_exists_and_the_plan_says_so_before()
    {
        Place place = await BackUpAsync();
        await Session.OutputAsync($"{place.Restore} -Wait");
        string file = Path.Combine(place.Restored, "file");
        await File.WriteAllTextAsync(file, "edited", TestContext.Current.CancellationToken);

        IReadOnlyList<PSObject> plan = await Session.OutputAsync($"{place.Restore} -Overwrite Never -WhatIf");
        Assert.Equal("Skip", Assert.Single(plan, item => item.Text("Path").EndsWith("/file", StringComparison.Ordinal)).Text("Action"));
        await Session.OutputAsync($"{place.Restore} -Overwrite Never -Wait");
        Assert.Equal("edited", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        await Session.OutputAsync($"{place.Restore} -Overwrite IfNewer -Wait");
        Assert.Equal("edited", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        await Session.OutputAsync($"{place.Restore} -Overwrite IfChanged -Wait");
        Assert.Equal("content", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    private async Task<Place> BackUpAsync()
    {
        Place place = await shared.CreatePlaceAsync();
        await File.WriteAllTextAsync(Path.Combine(place.Source, "file"), "content", TestContext.Current.CancellationToken);
        await place.CreateTaskAsync(place.Source);
        await place.BackUpAsync();
        return place;
    }
}
