using System.Management.Automation;
using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetTaskTests
{
    [Fact]
    public async Task Filters_go_to_the_server()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task(lastRun: Samples.Run(RunState.Completed)) });

        PSObject task = Assert.Single(await panel.OutputAsync("Get-HBTask docs* -Repository main -Agent here"));

        Assert.Equal(new TaskQuery { Name = "docs*", Repository = "main", Agent = "here" }, panel.Server.Request<TaskQuery>("ITasks.ListAsync"));
        Assert.Equal("Completed", ((PSObject.AsPSObject(task.Get("LastRun")!)).Text("State")));
    }

    [Fact]
    public async Task An_unknown_name_is_an_error_and_a_wildcard_without_match_is_not()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.ListAsync", Array.Empty<TaskInfo>());

        ErrorRecord error = await panel.ErrorAsync("Get-HBTask nothing; Get-HBTask no*");

        Assert.Equal("TaskNotFound", error.Id());
    }

    [Fact]
    public async Task Objects_remember_their_session()
    {
        await using Panel panel = await Panel.OpenAsync();
        await using var other = new FakeServer();
        other.On("ITasks.ListAsync", new[] { Samples.Task("theirs") });
        other.On("ITasks.StartAsync", Samples.Started());

        await panel.OutputAsync($"$b = Connect-HBServer '{other.DataPath}'; $null = Connect-HBServer '{panel.Server.DataPath}'; Get-HBTask -Session $b | Start-HBTask");

        Assert.Equal("theirs", other.Request<StartTaskRequest>("ITasks.StartAsync").Name);
        Assert.Equal(0, panel.Server.Count("ITasks.StartAsync"));
    }

    [Fact]
    public async Task Tab_completes_names_and_stays_silent_when_the_server_is_slow()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task("docs"), Samples.Task("my docs") });

        IReadOnlyList<PSObject> completions = await panel.OutputAsync("(TabExpansion2 'Get-HBTask -Name my' 18).CompletionMatches");
        Assert.Equal("'my docs'", Assert.Single(completions).Get("CompletionText"));

        panel.Server.On<TaskQuery>("ITasks.ListAsync", (_, token) => Forever(token));
        Assert.DoesNotContain(await panel.OutputAsync("(TabExpansion2 'Get-HBTask -Name my' 18).CompletionMatches"), match => match.Text("CompletionText")!.Contains("docs", StringComparison.Ordinal));
    }

    private static async IAsyncEnumerable<TaskInfo> Forever([EnumeratorCancellation] CancellationToken token)
    {
        await Task.Delay(Timeout.Infinite, token);
        yield break;
    }
}
