using System.Management.Automation;
using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetItemContentTests
{
    [Theory]
    [InlineData("one|\r|\ntwo\nthree", new[] { "one", "two", "three" })]
    [InlineData("one\n\ntwo\r\r\n", new[] { "one", "", "two", "" })]
    [InlineData("\uFEFFone", new[] { "one" })]
    [InlineData("h\u00e4|\u4e2d|\ud83d\ude00\n", new[] { "h\u00e4\u4e2d\ud83d\ude00" })]
    [InlineData("", new string[0])]
    public async Task Text_comes_line_by_line_wherever_it_was_cut(string parts, string[] lines)
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.ReadLiveAsync", Parts(parts.Split('|')));

        Assert.Equal(lines, (await panel.OutputAsync("Get-HBItemContent /etc/hosts -Agent pc1")).Select(line => (string)line.BaseObject));

        var request = panel.Server.Request<LiveContentRequest>("IItems.ReadLiveAsync");
        Assert.Equal(("pc1", "etc/hosts"), (request.Agent, request.Path));
    }

    [Fact]
    public async Task A_character_may_be_cut_in_two()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.ReadLiveAsync", Encoding.UTF8.GetBytes("\u4e2d\n").Select(one => (ReadOnlyMemory<byte>)new[] { one }).ToArray());

        Assert.Equal("\u4e2d", Assert.Single(await panel.OutputAsync("Get-HBItemContent a -Agent pc1")).BaseObject);
    }

    [Fact]
    public async Task An_item_of_a_snapshot_is_read_from_the_snapshot()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.ListAsync", new[] { Samples.Item("etc/hosts") });
        panel.Server.On("IItems.ReadStoredAsync", Parts("stored"));

        Assert.Equal("stored", Assert.Single(await panel.OutputAsync("Get-HBItem -SnapshotId aaaa | Get-HBItemContent")).BaseObject);
        Assert.Equal("etc/hosts", panel.Server.Request<StoredContentRequest>("IItems.ReadStoredAsync").Path);
    }

    [Fact]
    public async Task Raw_and_bytes_are_given_as_they_are()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.ReadLiveAsync", Parts("a\n", "b\n"));

        Assert.Equal("a\nb\n", Assert.Single(await panel.OutputAsync("Get-HBItemContent a -Agent pc1 -Raw")).BaseObject);
        Assert.Equal([97, 10, 98, 10], (await panel.OutputAsync("Get-HBItemContent a -Agent pc1 -AsByteStream")).Select(one => (byte)one.BaseObject));
        Assert.Equal([97, 10, 98, 10], (byte[])Assert.Single(await panel.OutputAsync(",(Get-HBItemContent a -Agent pc1 -AsByteStream -Raw)")).BaseObject);
        Assert.Equal("\u0a61\u0a62", Assert.Single(await panel.OutputAsync("Get-HBItemContent a -Agent pc1 -Raw -Encoding unicode")).BaseObject);
    }

    [Theory]
    [InlineData("-TotalCount 2", 2)]
    [InlineData("-TotalCount 0", 0)]
    [InlineData("-AsByteStream -TotalCount 5", 5)]
    public async Task So_much_and_no_more(string parameters, int count)
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IItems.ReadLiveAsync", Parts("one\n", "two\n", "three\n"));

        Assert.Equal(count, (await panel.OutputAsync("Get-HBItemContent a -Agent pc1 " + parameters)).Count);
    }

    [Fact]
    public async Task One_file_that_cannot_be_read_does_not_hide_the_next()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On<LiveContentRequest>(
            "IItems.ReadLiveAsync",
            request => request.Path == "bad" ? throw new HandyBackupException(ErrorCode.ItemUnreadable, "Permission denied") { Target = "bad" } : Parts("good"));

        Assert.Equal("good", Assert.Single(await panel.OutputAsync("Get-HBItemContent bad, good -Agent pc1 -ErrorVariable failed -ErrorAction SilentlyContinue")).BaseObject);
        Assert.Equal("ItemUnreadable", ((ErrorRecord)Assert.Single(await panel.OutputAsync("$failed[0]")).BaseObject).Id());
    }

    private static ReadOnlyMemory<byte>[] Parts(params string[] parts) => [.. parts.Select(part => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(part))];
}
