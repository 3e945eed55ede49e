using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Tests.Processes;

/// <summary>The server that was built, as a process that listens on the loopback, and a panel that is connected to it.</summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    private static readonly string s_path = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "HandyBackup.Server", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), OperatingSystem.IsWindows() ? "hb-server.exe" : "hb-server"));

    private readonly TempFolder _folder = new();
    private Process? _process;
    private PanelConnection? _panel;

    public string Address { get; } = $"127.0.0.1:{FreePort()}";

    public PanelConnection Panel => _panel!;

    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo(s_path, ["--data-path", _folder.Path, "--listen", Address]))!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_panel is null)
        {
            try
            {
                _panel = await PanelConnection.ConnectLocalAsync(_folder.Path, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            }
            catch (HandyBackupException exception) when (exception.Code == ErrorCode.ServerNotRunning)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    /// <summary>A new token.</summary>
    public async Task<string> CreateTokenAsync(AgentKind kind = AgentKind.Workstation) =>
        (await Panel.EnrollmentTokens.CreateAsync(new NewEnrollmentTokenRequest { Kind = kind }, TestContext.Current.CancellationToken)).Token.Value;

    /// <summary>Ends it as a loss of power would.</summary>
    public async Task KillAsync()
    {
        _panel?.Dispose();
        _panel = null;
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            _process = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
