using System.Diagnostics;
using System.Runtime.InteropServices;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Testing;

namespace HandyBackup.Windows.Tests.Kit;

/// <summary>The server's program on a data path of its own, with an agent for this machine inside. Killed at the end if it still runs.</summary>
internal sealed partial class RunningServer : IAsyncDisposable
{
    private const uint BreakEvent = 1;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly bool _ownsFolder;

    // Signals of the keyboard reach programs of the same console, and the tests may have been started without one.
    static RunningServer() => _ = AllocConsole();

    private RunningServer(TempFolder folder, bool ownsFolder)
    {
        Folder = folder;
        _ownsFolder = ownsFolder;
        _process = Process.Start(new ProcessStartInfo(Product.Server, ["--data-path", DataPath, "--standalone"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNewProcessGroup = true,
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

    /// <summary>Presses Ctrl+Break, which unlike Ctrl+C reaches a process that was started as a group of its own.</summary>
    public void PressBreak() => Assert.True(GenerateConsoleCtrlEvent(BreakEvent, Id), Marshal.GetLastPInvokeErrorMessage());

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

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AllocConsole();

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GenerateConsoleCtrlEvent(uint kind, int group);
}
