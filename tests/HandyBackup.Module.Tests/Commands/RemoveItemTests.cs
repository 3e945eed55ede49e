using System.Management.Automation;
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

    [Theory]
    [InlineData("tmp/x", "-Recurse", "tmp/x tmp/x/a tmp/x/b")]
    [InlineData("/tmp/x/", "-Recurse", "tmp/x tmp/x/a tmp/x/b")]
    [InlineData("tmp/x", "", "tmp/x")]
    [InlineData("tmp/file", "-Recurse", "tmp/file")]
    [InlineData("tmp/[odd]", "", "tmp/[odd]")]
    public async Task What_if_lists_what_would_go_and_removes_nothing(string path, string recurse, string expected)
    {
        await using Panel panel = await Panel.OpenAsync();
        Show(panel);

        IReadOnlyList<PSObject> listed = await panel.OutputAsync($"Remove-HBItem '{path}' -Agent pc1 {recurse} -WhatIf");

        Assert.Equal(expected, string.Join(' ', listed.Select(item => item.Text("Path"))));
        Assert.Equal(0, panel.Server.Count("IItems.RemoveAsync"));
    }

    [Theory]
    [InlineData("tmp/none")]
    [InlineData("/")]
    public async Task What_if_of_what_is_not_there_is_an_error(string path)
    {
        await using Panel panel = await Panel.OpenAsync();
        Show(panel);

        Assert.Equal("ItemNotFound", (await panel.ErrorAsync($"Remove-HBItem {path} -Agent pc1 -Recurse -WhatIf")).Id());
    }

    [Fact]
    public async Task Items_of_a_snapshot_stay()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.ListAsync", new[] { Samples.Item("etc/hosts") });

        Assert.Equal("InvalidArgument", (await panel.ErrorAsync("Get-HBItem -SnapshotId aaaa | Remove-HBItem -Confirm:$false")).Id());
        Assert.Equal(0, panel.Server.Count("IItems.RemoveAsync"));
    }

    // As an agent lists: a folder shows its content, and of that what fits the filter, whose sets stand for one character.
    private static void Show(Panel panel)
    {
        Item[] all =
        [
            Samples.Item("tmp/x", ItemKind.Folder, isLive: true), Samples.Item("tmp/x/a", isLive: true), Samples.Item("tmp/x/b", isLive: true),
            Samples.Item("tmp/file", isLive: true), Samples.Item("tmp/[odd]", isLive: true),
        ];
        panel.Server.On<ItemQuery>("IItems.ListAsync", query => all.Where(item =>
            item.Path.StartsWith($"{query.Path}/", StringComparison.Ordinal)
            && (query.Filter is null || item.Name == query.Filter.Replace("[[]", "[", StringComparison.Ordinal))).ToArray());
    }
}
