using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Benchmarks.Programs;

/// <summary>Our server as its own process, as it ships, and a panel's connection to it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_answerTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_betweenAttempts = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;

    private ServerProcess(Process process, string dataPath, PanelConnection connection)
    {
        _process = process;
        DataPath = dataPath;
        Connection = connection;
    }

    /// <summary>The panel's connection.</summary>
    public PanelConnection Connection { get; }

    /// <summary>Its data path.</summary>
    public string DataPath { get; }

    /// <summary>The process.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a server and connects to it.</summary>
    /// <param name="folder">Where its data path and temporary files go.</param>
    /// <param name="arguments">What its command line says besides the data path.</param>
    /// <param name="cancellationToken">Stops the waiting for it.</param>
    public static async Task<ServerProcess> StartAsync(string folder, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        string dataPath = Path.Combine(folder, "server");
        var start = new ProcessStartInfo(FindServer(), ["--data-path", dataPath, .. arguments]) { WorkingDirectory = folder };
        start.Environment["TMPDIR"] = folder;
        Process process = Process.Start(start)!;
        try
        {
            return new ServerProcess(process, dataPath, await ConnectAsync(process, dataPath, cancellationToken));
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    /// <summary>Stops the server, and ends its process if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        using (Connection)
        {
            try
            {
                using var limit = new CancellationTokenSource(s_answerTime);
                await Connection.ServerInfo.StopAsync(new StopServerRequest { Force = true }, limit.Token);
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (Exception exception) when (exception is HandyBackupException or OperationCanceledException)
            {
                // It has ended already, or hangs; either way it is ended below.
            }
        }

        await EndAsync(_process);
    }

    private static async Task<PanelConnection> ConnectAsync(Process process, string dataPath, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_answerTime);
        while (true)
        {
            try
            {
                return await PanelConnection.ConnectLocalAsync(dataPath, s_answerTime, limit.Token);
            }
            catch (HandyBackupException exception) when (exception.Code == ErrorCode.ServerNotRunning)
            {
                if (process.HasExited)
                {
                    throw new BenchmarkException($"The server ended with exit code {process.ExitCode} before it answered.");
                }

                await Task.Delay(s_betweenAttempts, limit.Token);
            }
        }
    }

    // As it ships: 'build.ps1 Bench' publishes it, compiled ahead for this machine.
    private static string FindServer()
    {
        string path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "bench", "server", "hb-server"));
        return File.Exists(path) ? path : throw new BenchmarkException($"'{path}' does not exist: 'build.ps1 Bench' makes it.");
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }
}
