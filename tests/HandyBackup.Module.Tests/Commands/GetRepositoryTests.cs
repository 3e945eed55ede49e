using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetRepositoryTests
{
    [Fact]
    public async Task Each_name_is_asked_for_and_a_missing_one_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On<RepositoryQuery>("IRepositories.ListAsync", query => query.Name == "none" ? [] : new[] { Samples.Repository() });

        PanelResult result = await panel.RunAsync("Get-HBRepository ma*, none, other*");

        Assert.Equal(2, result.Output.Count);
        Assert.Equal("RepositoryNotFound", Assert.Single(result.Errors).Id());
        Assert.Equal("none", result.Errors[0].TargetObject);
    }

    [Fact]
    public async Task All_are_listed_without_a_name_and_an_unreadable_one_says_why()
    {
        await using Panel panel = await Panel.OpenAsync();
        var broken = Samples.Repository("gone") with { Size = null, Snapshots = null, Error = new ErrorInfo { Code = ErrorCode.StoreUnavailable, Message = "The folder is gone." } };
        panel.Server.On("IRepositories.ListAsync", new[] { Samples.Repository(), broken });

        IReadOnlyList<PSObject> output = await panel.OutputAsync("Get-HBRepository");

        Assert.Null(panel.Server.Request<RepositoryQuery>("IRepositories.ListAsync").Name);
        Assert.Equal("StoreUnavailable", output[1].Text("ErrorId"));
        Assert.Null(output[1].Get("Size"));
    }

    [Fact]
    public async Task The_view_shows_sizes_as_people_read_them()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.ListAsync", new[] { Samples.Repository() });

        string shown = await panel.ShowAsync("Get-HBRepository");

        Assert.Contains("3.0 GiB", shown, StringComparison.Ordinal);
        Assert.Contains("/backup/main", shown, StringComparison.Ordinal);
    }
}
