using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Server.Tests.Fakes;

/// <summary>A server with the tests' backend in a process of its own.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private ServerUnderTest(string dataPath, string[] options)
    {
        DataPath = dataPath;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["serve", "--data-path", dataPath, .. options])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync(TestTimeout.Token);
    }

    public string DataPath { get; }

    public int Id => _process.Id;

    /// <summary>Starts a process and does not wait for anything.</summary>
    public static ServerUnderTest Launch(string dataPath, params string[] options) => new(dataPath, options);

    /// <summary>Starts a server and returns when it answers.</summary>
    public static async Task<ServerUnderTest> StartAsync(string dataPath, params string[] options)
    {
        var server = new ServerUnderTest(dataPath, options);
        (await server.ConnectAsync()).Dispose();
        return server;
    }

    /// <summary>Connects as soon as the server answers.</summary>
    public async Task<PanelConnection> ConnectAsync()
    {
        CancellationToken token = TestTimeout.Token;
        while (true)
        {
            try
            {
                return await PanelConnection.ConnectLocalAsync(DataPath, TimeSpan.FromSeconds(20), token);
            }
            catch (HandyBackupException exception) when (exception.Code == ErrorCode.ServerNotRunning && !_process.HasExited)
            {
                await Task.Delay(10, token);
            }
        }
    }

    public void Kill() => _process.Kill();

    public async Task<(int ExitCode, string Errors)> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(TestTimeout.Token);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(TestTimeout.Token);
        _process.Dispose();
    }
}
