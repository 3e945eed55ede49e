using System.Net;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.EndToEnd.Tests.Fleet.Kit;

/// <summary>The server program, which listens to the network, and an administrator's panel on its machine.</summary>
/// <param name="dataPath">Its data path.</param>
/// <param name="endPoint">Where it listens.</param>
/// <param name="host">The machine that it runs on; null for this one.</param>
internal sealed class ServerProcess(string dataPath, IPEndPoint endPoint, LabHost? host) : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);

    private readonly List<string> _saidBefore = [];
    private FleetProcess? _process;
    private PanelConnection? _panel;

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => endPoint;

    /// <summary>The data path.</summary>
    public string DataPath => dataPath;

    /// <summary>The panel.</summary>
    public PanelConnection Panel => _panel ?? throw new InvalidOperationException("The server does not run.");

    /// <summary>What its processes wrote, those that were killed included, and the log in the data path.</summary>
    public IEnumerable<string> Log => [.. _saidBefore, .. _process?.Said ?? [], .. LogFiles.SelectMany(ReadShared)];

    private string[] LogFiles => Directory.Exists(Path.Join(dataPath, "log")) ? Directory.GetFiles(Path.Join(dataPath, "log")) : [];

    /// <summary>Starts it, and waits until it serves.</summary>
    public async Task StartAsync()
    {
        // A socket of the file system is reached from every network namespace: the panel sits at the server's machine.
        _process = FleetProcess.Start(host, FleetProgram.Server, "--data-path", dataPath, "--listen", endPoint.ToString(), "--name", endPoint.Address.ToString());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_startLimit);
        while (_panel is null)
        {
            Assert.False(_process.HasExited, string.Join('\n', _process.Said));
            try
            {
                _panel = await PanelConnection.ConnectLocalAsync(dataPath, TimeSpan.FromSeconds(20), limit.Token);
            }
            catch (HandyBackupException exception) when (exception.Code is ErrorCode.ServerNotRunning or ErrorCode.ConnectionLost)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }

    /// <summary>Ends it as a loss of power would.</summary>
    public async Task KillAsync()
    {
        _panel?.Dispose();
        _panel = null;
        if (_process is { } process)
        {
            await process.KillAsync();
            _saidBefore.AddRange(process.Said);
            await process.DisposeAsync();
            _process = null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync();

    private static List<string> ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return [.. reader.ReadToEnd().Split('\n')];
    }
}
