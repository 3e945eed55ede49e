using System.Management.Automation;
using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetRunLogTests
{
    [Fact]
    public async Task Lines_of_a_piped_run_are_listed_from_the_asked_level()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRuns.ListAsync", new[] { Samples.Run() });
        panel.Server.On("IRuns.GetLogAsync", new[]
        {
            new RunLogEntry { RunId = Samples.RunId, Sequence = 1, Time = Samples.Time, Level = RunLogLevel.Warning, Code = ErrorCode.ItemUnreadable, Path = "etc/shadow\u0007", Message = "Permission denied" },
        });

        PSObject line = Assert.Single(await panel.OutputAsync("Get-HBRun | Get-HBRunLog -MinimumLevel Warning"));

        Assert.Equal(new RunLogQuery { RunId = Samples.RunId, MinimumLevel = RunLogLevel.Warning }, panel.Server.Request<RunLogQuery>("IRuns.GetLogAsync"));
        Assert.Equal(("ItemUnreadable", "etc/shadow\\x07"), (line.Text("ErrorId"), line.Get("Path")));
    }

    [Fact]
    public async Task A_consumer_that_has_enough_ends_the_stream()
    {
        await using Panel panel = await Panel.OpenAsync();
        var ended = new TaskCompletionSource();
        panel.Server.On<RunLogQuery>("IRuns.GetLogAsync", (_, token) => Endless(ended, token));

        PSObject first = Assert.Single(await panel.OutputAsync($"foreach ($i in 1) {{ Get-HBRunLog {Samples.RunId} | ForEach-Object {{ $_; break }} }}"));

        Assert.Equal(1L, first.Get("Sequence"));
        await ended.Task.WaitAsync(TestTimeout.Token);
    }

    private static async IAsyncEnumerable<RunLogEntry> Endless(TaskCompletionSource ended, [EnumeratorCancellation] CancellationToken token)
    {
        try
        {
            for (long i = 1; ; i++)
            {
                await Task.Yield();
                token.ThrowIfCancellationRequested();
                yield return new RunLogEntry { RunId = Samples.RunId, Sequence = i, Time = Samples.Time, Level = RunLogLevel.Information, Message = "line" };
            }
        }
        finally
        {
            ended.TrySetResult();
        }
    }
}
