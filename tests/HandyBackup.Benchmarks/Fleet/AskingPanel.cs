using System.Diagnostics;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Benchmarks.Fleet;

/// <summary>The process that <see cref="AnswerTimes"/> starts: a panel that asks for the server's state until its standard input ends.</summary>
internal static class AskingPanel
{
    /// <summary>The command line's first word; the server's data path follows.</summary>
    public const string Option = "--asking-panel";

    /// <summary>The line that makes it forget what it measured.</summary>
    public const string Begin = "begin";

    /// <summary>The line that makes it print an <see cref="AnswerFigures"/>.</summary>
    public const string End = "end";

    private const int WarmUp = 50;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_answerTime = TimeSpan.FromSeconds(60);

    /// <summary>Asks until the standard input ends; a server that is not there is waited for, which does not count as an answer.</summary>
    public static async Task RunAsync(string dataPath, CancellationToken cancellationToken)
    {
        List<double> times = [];
        PanelConnection? panel = null;
        bool isWarm = false;

        // Not Console.In, which reads while the caller waits, also where it says Async.
        using var input = new StreamReader(Console.OpenStandardInput());
        Task<string?> order = input.ReadLineAsync(cancellationToken).AsTask();
        while (true)
        {
            try
            {
                panel ??= await PanelConnection.ConnectLocalAsync(dataPath, s_answerTime, cancellationToken);
                times.Add(await AskAsync(panel, cancellationToken));
            }
            catch (HandyBackupException)
            {
                panel?.Dispose();
                panel = null;
            }

            if (!isWarm && times.Count == WarmUp)
            {
                isWarm = true;
                await Console.Out.WriteLineAsync("asking");
            }

            await Task.WhenAny(order, Task.Delay(s_pause, cancellationToken));
            if (order.IsCompleted)
            {
                if (await order is not { } line)
                {
                    panel?.Dispose();
                    return;
                }

                if (line == End)
                {
                    times.Sort();
                    await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new AnswerFigures(times.Count, Quantile(times, 0.5), Quantile(times, 0.99))));
                }

                times.Clear();
                order = input.ReadLineAsync(cancellationToken).AsTask();
            }
        }
    }

    private static async Task<double> AskAsync(PanelConnection panel, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        await panel.ServerInfo.GetStatusAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Quantile(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)((sorted.Count - 1) * share)];
}
