using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RemoveItemTests
{
    [Fact]
    public async Task Removing_asks_and_says_how_much_went_and_what_stayed()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.RemoveAsync", new[]
        {
            new ItemRemoval { Path = "tmp/x/a", Kind = ItemKind.File, Size = 1024 },
            new ItemRemoval { Path = "tmp/x/b", Kind = ItemKind.File, Failure = new ErrorInfo { Code = ErrorCode.ItemNotRemoved, Message = "Permission denied", Target = "tmp/x/b" } },
        });

        Assert.Equal("ItemNotRemoved", (await panel.ErrorAsync("Remove-HBItem /tmp/x -Agent pc1 -Recurse -Confirm:$false")).Id());

        var request = panel.Server.Request<RemoveItemsRequest>("IItems.RemoveAsync");
        Assert.Equal(("pc1", "tmp/x", true), (request.Agent, request.Path, request.Recurse));
    }

    [Fact]
    public async Task What_if_lists_what_would_go_and_removes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.ListAsync", new[] { Samples.Item("tmp/x/a", isLive: true) });

        Assert.Equal("tmp/x/a", Assert.Single(await panel.OutputAsync("Remove-HBItem tmp/x -Agent pc1 -Recurse -WhatIf")).Text("Path"));

        Assert.True(panel.Server.Request<ItemQuery>("IItems.ListAsync").Recurse);
        Assert.Equal(0, panel.Server.Count("IItems.RemoveAsync"));
    }

    [Fact]
    public async Task Items_of_a_snapshot_stay()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.ListAsync", new[] { Samples.Item("etc/hosts") });

        Assert.Equal("InvalidArgument", (await panel.ErrorAsync("Get-HBItem -SnapshotId aaaa | Remove-HBItem -Confirm:$false")).Id());
        Assert.Equal(0, panel.Server.Count("IItems.RemoveAsync"));
    }
}
