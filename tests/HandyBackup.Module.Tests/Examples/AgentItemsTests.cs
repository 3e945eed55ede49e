using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;
using HandyBackup.Testing;

namespace HandyBackup.Module.Tests.Examples;

public sealed class AgentItemsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_old_is_removed_once_it_is_here()
    {
        await using Panel panel = await OpenAsync();
        panel.Server.On("IItems.ReadLiveAsync", new ReadOnlyMemory<byte>[] { new byte[] { 1 } });
        panel.Server.On("IItems.RemoveAsync", new[] { new ItemRemoval { Path = "tmp/old", Kind = ItemKind.File, Size = 1 } });

        PSObject removed = Assert.Single(await panel.OutputAsync(Script));

        Assert.Equal("tmp/old", removed.Text("Path"));
        Assert.Equal("tmp/old", panel.Server.Request<RemoveItemsRequest>("IItems.RemoveAsync").Path);
        Assert.True(File.Exists(_folder.Combine("tmp", "old")));
        Assert.True(File.Exists(_folder.Combine("tmp", "new")));
    }

    [Fact]
    public async Task What_did_not_arrive_is_not_removed()
    {
        await using Panel panel = await OpenAsync();
        panel.Server.Fail("IItems.ReadLiveAsync", new HandyBackupException(ErrorCode.ItemUnreadable, "Permission denied"));

        Assert.Equal("ItemUnreadable", (await panel.ErrorAsync(Script)).Id());

        Assert.Equal(0, panel.Server.Count("IItems.RemoveAsync"));
    }

    private string Script =>
        $"$ErrorActionPreference = 'Stop'; & '{Path.Combine(ModuleFolder.Sources!, "examples", "agent-items.ps1")}' -Agent pc1 -Folder tmp -Destination '{_folder.Path}'";

    private static async Task<Panel> OpenAsync()
    {
        Assert.SkipWhen(ModuleFolder.Sources is null, "The sources are not here.");
        Panel panel = await Panel.OpenAsync();
        await panel.OutputAsync($". '{Path.Combine(ModuleFolder.Sources!, "module", "HandyBackup.Shell", "Everyday", "Everyday.ps1")}'");
        Item[] files = [Live("tmp/new", TimeProvider.System.GetUtcNow()), Live("tmp/old", TimeProvider.System.GetUtcNow().AddDays(-60))];
        panel.Server.On<ItemQuery>("IItems.ListAsync", query => query.Path.Length == 0 ? new[] { Live("tmp", TimeProvider.System.GetUtcNow()) with { Kind = ItemKind.Folder, Size = null } } : files);
        return panel;
    }

    private static Item Live(string path, DateTimeOffset modified) => new()
    {
        Path = path,
        Name = path.Split('/')[^1],
        Kind = ItemKind.File,
        Size = 1,
        Modified = modified,
        Agent = "pc1",
    };
}
