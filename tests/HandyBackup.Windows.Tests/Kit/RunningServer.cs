using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Testing;

namespace HandyBackup.Windows.Tests.Kit;

/// <summary>The server's program on a data path of its own, with an agent for this machine inside. Killed at the end if it still runs.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly bool _ownsFolder;

    private RunningServer(TempFolder folder, bool ownsFolder)
    {
        Folder = folder;
        _ownsFolder = ownsFolder;
        _process = Process.Start(new ProcessStartInfo(Product.Server, ["--data-path", DataPath, "--standalone"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Where the data path lies, and room for more.</summary>
    public TempFolder Folder { get; }

    public string DataPath => Folder.Combine("data");

    public int Id => _process.Id;

    /// <summary>Starts a server in a new folder.</summary>
    public static RunningServer Start() => new(new TempFolder(), ownsFolder: true);

    /// <summary>Starts a server on a data path below a folder that somebody else removes.</summary>
    public static RunningServer Start(TempFolder folder) => new(folder, ownsFolder: false);

    /// <summary>Connects a panel as soon as the server answers.</summary>
    public async Task<PanelConnection> ConnectAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        while (true)
        {
            try
            {
                return await PanelConnection.ConnectLocalAsync(DataPath, s_limit, limit.Token);
            }
            catch (HandyBackupException exception) when (exception.Code == ErrorCode.ServerNotRunning && !_process.HasExited)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    public void Kill() => _process.Kill();

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_limit, TestContext.Current.CancellationToken);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        if (_ownsFolder)
        {
            Folder.Dispose();
        }
    }
}
