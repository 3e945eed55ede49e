using System.Diagnostics;
using System.Globalization;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Server.Tests.Fakes;

namespace HandyBackup.Server.Tests.Hosting;

/// <summary>The server as a process, from the command line to the exit code.</summary>
public sealed class ServerProcessTests : IDisposable
{
    private readonly DataPath _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Server_answers_and_stops_when_a_panel_asks()
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(_data.Value, "--standalone");
        using PanelConnection connection = await server.ConnectAsync();
        ServerStatus status = await connection.ServerInfo.GetStatusAsync(TestTimeout.Token);
        Assert.Equal((server.Id, _data.Value, "standalone"), (status.ProcessId, status.DataPath, status.Version));

        await connection.ServerInfo.StopAsync(new StopServerRequest(), TestTimeout.Token);

        Assert.Equal((0, ""), await server.WaitForExitAsync());
        await connection.Disconnected.WaitAsync(TestTimeout.Token);
        Assert.False(File.Exists(_data.File("server.sock")));
        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(server.ConnectAsync);
        Assert.Equal(ErrorCode.ServerNotRunning, caught.Code);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_stops_the_server_after_its_runs_have_ended(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals exist on Unix only");
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(_data.Value);
        using PanelConnection connection = await server.ConnectAsync();
        var states = new List<RunState>();

        await foreach (Run run in connection.Runs.WatchAsync(new RunReference(Guid.Empty), TestTimeout.Token))
        {
            states.Add(run.State);
            if (run.State == RunState.Running)
            {
                using Process kill = Process.Start("kill", ["-" + signal, server.Id.ToString(CultureInfo.InvariantCulture)]);
                await kill.WaitForExitAsync(TestTimeout.Token);
            }
        }

        Assert.Equal([RunState.Running, RunState.Cancelled], states);
        Assert.Equal((0, ""), await server.WaitForExitAsync());
    }

    [Fact]
    public async Task Second_server_on_a_data_path_is_refused_and_the_first_goes_on()
    {
        await using ServerUnderTest first = await ServerUnderTest.StartAsync(_data.Value);
        await using ServerUnderTest second = ServerUnderTest.Launch(_data.Value);

        (int exitCode, string errors) = await second.WaitForExitAsync();

        Assert.Equal((int)ServerExitCode.DataPathInUse, exitCode);
        Assert.StartsWith($"hb-server: Another server already works on the data path '{_data.Value}'.", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Equal(ErrorCode.DataPathInUse, StartErrorFile.TryRead(_data.Value)?.Code);
        using PanelConnection connection = await first.ConnectAsync();
        Assert.Equal(first.Id, (await connection.ServerInfo.GetStatusAsync(TestTimeout.Token)).ProcessId);
    }

    [Fact]
    public async Task Killed_server_blocks_nothing()
    {
        await using (ServerUnderTest killed = await ServerUnderTest.StartAsync(_data.Value))
        {
            killed.Kill();
            await killed.WaitForExitAsync();
        }

        Assert.True(OperatingSystem.IsWindows() || File.Exists(_data.File("server.sock")));
        await using ServerUnderTest next = await ServerUnderTest.StartAsync(_data.Value);
        using PanelConnection connection = await next.ConnectAsync();
        Assert.Equal(next.Id, (await connection.ServerInfo.GetStatusAsync(TestTimeout.Token)).ProcessId);
    }

    [Theory]
    [InlineData("known", ErrorCode.CatalogNewer)]
    [InlineData("unexpected", ErrorCode.ServerStartFailed)]
    public async Task Failed_start_says_why_and_the_next_good_start_clears_it(string kind, ErrorCode code)
    {
        Directory.CreateDirectory(_data.Value);
        await File.WriteAllTextAsync(_data.File("fail"), kind, TestTimeout.Token);
        await using (ServerUnderTest failing = ServerUnderTest.Launch(_data.Value))
        {
            (int exitCode, string errors) = await failing.WaitForExitAsync();
            Assert.Equal((int)ServerExitCode.Failed, exitCode);
            Assert.Single(errors.TrimEnd().Split('\n'));
        }

        Assert.Equal(code, StartErrorFile.TryRead(_data.Value)?.Code);
        Assert.Contains("\"level\":\"Critical\"", await File.ReadAllTextAsync(_data.File("log/server.log"), TestTimeout.Token), StringComparison.Ordinal);

        File.Delete(_data.File("fail"));
        await using ServerUnderTest next = await ServerUnderTest.StartAsync(_data.Value);
        Assert.Null(StartErrorFile.TryRead(_data.Value));
    }

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("--data-path")]
    public async Task Wrong_command_line_shows_how_to_call(string option)
    {
        await using ServerUnderTest server = ServerUnderTest.Launch(_data.Value, option);
        (int exitCode, string errors) = await server.WaitForExitAsync();

        Assert.Equal((int)ServerExitCode.Usage, exitCode);
        Assert.Contains(option, errors, StringComparison.Ordinal);
        Assert.Contains(ServerArguments.Usage, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_path_that_is_a_file_is_refused()
    {
        await File.WriteAllTextAsync(_data.Value, "", TestTimeout.Token);
        try
        {
            await using ServerUnderTest server = ServerUnderTest.Launch(_data.Value);
            (int exitCode, string errors) = await server.WaitForExitAsync();

            Assert.Equal((int)ServerExitCode.Failed, exitCode);
            Assert.Contains($"The data path '{_data.Value}' cannot be used", errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(_data.Value);
        }
    }

    [Fact]
    public async Task Server_works_on_a_data_path_longer_than_a_socket_address()
    {
        string deep = Path.Combine(_data.Value, new string('a', 120), new string('b', 120));
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(deep);
        using PanelConnection connection = await server.ConnectAsync();

        Assert.Equal(deep, (await connection.ServerInfo.GetStatusAsync(TestTimeout.Token)).DataPath);
        await connection.ServerInfo.StopAsync(new StopServerRequest(), TestTimeout.Token);
        Assert.Equal((0, ""), await server.WaitForExitAsync());
        Assert.False(File.Exists(Path.Combine(deep, "server.sock")));
    }
}
