using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetItemTests
{
    [Fact]
    public async Task Items_of_a_piped_snapshot_are_listed()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() });
        panel.Server.On("IItems.ListAsync", new[] { Samples.Item("usr/share/doc", ItemKind.Folder), Samples.Item("usr/share/a.txt") });

        IReadOnlyList<PSObject> items = await panel.OutputAsync("Get-HBSnapshot -Latest | Get-HBItem -Path /usr/share/ -Recurse -Filter *.txt");

        Assert.Equal(
            new ItemQuery { Snapshot = new SnapshotReference("main", Samples.SnapshotId), Path = "usr/share", Recurse = true, Filter = "*.txt" },
            panel.Server.Request<ItemQuery>("IItems.ListAsync"));
        Assert.Equal(("Folder", "usr/share/a.txt"), (items[0].Text("Kind"), items[1].Get("Path")));
    }

    [Fact]
    public async Task Without_a_snapshot_live_items_are_listed()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.ListAsync", new[] { Samples.Item("etc/fstab", isLive: true) });

        await panel.OutputAsync("Get-HBItem /etc -Agent here -Source PostgreSql -Option @{ Host = 'x' }");

        var query = panel.Server.Request<ItemQuery>("IItems.ListAsync");
        Assert.Null(query.Snapshot);
        Assert.Equal(("here", "etc", "PostgreSql", "\"x\""), (query.Agent, query.Path, query.Selection!.Source, query.Selection.Options["Host"].GetRawText()));
    }

    [Fact]
    public async Task One_bad_path_does_not_stop_the_next()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On<ItemQuery>("IItems.ListAsync", query => query.Path == "bad"
            ? throw new HandyBackupException(ErrorCode.ItemNotFound, "Not there.") { Target = "bad" }
            : new[] { Samples.Item("good") });

        PanelResult result = await panel.RunAsync("Get-HBItem -Path bad, good -SnapshotId aaaa");

        Assert.Equal("ItemNotFound", Assert.Single(result.Errors).Id());
        Assert.Single(result.Output);
    }

    [Fact]
    public async Task The_view_shows_modes_sizes_and_whole_paths()
    {
        await using Panel panel = await Panel.OpenAsync();
        string longPath = "usr/share/" + new string('x', 90) + "/end";
        panel.Server.On("IItems.ListAsync", new[] { Samples.Item("usr", ItemKind.Folder), Samples.Item(longPath) });

        string shown = await panel.ShowAsync("Get-HBItem -SnapshotId aaaa");

        Assert.Contains("drwxr-xr-x", shown, StringComparison.Ordinal);
        Assert.Contains("1.5 KiB", shown, StringComparison.Ordinal);
        Assert.Contains(longPath, string.Concat(shown.Where(c => !char.IsWhiteSpace(c))), StringComparison.Ordinal);
    }
}
