using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Tests.Calls;

public sealed class ErrorTests
{
    private static readonly RunReference s_run = new(Guid.Empty);

    [Fact]
    public async Task Known_error_arrives_with_all_it_says_and_without_its_cause()
    {
        var thrown = new HandyBackupException(ErrorCode.StoreFull, "No space is left in '/repo'.", new IOException("inner secret"))
        {
            Target = "/repo",
            Advice = "Free some space.",
            IsTransient = true,
        };
        HandyBackupException caught = await FailingCallAsync(thrown);

        Assert.Equal((thrown.Code, thrown.Message, thrown.Target, thrown.Advice, true), (caught.Code, caught.Message, caught.Target, caught.Advice, caught.IsTransient));
        Assert.DoesNotContain("inner secret", caught.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unexpected_error_shows_a_correlation_id_and_the_log_the_rest()
    {
        var services = RpcPair.Services() with { Runs = new ScriptedRuns { OnStop = _ => throw new InvalidOperationException("password=hunter2") } };
        await using RpcPair pair = RpcPair.Open(services);
        using PanelConnection connection = await pair.ConnectAsync();

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(() => connection.Runs.StopAsync(s_run, TestTimeout.Token));

        Assert.Equal(ErrorCode.InternalError, caught.Code);
        Assert.DoesNotContain("hunter2", caught.ToString(), StringComparison.Ordinal);
        UnexpectedError logged = Assert.Single(pair.UnexpectedErrors);
        Assert.Equal((caught.Target, "runs.StopAsync", "password=hunter2"), (logged.CorrelationId, logged.Method, logged.Exception.Message));
    }

    [Fact]
    public async Task Error_in_a_stream_arrives_typed()
    {
        static async IAsyncEnumerable<Run> FailAsync()
        {
            await Task.Yield();
            yield return ScriptedRuns.Number(1);
            throw new HandyBackupException(ErrorCode.RunNotFound, "gone") { Target = "x" };
        }

        var services = RpcPair.Services() with { Runs = new ScriptedRuns { OnStream = _ => FailAsync() } };
        await using RpcPair pair = RpcPair.Open(services);
        using PanelConnection connection = await pair.ConnectAsync();

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(async () =>
        {
            await foreach (Run run in connection.Runs.WatchAsync(s_run, TestTimeout.Token))
            {
                Assert.Equal(1, run.Warnings);
            }
        });
        Assert.Equal((ErrorCode.RunNotFound, "x"), (caught.Code, caught.Target));
    }

    [Fact]
    public async Task Cancellation_reaches_the_service_and_comes_back_as_such()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        async Task<Run> WaitAsync(CancellationToken token)
        {
            started.SetResult();
            await using CancellationTokenRegistration registration = token.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        }

        var services = RpcPair.Services() with { Runs = new ScriptedRuns { OnStop = WaitAsync } };
        await using RpcPair pair = RpcPair.Open(services);
        using PanelConnection connection = await pair.ConnectAsync();
        using var source = new CancellationTokenSource();

        Task<Run> call = connection.Runs.StopAsync(s_run, source.Token);
        await started.Task.WaitAsync(TestTimeout.Token);
        await source.CancelAsync();

        OperationCanceledException caught = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(source.Token, caught.CancellationToken);
        await cancelled.Task.WaitAsync(TestTimeout.Token);
    }

    [Fact]
    public async Task Operation_that_the_server_gave_up_is_an_error_not_a_cancellation_by_the_caller()
    {
        HandyBackupException caught = await FailingCallAsync(new OperationCanceledException());
        Assert.Equal(ErrorCode.Cancelled, caught.Code);
    }

    [Fact]
    public async Task Call_under_way_fails_with_connection_lost_when_the_server_goes()
    {
        var started = new TaskCompletionSource();
        var services = RpcPair.Services() with
        {
            Runs = new ScriptedRuns
            {
                OnStop = async token =>
                {
                    started.SetResult();
                    await Task.Delay(Timeout.Infinite, token);
                    return ScriptedRuns.Number(0);
                },
            },
        };
        await using RpcPair pair = RpcPair.Open(services);
        using PanelConnection connection = await pair.ConnectAsync();

        Task<Run> call = connection.Runs.StopAsync(s_run, TestTimeout.Token);
        await started.Task.WaitAsync(TestTimeout.Token);
        await pair.ServerEnd.DisposeAsync();

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(() => call);
        Assert.Equal(ErrorCode.ConnectionLost, caught.Code);
        await connection.Disconnected.WaitAsync(TestTimeout.Token);
        caught = await Assert.ThrowsAsync<HandyBackupException>(() => connection.Runs.StopAsync(s_run, TestTimeout.Token));
        Assert.Equal(ErrorCode.ConnectionLost, caught.Code);
    }

    [Fact]
    public void Error_code_of_a_newer_server_does_not_make_the_record_unreadable()
    {
        ErrorInfo info = JsonSerializer.Deserialize<ErrorInfo>("""{"code":"InventedLater","message":"m"}""", WireJson.Options)!;
        Assert.Equal((ErrorCode.InternalError, "m"), (info.Code, info.Message));
    }

    [Fact]
    public void Enumerations_travel_by_name() =>
        Assert.Equal("\"CompletedWithWarnings\"", JsonSerializer.Serialize(RunState.CompletedWithWarnings, WireJson.Options));

    private static async Task<HandyBackupException> FailingCallAsync(Exception thrown)
    {
        var services = RpcPair.Services() with { Runs = new ScriptedRuns { OnStop = _ => Task.FromException<Run>(thrown) } };
        await using RpcPair pair = RpcPair.Open(services);
        using PanelConnection connection = await pair.ConnectAsync();
        return await Assert.ThrowsAsync<HandyBackupException>(() => connection.Runs.StopAsync(s_run, TestTimeout.Token));
    }
}
