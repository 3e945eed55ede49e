using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetRemovalTests
{
    [Fact]
    public async Task Requests_are_listed()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRemovalRequests.ListAsync", new[] { Samples.Removal() });

        Assert.Equal("RemoveRepository", (await panel.OutputAsync("Get-HBRemoval"))[0].Text("Kind"));
        Assert.Contains("repository main", await panel.ShowAsync("Get-HBRemoval"), StringComparison.Ordinal);
    }
}
