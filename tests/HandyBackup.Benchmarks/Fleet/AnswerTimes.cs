using System.Diagnostics;
using System.Text.Json;

namespace HandyBackup.Benchmarks.Fleet;

/// <summary>
/// How long a server takes to answer a panel, asked again and again by a process of its own: one that holds a thousand agents would measure how long it waits
/// for itself.
/// </summary>
internal sealed class AnswerTimes : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Process _panel;

    private AnswerTimes(Process panel) => _panel = panel;

    /// <summary>Starts the process and has it ask, so that nothing is left to be compiled when it is to measure. It outlives restarts of the server.</summary>
    /// <param name="dataPath">The server's data path.</param>
    /// <param name="cancellationToken">Stops the waiting for the first answers.</param>
    public static async Task<AnswerTimes> StartAsync(string dataPath, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [AskingPanel.Option, dataPath]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var times = new AnswerTimes(Process.Start(start)!);
        try
        {
            await times.ReadLineAsync(cancellationToken);
            return times;
        }
        catch
        {
            await times.DisposeAsync();
            throw;
        }
    }

    /// <summary>Forgets what was measured before.</summary>
    public Task BeginAsync(CancellationToken cancellationToken) => _panel.StandardInput.WriteLineAsync(AskingPanel.Begin.AsMemory(), cancellationToken);

    /// <summary>What was measured since <see cref="BeginAsync"/>.</summary>
    public async Task<AnswerFigures> EndAsync(CancellationToken cancellationToken)
    {
        await _panel.StandardInput.WriteLineAsync(AskingPanel.End.AsMemory(), cancellationToken);
        return JsonSerializer.Deserialize<AnswerFigures>(await ReadLineAsync(cancellationToken))!;
    }

    /// <summary>Ends the process.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_panel.HasExited)
        {
            _panel.Kill();
            await _panel.WaitForExitAsync(CancellationToken.None);
        }

        _panel.Dispose();
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        return await _panel.StandardOutput.ReadLineAsync(limit.Token) ?? throw new BenchmarkException("The panel that asked the server ended too early.");
    }
}
